"""Finding persons of the register: by matricule, by traits, by family."""

from datetime import date

import pytest
from django.db import connection

from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.standards.ins import Traits
from tests.conftest import acting_as
from tests.people.register import SERIAL, add_person, matricule_of

pytestmark = pytest.mark.django_db

TRAITS = Traits(
    birth_name="D’Aubrelle-Névot", first_given_name="Zoé", given_names="", birth_date=date(1991, 2, 28),
    sex="F", birth_place="2A004",
)  # fmt: skip


def add_zoe(**other):
    facts = {
        "birth_name": "D'AUBRELLE NEVOT",
        "given_names": "ZOE MARIE",
        "birth_date": TRAITS.birth_date,
        "birth_place": "2A004",
    }
    return add_person(**(facts | other))


def test_a_person_is_found_by_her_matricule_alone():
    claire = add_person()
    found = people.find_by_matricule(matricule_of(claire))
    assert found == people.get_person(claire)
    assert found.display_name == "Claire MARTIN"
    assert people.find_by_matricule("1" * 15) is None


def test_an_unknown_person_raises():
    with pytest.raises(people.PersonUnknownError):
        people.get_person(uuid7())


def test_traits_are_compared_without_accents_hyphens_nor_case():
    zoe = add_zoe()
    add_zoe(birth_date=date(1991, 3, 1))
    add_zoe(birth_place="2B033")
    add_zoe(given_names="LEA")
    assert people.find_by_traits(TRAITS) == [zoe]


def test_homonyms_are_all_found():
    both = {add_zoe(), add_zoe()}
    assert set(people.find_by_traits(TRAITS)) == both


def test_a_card_matches_its_own_serial_alone_and_never_when_illegible():
    claire, marc = add_person(), add_person(legible=False)
    assert people.card_matches(claire, SERIAL)
    assert not people.card_matches(claire, "12345678900")
    assert not people.card_matches(marc, SERIAL)
    assert not people.card_matches(uuid7(), SERIAL)


def test_contact_and_address_as_the_insurer_knows_them():
    claire = add_person()
    assert people.find_contact(claire) == people.InsurerContact("claire@exemple.test", "0600000001")
    assert people.find_contact(add_person(email="", phone="")) is None
    assert people.find_address(claire).text == "12 rue des Lilas\n31000 TOULOUSE"
    assert people.find_address(uuid7()) is None


def test_children_and_representatives():
    mother, father = add_person(), add_person(given_names="MARC", sex="M")
    twins = [
        add_person(given_names=name, birth_date=date(2018, 1, 1), attached_to=mother)
        for name in ("TOM", "LEO")
    ]
    assert [child.first_given_name for child in people.list_children(mother)] == ["LEO", "TOM"]
    with connection.cursor() as cursor:
        for twin, state in zip(twins, ("accepted", "invited"), strict=True):
            cursor.execute(
                "insert into people_representation (id, person_id, representative_id, origin, state, since)"
                " values (%s, %s, %s, 'invited', %s, %s)",
                [uuid7(), twin, father, state, clock.now()],
            )
    assert [card.id for card in people.list_represented(father)] == twins[:1]
    assert [card.id for card in people.list_representatives(twins[0])] == [mother, father]
    assert people.list_children(father) == []


def test_real_identities_are_counted():
    person = add_person()
    assert people.count_real_identities() == 0
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update people_person set oid = '1.2.250.1.213.1.4.8' where id = %s", [person])
    assert people.count_real_identities() == 1
