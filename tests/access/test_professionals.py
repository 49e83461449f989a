"""A professional at the door: the care team reads, the others do not, and the journal says who, where, as what."""

import pytest

from carnet.access import api as access
from carnet.access.api import Basis, Refused, Rule
from carnet.documents import api as documents
from carnet.journal import api as journal
from carnet.journal.api import EventType, Purpose
from tests.people.register import add_person, open_space
from tests.pro.visits import actor_of, add_professional, treat

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person_id = add_person()
    open_space(person_id)
    return person_id


def test_who_does_not_care_for_her_stays_outside(person):
    actor = actor_of(*add_professional())
    with pytest.raises(Refused) as refused, access.open(person, by=actor, purpose=Purpose.CONSULT):
        pass
    assert refused.value.scope.rule is Rule.NO_RELATION


@pytest.mark.parametrize(("basis", "rule"), [(Basis.TEAM, Rule.CARE_TEAM), (Basis.TREATING, Rule.TREATING)])
def test_the_care_team_reads_and_the_journal_says_as_what(person, basis, rule):
    professional, place = add_professional()
    treat(person, professional, place, basis=basis)
    actor = actor_of(professional, place)
    with access.open(person, by=actor, purpose=Purpose.CONSULT, event=EventType.SUMMARY_READ) as a:
        assert a.scope.rule is rule
        assert documents.list_recent(a) == []
        line = journal.list_lines(person, key=None)[0]
    assert (line.actor, line.reason) == (actor, rule)
    assert (line.actor.role, line.actor.situation, line.actor.authentication) == (
        "10",
        place.identifier,
        "psc",
    )


def test_the_secret_connection_is_not_told_to_representatives(person):
    professional, place = add_professional()
    treat(person, professional, place)
    with access.open(person, by=actor_of(professional, place, secret=True), purpose=Purpose.CONSULT):
        assert len(journal.list_lines(person, key=None)) == 1
        assert journal.list_lines(person, key=None, with_secret=False) == []
