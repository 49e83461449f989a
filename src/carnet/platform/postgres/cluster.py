"""The embedded server of one data folder: prepared, started, stopped.

    with Cluster(home):          # the supervisor: owns the server; it dies with us
    with Cluster(home).use():    # a command: the server that already serves, or one for the time of the block

Whoever starts it holds a lock on the data folder. Other processes connect by the socket, each as its own
role (`target`), and never start anything.
"""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, ClassVar, Self
from uuid import uuid4

from psycopg.conninfo import make_conninfo

from carnet.platform.postgres import server
from carnet.platform.postgres.account import Account, own_name, server_account
from carnet.platform.postgres.binaries import MAJOR, runtime_bin, wheel_bin
from carnet.platform.postgres.configuration import (
    SUPERUSER,
    access_conf,
    identity_conf,
    port_from,
    server_conf,
    settings_from,
)
from carnet.platform.postgres.errors import ClusterBusyError, ClusterError
from carnet.platform.postgres.layout import RUNTIME_ROOT, Layout, belongs_to, layout_of
from carnet.platform.postgres.roles import ROLE_NAMES
from carnet.platform.postgres.server import Progress, ServerExitedError

_INITDB = (
    "--auth-local=peer",
    "--auth-host=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C",
    "--builtin-locale=C.UTF-8",
    "--text-search-config=french",
    f"--username={SUPERUSER}",
)
# A server killed together with its postmaster leaves backends for an instant: PostgreSQL refuses until then.
_ATTEMPTS = 20


def silent(_message: str) -> None:
    """The progress of who does not want to know."""


@dataclass
class _Run:
    """What holds one running server: the lock, and the process once it is launched."""

    lock: IO[str]
    process: subprocess.Popen[bytes] | None = None


class Cluster:
    """The server of `home`. One object per home in a process; a second one joins the first.

    `env` may change some settings (configuration.FROM_ENVIRONMENT), `settings` any, by its PostgreSQL name
    (tests: `fsync=off`).
    """

    _running: ClassVar[dict[Path, "_Run"]] = {}

    def __init__(
        self, home: Path, *, settings: Mapping[str, str] | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        env = os.environ if env is None else env
        self.layout: Layout = layout_of(home)
        self.port = port_from(env)
        self._settings = {**settings_from(env), **(settings or {})}
        self._run: _Run | None = None

    @property
    def home(self) -> Path:
        return self.layout.home

    @property
    def socket_dir(self) -> Path:
        return self.layout.socket_dir

    @property
    def pid(self) -> int | None:
        """The number of the server's first process, when this object started it."""
        return self._run.process.pid if self._run and self._run.process else None

    def start(self, *, progress: Progress = silent, within: float = 600) -> None:
        """Start the server and wait until it accepts connections, at most `within` seconds.

        Nothing happens when this process runs it already. ClusterBusyError when another live process
        does, ClusterError for any other obstacle, saying what to do.
        """
        if self.is_alive():
            return
        self._forget(self._running.get(self.home))
        account = server_account()
        try:
            self._prepare_folders(account)
            self._run = _Run(_hold(self.layout))
        except PermissionError as error:
            raise ClusterError(
                f"Le dossier {error.filename} n’est pas accessible au compte {own_name()}."
            ) from error
        try:
            self._start_locked(account, progress, within)
        except BaseException:
            self.stop()
            raise
        self._running[self.home] = self._run

    def stop(self, *, within: float = 60) -> None:
        """Stop the server if this object started it: fast shutdown, waited for."""
        if self._run is not None and self._run.process is not None:
            server.stop(self._run.process, within=within)
        self._forget(self._run)
        self._run = None

    def is_alive(self) -> bool:
        """Tell whether the server that this process started (through whichever object) still runs."""
        run = self._running.get(self.home)
        return run is not None and run.process is not None and run.process.poll() is None

    def is_ready(self) -> bool:
        """Tell whether the server accepts connections, whoever started it."""
        return server.is_ready(self.socket_dir, self.port)

    def conninfo(self, role: str = SUPERUSER, database: str = "postgres") -> str:
        """Return libpq's connection string for maintenance; others use `target`."""
        return make_conninfo(host=str(self.socket_dir), port=self.port, user=role, dbname=database)

    @contextmanager
    def use(self, *, progress: Progress = silent, within: float = 600) -> Iterator[Self]:
        """Give the server that already serves, whoever started it, or start one for the time of the block."""
        joined = self.is_alive()
        try:
            self.start(progress=progress, within=within)
        except ClusterBusyError:
            joined = True
            self._wait_for_the_other(within)
        try:
            yield self
        finally:
            if not joined:
                self.stop()

    def erase(self) -> None:
        """Remove the stopped server's folders for good, data included. ClusterBusyError if held."""
        if self.is_alive():
            raise ClusterError("La base tourne encore : arrêtez-la avant d’effacer ses données.")
        if self.layout.state.exists():
            with _hold(self.layout):
                shutil.rmtree(self.layout.state)
        shutil.rmtree(self.socket_dir, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _start_locked(self, account: Account, progress: Progress, within: float) -> None:
        server.end_previous(self.layout.data, within=within, progress=progress)
        _set_orphan_aside(self.layout, progress)
        programs = runtime_bin(RUNTIME_ROOT) if account.switched else wheel_bin()
        if not self.layout.initialised:
            progress("Création de la base…")
            _initialise(programs, self.layout, account, durable=self._settings.get("fsync") != "off")
        _check_version(self.layout)
        _check_owner(self.layout, account)
        self._write_conf(account)
        self._launch(programs, account, progress, within)

    def _launch(self, programs: Path, account: Account, progress: Progress, within: float) -> None:
        assert self._run is not None
        for attempt in range(_ATTEMPTS):
            self._run.process = process = server.launch(programs, self.layout, account)
            try:
                server.wait_ready(process, self.layout, self.port, within=within, progress=progress)
            except ServerExitedError as error:
                passing = "pre-existing shared memory" in str(error)
                if not passing or attempt == _ATTEMPTS - 1:
                    raise
                time.sleep(0.5)
            else:
                return

    def _prepare_folders(self, account: Account) -> None:
        layout = self.layout
        # A home that we make as root can be passed through, not listed; one that exists is left as it is.
        _make(layout.home, 0o711 if account.switched else 0o700)
        _make(layout.log.parent, 0o700)
        if account.switched:
            _make_runtime_root()
        group = account.gid if account.switched else None
        _make(layout.state, 0o710 if account.switched else 0o700, group=group)
        _make(layout.conf, 0o750 if account.switched else 0o700, group=group)
        _make_socket_dir(layout.socket_dir, account)

    def _write_conf(self, account: Account) -> None:
        texts = {
            "postgresql.conf": server_conf(self.layout, self._settings),
            "pg_hba.conf": access_conf(),
            "pg_ident.conf": identity_conf({own_name(), account.name}, ROLE_NAMES),
        }
        for name, text in texts.items():
            path = self.layout.conf / name
            path.write_text(text)
            path.chmod(0o640)
            if account.switched:
                os.chown(path, 0, account.gid)

    def _wait_for_the_other(self, within: float) -> None:
        deadline = time.monotonic() + within
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise ClusterError(
                    f"La base ne répond pas après {within:.0f} s. Son journal : {self.layout.log}"
                )
            time.sleep(0.2)

    def _forget(self, run: "_Run | None") -> None:
        """Let go of the lock of a server that has ended."""
        if run is None:
            return
        run.lock.close()
        if self._running.get(self.home) is run:
            del self._running[self.home]


def _make(folder: Path, mode: int, *, group: int | None = None) -> None:
    """Make a folder with exactly this mode, whatever the umask; one that exists is left as it is."""
    if folder.is_dir():
        return
    if not folder.parent.is_dir():
        _make(folder.parent, mode, group=group)
    folder.mkdir(exist_ok=True)
    folder.chmod(mode)
    if group is not None:
        os.chown(folder, 0, group)


def _make_runtime_root() -> None:
    _make(RUNTIME_ROOT, 0o755)
    status = RUNTIME_ROOT.stat()
    if status.st_uid != 0 or status.st_mode & 0o022:
        raise ClusterError(f"{RUNTIME_ROOT} doit appartenir à root et n’être modifiable que par lui.")


def _make_socket_dir(folder: Path, account: Account) -> None:
    """Make the private folder of the socket; one made by somebody else is refused."""
    if not folder.exists():
        folder.mkdir(mode=0o700)
        os.chown(folder, account.uid, account.gid)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid != account.uid or status.st_mode & 0o077:
        raise ClusterError(f"Le dossier {folder} n’est pas à nous seuls : retirez-le, puis recommencez.")


def _hold(layout: Layout) -> IO[str]:
    """Take the lock of this data folder, kept until the file is closed or we die. Or ClusterBusyError."""
    file = layout.lock.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        raise ClusterBusyError(str(layout.home), int(holder) if holder.isdecimal() else None) from None
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _set_orphan_aside(layout: Layout, progress: Progress) -> None:
    """Mark data kept outside as those of this home; those of a removed home of the same name are set aside.

    They are never used silently (their master key went with the home), and never deleted silently.
    """
    if not layout.outside:
        return
    mark = layout.home / "database.id"
    if not mark.exists():
        mark.write_text(uuid4().hex)
    if layout.initialised and not belongs_to(layout.state, layout.home):
        aside = layout.state / f"data.orphan-{time.strftime('%Y%m%dT%H%M%S')}"
        layout.data.rename(aside)
        progress(
            f"Une base d’un ancien dossier {layout.home} a été mise de côté : {aside}. Effacez-la si besoin."
        )
    (layout.state / "home").write_text(f"{mark.read_text()}\n{layout.home}\n")


def _initialise(programs: Path, layout: Layout, account: Account, *, durable: bool) -> None:
    """Make the data folder: beside, then renamed, so that an interrupted initdb leaves nothing half-made."""
    beside = layout.state / "data.new"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o700)
    os.chown(beside, account.uid, account.gid)
    sync = () if durable else ("--no-sync",)
    command = [programs / "initdb", "-D", beside, *_INITDB, *sync]
    made = subprocess.run(  # noqa: S603 - our own program, no shell
        command,
        check=False,
        cwd="/",
        env=server.clean_environment(),
        capture_output=True,
        text=True,
        **account.popen,
    )
    if made.returncode != 0:
        raise ClusterError(f"La base n’a pas pu être créée dans {layout.state} :\n{made.stderr.strip()}")
    beside.rename(layout.data)


def _check_version(layout: Layout) -> None:
    """ClusterError, with what to do, when the data were made by another major version."""
    found = (layout.data / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise ClusterError(
            f"Les données de {layout.data} sont celles de PostgreSQL {found} ; cette version de Carnet "
            f"apporte PostgreSQL {MAJOR}. Avec l’ancienne version de Carnet, faites « carnet backup » ; "
            f"renommez {layout.data} ; puis, avec celle-ci, faites « carnet restore »."
        )


def _check_owner(layout: Layout, account: Account) -> None:
    """ClusterError when the data belong to another account: PostgreSQL would refuse them, unclearly."""
    owner = layout.data.stat().st_uid
    if owner != account.uid:
        raise ClusterError(
            f"Les données de {layout.data} appartiennent au compte numéro {owner}, et le serveur tourne sous "
            f"{account.name} ({account.uid}). Lancez Carnet sous le compte qui les a créées."
        )
