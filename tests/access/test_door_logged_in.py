"""The same proofs with the logins of production: nothing is assumed, nothing was ever more."""

import os
from contextlib import contextmanager
from datetime import date

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.platform.postgres.roles import secure_database
from carnet.platform.postgres.target import resolve
from tests.people.register import add_person, open_space

pytestmark = pytest.mark.django_db(transaction=True)

# Columns of pg_roles that make a role more than a login.
_POWERS = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
_SERVING = ("app", "batch", "seal", "stats")
_LOUD = (psycopg.errors.UndefinedObject, psycopg.errors.InvalidTextRepresentation)
_DENIED = psycopg.errors.InsufficientPrivilege


def target():
    return resolve(os.environ, settings.CARNET_HOME)


@contextmanager
def logged_in(role):
    """A connection whose session user is that role."""
    conninfo = target().conninfo(role, database=connection.settings_dict["NAME"])
    with psycopg.connect(conninfo, autocommit=True) as opened:
        yield opened


@pytest.fixture
def app():
    # A database that the test harness made is open to everybody until it is closed like that of production.
    secure_database(target().conninfo("admin"), connection.settings_dict["NAME"])
    with logged_in("app") as opened:
        yield opened


def clinical_tables(opened):
    """Tables behind the wall of a person, the journal apart (it has rules of its own)."""
    found = opened.execute(
        "select c.relname from pg_class c join pg_policy p on p.polrelid = c.oid and p.polname = 'person_wall'"
        " where c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'journal' order by 1"
    ).fetchall()
    return [name for (name,) in found]


def lines_of(person_id):
    with logged_in("seal") as seal:
        return seal.execute(
            "select event, allowed, reason from journal where person_id = %s order by id", [person_id]
        ).fetchall()


def enter(opened, person_id):
    """What the door does to a transaction."""
    opened.execute("select set_config('carnet.person_id', %s, true)", [str(person_id)])


@pytest.mark.parametrize("role", _SERVING)
def test_who_serves_is_nobody_special_and_can_become_nobody_else(role):
    with logged_in(role) as opened:
        powers = sql.SQL(", ").join(map(sql.Identifier, _POWERS))
        query = sql.SQL("select session_user, {} from pg_roles where rolname = session_user").format(powers)
        assert opened.execute(query).fetchone() == (f"carnet_{role}", *[False] * len(_POWERS))
        others = opened.execute("select rolname from pg_roles where rolname <> session_user").fetchall()
        assert len(others) > len(_SERVING)
        for (other,) in others:
            with pytest.raises(_DENIED):
                opened.execute(sql.SQL("set role {}").format(sql.Identifier(other)))


def test_outside_the_door_every_clinical_table_is_an_error(app):
    tables = clinical_tables(app)
    assert "documents_document" in tables
    for table in tables:
        name = sql.Identifier(table)
        for statement in ("select * from {}", "select count(*) from {}", "select exists (select from {})"):
            with pytest.raises(_LOUD):
                app.execute(sql.SQL(statement).format(name))
        changed = sql.SQL("update {} set person_id = person_id"), sql.SQL("delete from {}")
        for statement in changed:
            with pytest.raises((*_LOUD, _DENIED)):
                app.execute(statement.format(name))


def test_after_a_door_has_closed_it_is_an_error_again(app):
    claire = add_person()
    open_space(claire)
    for end in ("commit", "rollback"):
        app.execute("begin")
        enter(app, claire)
        assert app.execute("select count(*) from documents_document").fetchone() == (0,)
        app.execute(end)
        with pytest.raises(_LOUD):
            app.execute("select count(*) from documents_document")


def test_row_security_cannot_be_put_aside(app):
    for statement in (
        "alter table documents_document disable row level security",
        "alter table documents_document no force row level security",
        "drop policy person_wall on documents_document",
        "create policy mine on documents_document using (true)",
        "create view mine as select * from documents_document",
        "create function mine() returns bigint language sql as 'select count(*) from documents_document'",
        "create temporary table mine as select 1",
        "set session_replication_role = replica",
        "copy documents_document from program 'true'",
    ):
        with pytest.raises((_DENIED, psycopg.errors.FeatureNotSupported)):
            app.execute(statement)
    app.execute("set row_security = off")  # turns a filter into an error, opens nothing
    with app.transaction(force_rollback=True):
        enter(app, add_person())
        with pytest.raises(_DENIED), app.transaction():
            app.execute("select * from documents_document")


def test_inside_anothers_row_can_be_neither_read_nor_written(app):
    claire, paul = add_person(), add_person()
    with logged_in("loader") as loader:
        loader.execute(_document_row(loader), {"person": paul})
    with app.transaction(force_rollback=True):
        enter(app, claire)
        mine = "select count(*) from documents_document where person_id = %s"
        assert app.execute(mine, [paul]).fetchone() == (0,)
        assert app.execute("update documents_document set masked = true").rowcount == 0
        with pytest.raises(_DENIED), app.transaction():
            app.execute(_document_row(app), {"person": paul})
        app.execute(_document_row(app), {"person": claire})
        assert app.execute(mine, [claire]).fetchone() == (1,)


@pytest.mark.parametrize("role", ["app", "batch", "seal", "loader"])
def test_no_line_of_the_journal_changes(role):
    claire = add_person()
    open_space(claire)
    with access.open(claire, by=Actor(ActorKind.PATIENT, claire), purpose=Purpose.CONSULT):
        pass
    before = lines_of(claire)
    assert len(before) == 1
    month = f"journal_{date.today():%Y%m}"  # noqa: DTZ011
    with logged_in(role) as opened:
        for table in ("journal", month):
            for statement in (
                "update {} set reason = 'x', person_id = person_id",
                "delete from {}",
                "truncate {}",
            ):
                with pytest.raises((_DENIED, psycopg.errors.RaiseException, *_LOUD)):
                    opened.execute(sql.SQL(statement).format(sql.Identifier(table)))
        if role != "loader":  # which migrates data as the owner, and serves nobody
            for statement in (
                "alter table {} disable trigger all",
                "drop table {}",
                "alter table {} add x int",
            ):
                with pytest.raises(_DENIED):
                    opened.execute(sql.SQL(statement).format(sql.Identifier(month)))
    assert lines_of(claire) == before


def test_a_refusal_is_in_the_journal_of_another_session_at_once():
    claire, paul = add_person(), add_person()
    open_space(claire)
    with (
        pytest.raises(access.Refused),
        access.open(claire, by=Actor(ActorKind.PATIENT, paul), purpose=Purpose.CONSULT),
    ):
        raise AssertionError("entered")
    ((event, allowed, reason),) = lines_of(claire)
    assert (event, allowed) == (EventType.SPACE_CONSULTED, False)
    assert reason == access.Rule.NOT_REPRESENTATIVE


@pytest.mark.parametrize("role", ["batch", "seal", "stats"])
def test_only_the_application_reaches_a_clinical_table(role):
    with logged_in(role) as opened:
        for table in clinical_tables(opened):
            rights = "select, insert, update, delete, truncate, references, trigger"
            held = opened.execute(
                "select has_table_privilege(%(table)s, %(rights)s) or has_any_column_privilege(%(table)s,"
                " 'select, insert, update, references')",
                {"table": table, "rights": rights},
            ).fetchone()
            assert held == (False,), table
            with opened.transaction(force_rollback=True):
                enter(opened, add_person())
                for statement in ("select * from {}", "select count(*) from {}", "delete from {}"):
                    with pytest.raises(_DENIED), opened.transaction():
                        opened.execute(sql.SQL(statement).format(sql.Identifier(table)))


def _document_row(opened):
    """An insert of one row, whatever the columns: those that must be are filled by their type."""
    columns = opened.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_name = 'documents_document' and is_nullable = 'NO' order by ordinal_position"
    ).fetchall()
    fillings = {
        "uuid": "gen_random_uuid()", "text": "''", "bytea": "decode('00', 'hex')", "boolean": "false",
        "timestamp with time zone": "now()", "date": "current_date",
    }  # fmt: skip
    values = ["%(person)s" if name == "person_id" else fillings.get(kind, "0") for name, kind in columns]
    names = ", ".join(name for name, _ in columns)
    return f"insert into documents_document ({names}) values ({', '.join(values)})"
