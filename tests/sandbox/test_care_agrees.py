"""A made life agrees with itself: nothing after today, no adult's tablet for a child, no mother of sixty."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from carnet.sandbox.care.entries import list_entries
from carnet.sandbox.care.facts import Facts, Relative
from carnet.sandbox.care.living import compose
from carnet.sandbox.care.papers import _title
from carnet.standards.ins import Traits

TODAY = date(2026, 11, 22)


def facts_of(number, born, sex="F", children=()):
    return Facts(
        person_id=UUID(int=number), matricule=f"{number:015d}", oid="1.2.250.1.213.1.4.10", used_family="MARTIN",
        given="ANNE", birth_date=born, today=TODAY,
        traits=Traits(birth_name="MARTIN", first_given_name="ANNE", given_names="ANNE", birth_date=born, sex=sex,
                      birth_place="31555"),
        relatives=tuple(Relative("CHILD", "ZOÉ", "MARTIN", one, False) for one in children),
    )  # fmt: skip


def lives(years, count=150, **facts):
    born = date(TODAY.year - years, 3, 9)
    return [compose(facts_of(number, born, **facts), seed=3) for number in range(count)]


def test_until_twelve_nobody_takes_the_tablets_of_an_adult():
    seen = set()
    for years in (4, 8, 14):
        for life in lives(years):
            for course in life.courses:
                young = life.facts.age_on(course.since) < 12
                seen.add((course.medicine.name, young))
                assert course.until is None or course.since <= course.until
                if young and course.medicine.name in {"Paracétamol", "Racécadotril", "Desloratadine"}:
                    assert "selon" in course.medicine.posology
                    assert "comprimé" not in course.medicine.posology
    assert {("Paracétamol", True), ("Paracétamol", False), ("Desloratadine", True)} <= seen


@pytest.mark.parametrize(("age", "stays"), [(0, 0), (1, 1), (3, 3), (30, 4)])
def test_a_mother_leaves_the_hospital_today_at_the_latest(age, stays):
    born = TODAY - timedelta(days=age)
    life = compose(facts_of(1, date(1996, 3, 9), children=(born,)), seed=3)
    births = [stay for stay in life.stays if stay.reason == "Accouchement"]
    assert [stay.days for stay in births] == ([stays] if stays else [])
    assert all(stay.day + timedelta(days=stay.days) <= TODAY for stay in life.stays)


@pytest.mark.parametrize(("birth_year", "bears"), [(1990, True), (1960, False)])
def test_who_is_too_old_did_not_bear_the_child(birth_year, bears):
    life = compose(facts_of(1, date(birth_year, 3, 9), children=(date(2020, 5, 4),)), seed=3)
    assert any(illness.key == "pregnancy" for illness in life.illnesses) is bears


@pytest.mark.django_db
def test_what_is_told_of_a_life_is_in_the_same_order_each_time():
    (life,) = lives(70, count=1)
    names = [entry.values["name"] for entry in list_entries(life) if entry.rubric == "PROFESSIONALS"]
    specialists = [visit.doctor for visit in life.visits if visit.doctor != life.gp]
    assert names == [doctor.name for doctor in dict.fromkeys([life.gp, *specialists])]


def test_no_title_says_consultation_twice():
    titles = [_title(visit) for life in lives(70, count=20) for visit in life.visits]
    assert titles
    assert all(title.count("onsultation") == 1 and title.count(" : ") <= 1 for title in titles)
