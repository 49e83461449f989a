"""Every kind of measure: its limits, its units, its questions, its words."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.measures import policies
from carnet.measures.api import (
    KINDS,
    Entry,
    Kind,
    MeasureRefused,
    MeasureUnlikely,
    days_code,
    find_by_slug,
    read_value,
    show_number,
    write_value,
)
from carnet.platform.clock import PARIS
from carnet.terminology.api import list_measure_codes
from tests.measures.entering import GOOD, NOON, good

BORN = date(1980, 5, 17)
ENTERED = [kind for kind in Kind if not KINDS[kind].computed]
SINGLE = [kind for kind in ENTERED if len(KINDS[kind].parts) == 1]
SOFT = [kind for kind in SINGLE if KINDS[kind].parts[0].soft != KINDS[kind].parts[0].hard]


def check(kind, confirmed=False, now=NOON + timedelta(days=1), born=BORN, **changed):
    policies.check(Entry(**good(kind, **changed)), birth_date=born, now=now, confirmed=confirmed)


def refused(kind, **changed):
    with pytest.raises(MeasureRefused) as caught:
        check(kind, **changed)
    return caught.value


def test_the_set_of_the_national_service():
    assert {kind: info.loinc for kind, info in KINDS.items()} == {
        "WEIGHT": "29463-7", "HEIGHT": "8302-2", "BODY_MASS_INDEX": "39156-5", "HEAD_CIRCUMFERENCE": "8287-5",
        "WAIST_CIRCUMFERENCE": "8280-0", "BODY_TEMPERATURE": "8310-5", "HEART_RATE": "8867-4",
        "BLOOD_PRESSURE": "85354-9", "GLUCOSE": "2345-7", "INTERSTITIAL_GLUCOSE": "MED-969",
        "GLYCATED_HEMOGLOBIN": "4548-4", "HEMOGLOBIN_GLYCATION_INDEX": "MED-972", "STEPS_BY_DAY": "41950-7",
        "PAIN_SEVERITY": "72514-3",
    }  # fmt: skip
    assert [part.loinc for part in KINDS[Kind.BLOOD_PRESSURE].parts] == ["8480-6", "8462-4"]
    assert [kind for kind, info in KINDS.items() if info.has_target] == [Kind.GLYCATED_HEMOGLOBIN]


def test_every_answer_is_a_code_of_its_list():
    for info in KINDS.values():
        official = {one.code for one in list_measure_codes(info.value_set)} if info.value_set else set()
        assert {code for code, _ in info.contexts} <= official, info.kind
    assert {days_code(days) for days in (7, 14, 30, 90, 10)} == {
        one.code for one in list_measure_codes("J164")
    }


def test_addresses_are_distinct_and_found():
    assert len({info.slug for info in KINDS.values()}) == len(Kind)
    assert all(find_by_slug(info.slug) is info for info in KINDS.values())
    assert find_by_slug("inconnu") is None


@pytest.mark.parametrize("kind", ENTERED)
def test_a_good_value_is_taken(kind):
    check(kind)


@pytest.mark.parametrize("kind", SINGLE)
def test_hard_limits_are_refused_even_confirmed(kind):
    least, most = KINDS[kind].parts[0].hard
    check(kind, value=least, confirmed=True)
    check(kind, value=most, confirmed=True)
    for beyond in (least - 0.01, most + 0.01, most * 1000, float("nan"), float("inf"), -1e300):
        error = refused(kind, value=beyond, confirmed=True)
        assert (error.field, isinstance(error, MeasureUnlikely)) == ("value", False)
        assert error.message[-1] in ".?"


@pytest.mark.parametrize("kind", SOFT)
def test_soft_limits_are_asked_again(kind):
    for edge, step in zip(KINDS[kind].parts[0].soft, (-1, 1), strict=True):
        check(kind, value=edge)
        beyond = edge + step
        least, most = KINDS[kind].parts[0].hard
        if least <= beyond <= most:
            error = refused(kind, value=beyond)
            assert isinstance(error, MeasureUnlikely)
            assert show_number(kind, beyond, fewest=0) in error.message
            check(kind, value=beyond, confirmed=True)


def test_the_words_of_a_slip():
    assert (
        "175 m, ce n’est pas possible. Vouliez-vous écrire 1,75 m ?"
        in refused(Kind.HEIGHT, value=17_500).message
    )
    assert "Vouliez-vous écrire 110 mg/dL ?" in refused(Kind.GLUCOSE, value=11_000).message
    assert "Vouliez-vous écrire 1,10 g/L ?" in refused(Kind.GLUCOSE, value=1.1).message
    assert "Vouliez-vous écrire 6,1 mmol/L ?" in refused(Kind.GLUCOSE, value=6.1).message
    assert refused(Kind.WEIGHT, value=260).message.startswith("260 kg, c’est inhabituel")
    assert "Vouliez-vous" not in refused(Kind.WEIGHT, value=7000).message


def test_blood_pressure_is_a_pair():
    assert refused(Kind.BLOOD_PRESSURE, second=None).field == "second"
    assert refused(Kind.BLOOD_PRESSURE, value=80, second=80).field == "second"
    assert refused(Kind.BLOOD_PRESSURE, value=301).field == "value"
    assert refused(Kind.BLOOD_PRESSURE, second=19).field == "second"
    assert isinstance(refused(Kind.BLOOD_PRESSURE, value=210, second=90), MeasureUnlikely)
    assert isinstance(refused(Kind.BLOOD_PRESSURE, value=150, second=125), MeasureUnlikely)
    assert refused(Kind.WEIGHT, second=70).field == "second"


def test_questions_of_a_kind():
    assert refused(Kind.GLUCOSE, context="").field == "context"
    assert refused(Kind.GLUCOSE, context="53120007").field == "context"
    assert refused(Kind.WEIGHT, context="53049-3").field == "context"
    assert refused(Kind.INTERSTITIAL_GLUCOSE, days=None).field == "days"
    assert refused(Kind.INTERSTITIAL_GLUCOSE, days=0).field == "days"
    assert refused(Kind.INTERSTITIAL_GLUCOSE, days=367).field == "days"
    assert refused(Kind.WEIGHT, days=7).field == "days"
    assert refused(Kind.WEIGHT, comment="x" * 501).field == "comment"
    for sign in ("\0", "\x0c", "\x1b", "\ud800", "\ue000"):
        assert refused(Kind.WEIGHT, comment=f"a{sign}b").field == "comment"
    assert refused(Kind.STEPS_BY_DAY, value=12.5).field == "value"
    assert refused(Kind.PAIN_SEVERITY, value=3.5).field == "value"


def test_neither_before_birth_nor_in_the_future():
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    check(Kind.WEIGHT, at=now, now=now)
    check(Kind.WEIGHT, at=datetime(1980, 5, 17, 0, 0, tzinfo=PARIS))
    assert "futur" in refused(Kind.WEIGHT, at=now + timedelta(seconds=1), now=now).message
    assert (
        "avant la naissance (17/05/1980)"
        in refused(Kind.WEIGHT, at=datetime(1980, 5, 16, 23, 59, tzinfo=PARIS)).message
    )
    assert refused(Kind.WEIGHT, at=datetime(2026, 1, 1)).field == "at"  # noqa: DTZ001


def test_the_index_is_never_entered():
    with pytest.raises(MeasureRefused, match="se calcule"):
        policies.check(Entry(Kind.BODY_MASS_INDEX, NOON, 23.1), birth_date=BORN, now=NOON, confirmed=True)


def test_targets():
    policies.check_target(Kind.GLYCATED_HEMOGLOBIN, None, 7)
    policies.check_target(Kind.GLYCATED_HEMOGLOBIN, None, None)
    for kind, low, high in (
        (Kind.WEIGHT, None, 70), (Kind.GLYCATED_HEMOGLOBIN, 7, 7), (Kind.GLYCATED_HEMOGLOBIN, None, 21),
        (Kind.GLYCATED_HEMOGLOBIN, 2.9, None), (Kind.GLYCATED_HEMOGLOBIN, float("nan"), None),
    ):  # fmt: skip
        with pytest.raises(MeasureRefused) as caught:
            policies.check_target(kind, low, high)
        assert caught.value.field == "target"


@pytest.mark.parametrize(
    ("kind", "typed", "unit", "kept", "shown"),
    [
        (Kind.WEIGHT, "72,5", "", 72.5, "72,5 kg"),
        (Kind.WEIGHT, " 72.50 ", "", 72.5, "72,5 kg"),
        (Kind.WEIGHT, "3,455", "", 3.455, "3,455 kg"),
        (Kind.HEIGHT, "1,75", "", 175, "1,75 m"),
        (Kind.HEIGHT, "1.7", "", 170, "1,70 m"),
        (Kind.HEIGHT, "0,505", "", 50.5, "0,505 m"),
        (Kind.GLUCOSE, "1,10", "g/L", 110, "110 mg/dL"),
        (Kind.GLUCOSE, "6,1", "mmol/L", 109.8976, "110 mg/dL"),
        (Kind.GLUCOSE, "110", "mg/dL", 110, "110 mg/dL"),
        (Kind.STEPS_BY_DAY, "8 250", "", 8250, "8\u202f250 pas"),
        (Kind.GLYCATED_HEMOGLOBIN, "7", "", 7, "7,0 %"),
        (Kind.BODY_TEMPERATURE, "37,2", "", 37.2, "37,2 °C"),
        (Kind.PAIN_SEVERITY, "4", "", 4, "4 sur 10"),
    ],
)
def test_what_is_typed_and_shown(kind, typed, unit, kept, shown):
    value = read_value(kind, typed, unit=unit)
    assert value == pytest.approx(kept)
    assert show_number(kind, value) == shown


@pytest.mark.parametrize(
    "typed", ["", "douze", "1,2,3", "-5", "+5", "1e3", "٣", "12345678", "nan", "0x10", "5 %"]
)
def test_what_is_not_a_number(typed):
    with pytest.raises(MeasureRefused, match="Écrivez un nombre") as caught:
        read_value(Kind.WEIGHT, typed, field="row_3")
    assert caught.value.field == "row_3"


def test_more_decimals_than_the_unit_has():
    for kind, typed in (
        (Kind.STEPS_BY_DAY, "12,5"),
        (Kind.GLYCATED_HEMOGLOBIN, "6,85"),
        (Kind.WEIGHT, "3,4567"),
    ):
        with pytest.raises(MeasureRefused, match="virgule"):
            read_value(kind, typed)
    assert read_value(Kind.STEPS_BY_DAY, "12,0") == 12
    with pytest.raises(MeasureRefused, match="unités") as caught:
        read_value(Kind.GLUCOSE, "110", unit="kg")
    assert caught.value.field == "unit"


@given(st.sampled_from(ENTERED), st.data())
def test_what_is_typed_comes_back_as_typed(kind, data):
    """In each unit: what is written from what is kept is what was typed, and is read to the same."""
    unit = data.draw(st.sampled_from(KINDS[kind].units))
    number = data.draw(st.integers(0, 99_999))
    whole, rest = divmod(number, 10**unit.decimals)
    typed = f"{whole},{rest:0{unit.decimals}d}" if unit.decimals else str(whole)
    kept = read_value(kind, typed, unit=unit.code)
    written = write_value(kind, kept, unit=unit.code)
    assert float(written.replace(",", ".")) == float(typed.replace(",", "."))
    assert read_value(kind, written, unit=unit.code) == kept


@given(st.text(max_size=12))
def test_whatever_is_typed_is_read_or_refused(text):
    try:
        value = read_value(Kind.WEIGHT, text)
    except MeasureRefused:
        return
    assert 0 <= value < 10**7


ENTRIES = st.builds(
    Entry,
    kind=st.sampled_from(list(Kind)),
    at=st.just(NOON),
    value=st.floats(),
    second=st.none() | st.floats(),
    context=st.text(max_size=8),
    days=st.none() | st.integers(),
)


@given(ENTRIES, st.booleans())
def test_whatever_is_proposed_is_taken_within_limits_or_refused(entry, confirmed):
    try:
        policies.check(entry, birth_date=BORN, now=NOON, confirmed=confirmed)
    except MeasureRefused:
        return
    assert entry.kind in GOOD
    for part, number in zip(KINDS[entry.kind].parts, (entry.value, entry.second), strict=False):
        least, most = part.hard if confirmed else part.soft
        assert least <= number <= most
