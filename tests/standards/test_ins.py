from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carnet.standards.ins import (
    OID_INS_NIR,
    OID_INS_TEST,
    REAL_OIDS,
    TEST_OIDS,
    InsError,
    Matricule,
    Traits,
    comparison_key,
    key_of,
    mask,
    normalise_name,
    parse_matricule,
    same_traits,
)
from tests.standards.samples import MANY, MATRICULES, NUMBERS

# facts/mes.md 14
VECTORS = {"2790351215189": 89, "180012A004123": 43, "255082B115234": 50, "1850578006084": 91}


@pytest.mark.parametrize(("number", "key"), VECTORS.items())
def test_key_of_the_published_vectors(number, key):
    assert key_of(number) == key
    assert parse_matricule(f"{number}{key:02d}").number == number


def test_spaces_and_case_are_forgiven():
    matricule = parse_matricule(" 1 80 01 2a 004 123\u00a043 ", oid=OID_INS_TEST)
    assert (matricule.value, matricule.number, matricule.key) == ("180012A00412343", "180012A004123", "43")
    assert matricule.oid == OID_INS_TEST


def test_default_oid_is_the_nir_and_the_sets_do_not_meet():
    assert parse_matricule("279035121518989").oid == OID_INS_NIR
    assert not REAL_OIDS & TEST_OIDS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "length"),
        ("27903512151898", "length"),
        ("2790351215189", "length"),
        ("2790351215189890", "length"),
        ("27903512151898A", "pattern"),
        ("2790A5121518989", "pattern"),
        ("２79035121518989", "pattern"),
        ("279032C21518989", "department"),
        ("27903A221518989", "department"),
        ("979035121518989", "sex"),
        ("079035121518989", "sex"),
        ("279005121518989", "month"),
        ("279135121518989", "month"),
        ("279035121518988", "key"),
        ("279035121518900", "key"),
        ("279035121518998", "key"),
    ],
)
def test_each_fault_has_its_code_and_a_message(text, code):
    with pytest.raises(InsError) as error:
        parse_matricule(text)
    assert error.value.code == code
    assert error.value.message_fr.endswith(".")


@pytest.mark.parametrize(
    ("number", "code"), [("7790351215189", "sex"), ("2792051215189", "month"), ("8799951215189", "sex")]
)
def test_the_public_form_is_narrower_than_the_number(number, code):
    text = f"{number}{key_of(number):02d}"
    assert parse_matricule(text).value == text
    with pytest.raises(InsError) as error:
        parse_matricule(text, strict_form=True)
    assert error.value.code == code


def test_the_public_form_takes_births_abroad_and_in_corsica():
    for number in ("2790399215189", "180012A004123"):
        text = f"{number}{key_of(number):02d}"
        assert parse_matricule(text, strict_form=True).value == text


@MANY
@given(MATRICULES, st.integers(0, 14), st.sampled_from("0123456789AB"))
def test_any_single_character_changed_is_refused(value, position, character):
    assume(value[position] != character)
    with pytest.raises(InsError):
        parse_matricule(value[:position] + character + value[position + 1 :])


@MANY
@given(MATRICULES, st.integers(0, 13))
def test_two_neighbours_swapped_are_refused(value, position):
    a, b = value[position : position + 2]
    assume(a != b)
    with pytest.raises(InsError):
        parse_matricule(value[:position] + b + a + value[position + 2 :])


def test_corsica_and_its_replacement_share_a_key():
    """What modulo 97 cannot tell: the letters count as the digits that replace them."""
    assert key_of("180012A004123") == key_of("1800119004123")
    assert key_of("180012B004123") == key_of("1800118004123")


@MANY
@given(NUMBERS)
def test_a_matricule_is_its_number_and_key(number):
    matricule = parse_matricule(f"{number}{key_of(number):02d}")
    assert 1 <= int(matricule.key) <= 97
    assert parse_matricule(matricule.value) == matricule


@MANY
@given(st.text(max_size=20))
def test_any_text_is_a_matricule_or_an_ins_error(text):
    code = None
    try:
        assert len(parse_matricule(text).value) == 15
    except InsError as error:
        code = error.code
    assert code in {None, "length", "pattern", "department", "sex", "month", "key"}


@pytest.mark.parametrize("number", ["279035121518", "2790351215189 ", "180012C004123", ""])
def test_key_of_refuses_what_is_not_a_number(number):
    with pytest.raises(InsError):
        key_of(number)


def test_a_matricule_cannot_be_made_of_anything():
    with pytest.raises(InsError):
        Matricule("not a number")
    with pytest.raises(InsError):
        Matricule("2790351215189", "1.2.3")


@MANY
@given(MATRICULES)
def test_no_printed_form_shows_the_whole(value):
    matricule = parse_matricule(value)
    for shown in (mask(matricule), str(matricule), repr(matricule), f"{matricule}"):
        assert value not in shown
        assert value[:10] not in shown
    assert len(mask(matricule)) == 15


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("d’Arc", "D'ARC"),
        ("Jean–Paul", "JEAN-PAUL"),
        ("  Marie   Lou ", "MARIE LOU"),
        ("Lœtitia", "LOETITIA"),
        ("Ægidius", "AEGIDIUS"),
        ("Noël Français", "NOEL FRANCAIS"),
        ("Strauß", "STRAUSS"),
        ("Łukasz Sørensen", "LUKASZ SORENSEN"),
        ("N'GUYEN", "N'GUYEN"),
        ("É" * 80, "E" * 80),
    ],
)
def test_names_are_written_as_the_register_writes_them(written, normal):
    assert normalise_name(written) == normal


@MANY
@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing(text):
    once = normalise_name(text)
    assert normalise_name(once) == once
    assert comparison_key(comparison_key(text)) == comparison_key(text) == comparison_key(once)


def test_names_are_compared_without_their_dress():
    assert comparison_key("Jean-Paul") == comparison_key("JEAN PAUL") == comparison_key("jean  paul")
    assert comparison_key("D’Arc") == comparison_key("D'ARC") == comparison_key("D ARC")
    assert comparison_key("DARC") != comparison_key("D ARC")
    assert comparison_key("Ольга") != comparison_key("Анна")


LEAP = Traits(
    birth_name="L’HÉRITIER-NGUYỄN",
    first_given_name="Zoé",
    given_names="Zoé Marie-Lou",
    birth_date=date(2024, 2, 29),
    sex="F",
    birth_place="2a004",
)


def test_the_same_identity_written_otherwise():
    other = replace(
        LEAP,
        birth_name="L HERITIER NGUYEN",
        first_given_name="ZOE",
        given_names="ZOE MARIE LOU",
        birth_place="2A004",
    )
    assert same_traits(LEAP, other) == ()
    assert same_traits(LEAP, replace(LEAP, given_names="")) == ()


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("birth_name", "LHERITIER NGUYEN"),
        ("birth_name", ""),
        ("first_given_name", "Zoë-Anne"),
        ("given_names", "Zoé Anne"),
        ("birth_date", date(2024, 3, 1)),
        ("sex", "M"),
        ("birth_place", "2B004"),
        ("birth_place", ""),
    ],
)
def test_a_difference_is_named(trait, value):
    assert same_traits(LEAP, replace(LEAP, **{trait: value})) == (trait,)


def test_all_differences_are_named():
    other = Traits(
        birth_name="X",
        first_given_name="Y",
        given_names="Y",
        birth_date=date(2023, 2, 28),
        sex="M",
        birth_place="75056",
    )
    assert same_traits(LEAP, other) == (
        "birth_name", "first_given_name", "given_names", "birth_date", "sex", "birth_place",
    )  # fmt: skip
