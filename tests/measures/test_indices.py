"""The body mass index: computed from a weight and the height that still holds."""

from datetime import date, datetime, timedelta

import pytest

from carnet.journal.api import EventType, Purpose
from carnet.measures import api as measures
from carnet.measures.api import Kind, Position
from carnet.platform.clock import PARIS
from tests.measures.entering import NOON, add, add_claire, add_series, door

pytestmark = pytest.mark.django_db


def indices(person_id, **changed):
    with door(person_id, purpose=Purpose.CONSULT, event=EventType.MEASURES_READ) as a:
        values = measures.list_values(a, Kind.BODY_MASS_INDEX, **{"limit": 50} | changed)
        points = measures.list_points(a, Kind.BODY_MASS_INDEX)
    if not changed:
        assert [(point.at, point.value) for point in reversed(points)] == [
            (value.at.timestamp(), value.value) for value in values
        ]
    return values


def test_the_published_vector():
    assert measures.body_mass_index(74.9, 180) == pytest.approx(23.1, abs=0.05)


def test_it_takes_the_latest_height_of_the_day_or_before():
    claire = add_claire()
    add(claire, Kind.HEIGHT, at=NOON - timedelta(days=3000), value=170)
    weighed = add(claire, Kind.WEIGHT, at=NOON - timedelta(days=10), value=72.25)
    add(claire, Kind.HEIGHT, at=NOON + timedelta(hours=9), value=180)
    again = add(claire, Kind.WEIGHT, value=81)
    found = indices(claire)
    assert [(value.id, value.value) for value in found] == [(again, 25.0), (weighed, 25.0)]
    assert all(value.locked and value.kind is Kind.BODY_MASS_INDEX for value in found)


def test_none_without_height_before():
    claire = add_claire()
    add(claire, Kind.WEIGHT)
    add(claire, Kind.HEIGHT, at=NOON + timedelta(days=1))
    assert indices(claire) == []


def test_an_adult_keeps_no_height_of_her_childhood():
    claire = add_claire(birth_date=date(2000, 2, 29))
    add(claire, Kind.HEIGHT, at=datetime(2017, 2, 27, 12, tzinfo=PARIS), value=150)
    add(claire, Kind.WEIGHT, value=60)
    assert indices(claire) == []
    add(claire, Kind.HEIGHT, at=datetime(2017, 3, 2, 12, tzinfo=PARIS), value=160)
    assert [value.value for value in indices(claire)] == [23.44]


@pytest.mark.parametrize(
    ("born", "days", "counts"),
    [
        (date(2019, 3, 1), 180, True),
        (date(2019, 3, 1), 181, False),
        (date(2025, 1, 1), 30, True),
        (date(2025, 1, 1), 31, False),
    ],
)
def test_a_childs_height_holds_for_a_while(born, days, counts):
    child = add_claire(given_names="TOM", birth_date=born)
    add(child, Kind.HEIGHT, at=NOON - timedelta(days=days), value=110)
    add(child, Kind.WEIGHT, value=20)
    assert len(indices(child)) == int(counts)


def test_pages_and_periods():
    claire = add_claire()
    add(claire, Kind.HEIGHT, at=NOON - timedelta(days=400))
    add_series(claire, Kind.WEIGHT, 25)
    first = indices(claire, limit=20)
    rest = indices(claire, limit=20, before=Position(first[-1].at, first[-1].id))
    assert (len(first), len(rest)) == (20, 5)
    assert first[-1].at > rest[0].at
    assert len(indices(claire, since=NOON - timedelta(days=2))) == 3
