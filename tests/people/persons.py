"""Persons with an account, and how they log in."""

from datetime import date

from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from carnet.people.login import Browser
from tests.people.register import add_person, open_space

LOGIN, PASSWORD = "claire.martin.48", "Tournesol-7-brume"
EMAIL, PHONE = "claire@exemple.test", "+33600000001"
BIRTH = date(1980, 5, 17)
HERE = Browser(address="192.0.2.1", user_agent="Mozilla/5.0 (Windows NT 10.0; rv:140.0) Firefox/140.0")


def claire(*, login=LOGIN, password=PASSWORD, email=EMAIL, phone=PHONE, state="activated", **person_facts):
    """Add a person with an open space and an account; return her account."""
    person_id = add_person(**person_facts)
    open_space(person_id, state)
    by = Actor(ActorKind.PATIENT, person_id)
    people.create_account(
        person_id=person_id, login=login, password=password, email=email, phone=phone, by=by
    )
    return account_of(person_id)


def account_of(person_id):
    card = people.find_account(person_id)
    assert card is not None
    return card
