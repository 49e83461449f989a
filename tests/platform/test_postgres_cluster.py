"""The embedded server lives, dies and comes back as traps of the trade require."""

import os
import signal
import stat
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from carnet.platform.postgres import layout as layout_module
from carnet.platform.postgres.cluster import Cluster
from carnet.platform.postgres.errors import ClusterBusyError, ClusterError
from tests.platform.clusters import FAST, erased_after, hold, servers_of, wait_until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes account")


def one(cluster: Cluster, query: str, *values: object) -> object:
    with psycopg.connect(cluster.conninfo(), autocommit=True) as connection:
        cursor = connection.execute(query, values)
        return cursor.fetchone()[0] if cursor.description else None


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with erased_after(tmp_path_factory.mktemp("served") / "home") as cluster:
        cluster.start()
        yield cluster


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("TimeZone", "UTC"),
        ("jit", "off"),
        ("wal_recycle", "off"),
        ("wal_init_zero", "on"),
        ("default_text_search_config", "pg_catalog.french"),
        ("max_connections", "60"),
        ("server_encoding", "UTF8"),
        ("data_checksums", "on"),
        ("log_min_error_statement", "panic"),
        ("log_error_verbosity", "terse"),
        ("log_parameter_max_length_on_error", "0"),
    ],
)
def test_it_is_configured(served, setting, value):
    assert one(served, "select current_setting(%s)", setting) == value


def test_the_locale_is_builtin_and_knows_accents(served):
    assert one(served, "select datlocale from pg_database where datname = 'postgres'") == "C.UTF-8"
    assert one(served, "select datlocprovider::text from pg_database where datname = 'postgres'") == "b"
    assert one(served, "select upper('école œdème')") == "ÉCOLE ŒDÈME"


def test_the_server_cannot_change_its_own_configuration(served):
    with pytest.raises(psycopg.errors.FeatureNotSupported, match="ALTER SYSTEM"):
        one(served, "alter system set log_statement = 'all'")


def test_the_socket_folder_is_private(served):
    status = served.socket_dir.stat()
    assert stat.S_IMODE(status.st_mode) == 0o700
    assert status.st_uid == served.layout.data.stat().st_uid
    assert status.st_uid != 0


def test_a_socket_account_without_a_line_is_refused(served):
    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        psycopg.connect(served.conninfo("somebody_else"))


def test_a_second_object_joins_and_does_not_stop_the_first(served):
    with Cluster(served.home, settings=FAST) as second, second.use():
        assert second.pid is None
    assert served.is_ready()


def test_another_process_is_refused_and_told_who_holds(served):
    other = hold(served.home)
    _, said = other.communicate(timeout=30)
    assert other.returncode == 1
    assert f"processus {os.getpid()}" in said
    assert served.is_ready()


def test_the_log_shows_no_personal_data(served):
    with psycopg.connect(served.conninfo(), autocommit=True) as connection:
        connection.execute("create table contact (email text primary key, born_on date)")
        connection.execute("insert into contact values ('MARQUEUR-1@exemple.fr', '2000-01-01')")
        for query, values in [
            ("insert into contact values (%s, null)", ["MARQUEUR-1@exemple.fr"]),
            ("insert into contact values ('a', %s::text::date)", ["MARQUEUR-2"]),
            ("select * from contact where MARQUEUR_3 = 1", []),
            ("do $$ begin raise exception 'MARQUEUR-4'; end $$", []),
            ("do $$ begin raise warning 'MARQUEUR-5'; end $$", []),
            ("select pg_terminate_backend(pg_backend_pid()) where 'MARQUEUR-6' <> ''", []),
        ]:
            with suppress(psycopg.Error):
                connection.execute(query, values)
    assert "MARQUEUR" not in served.layout.log.read_text()
    assert "ready to accept connections" in served.layout.log.read_text()


def test_a_crashing_query_is_not_quoted_and_the_server_comes_back(served):
    with psycopg.connect(served.conninfo(), autocommit=True) as connection:
        backend = connection.info.backend_pid
        connection.execute("select 'MARQUEUR-7'")
        os.kill(backend, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 'MARQUEUR-8'")
    wait_until(served.is_ready, seconds=10)
    log = served.layout.log.read_text()
    assert "terminated by signal 9" in log
    assert "MARQUEUR" not in log


def test_it_stops_in_order_with_clients_connected_and_keeps_its_rows(tmp_path):
    with erased_after(tmp_path / "home") as cluster:
        cluster.start()
        with psycopg.connect(cluster.conninfo(), autocommit=True) as client:
            client.execute("create table kept as select 7 as n")
            started = time.monotonic()
            cluster.stop()
            assert time.monotonic() - started < 5
        assert "database system is shut down" in cluster.layout.log.read_text()
        assert not servers_of(cluster)
        cluster.start()
        assert one(cluster, "select n from kept") == 7


def test_the_server_dies_cleanly_with_its_parent_and_the_next_start_waits_for_it(tmp_path):
    with erased_after(tmp_path / "home") as cluster:
        parent = hold(cluster.home)
        assert int(parent.stdout.readline()) > 0
        with psycopg.connect(cluster.conninfo(), autocommit=True) as client:
            client.execute("create table kept as select generate_series(1, 50000) as n")
            parent.kill()
            parent.communicate()
            cluster.start()
        log = cluster.layout.log.read_text()
        assert log.index("received fast shutdown request") < log.index("database system is shut down")
        assert "not properly shut down" not in log
        assert one(cluster, "select count(*) from kept") == 50000


def test_a_killed_server_replays_its_log(tmp_path):
    with erased_after(tmp_path / "home") as cluster:
        cluster.start()
        with psycopg.connect(cluster.conninfo(), autocommit=True) as client:
            client.execute("create table kept as select generate_series(1, 50000) as n")
            os.kill(cluster.pid, signal.SIGKILL)
            wait_until(lambda: not cluster.is_alive(), seconds=5)
            said = []
            cluster.start(progress=said.append)
        assert one(cluster, "select count(*) from kept") == 50000
        assert "automatic recovery in progress" in cluster.layout.log.read_text()


def test_a_stale_file_naming_a_live_stranger_is_no_obstacle(tmp_path):
    with erased_after(tmp_path / "home") as cluster:
        cluster.start()
        file = cluster.layout.data / "postmaster.pid"
        text = file.read_text()
        os.kill(cluster.pid, signal.SIGKILL)
        wait_until(lambda: not servers_of(cluster), seconds=5)
        file.write_text(text.replace(text.split("\n")[0], str(os.getpid()), 1))
        cluster.start()
        assert one(cluster, "select 1") == 1


def test_two_homes_live_side_by_side(served, tmp_path):
    with erased_after(tmp_path / "home") as other:
        other.start()
        assert other.socket_dir != served.socket_dir
        assert one(other, "show data_directory") != one(served, "show data_directory")


def test_a_path_too_long_for_a_socket_gets_a_short_private_folder(tmp_path):
    with erased_after(tmp_path / ("long" * 20) / ("long" * 20) / "home") as cluster:
        cluster.start()
        assert len(os.fsencode(cluster.socket_dir / ".s.PGSQL.5432")) <= layout_module.SOCKET_PATH_BYTES
        assert stat.S_IMODE(cluster.socket_dir.stat().st_mode) == 0o700
        assert one(cluster, "select 1") == 1


def test_a_home_whose_name_needs_quoting_works(tmp_path):
    with erased_after(tmp_path / 'l’été, c\'est "ici"') as cluster:
        cluster.start()
        assert one(cluster, "select 1") == 1


def test_an_interrupted_creation_is_done_again(tmp_path):
    with erased_after(tmp_path / "home") as cluster:
        half = cluster.layout.state / "data.new"
        half.mkdir(parents=True)
        (half / "PG_VERSION").write_text("18\n")
        cluster.start()
        assert not half.exists()


def test_data_of_another_version_are_refused_with_what_to_do(tmp_path):
    with erased_after(tmp_path / "home") as cluster:
        cluster.start()
        cluster.stop()
        (cluster.layout.data / "PG_VERSION").write_text("16\n")
        with pytest.raises(ClusterError, match=r"PostgreSQL 16.*carnet backup.*carnet restore"):
            cluster.start()
        assert not cluster.is_alive()


def test_a_server_that_cannot_start_says_why_and_lets_go(tmp_path):
    with erased_after(tmp_path / "home") as cluster:
        with pytest.raises(ClusterError, match="shared_buffers"):
            Cluster(cluster.home, settings={**FAST, "shared_buffers": "beaucoup"}).start()
        cluster.start()
        assert one(cluster, "select 1") == 1


def test_a_command_joins_the_server_of_another_process_and_leaves_it_running(tmp_path):
    with erased_after(tmp_path / "home") as cluster:
        other = hold(cluster.home)
        other.stdout.readline()
        with pytest.raises(ClusterBusyError) as refused:
            cluster.start()
        assert refused.value.pid == other.pid
        with cluster.use():
            assert one(cluster, "select 1") == 1
        assert cluster.is_ready()
        other.communicate("", timeout=30)
        assert not cluster.is_ready()


def test_a_bad_port_is_refused(tmp_path):
    with pytest.raises(ClusterError, match="CARNET_DB_PORT"):
        Cluster(tmp_path, env={"CARNET_DB_PORT": "80"})


@as_root
@pytest.mark.parametrize("mode", [0o700, 0o755])
def test_as_root_nothing_above_the_home_is_widened(tmp_path, mode):
    above = tmp_path / "above"
    above.mkdir()
    above.chmod(mode)
    modes = {folder: folder.stat().st_mode for folder in (above, *above.parents)}
    with erased_after(above / "home") as cluster:
        cluster.start()
        assert {folder: folder.stat().st_mode for folder in modes} == modes
        assert psutil.Process(cluster.pid).uids().effective != 0
        assert stat.S_IMODE(cluster.layout.log.stat().st_mode) == 0o600


@as_root
def test_as_root_an_open_home_keeps_its_data_inside(tmp_path_factory):
    home = Path("/var/tmp") / f"carnet-test-{os.getpid()}"
    with erased_after(home) as cluster:
        try:
            cluster.start()
            assert cluster.layout.state == home / "postgres"
            assert stat.S_IMODE(home.stat().st_mode) == 0o711
            home.chmod(0o700)
            # where the data are does not change with the modes above them
            assert layout_module.layout_of(home) == cluster.layout
        finally:
            home.chmod(0o711)
            cluster.stop()
            cluster.erase()
            (home / "log" / "postgres.log").unlink()
            (home / "log").rmdir()
            home.rmdir()


@as_root
def test_as_root_data_of_a_removed_home_are_set_aside_not_reused(tmp_path):
    with erased_after(tmp_path / "home") as cluster:
        cluster.start()
        assert cluster.layout.outside
        one(cluster, "create database old")
        cluster.stop()
        (cluster.home / "database.id").unlink()
        said = []
        cluster.start(progress=said.append)
        assert one(cluster, "select count(*) from pg_database where datname = 'old'") == 0
        assert any("mise de côté" in line for line in said)
        assert len(list(cluster.layout.state.glob("data.orphan-*"))) == 1
