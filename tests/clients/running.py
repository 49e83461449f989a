"""The process that serves software, as production runs it, on the database of the test session.

It is the real HTTP server with the real settings of the sandbox; only the database's name, the keys and the
blobs are those of the tests. It can be killed whole, and started again on the same port.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import psutil
from django.conf import settings
from django.db import connection

from carnet.config.processes import Place
from carnet.config.processes import api as api_process
from tests.conftest import acting_as
from tests.stories.conftest import free_port, wait_until_ready

ROOT = Path(__file__).parents[2]
_STOP_SECONDS = 30


@dataclass
class Running:
    """One process for software. `wsgi`: what it serves, the product itself by default."""

    log: Path
    wsgi: str = "carnet.config.wsgi:application"
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def fhir(self) -> str:
        return f"{self.url}/fhir"

    def start(self) -> None:
        """Start it and wait until it takes requests."""
        *words, _ = api_process(Place("127.0.0.1", self.port)).argv
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*words, self.wsgi], stdout=output, stderr=subprocess.STDOUT, env=self._environment(),
                cwd=ROOT, start_new_session=True,
            )  # fmt: skip
        wait_until_ready(f"{self.url}/readyz", self.process, self.log)

    def kill(self) -> None:
        """Kill -9 all its processes at one moment."""
        assert self.process is not None
        whole = psutil.Process(self.process.pid)
        everything = [whole, *whole.children(recursive=True)]
        for process in everything:
            process.suspend()  # or the first death would be tidied up by those still alive
        for process in everything:
            process.kill()
        self.process.wait(_STOP_SECONDS)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CARNET_", "DJANGO_", "PYTEST_"))
        }
        return kept | {
            "CARNET_HOME": str(settings.CARNET_HOME),
            "CARNET_ROLE": "app",
            "CARNET_KEY_FILE": str(settings.CARNET_KEY_FILE),
            "CARNET_BLOBS": str(settings.CARNET_BLOBS),
            "CARNET_TEST_DATABASE": connection.settings_dict["NAME"],
            "CARNET_API_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "tests.clients.api_settings",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        } | self.settings  # fmt: skip


@contextmanager
def running(log: Path, **facts: object) -> Iterator[Running]:
    made = Running(log, **facts)
    made.start()
    try:
        yield made
    finally:
        made.stop()


def wait_for(condition, *, seconds: float = 60, every: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(every)


def client_of(api: Running, token: str, **facts: object) -> httpx2.Client:
    """An HTTP client that bears a token, and trusts no proxy with what stays on this machine."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/fhir+json"}
    return httpx2.Client(base_url=api.url, headers=headers, trust_env=False, timeout=60, **facts)


def rows(query: str, *values: object) -> list[tuple]:
    """The rows of a query, read as carnet_loader, which no wall stops."""
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall() if cursor.description else []
