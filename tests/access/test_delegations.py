"""Caregivers: who may be invited, how many, and that two acceptances at once do not go past the limits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.access.api import DelegationRefused, Refused, Rule, delegations
from carnet.access.delegations import Described, Stage
from carnet.journal import api as journal
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.people.api import get_person, list_spaces
from carnet.platform import clock
from carnet.standards.ins import key_of
from tests.people.register import add_person, matricule_of, open_space
from tests.portal.visits import give_account

pytestmark = pytest.mark.django_db
_TYPED = {"birth_name": "Durand", "first_given_name": "paul", "birth_date": date(1970, 2, 3)}


@pytest.fixture
def person():
    person_id = add_person()
    open_space(person_id)
    return person_id


def add_helper(*, state="activated", **facts):
    """Somebody who may help: an adult with an active space."""
    person_id = add_person(
        birth_name="DURAND", given_names="PAUL JEAN", sex="M", **{"birth_date": date(1970, 2, 3)} | facts
    )
    open_space(person_id, state)
    give_account(person_id)
    return person_id


def invite(person_id, other_id, *, by=None, starts_on=None, ends_on=None, **typed):
    described = Described(**{"matricule": matricule_of(other_id)} | _TYPED | typed)
    actor = by or Actor(ActorKind.PATIENT, person_id)
    with access.open(
        person_id, by=actor, purpose=Purpose.MANAGE, event=EventType.CAREGIVER_INVITED, late=True
    ) as a:
        return delegations.invite(a, described, starts_on=starts_on or clock.today(), ends_on=ends_on)


def as_caregiver(other_id):
    return Actor(ActorKind.CAREGIVER, other_id)


def test_a_caregiver_enters_as_the_person_does_and_does_not_govern(person):
    other = add_helper()
    delegations.accept(invite(person, other), by=as_caregiver(other))
    scope = access.decide(person, by=as_caregiver(other), purpose=Purpose.MANAGE)
    assert (scope.allowed, scope.rule, scope.governs) == (True, Rule.CAREGIVER, False)
    assert [one.id for one in access.list_helped(other)] == [person]
    with pytest.raises(access.Refused):  # the door itself does not open for it
        invite(person, add_helper(), by=as_caregiver(other))


def test_before_the_answer_after_the_end_and_outside_the_dates_the_door_is_shut(person):
    other = add_helper()
    first, last = clock.today() + timedelta(days=2), clock.today() + timedelta(days=4)
    found = invite(person, other, starts_on=first, ends_on=last)
    assert not access.is_caregiver(person, other)
    delegations.accept(found, by=as_caregiver(other))
    with pytest.raises(Refused), access.open(person, by=as_caregiver(other), purpose=Purpose.CONSULT):
        pass
    card = delegations.get_delegation(found, by=person)
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    assert [card.stands_on(day) for day in days] == [False, True, True, False]
    assert delegations.end_due(last) == 0
    assert delegations.end_due(last + timedelta(days=1)) == 1
    assert delegations.get_delegation(found, by=other).stage is Stage.ENDED


@pytest.mark.parametrize("typed", [{"birth_name": "DUPONT"}, {"first_given_name": "Jean"}, {"birth_date": date(1970, 2, 4)},
                                   {"matricule": f"1010175001001{key_of('1010175001001'):02d}"}])  # fmt: skip
def test_one_wrong_fact_invites_nobody_and_the_answer_is_the_same(person, typed):
    other = add_helper()
    found = invite(person, other, **typed)
    card = delegations.get_delegation(found, by=person)
    assert card.stage is Stage.PENDING
    assert card.caregiver_id != other
    assert delegations.list_helping(other) == []
    with pytest.raises(DelegationRefused) as refused:
        invite(person, other, **typed)
    assert refused.value.rule == "same_invitation"


@pytest.mark.parametrize("facts", [{"birth_date": date(2012, 2, 3)}, {"state": "opened"}])
def test_only_an_adult_with_an_active_space_may_help(person, facts):
    other = add_helper(**facts)
    invite(person, other, birth_date=get_person(other).birth_date)
    assert delegations.list_helping(other) == []


def test_a_person_has_three_caregivers_at_most_invitations_counted(person):
    for _ in range(3):
        invite(person, add_helper())
    with pytest.raises(DelegationRefused) as refused:
        invite(person, add_helper())
    assert refused.value.rule == "outgoing_limit"


def test_one_helps_five_persons_at_most(person):
    other = add_helper()
    for _ in range(5):
        helped = add_person()
        open_space(helped)
        delegations.accept(invite(helped, other), by=as_caregiver(other))
    found = invite(person, other)
    with pytest.raises(DelegationRefused) as refused:
        delegations.accept(found, by=as_caregiver(other))
    assert refused.value.rule == "incoming_limit"
    line = _lines(person)[0]
    assert (line.event, line.allowed, line.reason) == (EventType.CAREGIVER_ACCEPTED, False, "incoming_limit")


def test_an_invitation_is_answered_once_by_whom_it_was_sent_to(person):
    other, stranger = add_helper(), add_helper()
    found = invite(person, other)
    with pytest.raises(DelegationRefused):
        delegations.accept(found, by=as_caregiver(stranger))
    delegations.refuse(found, by=as_caregiver(other))
    with pytest.raises(DelegationRefused):
        delegations.accept(found, by=as_caregiver(other))
    assert not access.is_caregiver(person, other)


def test_an_invitation_falls_after_thirty_days(person):
    other = add_helper()
    found = invite(person, other)
    with connection.cursor() as cursor:
        cursor.execute("update access_delegation set expires_at = %s", [clock.now() - timedelta(seconds=1)])
    assert delegations.get_delegation(found, by=person).stage is Stage.EXPIRED
    with pytest.raises(DelegationRefused):
        delegations.accept(found, by=as_caregiver(other))
    invite(person, other)  # and may be sent again


@pytest.mark.parametrize("side", ["person", "caregiver"])
def test_either_ends_it_at_any_time(person, side):
    other = add_helper()
    found = invite(person, other)
    delegations.accept(found, by=as_caregiver(other))
    by = Actor(ActorKind.PATIENT, person) if side == "person" else as_caregiver(other)
    delegations.end(found, by=by)
    assert not access.is_caregiver(person, other)
    assert delegations.get_delegation(found, by=person).ended_by == by.id
    with pytest.raises(DelegationRefused):
        delegations.end(found, by=by)


@pytest.mark.django_db(transaction=True)
def test_of_acceptances_at_once_those_past_the_limit_are_refused():
    other = add_helper()
    found = []
    for _ in range(8):
        helped = add_person()
        open_space(helped)
        found.append(invite(helped, other))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: _accept(one, other), found))
    assert sorted(answers) == ["accepted"] * 5 + ["incoming_limit"] * 3
    assert len(access.list_helped(other)) == 5


def _accept(delegation_id, other):
    try:
        delegations.accept(delegation_id, by=as_caregiver(other))
    except DelegationRefused as refused:
        return refused.rule
    finally:
        connection.close()
    return "accepted"


def _lines(person_id):
    with access.open(person_id, by=Actor(ActorKind.PATIENT, person_id), purpose=Purpose.CONSULT) as a:
        return journal.list_lines(a.person_id, key=None)[1:]


def test_what_is_new_in_her_space_is_written_to_him_too(person):
    other = add_helper()
    assert list_spaces([other]) == [(other, other)]
    delegations.accept(invite(person, other), by=as_caregiver(other))
    assert list_spaces([other]) == [(other, other), (other, person)]
