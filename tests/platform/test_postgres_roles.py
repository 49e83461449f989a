"""Roles: what each may and may not, proved by logging in as it."""

import psycopg
import pytest

from carnet.platform.postgres.errors import BootstrapError, ServerVersionError
from carnet.platform.postgres.roles import ROLE_NAMES, bootstrap, check_version, secure_database
from carnet.platform.postgres.target import resolve
from tests.platform.clusters import erased_after

SERVING = ["app", "batch", "seal", "stats"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    with erased_after(tmp_path_factory.mktemp("roles") / "home") as cluster:
        cluster.start()
        bootstrap(cluster.conninfo(), "carnet", for_tests=True)
        yield cluster


@pytest.fixture
def target(cluster):
    return resolve({}, cluster.home)


def ask(conninfo, query, *values):
    with psycopg.connect(conninfo, autocommit=True) as connection:
        cursor = connection.execute(query, values)
        return cursor.fetchall() if cursor.description else []


def test_no_role_is_superuser_and_only_the_loader_bypasses_the_walls(cluster):
    rows = ask(
        cluster.conninfo(),
        "select rolname, rolsuper, rolcreaterole, rolreplication, rolbypassrls from pg_roles"
        " where rolname like 'carnet%%'",
    )
    assert {row[0] for row in rows} == set(ROLE_NAMES)
    assert not any(row[1] or row[2] or row[3] for row in rows)
    assert {row[0] for row in rows if row[4]} == {"carnet_loader"}


@pytest.mark.parametrize("role", SERVING)
def test_serving_roles_are_members_of_nothing_and_cannot_become_another(target, cluster, role):
    groups = ask(
        cluster.conninfo(),
        "select roleid::regrole::text from pg_auth_members where member = %s::regrole",
        f"carnet_{role}",
    )
    assert groups == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(target.conninfo(role), "set role carnet_owner")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(target.conninfo(role), "create table mine (n int)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ask(target.conninfo(role), "set session_replication_role = replica")


def test_membership_taken_by_hand_is_taken_back(cluster):
    ask(cluster.conninfo(), "grant carnet_owner to carnet_app")
    ask(cluster.conninfo(), "alter role carnet_batch bypassrls")
    bootstrap(cluster.conninfo(), "carnet", for_tests=True)
    assert not ask(cluster.conninfo(), "select 1 from pg_auth_members where member = 'carnet_app'::regrole")
    assert ask(cluster.conninfo(), "select rolbypassrls from pg_roles where rolname = 'carnet_batch'") == [
        (False,)
    ]


@pytest.mark.parametrize(
    ("role", "setting", "value"),
    [
        ("app", "idle_in_transaction_session_timeout", "5s"),
        ("app", "statement_timeout", "30s"),
        ("app", "lock_timeout", "5s"),
        ("batch", "statement_timeout", "30min"),
        ("loader", "statement_timeout", "0"),
        ("owner", "lock_timeout", "10s"),
    ],
)
def test_limits_reach_the_session(target, role, setting, value):
    assert ask(target.conninfo(role), "select current_setting(%s)", setting) == [(value,)]


def test_the_loader_passes_the_wall_that_blinds_the_owner_and_can_erase_for_good(target):
    ask(
        target.conninfo("owner"),
        "create table walled (person_id uuid); alter table walled enable row level security;"
        "alter table walled force row level security;"
        "create policy person_wall on walled using (person_id = current_setting('carnet.person_id')::uuid)",
    )
    ask(target.conninfo("loader"), "insert into walled select gen_random_uuid()")
    assert ask(target.conninfo("loader"), "select count(*) from walled") == [(1,)]
    with pytest.raises(psycopg.errors.UndefinedObject):
        ask(target.conninfo("owner"), "select count(*) from walled")
    for statement in ("vacuum full walled", "checkpoint", "select pg_switch_wal()"):
        ask(target.conninfo("loader"), statement)
    assert ask(target.conninfo("loader"), "show data_directory") != []
    ask(target.conninfo("loader"), "drop table walled")


def test_public_has_nothing_in_the_schema(cluster, target):
    ask(cluster.conninfo(), "create role stranger login")
    try:
        query = (
            "select has_schema_privilege('stranger', 'public', 'usage'),"
            " has_database_privilege('stranger', 'carnet', 'connect')"
        )
        assert ask(target.conninfo("admin"), query) == [(False, False)]
    finally:
        ask(cluster.conninfo(), "drop role stranger")


def test_the_test_role_becomes_the_others_and_the_owner_creates_databases(cluster, target):
    for role in ("owner", "loader", *SERVING):
        with psycopg.connect(target.conninfo("test"), autocommit=True) as connection:
            connection.execute(f"set role carnet_{role}")
            assert connection.execute("select current_user").fetchone() == (f"carnet_{role}",)
    with psycopg.connect(target.conninfo("test", "postgres"), autocommit=True) as connection:
        connection.execute("set role carnet_owner")
        connection.execute("create database copied")
        try:
            # a database made by a test is a copy of template1: closed already
            with psycopg.connect(cluster.conninfo(database="copied")) as inside:
                assert inside.execute(
                    "select has_schema_privilege('public', 'public', 'usage')"
                ).fetchone() == (False,)
        finally:
            connection.execute("drop database copied")


def test_without_tests_the_test_role_is_shut_and_back_again(cluster, target):
    bootstrap(cluster.conninfo(), "carnet")
    try:
        with pytest.raises(psycopg.OperationalError, match="not permitted to log in"):
            psycopg.connect(target.conninfo("test"))
        assert ask(cluster.conninfo(), "select rolcreatedb from pg_roles where rolname = 'carnet_owner'") == [
            (False,)
        ]
        assert not ask(
            cluster.conninfo(), "select 1 from pg_auth_members where member = 'carnet_test'::regrole"
        )
    finally:
        bootstrap(cluster.conninfo(), "carnet", for_tests=True)
    assert ask(target.conninfo("test"), "select 1") == [(1,)]


def test_twice_sends_nothing_so_that_an_ordinary_account_is_enough(cluster):
    ask(cluster.conninfo(), "create role bystander login")
    ask(cluster.conninfo(), "grant carnet_owner to bystander with set true")
    ask(cluster.conninfo("postgres", "carnet"), "grant connect on database carnet to bystander")
    try:
        as_bystander = psycopg.conninfo.make_conninfo(cluster.conninfo(), options="-c role=bystander")
        assert bootstrap(as_bystander, "carnet", for_tests=True) == ()
        ask(cluster.conninfo(), "alter role carnet_app set lock_timeout = '1s'")
        with pytest.raises(
            BootstrapError, match=r'administrateur.*alter role "carnet_app" set "lock_timeout"'
        ):
            bootstrap(as_bystander, "carnet", for_tests=True)
    finally:
        bootstrap(cluster.conninfo(), "carnet", for_tests=True)
        ask(cluster.conninfo(), "drop owned by bystander")
        ask(cluster.conninfo(database="carnet"), "drop owned by bystander")
        ask(cluster.conninfo(), "drop role bystander")


@pytest.fixture
def managed(tmp_path):
    """A server as rented: an account that may create roles and databases, and is not superuser."""
    with erased_after(tmp_path / "home") as cluster:
        cluster.start()
        ask(cluster.conninfo(), "create role keeper createrole createdb bypassrls login")
        yield cluster


def test_an_account_that_may_create_roles_prepares_a_server(managed):
    """What needs a superuser is reported, not required."""
    as_keeper = psycopg.conninfo.make_conninfo(managed.conninfo(), options="-c role=keeper")
    refused = bootstrap(as_keeper, "carnet")
    assert {statement.split(" to ")[0] for statement in refused} == {
        'grant "pg_checkpoint"',
        'grant "pg_read_all_settings"',
        'grant "pg_read_all_stats"',
        "grant execute on function pg_switch_wal()",
    }
    target = resolve({}, managed.home)
    ask(target.conninfo("owner"), "create table t (n int); grant select on t to carnet_app")
    assert ask(target.conninfo("app"), "select * from t") == []
    ask(target.conninfo("loader"), "insert into t values (1)")


def test_passwords_are_kept_as_scram_verifiers(cluster):
    bootstrap(cluster.conninfo(), "carnet", for_tests=True, passwords={"app": "châtaigne"})
    [(kept,)] = ask(cluster.conninfo(), "select rolpassword from pg_authid where rolname = 'carnet_app'")
    assert kept.startswith("SCRAM-SHA-256$")
    assert "châtaigne" not in kept


def test_a_database_in_another_encoding_is_refused(cluster):
    ask(
        cluster.conninfo(),
        "create database latin owner carnet_owner encoding 'LATIN1' locale 'C' locale_provider libc template template0",
    )
    with pytest.raises(BootstrapError, match="UTF8"):
        bootstrap(cluster.conninfo(), "latin", for_tests=True)


@pytest.mark.parametrize("version", [150008, 90624, 190000])
def test_other_versions_are_refused(version):
    with pytest.raises(ServerVersionError, match="16 à 18"):
        check_version(version)


@pytest.mark.parametrize("version", [160000, 170004, 180004])
def test_these_versions_are_accepted(version):
    check_version(version)


def test_securing_a_database_again_changes_nothing(cluster):
    assert secure_database(cluster.conninfo(), "carnet") == []
