"""Each rule of each field, pure: what is kept, what is refused and in which words."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.profile import api as profile
from carnet.profile import dates
from carnet.profile.api import EntryRefused, Kind, LinkKind, Rubric
from carnet.profile.policies import FORBIDDEN, MAX_LINKS, check_links
from carnet.profile.rubrics import DEFINITIONS, RUBRIC_OF_LINK
from carnet.profile.rubrics.lifestyles import SECTIONS, fields_of_section
from carnet.standards.gs1 import check_digit
from tests.profile.entries import GOOD

BORN, TODAY = date(1980, 5, 17), date(2026, 3, 9)
CIP = "3400930000" + "00"
CIP += str(check_digit(CIP))


def kept(rubric, birth_date=BORN, **changes):
    return profile.validate(rubric, GOOD[rubric] | changes, birth_date=birth_date, today=TODAY)


def refused(rubric, **changes):
    with pytest.raises(EntryRefused) as error:
        kept(rubric, **changes)
    return error.value.errors


def asked(kind, *, required=None):
    return [
        (one.rubric, field)
        for one in DEFINITIONS
        for field in one.list_fields(GOOD[one.rubric])
        if field.kind is kind and required in {None, field.required} and field.applies(GOOD[one.rubric])
    ]


def ids(pair):
    return f"{pair[0]}-{pair[1].name}"


@pytest.mark.parametrize("rubric", Rubric)
def test_a_good_line_is_kept_and_kept_again_unchanged(rubric):
    once = kept(rubric)
    assert profile.validate(rubric, once, birth_date=BORN, today=TODAY) == once
    assert "scan" not in once


@pytest.mark.parametrize("rubric", Rubric)
def test_an_unknown_field_is_an_error(rubric):
    assert "inconnu" in refused(rubric, inconnu="x")


@pytest.mark.parametrize("pair", [pair for kind in Kind for pair in asked(kind, required=True)], ids=ids)
@pytest.mark.parametrize("empty", ["", None, []])
def test_a_required_field_is_required(pair, empty):
    rubric, field = pair
    message = refused(rubric, **{field.name: empty})[field.name]
    assert message.startswith(f"{field.label} : ")


@pytest.mark.parametrize("pair", asked(Kind.TEXT), ids=ids)
def test_names_are_bounded_and_refuse_the_forbidden_characters(pair):
    rubric, field = pair
    assert kept(rubric, **{field.name: "é" * field.most})[field.name] == "é" * field.most
    long = refused(rubric, **{field.name: "é" * (field.most + 1)})[field.name]
    assert long == f"{field.label} : {field.most} caractères au plus ; vous en avez saisi {field.most + 1}."
    for sign in FORBIDDEN:
        assert refused(rubric, **{field.name: f"a{sign}b"})[field.name] == (
            f"{field.label} : le caractère « {sign} » n’est pas accepté."
        )
    assert field.name in refused(rubric, **{field.name: "a\x07b"})
    assert kept(rubric, **{field.name: "  Anne \u00a0 Marie "})[field.name] == "Anne Marie"


def test_the_limits_are_those_of_the_field():
    fields = {(one.rubric, field.name): field.most for one in DEFINITIONS for field in one.fields}
    assert fields[Rubric.TREATMENTS, "name"] == 50
    assert fields[Rubric.TREATMENTS, "posology"] == 1000
    assert fields[Rubric.VACCINATIONS, "lot"] == 100
    assert fields[Rubric.DISABILITIES, "technical_aid"] == 50
    assert fields[Rubric.HOSPITALIZATIONS, "duration"] == 999
    assert {most for (_, name), most in fields.items() if name == "comment"} == {3000}
    assert set("@<>?:/€*#|%~+£$!§¤") == FORBIDDEN


@pytest.mark.parametrize("pair", asked(Kind.LONG), ids=ids)
def test_longer_texts_are_bounded_and_may_hold_punctuation(pair):
    rubric, field = pair
    assert kept(rubric, **{field.name: "x" * field.most})[field.name]
    assert field.name in refused(rubric, **{field.name: "x" * (field.most + 1)})
    assert kept(rubric, **{field.name: "1/2 ?\r\n<b>"})[field.name] == "1/2 ?\n<b>"
    assert field.name in refused(rubric, **{field.name: "a\x00b"})


@pytest.mark.parametrize("pair", asked(Kind.CHOICE) + asked(Kind.MANY), ids=ids)
def test_an_answer_is_one_of_those_proposed(pair):
    rubric, field = pair
    given = ["NOT_ONE"] if field.kind is Kind.MANY else "NOT_ONE"
    if rubric is Rubric.LIFESTYLES and field.name == "section":
        return
    assert "réponses proposées" in refused(rubric, **{field.name: given})[field.name]


@pytest.mark.parametrize("pair", asked(Kind.NUMBER), ids=ids)
def test_numbers_are_whole_and_bounded(pair):
    rubric, field = pair
    assert kept(rubric, **{field.name: str(field.most)})[field.name] == field.most
    for wrong in (str(field.most + 1), "-1", "1,5", "x", "9" * 500, "٣"):
        assert field.name in refused(rubric, **{field.name: wrong}), wrong


@pytest.mark.parametrize("pair", asked(Kind.DATE), ids=ids)
def test_dates_stay_between_birth_and_today(pair):
    rubric, field = pair
    base = dict.fromkeys({"start", "end", "date"} & set(GOOD[rubric]), "")
    base["episode"] = "" if rubric is Rubric.DISEASES else None
    base = {name: value for name, value in base.items() if value is not None}
    for good in ("1980", "1980-05", "1980-05-17", "2026", "2026-03", "2026-03-09"):
        assert kept(rubric, **base | {field.name: good})[field.name] == good
    for wrong in (
        "1979",
        "1980-04",
        "1980-05-16",
        "2027",
        "2026-04",
        "2026-03-10",
        "2025-02-30",
        "20",
        "2025-3",
        "x",
    ):
        assert refused(rubric, **base | {field.name: wrong})[field.name].startswith(f"{field.label} : "), (
            wrong
        )


def test_the_words_of_a_date_name_the_rule():
    assert "naissance, le 17 mai 1980" in refused(Rubric.ALLERGIES, date="1979")["date"]
    assert "avenir" in refused(Rubric.ALLERGIES, date="2030")["date"]
    assert "n’existe pas" in refused(Rubric.ALLERGIES, date="2001-02-29")["date"]


@pytest.mark.parametrize(("start", "end", "good"), [
    ("2020", "2020", True), ("2020-05", "2020", True), ("2020", "2020-01-01", True),
    ("2020-05", "2020-04", False), ("2020", "2019-12-31", False), ("2020-05-02", "2020-05-01", False),
])  # fmt: skip
def test_an_end_does_not_precede_its_start(start, end, good):
    if good:
        assert kept(Rubric.TREATMENTS, start=start, end=end)["end"] == end
    else:
        assert refused(Rubric.TREATMENTS, start=start, end=end) == {
            "end": "La fin ne peut pas précéder le début."
        }


def test_an_episode_agrees_with_its_dates():
    assert "end" in refused(Rubric.DISEASES, episode="START", end="2020")
    assert set(refused(Rubric.DISEASES, episode="FULL", start="", end="")) == {"start", "end"}
    assert kept(Rubric.DISEASES, episode="FULL", start="2019", end="2020")["end"] == "2020"
    assert kept(Rubric.DISEASES, episode="END", start="", end="2020")["end"] == "2020"


def test_a_duration_has_a_number_and_a_unit():
    assert set(refused(Rubric.HOSPITALIZATIONS, unit="")) == {"unit"}
    assert set(refused(Rubric.HOSPITALIZATIONS, duration="")) == {"duration"}
    assert "duration" in refused(Rubric.HOSPITALIZATIONS, duration="1000")


def test_the_code_of_a_box_is_checked_and_read_from_its_datamatrix():
    assert kept(Rubric.TREATMENTS, cip13=f"{CIP[:5]} {CIP[5:]}")["cip13"] == CIP
    assert (
        "dernier chiffre"
        in refused(Rubric.TREATMENTS, cip13=CIP[:-1] + str((int(CIP[-1]) + 1) % 10))["cip13"]
    )
    assert "3400" in refused(Rubric.TREATMENTS, cip13="123")["cip13"]
    scanned = f"010{CIP}17270430" + "10AB/1\x1d21XYZ"
    box = kept(Rubric.VACCINATIONS, scan=scanned, lot="")
    assert (box["cip13"], box["lot"]) == (CIP, "AB/1")
    assert "lot" in refused(Rubric.VACCINATIONS, scan=scanned, lot="other")
    assert "scan" in refused(Rubric.VACCINATIONS, scan="hello", lot="")
    assert kept(Rubric.TREATMENTS, scan=scanned)["cip13"] == CIP
    assert "lot" not in kept(Rubric.TREATMENTS, scan=scanned)


@pytest.mark.parametrize(("name", "typed", "as_kept"), [
    ("mobile", "06 12 34 56 78", "+33612345678"), ("mobile", "+33 (0)7.12.34.56.78", "+33712345678"),
    ("mobile", "0041 79 123 45 67", "+41791234567"), ("mobile", "05 61 00 00 00", None), ("mobile", "06 12", None),
    ("mobile", "06 12 34 56 7a", None), ("postal_code", "31 000", "31000"), ("postal_code", "3100", None),
    ("postal_code", "2A004", None),
])  # fmt: skip
def test_telephones_and_postal_codes(name, typed, as_kept):
    if as_kept:
        assert kept(Rubric.CONTACTS, **{name: typed})[name] == as_kept
    else:
        assert name in refused(Rubric.CONTACTS, **{name: typed})


@pytest.mark.parametrize(("typed", "as_kept"), [("05 61 00 00 00", "+33561000000"), ("3422", None)])
def test_the_telephone_of_a_professional_may_be_any(typed, as_kept):
    if as_kept:
        assert kept(Rubric.PROFESSIONALS, phone=typed)["phone"] == as_kept
    else:
        assert "phone" in refused(Rubric.PROFESSIONALS, phone=typed)


def test_a_question_without_sense_is_not_kept():
    answers = kept(Rubric.LIFESTYLES, smoking="NEVER", cigarettes="12", vaping="NO")
    assert answers == {"section": "TOBACCO", "smoking": "NEVER", "vaping": "NO"}
    assert refused(Rubric.LIFESTYLES, smoking="", cigarettes="")[""] == "Répondez à une question au moins."


def test_every_question_belongs_to_a_section_and_every_condition_to_a_question():
    for section in SECTIONS:
        fields = {field.name: field for field in fields_of_section(section)}
        assert fields, section
        for field in fields.values():
            if field.shown_if:
                name, answers = field.shown_if
                assert set(answers) <= {one.code for one in fields[name].choices}
                assert list(fields).index(name) < list(fields).index(field.name)


def test_wishes_wait_for_thirteen():
    young, old_enough = date(2013, 3, 10), date(2013, 3, 9)
    with pytest.raises(EntryRefused, match="13 ans"):
        kept(Rubric.WISHES, birth_date=young)
    assert kept(Rubric.WISHES, birth_date=old_enough)


def test_what_may_be_declared_none_is_what_the_field_says():
    assert {one.rubric for one in DEFINITIONS if one.unconcerned} == {
        Rubric.ALLERGIES, Rubric.TREATMENTS, Rubric.FAMILY_HISTORIES, Rubric.HOSPITALIZATIONS,
        Rubric.DISEASES, Rubric.DISABILITIES,
    }  # fmt: skip
    assert all(one.empty_fr for one in DEFINITIONS if one.unconcerned)


def test_the_codes_are_those_of_the_field():
    fields = {
        (one.rubric, field.name): [choice.code for choice in field.choices]
        for one in DEFINITIONS
        for field in one.fields
    }
    assert set(fields[Rubric.BLOOD_GROUP, "group"]) == {
        "APOS",
        "ANEG",
        "BPOS",
        "BNEG",
        "ABPOS",
        "ABNEG",
        "OPOS",
        "ONEG",
    }
    assert fields[Rubric.DISEASES, "episode"] == ["START", "END", "FULL"]
    assert fields[Rubric.HOSPITALIZATIONS, "unit"] == ["DAY", "WEEK", "MONTH", "YEAR"]
    assert set(fields[Rubric.DISABILITIES, "type"]) == {
        "SENSORY",
        "NEURO_DEVELOPMENTAL_DISORDER",
        "PSYCHIC",
        "ENGINE",
        "POLY_DISABILITY",
        "DISABLING_DISEASES",
        "OTHERS",
    }
    assert set(fields[Rubric.CONTACTS, "kind"]) == {
        "EMERGENCY_CONTACT",
        "TRUSTED_CONTACT",
        "CAREGIVER_CONTACT",
        "HELP_CONTACT",
    }
    assert set(fields[Rubric.CONTACTS, "relation"]) == {
        "MOTHER",
        "FATHER",
        "CHILD",
        "SPOUSE",
        "TUTEUR",
        "OTHER",
    }
    assert len(fields[Rubric.PROFESSIONALS, "speciality"]) == 28
    assert len(fields[Rubric.FAMILY_HISTORIES, "relations"]) == 11
    assert list(SECTIONS) == ["FOOD", "PHYSICAL_ACTIVITY", "SLEEP", "SCREEN", "ALCOHOL", "TOBACCO"]


def test_links_have_a_kind_of_the_rubric_and_are_bounded():
    own, other = uuid4(), uuid4()
    assert check_links(Rubric.TREATMENTS, [(LinkKind.DISEASE, other)] * 2, own_id=own) == [
        (LinkKind.DISEASE, other)
    ]
    for links in (
        [(LinkKind.MEASURE, other)],
        [(LinkKind.DISEASE, own)],
        [(LinkKind.DOCUMENT, uuid4()) for _ in range(MAX_LINKS + 1)],
    ):
        with pytest.raises(EntryRefused) as error:
            check_links(Rubric.TREATMENTS, links, own_id=own)
        assert "links" in error.value.errors
    assert set(RUBRIC_OF_LINK.values()) <= set(Rubric)


@pytest.mark.parametrize(("text", "words"), [
    ("2021", "2021"), ("2021-03", "mars 2021"), ("2021-03-01", "1er mars 2021"), ("2021-12-31", "31 décembre 2021"),
])  # fmt: skip
def test_partial_dates_in_words(text, words):
    assert dates.show(text) == words


days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
lengths = st.sampled_from([4, 7, 10])


@given(days, lengths)
def test_a_partial_date_means_every_day_that_it_may_be(day, length):
    first, last = dates.bounds(day.isoformat()[:length])
    assert first <= day <= last
    assert first.isoformat()[:length] == last.isoformat()[:length] == day.isoformat()[:length]
    assert dates.show(day.isoformat()[:length]).endswith(str(day.year))


@given(days, lengths, days, days)
def test_a_partial_date_is_kept_exactly_when_it_may_lie_between(day, length, one, other):
    born, today = sorted((one, other))
    text = day.isoformat()[:length]
    first, last = dates.bounds(text)
    if last >= born and first <= today:
        assert dates.check(text, birth_date=born, today=today) == text
    else:
        with pytest.raises(dates.ValueRefused):
            dates.check(text, birth_date=born, today=today)


@given(st.text(max_size=12))
def test_whatever_is_no_date_is_refused(text):
    try:
        first, last = dates.bounds(text)
    except dates.ValueRefused:
        return
    assert first.isoformat().startswith(text)
    assert last.isoformat().startswith(text)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_kept_safe_or_refused(text):
    try:
        name = kept(Rubric.ALLERGIES, name=text)["name"]
    except EntryRefused as error:
        name = "refusé" if set(error.errors) == {"name"} else ""
    assert 0 < len(name) <= 50
    assert not set(name) & FORBIDDEN


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2019", "2021", "de 2019 à 2021"),
        ("2019-03", "2021-08", "de mars 2019 à août 2021"),
        ("2019-04", "2021-03-02", "d’avril 2019 au 2 mars 2021"),
        ("2019-03-01", None, "depuis le 1er mars 2019"),
        ("2019-03-01", "2020", "du 1er mars 2019 à 2020"),
        ("2019-10", None, "depuis octobre 2019"),
        (None, "2021-01-01", "jusqu’au 1er janvier 2021"),
        (None, "2021", "jusqu’à 2021"),
        (None, None, ""),
    ],
)
def test_a_period_is_said_in_french(start, end, words):
    values = {"name": "Asthme"} | ({"start": start} if start else {}) | ({"end": end} if end else {})
    assert profile.describe_values(Rubric.DISEASES, values).when == words
