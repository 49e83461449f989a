"""An erasure is killed: never half a document, never erased while something is left, told once."""

from uuid import UUID

import pytest

from carnet.enrolment import api as enrolment
from carnet.people import api as people
from carnet.platform import blobs, crypto, erasure
from tests.enrolment.acts import as_herself, journal_of, posted
from tests.enrolment.test_erasure import fill_space
from tests.kills.drill import Drill, run

pytestmark = pytest.mark.django_db(transaction=True)

SPACE = """
select state, no_contact, channel, notified_on, activated_at, closed_at, erasure_asked_on, erasure_due_on,
  erasure_began_at, terms_version
from enrolment_space where person_id = %s"""


@pytest.fixture
def left_of(rows):
    """Say how many rows of a person's space each declared table holds, those that hold any."""

    def count(each, person):
        condition = each.condition.replace(erasure.PERSON, "%s")
        values = [person] * condition.count("%s")
        return rows(f"select count(*) from {each.table} where {condition}", *values)[0][0]

    def counts(person):
        declared = [each for part in erasure.list_parts() for each in part.rows]
        return {each.table: number for each in declared if (number := count(each, person))}

    return counts


def told(person):
    """What she was told at the address that her insurer knows."""
    email = people.find_contact(person).email
    return [message.subject for message in posted() if message.to == email]


def check_order(left, key, contents):
    """A row has its key and its content; nothing outlives the key but contents that nobody can open."""
    if left.get("documents_document"):
        assert key
        assert contents
    if key is None:
        assert left == {}


def test_an_erasure(nursery, rows, left_of, settings):
    settings.CARNET_ERASURE_DELAY_DAYS = 0
    before = {}

    def prepare():
        person = fill_space().person_id
        enrolment.close(person, by=as_herself(person), erase=True)
        before[str(person)] = journal_of(person)
        return {"person": str(person)}

    def check_killed(facts, said):
        person, history = UUID(facts["person"]), before[facts["person"]]
        left, key, contents = left_of(person), crypto.find_key(person), list(blobs.store().names(person))
        check_order(left, key, contents)
        state = enrolment.find_state(person)
        erased = state == "erased"
        assert erased or state == "erasing"
        assert not erased or (left, key, contents) == ({}, None, [])
        assert erased or "erased 1" not in said
        lines = journal_of(person)
        assert lines[: len(history)] == history
        assert [event for event, *_ in lines[len(history) :]] == ["enrolment.erased"] * erased
        assert told(person).count("Effacement terminé") == erased
        assert people.get_person(person).display_name == "Claire MARTIN"

    def rows_of(facts):
        person = UUID(facts["person"])
        return rows(SPACE, person), left_of(person), [event for event, *_ in journal_of(person)], told(person)

    run(Drill("erase", "loader", prepare, check_killed, rows_of), nursery)
