"""Creating an account, finding it, deleting it."""

import pytest
from django.db import connection

from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from tests.people.register import add_person

pytestmark = pytest.mark.django_db
GOOD = "Tournesol-7-brume"


def patient(person_id):
    return Actor(ActorKind.PATIENT, person_id)


def create(person_id, **changes):
    facts = {
        "login": "claire.martin.48",
        "password": GOOD,
        "email": "claire@exemple.test",
        "phone": "06 00 00 00 01",
    }
    return people.create_account(person_id=person_id, by=patient(person_id), **(facts | changes))


def test_an_account_is_found_again_with_its_contacts():
    claire = add_person()
    account_id = create(claire, login=" Claire.Martin.48 ")
    card = people.find_account(claire)
    assert (card.id, card.login, card.email, card.phone) == (
        account_id, "claire.martin.48", "claire@exemple.test", "+33600000001",
    )  # fmt: skip
    assert (card.kind, card.factor, card.roles, card.frozen) == ("person", "email", frozenset(), False)
    assert not people.is_login_free("CLAIRE.martin.48")


def test_nothing_of_it_lies_in_clear():
    create(add_person())
    with connection.cursor() as cursor:
        cursor.execute("select a::text from people_account a")
        text = cursor.fetchone()[0]
    assert "claire" not in text
    assert GOOD not in text
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": "court"}, "login"),
        ({"password": "Martin-12345!"}, "password"),
        ({"password": "Claire.martin.48!"}, "password"),
        ({"email": "pas une adresse"}, "email"),
        ({"phone": "01 23 45 67 89"}, "phone"),
        ({"email": "", "phone": ""}, "email"),
    ],
)
def test_a_broken_rule_names_its_field(changes, field):
    with pytest.raises(people.CredentialError) as refused:
        create(add_person(), **changes)
    assert refused.value.field == field


def test_an_identifier_and_an_account_are_had_once():
    claire, paul = add_person(), add_person(given_names="PAUL", sex="M")
    create(claire)
    with pytest.raises(people.CredentialError) as taken:
        create(paul)
    assert taken.value.field == "login"
    with pytest.raises(people.CredentialError, match="déjà un compte"):
        create(claire, login="une-autre-idee")


def test_a_deleted_account_leaves_nothing():
    claire = add_person()
    create(claire)
    assert people.delete_account(claire)
    assert people.find_account(claire) is None
    assert people.is_login_free("claire.martin.48")
    assert not people.delete_account(claire)
