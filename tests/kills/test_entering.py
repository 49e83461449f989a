"""A process is killed while a code is spent: never spent without its consent, never a consent without its line."""

import pytest

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from tests.kills.drill import Drill, run
from tests.people.register import add_person, open_space
from tests.pro.visits import add_professional

pytestmark = pytest.mark.django_db(transaction=True)


def test_codes(nursery, rows):
    persons = {}

    def prepare():
        person = add_person()
        open_space(person)
        by = Actor(ActorKind.PATIENT, person)
        with access.open(person, by=by, purpose=Purpose.MANAGE, event=EventType.CODE_SHOWN) as a:
            code = access.show_code(a.person_id).code
        card, place = add_professional()
        persons[code] = person
        return {
            "code": code, "professional": str(card.id), "situation": place.identifier,
            "structure": place.structure,
        }  # fmt: skip

    def found(facts):
        person = persons[facts["code"]]
        return (
            rows("select used_at is not null from access_pass where person_id = %s", person)[0][0],
            rows("select count(*) from access_consent where person_id = %s and ended_at is null", person)[0][0],
            rows("select count(*) from journal where person_id = %s and event = 'access.consent_given'"
                 " and allowed", person)[0][0],
        )  # fmt: skip

    def check_killed(facts, said):
        assert found(facts) in {(False, 0, 0), (True, 1, 1)}
        if "in" in said:
            assert found(facts) == (True, 1, 1)

    run(Drill("enter_by_code", "app", prepare, check_killed, found), nursery)
