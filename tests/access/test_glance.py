"""The door in one round trip: its line, its refusals, and what is left of it afterwards."""

from uuid import UUID

import pytest
from django.db import DataError, ProgrammingError, connection
from django.test.utils import CaptureQueriesContext

from carnet.access import api as access
from carnet.access.api import Question, Rule
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.platform.ids import uuid7
from tests.documents.deposits import FACILITY, FINESS, add_claire, deposit, report

pytestmark = pytest.mark.django_db(transaction=True)

OTHER = Actor(ActorKind.HEALTHCARE_FACILITY, UUID(int=7), "310000021")


def ask(document, *, missing=Rule.NOT_OWN, columns="null::text as refusal, d.id"):
    def question(scope):
        return Question(
            f"select {columns} from documents_document d"
            f" where d.person_id = %(person)s and d.id = %(document)s and {scope.sql()}",
            {"document": document},
            missing,
        )

    return question


def set_state(person, state):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = %s where person_id = %s", [state, person])


def glance(person, document, *, by=FACILITY, **how):
    return access.glance(
        person, by=by, event=EventType.DOCUMENT_READ, reference=document, ask=ask(document, **how)
    )


def lines_of(person):
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.MANAGE):
        found = list_lines(person, key=None, events=[EventType.DOCUMENT_READ])
    return [(line.allowed, line.reason, line.reference, line.actor) for line in found]


@pytest.fixture
def claire():
    return add_claire()


@pytest.fixture
def document(claire):
    return deposit(report(claire)).document_id


def test_its_own_is_given_with_the_key_and_one_line(claire, document):
    seen = glance(claire, document)
    assert (seen.rows, seen.refusal, seen.key.person_id) == ([(document,)], None, claire)
    assert lines_of(claire) == [(True, "facility_own", document, FACILITY)]


def test_it_takes_two_round_trips_and_shuts_the_wall(claire, document):
    with CaptureQueriesContext(connection) as sent:
        glance(claire, document)
    assert len([one for one in sent if "platform_clock" not in one["sql"]]) == 2
    assert not connection.in_atomic_block
    with pytest.raises((ProgrammingError, DataError)), connection.cursor() as cursor:
        cursor.execute("select * from documents_document")


def test_another_structures_and_what_is_not_there_are_one_refusal(claire, document):
    absent = uuid7()
    assert glance(claire, document, by=OTHER) == glance(claire, absent, by=OTHER)
    assert glance(claire, absent, by=OTHER) == access.Glimpse([], None, Rule.NOT_OWN)
    reasons = [(allowed, reason) for allowed, reason, _, _ in lines_of(claire)]
    assert reasons == [(False, "not_own")] * 3


def test_a_row_may_be_withheld_by_its_state(claire, document):
    seen = glance(claire, document, columns="'withdrawn' as refusal, d.id")
    assert seen == access.Glimpse([], None, Rule.WITHDRAWN)
    assert lines_of(claire) == [(False, "withdrawn", document, FACILITY)]


def test_finding_nothing_may_be_an_answer(claire, document):
    assert glance(claire, uuid7(), missing=None).refusal is None
    assert [line[:2] for line in lines_of(claire)] == [(True, "facility_own")]


def test_a_read_that_fails_gives_nothing_and_leaves_no_line(claire, document):
    with pytest.raises(DataError):
        glance(claire, document, columns="null::text as refusal, 1 / (d.size - d.size)")
    assert not connection.in_atomic_block
    assert lines_of(claire) == []
    assert glance(claire, document).rows == [(document,)]


@pytest.mark.parametrize("state", ["closed", "objected", "suspended", "erasing", "notified"])
def test_a_space_that_is_not_open_refuses(claire, document, state):
    set_state(claire, state)
    with pytest.raises(access.Refused):
        glance(claire, document)
    set_state(claire, "activated")
    ((allowed, reason, reference, actor),) = lines_of(claire)
    assert (allowed, reference, actor) == (False, document, FACILITY)
    assert reason != "facility_own"


def test_a_blocked_structure_reads_nothing_and_another_does(claire, document):
    access.block(claire, structure=FINESS, by=Actor(ActorKind.PATIENT, claire))
    with pytest.raises(access.Refused) as refused:
        glance(claire, document)
    assert refused.value.scope.rule is Rule.BLOCKED
    assert glance(claire, document, by=OTHER).refusal is Rule.NOT_OWN


def test_it_is_the_outermost_door(claire, document):
    with (
        access.open(claire, by=Actor(ActorKind.PATIENT, claire), purpose=Purpose.CONSULT),
        pytest.raises(RuntimeError),
    ):
        glance(claire, document)


def test_the_person_herself_may_look_so(claire, document):
    assert glance(claire, document, by=Actor(ActorKind.PATIENT, claire)).rows == [(document,)]


def test_a_refusal_inside_an_open_door_is_a_line_of_its_own(claire, document):
    with access.open(
        claire, by=FACILITY, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_READ, late=True
    ) as a:
        a.refuse(EventType.DOCUMENT_READ, reason=Rule.NOT_OWN, reference=document)
    assert lines_of(claire) == [(False, "not_own", document, FACILITY)]
