"""Backup while serving, restoration, and everything that may go wrong between."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest

from carnet.platform.backup import BackupError, Manifest, backup, find_unfinished, restore, verify
from carnet.platform.postgres.binaries import wheel_bin
from carnet.platform.postgres.roles import bootstrap
from carnet.platform.postgres.target import resolve
from tests.platform.clusters import erased_after, wait_until

PERSONS = 200

# What a real database has: walls, composite keys, partitions, triggers, functions, grants, unlogged tables.
TABLES = """
create table platform_personkey (person_id uuid primary key, wrapped bytea not null);
create table person (id uuid primary key, name text not null);
create table entry (person_id uuid not null, id bigint generated always as identity, title text not null,
                    primary key (person_id, id), foreign key (person_id) references person (id));
alter table entry enable row level security;
alter table entry force row level security;
create policy person_wall on entry using (person_id = current_setting('carnet.person_id')::uuid);
grant select, insert on entry to carnet_app;
grant select on person to carnet_app, carnet_batch;
create table journal (id int primary key, what text) partition by range (id);
create table journal_1 partition of journal for values from (0) to (1000);
create function never() returns trigger language plpgsql as $$ begin raise exception 'jamais'; end $$;
create trigger no_change before update or delete on journal for each row execute function never();
create unlogged table platform_ratelimit (key bytea primary key);
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with erased_after(tmp_path_factory.mktemp("backup") / "home") as cluster:
        cluster.start()
        bootstrap(cluster.conninfo(), "carnet")
        yield cluster


@contextmanager
def database(cluster, name):
    """A database of its own on the shared server, described as a target."""
    bootstrap(cluster.conninfo(), name)
    yield resolve({"CARNET_DB_NAME": name}, cluster.home)
    execute(cluster.conninfo(), f"drop database if exists {name} with (force)")


def execute(conninfo, query, *values):
    with psycopg.connect(conninfo, autocommit=True) as connection:
        cursor = connection.execute(query, values or None)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def original(cluster, tmp_path_factory):
    """A filled database, its blobs, and a backup of both."""
    folder = tmp_path_factory.mktemp("original")
    with database(cluster, "original") as target:
        fill(target, folder / "blobs")
        made = backup(target, folder / "blobs", folder / "backup")
        yield target, folder / "blobs", folder / "backup", made


@pytest.fixture
def empty(cluster):
    with database(cluster, "restored") as target:
        yield target


@pytest.fixture
def copy(original, tmp_path):
    """A copy of the backup that the test may damage."""
    return shutil.copytree(original[2], tmp_path / "copy")


def fill(target, blobs):
    execute(target.conninfo("owner"), TABLES)
    with psycopg.connect(target.conninfo("loader")) as connection:
        for n in range(PERSONS):
            person = uuid4()
            connection.execute("insert into person values (%s, %s)", [person, f"Nom {n}"])
            connection.execute("insert into entry (person_id, title) values (%s, 'Bilan')", [person])
            connection.execute("insert into platform_personkey values (%s, %s)", [person, os.urandom(40)])
            connection.execute("insert into journal values (%s, 'ligne')", [n])
            if n % 10 == 0:
                path = blobs / person.hex[-2:] / str(person) / hashlib.sha256(person.bytes).hexdigest()
                path.parent.mkdir(parents=True)
                path.write_bytes(os.urandom(5000))
        connection.execute("insert into platform_ratelimit values ('x')")
    (path.parent / ".half").write_bytes(b"being written")


def content(target):
    query = "select * from {} order by 1, 2"
    tables = ("person", "entry", "platform_personkey", "journal")
    return {table: execute(target.conninfo("loader"), query.format(table)) for table in tables}


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def test_a_backup_is_whole_private_and_says_what_it_holds(original):
    _, blobs, folder, made = original
    assert made == Manifest.read(folder) == verify(folder)
    assert made.counts == {
        "entry": PERSONS,
        "journal_1": PERSONS,
        "person": PERSONS,
        "platform_personkey": PERSONS,
    }
    assert made.blobs == len(files(blobs)) == PERSONS // 10
    assert made.blob_bytes == 5000 * PERSONS // 10
    assert made.postgresql.startswith("18.")
    assert folder.stat().st_mode & 0o077 == 0
    assert all((folder / name).stat().st_mode & 0o077 == 0 for name in ("database.dump", "keys.dump"))
    assert files(folder / "blobs") == files(blobs)
    subprocess.run(["sha256sum", "--check", "--quiet", "../blobs.sha256"], cwd=folder / "blobs", check=True)


def test_the_main_dump_holds_no_key(original):
    target, _, folder, _ = original
    [(key,)] = execute(
        target.conninfo("loader"), "select encode(wrapped, 'hex') from platform_personkey limit 1"
    )

    def text(name):
        made = subprocess.run(
            [wheel_bin() / "pg_restore", "-f", "-", folder / name], check=True, capture_output=True
        )
        return made.stdout.decode()

    assert key in text("keys.dump")
    assert key not in text("database.dump")


def test_it_comes_back_the_same_walls_and_rights_included(original, empty, tmp_path):
    target, blobs, folder, made = original
    assert restore(empty, folder, tmp_path / "blobs") == made
    assert content(empty) == content(target)
    assert files(tmp_path / "blobs") == files(blobs)
    assert find_unfinished(empty) is None
    with pytest.raises(psycopg.errors.UndefinedObject):
        execute(empty.conninfo("app"), "select * from entry")
    assert execute(empty.conninfo("batch"), "select has_table_privilege('entry', 'select')") == [(False,)]
    assert execute(empty.conninfo("batch"), "select count(*) from person") == [(PERSONS,)]
    with pytest.raises(psycopg.errors.RaiseException, match="jamais"):
        execute(empty.conninfo("loader"), "delete from journal")
    owners = "select distinct tableowner from pg_tables where schemaname = 'public'"
    assert execute(empty.conninfo("loader"), owners) == [("carnet_owner",)]
    # the next identity goes on after the last one
    person = execute(empty.conninfo("loader"), "select id from person limit 1")[0][0]
    execute(empty.conninfo("loader"), "insert into entry (person_id, title) values (%s, 'Suite')", person)


def test_it_is_made_while_others_write_and_stays_coherent(cluster, empty, tmp_path):
    with database(cluster, "busy") as target:
        fill(target, tmp_path / "blobs")
        done = threading.Event()

        def write():
            with psycopg.connect(target.conninfo("loader")) as connection:
                while not done.is_set():
                    with connection.transaction():
                        person = uuid4()
                        connection.execute("insert into person values (%s, 'Nouvelle')", [person])
                        connection.execute("insert into platform_personkey values (%s, 'x')", [person])

        writer = threading.Thread(target=write)
        writer.start()
        try:
            time.sleep(0.1)
            made = backup(target, tmp_path / "blobs", tmp_path / "backup")
        finally:
            done.set()
            writer.join()
        assert made.counts["person"] == made.counts["platform_personkey"] > PERSONS
        restore(empty, tmp_path / "backup", tmp_path / "restored")
        keyless = "select count(*) from person p left join platform_personkey k on k.person_id = p.id where k is null"
        assert execute(empty.conninfo("loader"), keyless) == [(0,)]


def test_a_blob_erased_meanwhile_is_no_error(original, tmp_path):
    target, blobs, _, made = original
    own = shutil.copytree(blobs, tmp_path / "blobs")
    gone = next(path for path in own.rglob("*") if path.is_file() and not path.name.startswith("."))

    def erase(step, done, _total):
        if step == "database.dump" and gone.exists():
            gone.unlink()
        if step == "blobs" and done == 1:
            for path in sorted(p for p in own.rglob("*") if p.is_file() and not p.name.startswith("."))[-1:]:
                path.unlink()

    kept = backup(target, own, tmp_path / "backup", progress=erase)
    assert kept.blobs == made.blobs - 2
    verify(tmp_path / "backup")


def test_a_database_that_is_not_empty_is_refused_unless_forced(original, empty, tmp_path):
    _, _, folder, made = original
    execute(empty.conninfo("owner"), "create table precious as select 1 as n")
    with pytest.raises(BackupError, match="n’est pas vide"):
        restore(empty, folder, tmp_path / "blobs")
    assert execute(empty.conninfo("loader"), "select n from precious") == [(1,)]
    assert not (tmp_path / "blobs").exists()
    assert restore(empty, folder, tmp_path / "blobs", force=True) == made
    assert execute(empty.conninfo("loader"), "select to_regclass('precious')") == [(None,)]


def test_a_database_that_does_not_exist_is_created(original, cluster, tmp_path):
    target = resolve({"CARNET_DB_NAME": "fresh"}, cluster.home)
    try:
        restore(target, original[2], tmp_path / "blobs")
        assert content(target) == content(original[0])
    finally:
        execute(cluster.conninfo(), "drop database if exists fresh with (force)")


def _cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def _turn(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()  # may be a link to another copy
    path.write_bytes(data)


def _first_blob(folder):
    return next(path for path in (folder / "blobs").rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda folder: _turn(folder / "database.dump"), "database.dump est abîmé"),
        (lambda folder: _cut(folder / "keys.dump"), "keys.dump est abîmé"),
        (lambda folder: _turn(folder / "blobs.sha256"), "blobs.sha256 est abîmé"),
        (lambda folder: _turn(_first_blob(folder)), "manque ou est abîmé"),
        (lambda folder: _first_blob(folder).unlink(), "manque ou est abîmé"),
        (lambda folder: (folder / "database.dump").unlink(), "Il manque"),
        (lambda folder: (folder / "manifest.json").unlink(), "n’est pas une sauvegarde complète"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "ne se lit pas"),
        (lambda folder: (folder / "manifest.json").write_text('{"format": 99}'), "format 99"),
    ],
)
def test_damage_is_found_before_anything_is_touched(copy, empty, tmp_path, damage, told):
    damage(copy)
    with pytest.raises(BackupError, match=told):
        restore(empty, copy, tmp_path / "blobs", force=True)
    assert execute(empty.conninfo("loader"), "select to_regclass('person')") == [(None,)]
    assert not (tmp_path / "blobs").exists()


def test_a_list_of_blobs_cannot_write_elsewhere(copy, empty, tmp_path):
    (copy / "blobs.sha256").write_text(f"{'0' * 64}  ../../outside\n")
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["files"]["blobs.sha256"] = {
        "size": (copy / "blobs.sha256").stat().st_size,
        "sha256": hashlib.sha256((copy / "blobs.sha256").read_bytes()).hexdigest(),
    }
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BackupError, match="ligne refusée"):
        restore(empty, copy, tmp_path / "blobs")


def test_without_its_keys_a_backup_asks_for_later_ones_and_takes_them(original, copy, empty, tmp_path):
    target, blobs, _, _ = original
    (copy / "keys.dump").unlink()
    with pytest.raises(BackupError, match="sans les clés"):
        restore(empty, copy, tmp_path / "blobs")
    [(erased,)] = execute(target.conninfo("loader"), "select person_id from platform_personkey limit 1")
    [(kept,)] = execute(
        target.conninfo("loader"), "select wrapped from platform_personkey where person_id = %s", erased
    )
    execute(target.conninfo("loader"), "delete from platform_personkey where person_id = %s", erased)
    try:
        backup(target, blobs, tmp_path / "later")
        restore(empty, copy, tmp_path / "blobs", keys_from=tmp_path / "later")
        found = execute(empty.conninfo("loader"), "select person_id from platform_personkey")
        assert len(found) == PERSONS - 1
        assert (erased,) not in found
        assert execute(empty.conninfo("loader"), "select count(*) from person") == [(PERSONS,)]
    finally:
        execute(target.conninfo("loader"), "insert into platform_personkey values (%s, %s)", erased, kept)


def test_a_destination_that_exists_is_refused(original):
    target, blobs, folder, _ = original
    with pytest.raises(BackupError, match="existe déjà"):
        backup(target, blobs, folder)
    verify(folder)


def test_a_failed_backup_leaves_nothing(original, cluster, tmp_path):
    blobs = original[1]
    nowhere = resolve({"CARNET_DB_NAME": "nowhere"}, cluster.home)
    with pytest.raises(psycopg.OperationalError):
        backup(nowhere, blobs, tmp_path / "out" / "backup")
    assert list((tmp_path / "out").iterdir()) == []


def test_two_backups_to_one_place_do_not_mix(original, tmp_path):
    target, blobs, _, _ = original
    refused = []

    def again(step, _done, _total):
        if step == "keys.dump" and not refused:
            with pytest.raises(BackupError, match="en cours") as error:
                backup(target, blobs, tmp_path / "backup")
            refused.append(error)

    backup(target, blobs, tmp_path / "backup", progress=again)
    assert refused
    verify(tmp_path / "backup")


RUNNER = """
import json, os, signal, sys
from pathlib import Path
from carnet.platform.backup import backup, restore
from carnet.platform.postgres.target import resolve
verb, home, name, one, other, when = json.loads(sys.argv[1])
def progress(step, done, total):
    if when and step == when and done == (total or 0):
        os.kill(os.getpid(), signal.SIGKILL)
target = resolve({"CARNET_DB_NAME": name}, Path(home))
if verb == "backup":
    backup(target, Path(one), Path(other), progress=progress)
else:
    restore(target, Path(one), Path(other), progress=progress)
"""


def run_until_killed(*words):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    made = subprocess.run(
        [sys.executable, "-c", RUNNER, json.dumps([str(word) for word in words])], env=env, check=False
    )
    assert made.returncode == -signal.SIGKILL


@pytest.mark.parametrize("step", ["database.dump", "blobs"])
def test_a_killed_backup_leaves_no_backup_and_the_next_one_works(original, cluster, tmp_path, step):
    target, blobs, _, _ = original
    run_until_killed("backup", cluster.home, "original", blobs, tmp_path / "backup", step)
    assert not (tmp_path / "backup").exists()
    backup(target, blobs, tmp_path / "backup")
    verify(tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir()] == ["backup"]


@pytest.mark.parametrize("step", ["blobs", "database.dump", "keys.dump"])
def test_a_killed_restoration_is_known_and_goes_on(original, cluster, empty, tmp_path, step):
    target, blobs, folder, made = original
    run_until_killed("restore", cluster.home, "restored", folder, tmp_path / "blobs", step)
    wait_until(lambda: len(sessions(cluster, "restored")) == 0, seconds=10)
    assert find_unfinished(empty) == made.id
    restore(empty, folder, tmp_path / "blobs")
    assert find_unfinished(empty) is None
    assert content(empty) == content(target)
    assert files(tmp_path / "blobs") == files(blobs)


def sessions(cluster, name):
    return execute(cluster.conninfo(), "select pid from pg_stat_activity where datname = %s", name)


def test_an_interrupted_restoration_of_another_backup_is_refused(original, copy, cluster, empty, tmp_path):
    _, _, folder, _ = original
    run_until_killed("restore", cluster.home, "restored", folder, tmp_path / "blobs", "keys.dump")
    wait_until(lambda: len(sessions(cluster, "restored")) == 0, seconds=10)
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps({**manifest, "id": uuid4().hex}))
    with pytest.raises(BackupError, match="n’est pas vide"):
        restore(empty, copy, tmp_path / "blobs")


def test_rows_missing_after_a_restoration_are_an_error(original, copy, empty, tmp_path):
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["counts"]["person"] += 1
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BackupError, match=f"person a {PERSONS} lignes au lieu de {PERSONS + 1}"):
        restore(empty, copy, tmp_path / "blobs")
    assert find_unfinished(empty) is not None


def test_blobs_may_live_elsewhere(original, empty, tmp_path):
    target, _, folder, _ = original
    made = backup(target, None, tmp_path / "backup")
    assert made.blobs == 0
    restore(empty, tmp_path / "backup", None)
    with pytest.raises(BackupError, match="dans quel dossier"):
        restore(empty, folder, None, force=True)
