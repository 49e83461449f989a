"""Measures behind the door: kept, read, corrected, removed; what two browsers do; whose they are."""

from datetime import date, datetime, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.measures import api as measures
from carnet.measures.api import Kind, Measure, Position
from carnet.platform import clock, erasure
from carnet.platform.clock import PARIS
from tests.conftest import acting_as
from tests.measures.entering import GOOD, NOON, add, add_claire, add_series, door, good
from tests.people.register import add_person, open_space

pytestmark = pytest.mark.django_db


def read(person_id, kind, **changed):
    with door(person_id, purpose=Purpose.CONSULT, event=EventType.MEASURES_READ) as a:
        return measures.list_values(a, kind, **{"limit": 50} | changed)


@pytest.mark.parametrize("kind", GOOD)
def test_each_kind_is_kept_and_read_back(kind):
    claire = add_claire()
    value_id = add(claire, kind, comment="après le café")
    (value,) = read(claire, kind)
    expected = good(kind)
    assert (value.id, value.kind, value.at, value.value) == (value_id, kind, NOON, expected["value"])
    assert (value.second, value.context, value.days) == tuple(
        expected.get(name, default) for name, default in (("second", None), ("context", ""), ("days", None))
    )
    assert (value.author_kind, value.author_id, value.locked, value.version) == ("PERSON", claire, False, 1)
    assert value.comment == "après le café"


def test_words():
    claire = add_claire()
    add(claire, Kind.WEIGHT)
    add(claire, Kind.HEIGHT)
    add(claire, Kind.BLOOD_PRESSURE)
    shown = [measures.show(read(claire, kind)[0]) for kind in (Kind.WEIGHT, Kind.HEIGHT, Kind.BLOOD_PRESSURE)]
    assert shown == ["72,5 kg", "1,75 m", "128/79 mmHg"]


def test_a_comment_is_sealed_and_a_number_is_not_asked_for_a_key():
    claire = add_claire()
    add(claire, Kind.WEIGHT, comment="secret-de-balance")
    with door(claire), connection.cursor() as cursor:
        cursor.execute(
            "select sealed, measures_value::text from measures_value where person_id = %s", [claire]
        )
        sealed, row = cursor.fetchone()
    assert b"secret-de-balance" not in bytes(sealed)
    assert "secret-de-balance" not in row
    other = add_claire(birth_name="DURAND")
    add(other, Kind.WEIGHT)
    with CaptureQueriesContext(connection) as captured:
        read(other, Kind.WEIGHT)
    assert not any("personkey" in query["sql"] for query in captured.captured_queries)


def test_the_same_form_sent_twice_adds_once():
    claire = add_claire()
    assert add(claire, Kind.GLUCOSE) == add(claire, Kind.GLUCOSE)
    assert add(claire, Kind.GLUCOSE, value=111) != add(claire, Kind.GLUCOSE)
    assert len(read(claire, Kind.GLUCOSE)) == 2


def test_what_is_refused_leaves_nothing():
    claire = add_claire()
    for changed, error in (
        ({"value": 700}, measures.MeasureRefused),
        ({"value": 260}, measures.MeasureUnlikely),
        ({"at": clock.now() + timedelta(minutes=5)}, measures.MeasureRefused),
        ({"at": datetime(1980, 5, 16, tzinfo=PARIS)}, measures.MeasureRefused),
    ):
        with pytest.raises(error):
            add(claire, Kind.WEIGHT, **changed)
    assert read(claire, Kind.WEIGHT) == []
    add(claire, Kind.WEIGHT, value=260, confirmed=True)
    assert read(claire, Kind.WEIGHT)[0].value == 260


def test_pages_are_whole_and_disjoint():
    claire = add_claire()
    add_series(claire, Kind.HEART_RATE, 45, step=timedelta(0))  # all at the same moment: the id decides
    seen, before = [], None
    while page := read(claire, Kind.HEART_RATE, limit=20, before=before):
        seen += page
        before = Position(page[-1].at, page[-1].id)
    assert len({value.id for value in seen}) == len(seen) == 45
    assert [(value.at, value.id) for value in seen] == sorted(
        ((value.at, value.id) for value in seen), reverse=True
    )


def test_a_period_bounds_list_points_and_counts():
    claire = add_claire()
    add_series(claire, Kind.WEIGHT, 40)
    since = NOON - timedelta(days=6)
    with door(claire, purpose=Purpose.CONSULT, event=EventType.MEASURES_READ) as a:
        assert len(measures.list_values(a, Kind.WEIGHT, limit=50, since=since)) == 7
        points = measures.list_points(a, Kind.WEIGHT, since=since)
        bounds = measures.get_bounds(a, Kind.WEIGHT, [since, NOON - timedelta(days=364)])
        assert measures.count_values(a) == measures.count_values(a, Kind.WEIGHT) == 40
        assert measures.count_values(a, Kind.HEIGHT) == 0
    assert [point.at for point in points] == sorted(point.at for point in points)
    assert points[-1].at == NOON.timestamp()
    assert (bounds.total, bounds.since, bounds.target) == (40, (7, 40), None)


def test_two_browsers_do_not_overwrite_each_other():
    claire = add_claire()
    value_id = add(claire, Kind.WEIGHT)
    facts = {"value_id": value_id, "at": NOON, "value": 73.0}
    with door(claire, event=EventType.MEASURE_CHANGED) as a:
        measures.change_value(a, version=1, **facts)
    with pytest.raises(measures.MeasureChangedError), door(claire, event=EventType.MEASURE_CHANGED) as a:
        measures.change_value(a, version=1, **facts | {"value": 74.0})
    with pytest.raises(measures.MeasureChangedError), door(claire, event=EventType.MEASURE_REMOVED) as a:
        measures.remove_value(a, value_id=value_id, version=1)
    (value,) = read(claire, Kind.WEIGHT)
    assert (value.value, value.version) == (73.0, 2)
    with door(claire, event=EventType.MEASURE_REMOVED) as a:
        measures.remove_value(a, value_id=value_id, version=2)
    assert read(claire, Kind.WEIGHT) == []


def test_a_correction_keeps_the_rules_and_the_words():
    claire = add_claire()
    value_id = add(claire, Kind.WEIGHT, comment="à jeun")
    with pytest.raises(measures.MeasureUnlikely), door(claire) as a:
        measures.change_value(a, value_id=value_id, version=1, at=NOON, value=260)
    with door(claire) as a:
        measures.change_value(a, value_id=value_id, version=1, at=NOON, value=70, comment="corrigé")
        assert measures.get_value(a, value_id).comment == "corrigé"
        measures.change_value(a, value_id=value_id, version=2, at=NOON, value=70)
        assert measures.get_value(a, value_id).comment == ""


def test_who_corrects_a_number_is_its_author_and_who_comments_is_not():
    claire = add_claire()
    with door(claire) as a:
        rows = [measures.Measure(**good(Kind.WEIGHT), author_kind="DEVICE", device="Balance de la salle")]
        (value_id,) = measures.load_values(a, rows)
        measures.change_value(a, value_id=value_id, version=1, at=NOON, value=72.5, comment="à jeun")
        told = measures.get_value(a, value_id)
        assert (told.author_kind, told.device, told.comment) == ("DEVICE", "Balance de la salle", "à jeun")
        measures.change_value(a, value_id=value_id, version=2, at=NOON, value=75, comment="à jeun")
        told = measures.get_value(a, value_id)
    assert (told.author_kind, told.author_id, told.device) == ("PERSON", claire, "")


def test_nothing_is_changed_by_a_door_opened_to_read():
    claire = add_claire()
    value_id = add(claire, Kind.WEIGHT)
    acts = [
        partial(measures.add_value, **good(Kind.HEIGHT)),
        partial(measures.change_value, value_id=value_id, version=1, at=NOON, value=70),
        partial(measures.remove_value, value_id=value_id, version=1),
        partial(measures.set_target, kind=Kind.GLYCATED_HEMOGLOBIN, low=None, high=7),
        partial(measures.arrange_tiles, order=list(Kind), hidden=()),
    ]
    for act in acts:
        with (
            pytest.raises(PermissionError),
            door(claire, purpose=Purpose.CONSULT, event=EventType.MEASURES_READ) as a,
        ):
            act(a)
    assert [value.value for value in read(claire, Kind.WEIGHT)] == [72.5]


def test_a_professionals_line_is_locked():
    claire = add_claire()
    doctor = Actor(ActorKind.HEALTHCARE_FACILITY, None, structure="310000001")
    with door(claire, by=doctor, purpose=Purpose.DEPOSIT) as a:
        value_id = measures.record_professional_value(
            a, **good(Kind.WEIGHT, value=260), structure="310000001", author="Dr LEROY"
        )
    (value,) = read(claire, Kind.WEIGHT)
    assert (value.author_kind, value.author, value.structure, value.locked) == (
        "PROFESSIONAL", "Dr LEROY", "310000001", True,
    )  # fmt: skip
    with pytest.raises(measures.MeasureLockedError), door(claire) as a:
        measures.change_value(a, value_id=value_id, version=1, at=NOON, value=70)
    with pytest.raises(measures.MeasureLockedError), door(claire) as a:
        measures.remove_value(a, value_id=value_id, version=1)
    with pytest.raises(measures.MeasureRefused), door(claire, by=doctor, purpose=Purpose.DEPOSIT) as a:
        measures.record_professional_value(a, **good(Kind.WEIGHT, value=700), structure="310000001")


def test_another_persons_measure_is_absent():
    claire, paul = add_claire(), add_claire(birth_name="DURAND")
    hers = add(claire, Kind.WEIGHT)
    for value_id in (hers, uuid4()):
        with pytest.raises(measures.MeasureUnknownError), door(paul) as a:
            measures.change_value(a, value_id=value_id, version=1, at=NOON, value=70)
        with pytest.raises(measures.MeasureUnknownError), door(paul) as a:
            measures.remove_value(a, value_id=value_id, version=1)
    with pytest.raises(access.Refused), door(claire, by=Actor(ActorKind.LEGAL_REPRESENTATIVE, paul)) as a:
        measures.overview(a)
    assert len(read(claire, Kind.WEIGHT)) == 1


def test_a_representative_enters_and_is_named():
    mother = add_claire()
    son = add_person(given_names="TOM", sex="M", birth_date=date(2015, 3, 1), attached_to=mother)
    open_space(son)
    with door(son, by=Actor(ActorKind.LEGAL_REPRESENTATIVE, mother)) as a:
        measures.add_value(a, kind=Kind.WEIGHT, at=NOON, value=36)
    assert read(son, Kind.WEIGHT)[0].author_id == mother


def test_load_many_at_once():
    claire = add_claire()
    device = {"author_kind": measures.AuthorKind.DEVICE, "device": "Balance du salon"}
    rows = [
        Measure(**good(Kind.WEIGHT, at=NOON - timedelta(days=day), value=70 + day % 5), **device)
        for day in range(300)
    ]
    with door(claire) as a:
        assert len(measures.load_values(a, rows)) == 300
    value = read(claire, Kind.WEIGHT, limit=1)[0]
    assert (value.author_kind, value.device) == ("DEVICE", "Balance du salon")
    with pytest.raises(measures.MeasureRefused), door(claire) as a:
        measures.load_values(a, [*rows[:2], Measure(**good(Kind.WEIGHT, value=-1))])
    with door(claire) as a:
        assert measures.count_values(a) == 300


def test_the_target_of_hba1c():
    claire = add_claire()
    with door(claire, event=EventType.MEASURE_SETTINGS_CHANGED) as a:
        measures.set_target(a, kind=Kind.GLYCATED_HEMOGLOBIN, low=None, high=7)
        assert measures.get_bounds(a, Kind.GLYCATED_HEMOGLOBIN, []).target == measures.Target(None, 7)
        measures.set_target(a, kind=Kind.GLYCATED_HEMOGLOBIN, low=None, high=None)
        assert measures.get_bounds(a, Kind.GLYCATED_HEMOGLOBIN, []).target is None
    with pytest.raises(measures.MeasureRefused), door(claire) as a:
        measures.set_target(a, kind=Kind.WEIGHT, low=None, high=70)


def test_tiles_are_arranged_and_the_target_stays():
    claire = add_claire()
    with door(claire, event=EventType.MEASURE_SETTINGS_CHANGED) as a:
        assert [tile.kind for tile in measures.overview(a)] == list(measures.KINDS)
        measures.set_target(a, kind=Kind.GLYCATED_HEMOGLOBIN, low=6, high=7)
        order = sorted(Kind, key=str, reverse=True)
        measures.arrange_tiles(a, order=order, hidden={Kind.STEPS_BY_DAY})
        tiles = measures.overview(a)
        with pytest.raises(measures.MeasureRefused):
            measures.arrange_tiles(a, order=order[1:], hidden=set())
    assert [tile.kind for tile in tiles] == order
    assert [tile.position for tile in tiles] == list(range(len(order)))
    assert [tile.kind for tile in tiles if tile.hidden] == [Kind.STEPS_BY_DAY]
    assert {tile.kind: tile.target for tile in tiles}[Kind.GLYCATED_HEMOGLOBIN] == measures.Target(6, 7)


def test_the_overview_gives_the_latest_of_each():
    claire = add_claire()
    for kind in GOOD:
        add(claire, kind, at=NOON - timedelta(days=1))
        add(claire, kind)
    with door(claire, purpose=Purpose.CONSULT, event=EventType.MEASURES_READ) as a:
        with CaptureQueriesContext(connection) as captured:
            tiles = {tile.kind: tile for tile in measures.overview(a)}
    assert len(captured.captured_queries) == 3
    assert {kind for kind, tile in tiles.items() if tile.last} == set(Kind)
    assert all(tile.last.at == NOON for tile in tiles.values())
    assert measures.show(tiles[Kind.BODY_MASS_INDEX].last) == "23,7 kg/m²"


def test_an_erasure_leaves_nothing():
    claire, paul = add_claire(), add_claire(birth_name="DURAND")
    for person in (claire, paul):
        add(person, Kind.WEIGHT, comment="secret-de-balance")
        with door(person, event=EventType.MEASURE_SETTINGS_CHANGED) as a:
            measures.set_target(a, kind=Kind.GLYCATED_HEMOGLOBIN, low=None, high=7)
    (part,) = (one for one in erasure.list_parts() if one.room == "measures")
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        for rows in part.rows:
            cursor.execute(f"delete from {rows.table} where {rows.condition}", {"person": claire})
            assert cursor.rowcount == 1
    for person, kept in ((claire, 0), (paul, 1)):
        with door(person, purpose=Purpose.CONSULT, event=EventType.MEASURES_READ) as a:
            assert measures.count_values(a) == kept
            assert bool(measures.get_bounds(a, Kind.GLYCATED_HEMOGLOBIN, []).target) == bool(kept)
