"""Who may do what on the server: roles, their limits, the database and its schema.

Roles belong to the whole server, so they are made here, never in a migration. What is wanted is compared
with what is there: running it again sends nothing, and an account that may not create roles is enough when
a database administrator made them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, LiteralString, get_args

import psycopg
from psycopg import sql

from carnet.platform.postgres.errors import BootstrapError, ServerVersionError

RoleName = Literal["owner", "loader", "app", "batch", "seal", "stats", "test"]
Connection = psycopg.Connection[tuple[Any, ...]]

OLDEST, NEWEST = 16, 18
# One bootstrap at a time: PostgreSQL answers "tuple concurrently updated" to two at once.
_LOCK = 0x4341_524E_4554
_BATCH_LIMITS = {
    "statement_timeout": "30min",
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "30s",
}


@dataclass(frozen=True)
class Role:
    """A login role: its attribute, the roles it belongs to and how, its session limits."""

    short: RoleName
    bypassrls: bool = False
    member_of: Mapping[str, Literal["inherit", "set"]] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"carnet_{self.short}"


# What each role is for: ARCHITECTURE.md. None is superuser; app, batch, seal, stats are members of nothing.
ROLES: tuple[Role, ...] = (
    Role("owner", settings={"lock_timeout": "10s"}),
    Role(
        "loader",
        bypassrls=True,
        # Erasure rewrites tables (VACUUM FULL), then writes a checkpoint and leaves the log segment.
        member_of={
            "carnet_owner": "inherit",
            "pg_checkpoint": "inherit",
            "pg_read_all_settings": "inherit",
            "pg_read_all_stats": "inherit",  # an erasure waits for older snapshots: it must see them
        },
        settings={"lock_timeout": "60s", "idle_in_transaction_session_timeout": "10min"},
    ),
    Role(
        "app",
        settings={
            "statement_timeout": "30s",
            "idle_in_transaction_session_timeout": "5s",
            "lock_timeout": "5s",
        },
    ),
    Role("batch", settings=_BATCH_LIMITS),
    Role("seal", settings=_BATCH_LIMITS),
    Role("stats", settings=_BATCH_LIMITS),
)
# Tests log in as it and assume the others. It exists on no server where tests do not run.
TEST_ROLE = Role("test", member_of={role.name: "set" for role in ROLES})
ROLE_NAMES = tuple(f"carnet_{short}" for short in get_args(RoleName))

_DATABASE_SETTINGS = {"TimeZone": "UTC", "default_text_search_config": "pg_catalog.french", "jit": "off"}
_DATABASE_RIGHTS: dict[str, tuple[LiteralString, ...]] = {
    "carnet_owner": ("connect", "temporary"),
    "carnet_loader": ("connect", "temporary"),
    "carnet_app": ("connect",),
    "carnet_batch": ("connect", "temporary"),
    "carnet_seal": ("connect",),
    "carnet_stats": ("connect",),
    "carnet_test": ("connect",),
}
_SCHEMA_RIGHTS: dict[str, tuple[LiteralString, ...]] = {
    "carnet_owner": ("usage", "create"),
    "carnet_loader": ("usage",),
    "carnet_app": ("usage",),
    "carnet_batch": ("usage",),
    "carnet_seal": ("usage",),
    "carnet_stats": ("usage",),
}
# Superuser matters, useful to erasure on a server of ours; elsewhere its administrator answers for them.
_OPTIONAL_GROUPS = {"pg_checkpoint", "pg_read_all_settings", "pg_read_all_stats"}


def bootstrap(
    conninfo: str,
    database: str,
    *,
    for_tests: bool = False,
    passwords: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Create what is missing: roles, their attributes, memberships and limits, the database, its schema.

    `conninfo`: the maintenance database ("postgres"), as superuser or an account with CREATEROLE and
    CREATEDB. `passwords`: by role ("app": ...), for servers reached by password. `for_tests` adds
    carnet_test, lets the owner create databases and prepares template1; without it both are taken back.
    Returns the optional grants that this account may not give. BootstrapError names the first required
    statement refused; ServerVersionError outside PostgreSQL 16 to 18.
    """
    with psycopg.connect(conninfo, autocommit=True) as server:
        check_version(server.info.server_version)
        server.execute("select pg_advisory_lock(%s)", [_LOCK])
        refused = _send(server, _role_statements(server, for_tests=for_tests))
        _send(server, _password_statements(server, passwords or {}))
        # Under the same lock: grants inside databases race as well.
        refused += create_database(conninfo, database)
        if for_tests:  # databases that tests create are copies of it
            refused += secure_database(conninfo, "template1")
    return tuple(refused)


def create_database(conninfo: str, database: str) -> list[str]:
    """Create a database for roles that exist already, and secure it. Idempotent.

    Same account and errors as `bootstrap`. Returns the optional grants refused.
    """
    with psycopg.connect(conninfo, autocommit=True) as server:
        _send(server, _database_statements(server, database))
        _check_encoding(server, database)
    return secure_database(conninfo, database)


def secure_database(conninfo: str, database: str) -> list[str]:
    """Close the schema `public` of a database to PUBLIC and open it to the roles. Idempotent.

    Returns the optional grants refused. Also for a database that another tool created (a test's).
    """
    with psycopg.connect(conninfo, dbname=database, autocommit=True) as connection:
        return _send(connection, _schema_statements(connection))


def roles_exist(conninfo: str) -> bool:
    """Tell whether this server knows the roles of production already."""
    with psycopg.connect(conninfo, autocommit=True) as server:
        return all(_exists(server, role.name) for role in ROLES)


def check_version(server_version: int) -> None:
    """ServerVersionError unless PostgreSQL 16 to 18; `server_version` is libpq's number (180004 is 18.4)."""
    major = server_version // 10_000
    if not OLDEST <= major <= NEWEST:
        raise ServerVersionError(
            f"Ce serveur est un PostgreSQL {major}. Carnet demande une version de {OLDEST} à {NEWEST} : "
            "changez de serveur (DATABASE_URL), ou retirez DATABASE_URL pour la base embarquée."
        )


@dataclass(frozen=True)
class _Step:
    """A statement to send; an optional one may be refused to this account."""

    statement: sql.SQL | sql.Composed
    optional: bool = False


def _send(connection: Connection, steps: Iterator[_Step]) -> list[str]:
    refused = []
    for step in steps:
        try:
            connection.execute(step.statement)
        except psycopg.errors.InsufficientPrivilege as error:
            text = step.statement.as_string(connection)
            if not step.optional:
                raise BootstrapError(
                    f"Ce compte n’a pas le droit de préparer la base ({error.diag.message_primary}). "
                    f"Faites exécuter par un administrateur : {text};"
                ) from error
            refused.append(text)
    return refused


def _role_statements(server: Connection, *, for_tests: bool) -> Iterator[_Step]:
    wanted = (*ROLES, TEST_ROLE) if for_tests else ROLES
    for role in wanted:
        yield from _attribute_steps(server, role, createdb=for_tests and role.short == "owner")
    for role in wanted:
        yield from _membership_steps(server, role)
        yield from _limit_steps(server, role)
    if not for_tests and _attributes(server, TEST_ROLE.name):
        yield from _membership_steps(server, Role("test"))
        yield _Step(_sql("alter role {} nologin", TEST_ROLE.name))


def _attribute_steps(server: Connection, role: Role, *, createdb: bool) -> Iterator[_Step]:
    wanted: dict[LiteralString, bool] = {
        "login": True,
        "bypassrls": role.bypassrls,
        "createdb": createdb,
        "superuser": False,
        "createrole": False,
        "replication": False,
    }
    found = _attributes(server, role.name)
    if found is None:
        given = " ".join(name for name, on in wanted.items() if on)
        yield _Step(_sql(f"create role {{}} {given}", role.name))
        return
    changed = [name if on else f"no{name}" for name, on in wanted.items() if found[name] != on]
    if changed:
        yield _Step(_sql(f"alter role {{}} {' '.join(changed)}", role.name))


def _attributes(server: Connection, name: str) -> dict[str, bool] | None:
    row = server.execute(
        "select rolcanlogin, rolbypassrls, rolcreatedb, rolsuper, rolcreaterole, rolreplication"
        " from pg_roles where rolname = %s",
        [name],
    ).fetchone()
    names = ("login", "bypassrls", "createdb", "superuser", "createrole", "replication")
    return dict(zip(names, row, strict=True)) if row else None


def _membership_steps(server: Connection, role: Role) -> Iterator[_Step]:
    """Give the memberships wanted, take back any other: a user is as strong as what it may become."""
    found: dict[str, str] = dict(
        server.execute(
            "select g.rolname, case when m.inherit_option then 'inherit' when m.set_option then 'set' end"
            " from pg_auth_members m join pg_roles g on g.oid = m.roleid join pg_roles r on r.oid = m.member"
            " where r.rolname = %s",
            [role.name],
        ).fetchall()
    )
    for group, how in role.member_of.items():
        if found.get(group) != how:
            options = "inherit true, set true" if how == "inherit" else "inherit false, set true"
            yield _Step(
                _sql(f"grant {{}} to {{}} with {options}", group, role.name), group in _OPTIONAL_GROUPS
            )
    for group in found.keys() - role.member_of.keys():
        yield _Step(_sql("revoke {} from {}", group, role.name))


def _limit_steps(server: Connection, role: Role) -> Iterator[_Step]:
    found = _session_settings(server, role.name)
    for name, value in role.settings.items():
        if found.get(name) != value:
            yield _Step(_sql("alter role {} set {} = {}", role.name, name, sql.Literal(value)))


def _password_statements(server: Connection, passwords: Mapping[str, str]) -> Iterator[_Step]:
    """Set passwords as SCRAM verifiers: the server's log never sees one in clear."""
    for short, password in passwords.items():
        name = f"carnet_{short}"
        verifier = server.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
        yield _Step(_sql("alter role {} password {}", name, sql.Literal(verifier.decode())))


def _database_statements(server: Connection, database: str) -> Iterator[_Step]:
    # PostgreSQL 16 on: who made a role is not by itself allowed to give it a database.
    if not _one(server, "select pg_has_role(current_user, 'carnet_owner', 'set')"):
        yield _Step(sql.SQL("grant carnet_owner to current_user with inherit true, set true"))
    if not _one(server, "select exists (select from pg_database where datname = %s)", database):
        yield _Step(_sql("create database {} owner carnet_owner encoding 'UTF8'", database))
    found = _session_settings(server, None, database)
    for name, value in _DATABASE_SETTINGS.items():
        if found.get(name) != value:
            yield _Step(_sql("alter database {} set {} = {}", database, name, sql.Literal(value)))


def _check_encoding(server: Connection, database: str) -> None:
    encoding = _one(
        server, "select pg_encoding_to_char(encoding) from pg_database where datname = %s", database
    )
    if encoding != "UTF8":
        raise BootstrapError(f"La base {database} est en {encoding}. Il la faut en UTF8 : recréez-la.")


def _schema_statements(connection: Connection) -> Iterator[_Step]:
    """Yield what closes this database to PUBLIC and opens it to the roles, without what is done already."""
    database = connection.info.dbname
    if _one(connection, "select has_database_privilege('public', current_database(), 'connect')"):
        yield _Step(_sql("revoke all on database {} from public", database))
    if _one(connection, "select has_schema_privilege('public', 'public', 'usage')"):
        yield _Step(sql.SQL("revoke all on schema public from public"))
    for role, rights in _DATABASE_RIGHTS.items():
        missing = "select not has_database_privilege(%s, current_database(), %s)"
        if _exists(connection, role) and any(_one(connection, missing, role, right) for right in rights):
            yield _Step(_sql(f"grant {', '.join(rights)} on database {{}} to {{}}", database, role))
    for role, rights in _SCHEMA_RIGHTS.items():
        missing = "select not has_schema_privilege(%s, 'public', %s)"
        if any(_one(connection, missing, role, right) for right in rights):
            yield _Step(_sql(f"grant {', '.join(rights)} on schema public to {{}}", role))
    if not _one(connection, "select has_function_privilege('carnet_loader', 'pg_switch_wal()', 'execute')"):
        yield _Step(sql.SQL("grant execute on function pg_switch_wal() to carnet_loader"), optional=True)


def _session_settings(server: Connection, role: str | None, database: str | None = None) -> dict[str, str]:
    """Return the settings given to a role everywhere, or to everybody in a database."""
    row = server.execute(
        "select s.setconfig from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole"
        " left join pg_database d on d.oid = s.setdatabase"
        " where r.rolname is not distinct from %s and d.datname is not distinct from %s",
        [role, database],
    ).fetchone()
    return dict(entry.split("=", 1) for entry in row[0]) if row else {}


def _exists(connection: Connection, role: str) -> bool:
    return bool(_one(connection, "select exists (select from pg_roles where rolname = %s)", role))


def _one(connection: Connection, query: LiteralString, *values: str) -> object:
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None


def _sql(template: LiteralString, *parts: str | sql.Literal) -> sql.Composed:
    """Compose a statement: names are quoted as identifiers, literals as literals."""
    return sql.SQL(template).format(
        *(sql.Identifier(part) if isinstance(part, str) else part for part in parts)
    )
