"""The training mode at the door: invented people only, and the journal says so."""

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.access.api import Rule
from carnet.directory import api as directory
from carnet.directory.api import sessions
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.people import api as people
from carnet.platform.ids import uuid7
from carnet.standards.ins import OID_INS_DEMO, OID_INS_NIR, parse_matricule
from tests.conftest import acting_as
from tests.people.register import add_person, matricule_of, open_space
from tests.pro.visits import actor_of, add_professional, treat

pytestmark = pytest.mark.django_db
PURPOSES = (Purpose.CONSULT, Purpose.DEPOSIT, Purpose.MANAGE, Purpose.BREAK_GLASS)


def make_person(oid):
    person = add_person()
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_person set oid = %s where id = %s", [oid, person])
    open_space(person)
    return person


def training(card, place):
    """The actor of her session, once it trains."""
    token = sessions.start(professional_id=card.id, place_id=place.id)
    sessions.set_training(sessions.find(token).session_id, training=True)
    return sessions.find(token).actor


def test_in_training_a_real_person_stays_shut_whatever_the_purpose():
    person, (card, place) = make_person(OID_INS_NIR), add_professional()
    treat(person, card, place)
    assert access.decide(person, by=actor_of(card, place), purpose=Purpose.CONSULT).allowed
    for purpose in PURPOSES:
        scope = access.decide(person, by=training(card, place), purpose=purpose)
        assert (scope.allowed, scope.rule) == (False, Rule.TRAINING), purpose


def test_in_training_nobody_enters_the_record_of_a_real_person():
    person, (card, place) = make_person(OID_INS_NIR), add_professional()
    by = training(card, place)
    with pytest.raises(access.Refused) as refused:
        access.enter_emergency(person, by=by, reason="Personne inconsciente, douleur thoracique")
    assert refused.value.scope.rule is Rule.TRAINING


@pytest.mark.parametrize("oid", [OID_INS_DEMO, "1.2.250.1.213.1.4.10"])
def test_an_invented_person_opens_by_the_ordinary_rules_and_the_line_says_training(oid):
    person, (card, place) = make_person(oid), add_professional()
    by = training(card, place)
    assert access.decide(person, by=by, purpose=Purpose.CONSULT).rule is Rule.NO_RELATION
    treat(person, card, place)
    with access.open(person, by=by, purpose=Purpose.CONSULT, event=EventType.SUMMARY_READ):
        pass
    with connection.cursor() as cursor, acting_as("carnet_loader"):
        cursor.execute("select authentication from journal where person_id = %s", [person])
        assert cursor.fetchall() == [("training",)]


def test_out_of_training_she_comes_as_before():
    card, place = add_professional()
    token = sessions.start(professional_id=card.id, place_id=place.id)
    assert sessions.find(token).actor == directory.actor_of(card, place, authentication="psc")


def test_a_launch_opens_nothing_of_a_real_person_in_training():
    person, (card, place) = make_person(OID_INS_NIR), add_professional()
    named = access.Named(
        parse_matricule(matricule_of(person)), "Martin", "Claire", people.get_person(person).birth_date
    )
    software = Actor(ActorKind.HEALTHCARE_FACILITY, uuid7(), place.structure)
    token = access.make_launch(
        named, professional_id=card.id, structure=place.structure, consented=True, by=software
    )
    with pytest.raises(access.EntryRefused) as refused:
        access.open_launch(token, by=training(card, place))
    assert refused.value.rule == Rule.TRAINING
    assert access.list_consents(person) == []
