"""The proofs of the door."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DataError, InternalError, ProgrammingError

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.platform.ids import uuid7
from tests.conftest import acting_as
from tests.people.register import add_person, open_space

pytestmark = pytest.mark.django_db(transaction=True)


def holder(person_id):
    return Actor(ActorKind.PATIENT, person_id)


def test_outside_the_door_a_clinical_table_is_an_error():
    with pytest.raises((ProgrammingError, DataError)), connection.cursor() as cursor:
        cursor.execute("select * from documents_document")


def test_inside_only_her_rows(transactional_db):
    claire, paul = add_person(), add_person()
    open_space(claire)
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT), connection.cursor() as cursor:
        cursor.execute("select count(*) from documents_document where person_id = %s", [paul])
        assert cursor.fetchone() == (0,)


def test_a_refusal_stays_and_tells_why():
    claire, paul = add_person(), add_person()
    open_space(claire)
    with (
        pytest.raises(access.Refused) as refused,
        access.open(claire, by=holder(paul), purpose=Purpose.CONSULT),
    ):
        raise AssertionError("entered")
    assert refused.value.scope.rule is access.Rule.NOT_REPRESENTATIVE
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT):
        lines = list_lines(claire, key=None)
    assert [(line.allowed, line.actor.id) for line in lines] == [(True, claire), (False, paul)]


def test_work_that_fails_leaves_its_line():
    claire = add_person()
    open_space(claire)
    with pytest.raises(ZeroDivisionError), access.open(claire, by=holder(claire), purpose=Purpose.CONSULT):
        raise ZeroDivisionError
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT):
        events = [line.event for line in list_lines(claire, key=None)]
    assert events == [EventType.SPACE_CONSULTED, EventType.OPENED_THEN_FAILED]


def test_one_person_at_a_time_and_outermost():
    claire, paul = add_person(), add_person()
    open_space(claire)
    open_space(paul)
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT), pytest.raises(RuntimeError):
        with access.open(paul, by=holder(paul), purpose=Purpose.CONSULT):
            pass
    with transaction.atomic(), pytest.raises(RuntimeError):
        with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT):
            pass


def test_no_journal_row_changes():
    claire = add_person()
    open_space(claire)
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT):
        pass
    for statement in ("update journal set reason = 'x'", "delete from journal", "truncate journal"):
        with pytest.raises((ProgrammingError, InternalError)), connection.cursor() as cursor:
            cursor.execute(statement)
    month = f"journal_{date.today():%Y%m}"  # noqa: DTZ011
    for statement in (f"update {month} set reason = 'x'", f"delete from {month}", f"truncate {month}"):
        with (
            acting_as("carnet_loader"),
            pytest.raises((ProgrammingError, InternalError)),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_batch_role_has_no_grant_on_a_clinical_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c where relrowsecurity and relkind in ('r', 'p')"
            " and c.relname not like 'journal%%' and has_table_privilege('carnet_batch', c.oid, 'select, insert, update, delete')"
        )
        assert cursor.fetchall() == []


def test_an_unknown_person_is_no_door():
    with pytest.raises(LookupError), access.open(uuid4(), by=holder(uuid7()), purpose=Purpose.CONSULT):
        pass


def test_a_late_line_is_the_rooms_own_and_never_forgotten():
    claire = add_person()
    open_space(claire)
    late = {"by": holder(claire), "purpose": Purpose.MANAGE, "event": EventType.DOCUMENT_ADDED, "late": True}
    with access.open(claire, **late) as a:
        a.record(EventType.DOCUMENT_ALREADY_THERE)
    with pytest.raises(RuntimeError), access.open(claire, **late):
        pass
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT):
        events = [line.event for line in list_lines(claire, key=None)]
    assert events == [
        EventType.SPACE_CONSULTED,
        EventType.OPENED_THEN_FAILED,
        EventType.DOCUMENT_ALREADY_THERE,
    ]


def test_looking_leaves_no_line_but_a_refusal_does():
    claire, paul = add_person(), add_person()
    open_space(claire)
    event = EventType.DOCUMENT_ADDED
    with (
        access.look(claire, by=holder(claire), purpose=Purpose.MANAGE, event=event),
        connection.cursor() as cursor,
    ):
        cursor.execute("select count(*) from documents_document where person_id = %s", [claire])
    with (
        pytest.raises(access.Refused),
        access.look(claire, by=holder(paul), purpose=Purpose.MANAGE, event=event),
    ):
        raise AssertionError("entered")
    with (
        pytest.raises(ValueError),
        access.look(claire, by=holder(claire), purpose=Purpose.CONSULT, event=event),
    ):
        raise AssertionError("entered")
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT):
        lines = list_lines(claire, key=None)
    assert [(line.event, line.allowed) for line in lines] == [
        (EventType.SPACE_CONSULTED, True),
        (event, False),
    ]
