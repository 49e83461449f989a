"""pg_dump and pg_restore: run as the loader, whose rows no wall hides."""

import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from carnet.platform.backup.manifest import BackupError
from carnet.platform.lifeline import in_main_thread, tied_to_parent
from carnet.platform.postgres.binaries import client_bin
from carnet.platform.postgres.server import clean_environment
from carnet.platform.postgres.target import Target

KEY_TABLE = "platform_personkey"
_SAID_EVERY = 1.0


def run(
    target: Target, server_version: int, words: Sequence[str], *, tick: Callable[[], None] = lambda: None
) -> str:
    """Run `pg_dump` or `pg_restore` on the target as carnet_loader; return what it printed.

    `tick` is called about every second meanwhile. The password travels in the environment, not in the
    list of processes. BackupError with the program's own words when it fails.
    """
    program, *rest = words
    password = {"PGPASSWORD": target.passwords["loader"]} if "loader" in target.passwords else {}
    place = f"--dbname={target.conninfo('loader', with_password=False)}"
    process = subprocess.Popen(  # noqa: S603 - our own program, no shell
        [client_bin(server_version) / program, place, "--no-password", *rest],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**clean_environment(), **password},
        # Ours to end: a restoration that goes on alone would surprise the next one.
        preexec_fn=tied_to_parent(signal.SIGTERM) if in_main_thread() else None,  # noqa: PLW1509 - one system call
    )
    with process:
        try:
            said = _wait(process, tick)
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise BackupError(f"{program} a échoué :\n{said.strip()[-2000:]}")
    return said


def list_contents(dump: Path, server_version: int) -> list[str]:
    """Return the table of contents of a dump, one entry a line. BackupError when it cannot be read."""
    listed = subprocess.run(  # noqa: S603 - our own program, no shell
        [client_bin(server_version) / "pg_restore", "--list", dump],
        check=False,
        capture_output=True,
        text=True,
    )
    if listed.returncode != 0:
        raise BackupError(f"{dump} ne se lit pas : {listed.stderr.strip()}")
    return listed.stdout.splitlines()


def _wait(process: subprocess.Popen[str], tick: Callable[[], None]) -> str:
    while True:
        try:
            said, _ = process.communicate(timeout=_SAID_EVERY)
        except subprocess.TimeoutExpired:
            tick()
        else:
            return said
