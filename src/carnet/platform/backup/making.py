"""Makes a backup while Carnet serves: one snapshot for both dumps, then the blobs that it refers to."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from carnet import __version__
from carnet.platform.backup import programs, tree
from carnet.platform.backup.manifest import (
    BLOB_LIST,
    BLOBS,
    DATABASE,
    KEYS,
    BackupError,
    Manifest,
    Progress,
    entry_of,
    silent,
)
from carnet.platform.postgres.target import Target

Connection = psycopg.Connection[tuple[Any, ...]]


def backup(
    target: Target, blobs_dir: Path | None, destination: Path, *, progress: Progress = silent
) -> Manifest:
    """Back up database, wrapped keys and blobs into the new folder `destination`; return its manifest.

    Readers and writers are not disturbed. `blobs_dir` None: the blobs live in an object store, which has
    its own copies. The folder is complete or absent: it is made beside, then renamed. BackupError when
    the destination exists, when another backup to it runs, or when a part fails.
    """
    if destination.exists():
        raise BackupError(f"{destination} existe déjà : choisissez un autre nom.")
    with _beside(destination) as folder:
        counts, postgresql = _dump(target, folder, progress)
        # After the dump: a blob is stored before the row that refers to it, so all of them are there.
        sums, size = _copy_blobs(blobs_dir, folder / BLOBS, progress) if blobs_dir else ({}, 0)
        tree.write_list(folder / BLOB_LIST, sums)
        names = [name for name in (DATABASE, KEYS, BLOB_LIST) if (folder / name).exists()]
        manifest = Manifest(
            id=uuid4().hex,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            carnet=__version__,
            postgresql=postgresql,
            files={name: entry_of(folder / name) for name in names},
            counts=counts,
            blobs=len(sums),
            blob_bytes=size,
        )
        manifest.write(folder)
    return manifest


@contextmanager
def _beside(destination: Path) -> Iterator[Path]:
    """Give a private folder that takes the destination's name at the end, or disappears.

    One left by a killed backup is emptied first; one that another process is filling is left alone.
    """
    folder = destination.with_name(f".{destination.name}.partial")
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _empty(folder)
        yield folder
        os.fsync(held)
        folder.rename(destination)
    except BlockingIOError:
        raise BackupError(f"Une autre sauvegarde vers {destination} est en cours.") from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        os.close(held)


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def _dump(target: Target, folder: Path, progress: Progress) -> tuple[dict[str, int], str]:
    """Write both dumps from one snapshot; return the counts of rows in it, and the server's version."""
    with psycopg.connect(target.conninfo("loader")) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        # This session only holds the snapshot while the dumps are written.
        connection.execute("set local idle_in_transaction_session_timeout = 0")
        row = connection.execute("select pg_export_snapshot()").fetchone()
        assert row is not None
        counts = _counts(connection)
        _run_dump(target, connection, folder / DATABASE, progress, row[0])
        if programs.KEY_TABLE in counts:
            _run_dump(target, connection, folder / KEYS, progress, row[0])
        return counts, connection.info.parameter_status("server_version") or ""


def _run_dump(target: Target, connection: Connection, path: Path, progress: Progress, snapshot: str) -> None:
    """Write the dump of the keys, or that of all the rest, according to the name of the file."""
    table = f"public.{programs.KEY_TABLE}"
    which = ["--data-only", f"--table={table}"] if path.name == KEYS else [f"--exclude-table-data={table}"]
    words = [
        "pg_dump",
        "--format=custom",
        "--compress=3",
        "--no-unlogged-table-data",
        f"--snapshot={snapshot}",
    ]
    path.touch(mode=0o600)
    programs.run(
        target,
        connection.info.server_version,
        [*words, *which, f"--file={path}"],
        tick=lambda: progress(path.name, path.stat().st_size, None),
    )
    _flush(path)
    progress(path.name, path.stat().st_size, path.stat().st_size)


def _counts(connection: Connection) -> dict[str, int]:
    """Count the rows of every ordinary table that a dump holds (partitions one by one)."""
    names = connection.execute(
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace"
        " and c.relkind = 'r' and c.relpersistence = 'p' order by 1"
    ).fetchall()
    counts = {}
    for (name,) in names:
        row = connection.execute(
            sql.SQL("select count(*) from public.{}").format(sql.Identifier(name))
        ).fetchone()
        counts[name] = row[0] if row else 0
    return counts


def _copy_blobs(source: Path, to: Path, progress: Progress) -> tuple[dict[str, str], int]:
    to.mkdir(mode=0o700)
    names, sums, size = tree.list_blobs(source), {}, 0
    for done, name in enumerate(names, 1):
        digest = tree.copy_blob(source / name, to / name)
        if digest is not None:
            sums[name] = digest
            size += (to / name).stat().st_size
        progress(BLOBS, done, len(names))
    return sums, size


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
