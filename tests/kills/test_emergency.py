"""A process is killed while the glass is broken: never in without a line, never in without the notice."""

import pytest

from tests.kills.drill import Drill, run
from tests.people.persons import claire
from tests.pro.visits import add_professional

pytestmark = pytest.mark.django_db(transaction=True)

ENTRIES = "select count(*) from access_emergency where person_id = %s"
LINES = "select count(*) from journal where person_id = %s and event = 'access.emergency_entered' and allowed"
NOTICES = "select count(*) from notices_notice where person_id = %s and code = 'ACCES_BRIS_GLACE'"
WAITING = "select count(*) from platform_outbox where person_id = %s and topic = 'access.emergency_entered'"
MAILS = "select count(*) from sandbox_mail where person_id = %s and channel = 'email'"


def test_an_emergency_access(nursery, rows):
    cases = []

    def prepare():
        person = claire(login=f"claire.urgence.{len(cases)}").owner_id
        cases.append(person)
        card, place = add_professional()
        return {
            "person": str(person), "professional": str(card.id), "situation": place.identifier,
            "structure": place.structure,
        }  # fmt: skip

    def count(query, facts):
        return rows(query, facts["person"])[0][0]

    def check_killed(facts, said):
        entries = count(ENTRIES, facts)
        assert entries == count(LINES, facts)
        assert entries == count(NOTICES, facts) + count(WAITING, facts)
        assert entries >= len(set(said)), "acknowledged and lost"
        assert entries <= 1

    def rows_of(facts):
        return [count(query, facts) for query in (ENTRIES, LINES, NOTICES, WAITING, MAILS)]

    run(Drill("enter_emergency", "app", prepare, check_killed, rows_of), nursery)
    assert rows_of({"person": str(cases[0])}) == [1, 1, 1, 0, 1]
