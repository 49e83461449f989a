"""Restores a backup into an empty database.

Each step is complete or absent (blobs one by one, each dump in one transaction), and a mark on the
database says which backup is being restored: after an interruption the same command goes on.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg import sql

from carnet.platform.backup import programs, tree
from carnet.platform.backup.manifest import (
    BLOB_LIST,
    BLOBS,
    DATABASE,
    KEYS,
    BackupError,
    Manifest,
    Progress,
    check_file,
    silent,
)
from carnet.platform.postgres.roles import bootstrap, create_database, roles_exist
from carnet.platform.postgres.target import Target

Connection = psycopg.Connection[tuple[Any, ...]]

_MARK = "carnet: restauration en cours "


def verify(source: Path, *, progress: Progress = silent) -> Manifest:
    """Check every file of a backup against its sums; return its manifest. Touches no database.

    `keys.dump` may be gone (it is kept for a short time): that is not damage. BackupError otherwise.
    """
    manifest = Manifest.read(source)
    for name, entry in manifest.files.items():
        if name != KEYS or (source / KEYS).exists():
            check_file(source, name, entry)
    sums = tree.read_list(source / BLOB_LIST)
    for done, (name, damaged) in enumerate(tree.find_damaged(source / BLOBS, sums), 1):
        if damaged:
            raise BackupError(f"Le document {source / BLOBS / name} manque ou est abîmé.")
        progress("vérification", done, len(sums))
    return manifest


def restore(
    target: Target,
    source: Path,
    blobs_dir: Path | None,
    *,
    keys_from: Path | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Manifest:
    """Restore the backup `source` into the target's database and `blobs_dir`; return its manifest.

    Nothing is touched before all sums are checked. The database must be empty, or hold an interrupted
    restoration of the same backup, which goes on; `force` drops and re-creates it (blobs that are there
    stay). `keys_from` is another backup whose keys are used: a later one, so that spaces erased since
    stay unreadable. BackupError when it refuses, or when what was restored is not what was saved.
    """
    manifest = verify(source, progress=progress)
    keys = _find_keys(manifest, source, keys_from)
    _prepare(target, manifest, force=force)
    with psycopg.connect(target.conninfo("loader"), autocommit=True) as connection:
        _mark(connection, manifest.id)
        _put_blobs(source, blobs_dir, progress)
        if _is_empty(connection):
            _restore_database(target, connection, source / DATABASE, progress)
        if keys is not None and _count(connection, programs.KEY_TABLE) == 0:
            progress(KEYS, 0, None)
            _run_restore(target, connection, keys, "--data-only")
        _check_counts(connection, manifest, same_keys=keys_from is None)
        connection.execute("analyze")
        _mark(connection, None)
    return manifest


def find_unfinished(target: Target) -> str | None:
    """Return the id of the backup whose restoration was interrupted: such a database must not serve."""
    with psycopg.connect(target.conninfo("loader"), autocommit=True) as connection:
        return _marked(connection)


def _find_keys(manifest: Manifest, source: Path, keys_from: Path | None) -> Path | None:
    """Return the checked file of keys to restore; None when the backup was made before there were any."""
    if keys_from is not None:
        other = Manifest.read(keys_from)
        if KEYS not in other.files:
            raise BackupError(f"La sauvegarde {keys_from} ne contient pas de clés.")
        check_file(keys_from, KEYS, other.files[KEYS])
        return keys_from / KEYS
    if KEYS not in manifest.files:
        return None
    if not (source / KEYS).exists():
        raise BackupError(
            f"{source / KEYS} manque : sans les clés, les documents restent illisibles. "
            "Indiquez une sauvegarde plus récente qui les a (keys_from)."
        )
    return source / KEYS


def _prepare(target: Target, manifest: Manifest, *, force: bool) -> None:
    """See that the database exists and may receive this backup."""
    if target.admin is not None:
        _create_missing(target)
    with psycopg.connect(target.conninfo("loader"), autocommit=True) as connection:
        if _is_empty(connection) or (_marked(connection) == manifest.id and not force):
            return
    if not force:
        raise BackupError(
            f"La base {target.database} n’est pas vide : une restauration l’écraserait. "
            "Restaurez dans une base neuve, ou demandez-le expressément (force)."
        )
    _recreate(target)


def _create_missing(target: Target) -> None:
    admin = target.conninfo("admin", "postgres")
    if not roles_exist(admin):
        bootstrap(
            admin, target.database, passwords={r: p for r, p in target.passwords.items() if r != "admin"}
        )
    else:
        create_database(admin, target.database)


def _recreate(target: Target) -> None:
    admin = target.conninfo("admin", "postgres")
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(target.database)))
    create_database(admin, target.database)


def _restore_database(target: Target, connection: Connection, dump: Path, progress: Progress) -> None:
    """Restore everything but the keys, in one transaction.

    Rights on what the server itself brings (the schema, system functions) are left out: `roles` gives
    them, and the loader may not.
    """
    progress(DATABASE, 0, None)
    lines = programs.list_contents(dump, connection.info.server_version)
    kept = [line for line in lines if not _is_of_the_server(line)]
    with TemporaryDirectory(prefix="carnet-restore-") as folder:
        contents = Path(folder) / "contents"
        contents.write_text("\n".join(kept) + "\n")
        _run_restore(target, connection, dump, f"--use-list={contents}")


def _is_of_the_server(line: str) -> bool:
    """Tell whether a line of contents is about `public` itself, or about rights inside pg_catalog."""
    words = line.partition(";")[2].split()[2:]  # past the two numbers of the catalogue
    return words[:2] == ["ACL", "pg_catalog"] or words[:4] in (
        ["ACL", "-", "SCHEMA", "public"],
        ["COMMENT", "-", "SCHEMA", "public"],
    )


def _run_restore(target: Target, connection: Connection, dump: Path, *more: str) -> None:
    words = ["pg_restore", "--single-transaction", "--exit-on-error", *more, str(dump)]
    programs.run(target, connection.info.server_version, words)


def _put_blobs(source: Path, blobs_dir: Path | None, progress: Progress) -> None:
    sums = tree.read_list(source / BLOB_LIST)
    if blobs_dir is None:
        if sums:
            raise BackupError(
                "Cette sauvegarde contient des documents : dites dans quel dossier les remettre."
            )
        return
    for done, (name, digest) in enumerate(sums.items(), 1):
        tree.put_blob(source / BLOBS / name, blobs_dir / name, digest)
        progress(BLOBS, done, len(sums))


def _check_counts(connection: Connection, manifest: Manifest, *, same_keys: bool) -> None:
    for table, expected in manifest.counts.items():
        if table == programs.KEY_TABLE and not same_keys:
            continue
        found = _count(connection, table)
        if found != expected:
            raise BackupError(
                f"La table {table} a {found} lignes au lieu de {expected} : restauration incomplète."
            )


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(
        sql.SQL("select count(*) from public.{}").format(sql.Identifier(table))
    ).fetchone()
    return int(row[0]) if row else 0


def _is_empty(connection: Connection) -> bool:
    row = connection.execute(
        "select exists (select from pg_class where relnamespace = 'public'::regnamespace)"
        " or exists (select from pg_proc where pronamespace = 'public'::regnamespace)"
    ).fetchone()
    return row is not None and not row[0]


def _mark(connection: Connection, backup_id: str | None) -> None:
    """Write on the database which backup is being restored; None when it is done."""
    comment = sql.Literal(_MARK + backup_id) if backup_id else sql.SQL("null")
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("comment on database {} is {}").format(name, comment))


def _marked(connection: Connection) -> str | None:
    row = connection.execute(
        "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
    ).fetchone()
    comment = row[0] if row else None
    return comment.removeprefix(_MARK) if comment and comment.startswith(_MARK) else None
