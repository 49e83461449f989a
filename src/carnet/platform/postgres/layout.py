"""Where the embedded server keeps its things. Looking only: nothing is created here.

    <state>/conf    postgresql.conf, pg_hba.conf, pg_ident.conf: ours, read by the server's account
    <state>/data    the data, of the server's account, 0700
    <state>/supervisor.lock
    <state>/home    outside only: the mark of the home these data belong to, then its path
    <home>/log      the server's log

`state` is `<home>/postgres`. As root, when the server's account may not enter `home`, it is
`/var/lib/carnet/<digest of home>`: the folders above `home` are never widened.
"""

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from carnet.platform.postgres import account
from carnet.platform.postgres.errors import ClusterError

RUNTIME_ROOT = Path("/var/lib/carnet")
# sun_path holds 108 bytes with its final zero (unix(7)); PostgreSQL itself fails late and unclearly.
SOCKET_PATH_BYTES = 107


@dataclass(frozen=True)
class Layout:
    """The folders of one home."""

    home: Path
    state: Path
    socket_dir: Path

    @property
    def data(self) -> Path:
        return self.state / "data"

    @property
    def conf(self) -> Path:
        return self.state / "conf"

    @property
    def lock(self) -> Path:
        return self.state / "supervisor.lock"

    @property
    def log(self) -> Path:
        return self.home / "log" / "postgres.log"

    @property
    def outside(self) -> bool:
        """Whether the data lie outside `home`."""
        return self.state.parent == RUNTIME_ROOT

    @property
    def initialised(self) -> bool:
        """Whether there are data: they appear by a rename, so complete or absent."""
        return (self.data / "PG_VERSION").exists()


def layout_of(home: Path) -> Layout:
    """Return where the server of `home` keeps its things, the same in every process that asks.

    ClusterError when no socket path short enough exists.
    """
    home = home.resolve()
    state = _state_of(home)
    return Layout(home, state, _socket_dir(state, digest_of(home)))


def digest_of(home: Path) -> str:
    """Return the 16 hexadecimal characters that name `home` outside it."""
    return hashlib.sha256(os.fsencode(home)).hexdigest()[:16]


def _state_of(home: Path) -> Path:
    inside, outside = home / "postgres", RUNTIME_ROOT / digest_of(home)
    if not account.is_root() or (inside / "data").is_dir():
        return inside  # data stay where they are, even if the folders above have changed since
    if belongs_to(outside, home):
        return outside
    return inside if _may_enter(home) else outside


def belongs_to(outside: Path, home: Path) -> bool:
    """Tell whether the folder outside was made for this very `home`, not for a removed one."""
    try:
        return (outside / "home").read_text().split("\n")[0] == (home / "database.id").read_text()
    except FileNotFoundError:
        return False


def _may_enter(home: Path) -> bool:
    """Tell whether the server's account can pass through `home` and all folders above it.

    Folders that do not exist yet will be made by us, passable.
    """
    return all(_passable(folder) for folder in (home, *home.parents) if folder.exists())


def _passable(folder: Path) -> bool:
    status, server = folder.stat(), account.find_server_account()
    if server and status.st_uid == server.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if server and status.st_gid == server.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


def _socket_dir(state: Path, digest: str) -> Path:
    """Return the folder of the socket: in `state`, or a short one when the path would be too long.

    The short one depends on nothing but the home and the user, so that all processes agree on it.
    """
    if account.is_root():
        short = RUNTIME_ROOT / f"run-{digest}"
    else:
        short = Path("/tmp") / f"carnet-{os.geteuid()}-{digest}"  # noqa: S108 - private: cluster checks owner and mode
    for folder in (state / "run", short):
        if len(os.fsencode(folder / ".s.PGSQL.65535")) <= SOCKET_PATH_BYTES:
            return folder
    raise ClusterError(f"Aucun chemin assez court ({SOCKET_PATH_BYTES} octets) pour la socket de {state}.")
