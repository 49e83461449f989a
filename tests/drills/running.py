"""Carnet itself in a folder of its own: started by its commands, spoken to over HTTP, killed whole."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from carnet.platform.postgres.binaries import client_bin
from carnet.platform.postgres.cluster import Cluster
from carnet.platform.postgres.layout import layout_of
from carnet.platform.postgres.target import resolve
from tests.platform.clusters import servers_of, wait_until
from tests.stories.conftest import clean_environment, free_port, wait_until_ready

_STOP_SECONDS = 60


@dataclass
class House:
    """A folder of Carnet, serving or not. The embedded database, whatever DATABASE_URL says."""

    home: Path
    settings: dict[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        environment = clean_environment(self.home) | self.settings
        environment.pop("DATABASE_URL", None)
        return environment

    def start(self, *command: str) -> None:
        """Run `carnet demo` or `carnet serve` and wait until it takes requests."""
        self.port = free_port()
        log = self.home.parent / f"{self.home.name}.log"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [*self._carnet(), *command, "--port", str(self.port)],
                stdout=output, stderr=subprocess.STDOUT, env=self.environment, start_new_session=True,
            )  # fmt: skip
        wait_until_ready(f"{self.url}/readyz", self.process, log)

    def carnet(self, *arguments: str) -> str:
        """Run one command to its end and return what it says; AssertionError if it fails."""
        done = subprocess.run(
            [*self._carnet(), *arguments], capture_output=True, text=True, env=self.environment, check=False,
            timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, f"carnet {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(_STOP_SECONDS)

    def kill(self) -> int:
        """Kill -9 everything that runs here, database and guardian included; return how many processes."""
        assert self.process is not None
        whole = psutil.Process(self.process.pid)
        everything = [whole, *whole.children(recursive=True)]
        for process in everything:
            process.suspend()  # or the first deaths would be tidied up by those still alive
        for process in everything:
            process.kill()
        self.process.wait(_STOP_SECONDS)
        wait_until(lambda: not servers_of(Cluster(self.home)), seconds=_STOP_SECONDS)
        return len(everything)

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Return the rows of a query, read as carnet_loader."""
        with psycopg.connect(self._conninfo()) as connection:
            return connection.execute(query, values or None).fetchall()

    def dump(self) -> bytes:
        """Return all that pg_dump writes, as carnet_loader."""
        with psycopg.connect(self._conninfo()) as connection:
            tool = client_bin(connection.info.server_version) / "pg_dump"
        return subprocess.run([tool, self._conninfo()], capture_output=True, check=True).stdout

    def files(self) -> Iterator[Path]:
        """Every file of this folder: database, log segments, blobs, logs."""
        folders = {self.home, layout_of(self.home).state}
        yield from (path for folder in folders for path in folder.rglob("*") if path.is_file())

    def _conninfo(self) -> str:
        return resolve({}, self.home).conninfo("loader")

    def _carnet(self) -> list[str]:
        return [sys.executable, "-m", "carnet.config.cli", "--home", str(self.home)]


@contextmanager
def house(home: Path, **settings: str) -> Iterator[House]:
    """A folder to work in; stopped and removed afterwards."""
    made = House(home, settings)
    try:
        yield made
    finally:
        try:
            made.stop()
        finally:
            wait_until(lambda: not servers_of(Cluster(home)), seconds=_STOP_SECONDS)
            Cluster(home).erase()
