"""The personas: valid numbers, cards that may be typed, and what the stories need of each."""

from datetime import date

import pytest
from django.db import connection

from carnet.people import api as people
from carnet.people.credentials import check_password_rules
from carnet.platform import clock
from carnet.sandbox.personas import (
    AGENTS,
    FRANCECONNECT,
    PASSWORD,
    PERSONAS,
    STRUCTURES,
    TOTP_SECRET,
    get_persona,
    serial_of,
)
from carnet.sandbox.personas.listing import as_facts, as_text, matricule_of
from carnet.sandbox.personas.register import add_personas, taken_numbers
from carnet.standards.card import parse_serial
from carnet.standards.finess import parse_finess
from carnet.standards.ins import OID_INS_TEST, Traits, parse_matricule
from tests.conftest import acting_as

TODAY = date(2026, 11, 22)


@pytest.fixture
def ids(db):
    with acting_as("carnet_loader"):
        return add_personas()


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.key)
def test_a_persona_can_type_what_the_screens_ask(persona):
    typed = not persona.waiting  # screens ask for the definitive number
    matricule = parse_matricule(persona.matricule(TODAY), oid=OID_INS_TEST, strict_form=typed)
    assert parse_serial(serial_of(persona), matricule) == serial_of(persona)
    if persona.login:
        facts = [persona.birth_name, persona.given_names, persona.born.isoformat(), persona.login]
        assert check_password_rules(PASSWORD, personal=facts) == []


def test_keys_numbers_cards_logins_and_addresses_are_of_one_persona_each():
    for values in (
        [persona.key for persona in PERSONAS],
        taken_numbers_on(TODAY),
        [serial_of(persona) for persona in PERSONAS],
        [persona.login for persona in PERSONAS if persona.login],
        [persona.email for persona in PERSONAS if persona.email],
    ):
        assert len(set(values)) == len(values)


def taken_numbers_on(day):
    return [persona.matricule(day)[:13] for persona in PERSONAS]


def test_structures_and_secrets_are_well_formed():
    import pyotp

    assert [parse_finess(one.finess) for one in STRUCTURES] == [one.finess for one in STRUCTURES]
    assert pyotp.TOTP(TOTP_SECRET).now().isdigit()
    assert {role for agent in AGENTS for role in agent.roles} <= set(people.ROLES)


def test_the_register_finds_every_persona(ids):
    for persona in PERSONAS:
        found = people.find_by_matricule(matricule_of(persona))
        assert found.id == ids[persona.key]
        assert people.card_matches(found.id, serial_of(persona)) is persona.legible
        assert (people.find_address(found.id) is not None) is persona.contact_known


def test_families_of_the_personas(ids):
    assert {child.id for child in people.list_children(ids["nadia"])} == {
        ids[k] for k in ("tom", "leo", "jade")
    }
    assert [ward.id for ward in people.list_represented(ids["monique"])] == [ids["henri"]]
    assert [child.id for child in people.list_children(ids["laetitia"])] == [ids["noe"]]
    assert people.find_relation(ids["henri"], ids["monique"]) == "guardian"


def test_a_newborn_is_listed_with_the_number_of_her_own_day(ids):
    clock.advance_to(date.fromordinal(clock.today().toordinal() + 60))
    noe = get_persona("noe")
    assert people.find_by_matricule(matricule_of(noe)).id == ids["noe"]


def test_franceconnect_finds_one_two_or_nobody(ids):
    def found(login):
        one = next(one for one in FRANCECONNECT if one.login == login)
        given = one.given_names.split()[0]
        return people.find_by_traits(
            Traits(birth_name=one.family_name, first_given_name=given, given_names=one.given_names,
                   birth_date=one.birth_date, sex="M" if one.gender == "male" else "F", birth_place=one.birth_place)
        )  # fmt: skip

    assert found("hugo") == [ids["hugo"]]
    assert found("claire") == [ids["claire"]]
    assert set(found("jean")) == {ids["jean1"], ids["jean2"]}
    assert found("inconnue") == []
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from sandbox_franceconnectidentity")
        assert cursor.fetchone() == (len(FRANCECONNECT),)


def test_the_identities_of_the_sample_documents_are_personas(interop, db):
    """Every identity with a valid key that the samples carry is somebody in the world."""
    from carnet.standards.cda.model import CdaRefused
    from carnet.standards.cda.reader import read
    from carnet.standards.ins import InsError

    carried = set()
    for sample in sorted((interop / "cda").glob("ci-sis-*/*.xml")):
        try:
            matricule = read(sample.read_bytes()).patient.find_matricule()
        except (CdaRefused, InsError):
            continue
        if matricule:
            carried.add(matricule.value)
    assert carried == {get_persona(key).matricule(TODAY) for key in ("dominique", "ruth")}


def test_the_list_tells_what_each_is_for(ids):
    facts, text = as_facts(), as_text()
    assert len(facts["personas"]) == len(PERSONAS)
    for persona in PERSONAS:
        assert persona.use in text
        assert matricule_of(persona) in text
    assert PASSWORD in text


def test_numbers_of_personas_are_announced(db):
    assert set(taken_numbers()) == set(taken_numbers_on(clock.today()))
