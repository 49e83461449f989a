"""Real servers for the tests of the ground: small, without fsync, and removed afterwards."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from carnet.platform.postgres.cluster import Cluster

FAST = {"fsync": "off", "shared_buffers": "16MB", "max_wal_size": "64MB"}

# Starts the server of argv[1] in another process, and stays until its input ends (then stops in order).
HOLDER = f"""
import sys
from pathlib import Path
from carnet.platform.postgres.cluster import Cluster
cluster = Cluster(Path(sys.argv[1]), settings={FAST!r})
try:
    cluster.start()
except Exception as error:
    sys.exit(str(error))
print(cluster.pid, flush=True)
sys.stdin.read()
cluster.stop()
"""


@contextmanager
def erased_after(home: Path, env: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Give the cluster of `home`, not started; stop and erase it afterwards."""
    cluster = Cluster(home, settings=FAST, env=env or {})
    try:
        yield cluster
    finally:
        cluster.stop()
        wait_until(lambda: not servers_of(cluster), seconds=20)
        cluster.erase()


def hold(home: Path) -> subprocess.Popen[str]:
    """Start the server of `home` in another process; read its number from the output."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )


def servers_of(cluster: Cluster) -> list[psutil.Process]:
    """Return the live processes that work in the cluster's data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(cluster.layout.data):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def wait_until(condition: Callable[[], bool], *, seconds: float) -> None:
    """Wait for the condition; fail past the time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
