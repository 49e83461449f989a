"""The rules of a register line, each with the column and the reason; a reason never quotes the value."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.people.register.lines import LineRejectedError, read_line
from carnet.standards.ins import OID_INS_NIR, OID_INS_TEST, TEST_OIDS, key_of

TODAY = date(2026, 11, 22)
NUMBER = "2850231555101"
GOOD = {
    "operation": "",
    "matricule": f"{NUMBER}{key_of(NUMBER):02d}",
    "oid": OID_INS_TEST,
    "birth_name": "D’Aubreval-Névot",
    "used_name": "BELLECHET",
    "given_names": "CÉLINE ANNE",
    "birth_date": "1985-02-11",
    "sex": "F",
    "birth_place": "31555",
    "address_1": "4 RUE DU LAVOIR",
    "postal_code": "31000",
    "city": "TOULOUSE",
    "commune": "31555",
    "email": "celine@exemple.test",
    "phone": "06 39 98 02 01",
    "card_serial": "44400000001",
}
CHILD = {**GOOD, "operation": "birth", "parent_matricule": "183072A00410114"}


def read(**cells):
    return read_line(7, GOOD | cells, today=TODAY, oids=TEST_OIDS)


def test_a_good_line_is_understood():
    line = read()
    assert (line.number, line.operation, line.matricule) == (7, "upsert", GOOD["matricule"])
    assert line.birth_name == "D’Aubreval-Névot"
    assert line.first_given_name == "CÉLINE"
    assert line.birth_date == date(1985, 2, 11)
    assert line.address.departement == "31"
    assert line.card_photo
    assert line.card_legible


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("birth_name", "D'AUBREVAL"), ("birth_name", "Le-Quériel O’Kerlann"), ("birth_name", "ŒUVRARD"),
        ("birth_name", "X" * 80), ("birth_date", "1988-02-29"), ("birth_date", "2026-11-22"), ("birth_place", "2a004"),
        ("birth_place", "99139"), ("birth_place", "97411"), ("commune", ""), ("email", ""), ("phone", "+33 6 39 98 02 01"),
        ("card_legible", "non"), ("protection", "Tutelle"), ("operation", "UPSERT"), ("died_on", "2020-01-01"),
    ],
)  # fmt: skip
def test_what_is_accepted(column, value):
    assert read(**{column: value}).number == 7


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("matricule", NUMBER + "00", "clé"),
        ("matricule", NUMBER, "clé"),
        ("matricule", "", "15 caractères"),
        ("oid", OID_INS_NIR, "non acceptée"),
        ("birth_name", "", "absent"),
        ("birth_name", "X" * 201, "200 caractères"),
        ("birth_name", "MARTIN7", "lettres"),
        ("birth_name", "<script>", "lettres"),
        ("birth_name", "MART\ufffdN", "UTF-8"),
        ("given_names", " ", "absent"),
        ("first_given_name", "ANNE", "commence"),
        ("birth_date", "2026-11-23", "futur"),
        ("birth_date", "2023-02-29", "n’existe pas"),
        ("birth_date", "11/02/1985", "AAAA-MM-JJ"),
        ("birth_date", "1879-12-31", "1880"),
        ("died_on", "1984-01-01", "naissance"),
        ("died_on", "2027-01-01", "futur"),
        ("sex", "X", "M, F"),
        ("birth_place", "3155", "INSEE"),
        ("commune", "ABCDE", "INSEE"),
        ("postal_code", "3100", "5 chiffres"),
        ("city", "", "commune"),
        ("email", "celine@", "adresse"),
        ("phone", "appeler", "téléphone"),
        ("card_serial", "123", "11 derniers chiffres"),
        ("card_photo", "peut-être", "oui, non"),
        ("protection", "habilitation", "tutelle"),
        ("operation", "delete", "inconnue"),
        ("parent_matricule", "183072A00410115", "clé"),
        ("parent_matricule", GOOD["matricule"], "elle-même"),
    ],
)
def test_what_is_rejected_and_why(column, value, reason):
    with pytest.raises(LineRejectedError) as refusal:
        read(**{column: value})
    assert refusal.value.column == column
    assert reason in refusal.value.reason
    if len(value) > 3:
        assert value not in refusal.value.reason


def test_a_birth_names_the_parent_a_move_the_address_a_death_the_day():
    assert read(**CHILD).parent_key is not None
    for cells, column in (
        ({"operation": "birth"}, "parent_matricule"),
        ({"operation": "death"}, "died_on"),
        ({"operation": "move", "address_1": "", "city": "", "postal_code": ""}, "address_1"),
    ):
        with pytest.raises(LineRejectedError) as refusal:
            read(**cells)
        assert refusal.value.column == column


def test_a_compound_first_given_name_is_kept_whole():
    assert read(given_names="MARIE LOU ANNE", first_given_name="MARIE LOU").first_given_name == "MARIE LOU"


def test_corsica_and_overseas_have_their_departement():
    assert read(commune="2A004", postal_code="20000").address.departement == "2A"
    assert read(commune="97411", postal_code="97400").address.departement == "974"


@given(st.dictionaries(st.sampled_from(sorted(GOOD)), st.text(max_size=40)))
def test_whatever_is_written_is_read_or_rejected(cells):
    with suppress(LineRejectedError):
        assert read(**cells).number == 7
