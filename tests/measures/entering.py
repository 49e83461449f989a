"""Measures for tests: one good value of each kind, and the door."""

from contextlib import contextmanager
from datetime import datetime, timedelta

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.measures import api as measures
from carnet.measures.api import Kind
from carnet.platform.clock import PARIS
from tests.people.register import add_person, open_space

NOON = datetime(2026, 3, 10, 12, tzinfo=PARIS)
GOOD = {
    Kind.WEIGHT: 72.5, Kind.HEIGHT: 175, Kind.BLOOD_PRESSURE: 128, Kind.HEART_RATE: 64, Kind.GLUCOSE: 110,
    Kind.GLYCATED_HEMOGLOBIN: 6.8, Kind.INTERSTITIAL_GLUCOSE: 140, Kind.HEMOGLOBIN_GLYCATION_INDEX: 6.9,
    Kind.BODY_TEMPERATURE: 37.2, Kind.PAIN_SEVERITY: 4, Kind.STEPS_BY_DAY: 8250,
    Kind.WAIST_CIRCUMFERENCE: 82, Kind.HEAD_CIRCUMFERENCE: 48.5,
}  # fmt: skip


def good(kind, **changed):
    """Return the facts of a measure that is taken."""
    facts = {"kind": kind, "at": NOON, "value": GOOD[kind]}
    if kind is Kind.BLOOD_PRESSURE:
        facts["second"] = 79
    if measures.KINDS[kind].context_required:
        facts["context"] = "53049-3"
    if measures.KINDS[kind].days:
        facts["days"] = 14
    return facts | changed


def add_claire(**facts):
    person_id = add_person(**facts)
    open_space(person_id)
    return person_id


@contextmanager
def door(person_id, *, by=None, purpose=Purpose.MANAGE, event=EventType.MEASURE_ADDED):
    actor = by or Actor(ActorKind.PATIENT, person_id)
    with access.open(person_id, by=actor, purpose=purpose, event=event) as a:
        yield a


def add(person_id, kind, **changed):
    with door(person_id) as a:
        return measures.add_value(a, **good(kind, **changed))


def add_series(person_id, kind, count, *, step=timedelta(days=1), start=NOON, value=None):
    """Add `count` values of a kind, one each step back from `start`."""
    rows = []
    for number in range(count):
        facts = good(kind, at=start - number * step)
        facts["value"] = value(number) if value else facts["value"] + number % 9
        rows.append(measures.Measure(**facts))
    with door(person_id) as a:
        return measures.load_values(a, rows)
