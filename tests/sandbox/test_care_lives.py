"""A life of care never contradicts itself, and says the same wherever it is told. Random persons, seed printed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from carnet.measures.api import KINDS, Kind
from carnet.platform.clock import PARIS
from carnet.profile import api as profile
from carnet.sandbox.care.ailments import OPERATIONS
from carnet.sandbox.care.conditions import BY_KEY
from carnet.sandbox.care.entries import list_entries
from carnet.sandbox.care.facts import Die, Facts, Relative
from carnet.sandbox.care.illnesses import PREGNANCY
from carnet.sandbox.care.laboratory import shown
from carnet.sandbox.care.living import compose
from carnet.sandbox.care.papers import write_papers
from carnet.sandbox.care.tellings import list_episodes, list_measures
from carnet.standards.cda import plain, rules
from carnet.standards.cda.reader import read
from carnet.standards.ins import Traits, key_of
from carnet.terminology import api as terminology
from tests.conftest import LONG

TODAY = date(2026, 11, 22)
LIVES = 5000 if LONG else 150


def facts_of(number, **said):
    die = Die(f"test:{number}")
    sex = said.pop("sex", die.one("MF"))
    born = said.pop("born", TODAY - timedelta(days=die.randint(3, 34_000)))
    matricule = f"{1 if sex == 'M' else 2}{born:%y%m}31555{number % 990 + 1:03d}"
    traits = Traits(birth_name="DURAND", first_given_name="LOU", given_names="LOU CLAUDE", birth_date=born,
                    sex=sex, birth_place="31555")  # fmt: skip
    relatives = ()
    if (TODAY - born).days > 30 * 365 and number % 3 == 0:
        child = born + timedelta(days=28 * 365)
        relatives = (Relative("CHILD", "ANNE", "DURAND", child, child < date(2008, 1, 1)),
                     Relative("SPOUSE", "ALIX", "DUPONT", born + timedelta(days=700), True))  # fmt: skip
    return Facts(person_id=uuid4(), matricule=f"{matricule}{key_of(matricule):02d}", oid="1.2.250.1.213.1.4.10",
                 traits=traits, used_family="DURAND", given="LOU", birth_date=born, today=TODAY,
                 relatives=relatives, **said)  # fmt: skip


@pytest.fixture(scope="module")
def lives():
    return [compose(facts_of(number), seed=7) for number in range(LIVES)]


def test_the_same_person_has_the_same_life_and_another_seed_gives_another():
    facts = facts_of(3)
    assert compose(facts, seed=1) == compose(replace(facts), seed=1)
    assert write_papers(compose(facts, seed=1), seed=1) == write_papers(compose(facts, seed=1), seed=1)
    assert compose(facts, seed=1) != compose(facts, seed=2)


def test_no_day_is_before_birth_or_to_come(lives):
    for life in lives:
        born = life.facts.birth_date
        events = [*life.shots, *life.stays, *life.samples, *life.readings, *life.visits, *life.images]
        days = [one.day for one in events] + [one.since for one in (*life.illnesses, *life.courses)]
        days += [one.day + timedelta(days=one.days) for one in life.stays]
        days = [day for day in days if not (born - timedelta(days=0) <= day <= TODAY)]
        assert not days, (life.facts.matricule, born, days)
        assert all(allergy.year >= born.year for allergy in life.allergies)
        assert all(line.day >= born for line in list_episodes(life, first=date(1900, 1, 1)))


def test_every_treatment_has_its_disease_and_stands_in_its_period(lives):
    for life in lives:
        for course in life.courses:
            assert course.illness in life.illnesses
            assert course.since >= course.illness.since
            assert course.until is None or course.until >= course.since
            assert course.illness.key not in BY_KEY or course.medicine.name in {
                one.name for step in BY_KEY[course.illness.key].steps for one in step
            }
        taken = [one.medicine.name for one in life.taken_on(TODAY)]
        assert len(taken) == len(set(taken)), "a medicine is taken once"


def test_what_must_not_meet_does_not_meet(lives):
    for life in lives:
        keys = {one.key for one in life.illnesses}
        names = {one.name for one in life.allergies}
        assert not (life.facts.male and keys & {PREGNANCY, "endometriosis", "breast", "cystitis"})
        assert not (not life.facts.male and "prostate" in keys)
        assert not ({"diabetes1", "diabetes2"} <= keys)
        if "Pénicilline" in names:
            assert not any(one.medicine.name.startswith("Amoxicilline") for one in life.courses)
        for one in life.courses:
            if one.medicine.name == "Ibuprofène":
                assert not any(
                    other.medicine.name == "Apixaban" and other.runs_on(one.since) for other in life.courses
                )
        for stay in life.stays:
            needed = next((one.needs for one in OPERATIONS if one.reason == stay.reason), "")
            assert not needed or any(one.key == needed and one.since <= stay.day for one in life.illnesses)
            assert not any(
                stay.day < visit.day < stay.day + timedelta(days=stay.days) for visit in life.visits
            )


def test_documents_follow_the_rules_and_tell_the_life(lives):
    for life in lives[:: max(1, LIVES // 25)]:
        hba1c = {(one.day, one.value) for one in life.readings if one.kind == "GLYCATED_HEMOGLOBIN"}
        assert hba1c == {(one.day, one.values["hba1c"]) for one in life.samples if "hba1c" in one.values}
        for data in write_papers(life, seed=7):
            assert rules.check(data) == []
            document = read(data)
            words = plain.text_of(document)
            day = document.effective_time.astimezone(PARIS).date()
            assert life.facts.birth_date <= day <= TODAY
            assert terminology.get_document_type(document.code.code)
            assert document.patient.ins == life.facts.matricule
            if document.code.code == "57833-6":
                assert all(one.medicine.line in words for one in life.taken_on(day))
            if document.code.code == "11502-2" and document.service_start:
                told = {shown("hba1c", value) for _, value in hba1c}
                assert "HbA1c" not in words or any(value in words for value in told)


@pytest.mark.django_db  # identifiers follow the clock
def test_the_profile_and_the_measures_are_taken_as_they_are(lives):
    now = datetime(2026, 11, 22, 23, tzinfo=PARIS)
    for life in lives:
        facts = life.facts
        entries = list_entries(life)
        for entry in entries:
            profile.validate(entry.rubric, entry.values, birth_date=facts.birth_date, today=TODAY)
        slots = [(one.rubric, slot) for one in entries
                 if (slot := profile.definition_of(one.rubric).slot(one.values)) is not None]  # fmt: skip
        assert len(slots) == len(set(slots))
        for one in list_measures(life, now=now):
            part = KINDS[Kind(one.kind)].parts[0]
            assert part.soft[0] <= one.value <= part.soft[1], (one.kind, one.value, facts.age)


def test_a_child_grows(lives):
    children = [life for life in lives if life.facts.age < 16]
    assert children
    for life in children:
        heights = [one.value for one in life.readings if one.kind == "HEIGHT"]
        assert heights == sorted(heights)


def test_monique_is_the_rich_one():
    life = compose(facts_of(1, sex="F", born=date(1973, 4, 4), role="monique"), seed=1)
    assert {"afib", "diabetes2", "hypertension"} <= {one.key for one in life.illnesses}
    assert "Apixaban" in {one.medicine.name for one in life.taken_on(TODAY)}
    assert [one.name for one in life.allergies] == ["Pénicilline"]
    assert TODAY - life.stays[-1].day < timedelta(days=31)
    assert len(write_papers(life, seed=1)) >= 80
    assert len(life.readings) >= 400
    assert "TRUSTED_CONTACT" in {one.kind for one in life.contacts}
