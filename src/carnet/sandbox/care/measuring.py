"""What is measured in a life: at each visit, at home, and the HbA1c of each blood test."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from carnet.sandbox.care.facts import ADULT, Die, Facts
from carnet.sandbox.care.growth import Body
from carnet.sandbox.care.life import Course, Illness, Reading, Sample, Visit

_UNTREATED, _NORMAL, _FALL = (156.0, 94.0), (124.0, 76.0), (22.0, 13.0)
_DAYS_OF_A_CURE: Final = 120
_HEAD_UNTIL: Final = 3  # years: as the health record asks
_OWN_FROM: Final = 16
_ARM: Final = "53120007"
_FASTING: Final = "53049-3"
_CURIOUS: Final = 0.25
_COUNTS_STEPS: Final = 0.08


def draw_readings(
    facts: Facts,
    seed: int,
    *,
    body: Body,
    lasting: list[Illness],
    courses: list[Course],
    visits: list[Visit],
    samples: list[Sample],
    often: int,
) -> list[Reading]:
    """Return the measures of a life in the order of their moments; `often`: how closely at home."""
    die = Die.of(seed, facts, "readings")
    pressure = Pressure(die, lasting, courses)
    found = [
        *(reading for visit in visits for reading in _at_visit(facts, die, body, pressure, visit)),
        *_height_of_adult(facts, body, visits),
        *_hba1c(samples),
    ]
    if facts.age >= _OWN_FROM:
        keys = {one.key for one in lasting if one.until is None}
        if "hypertension" in keys:
            found += _pressures_at_home(facts, pressure, visits, often)
        if "diabetes1" in keys or (often > 1 and "diabetes2" in keys):
            found += _glucose_at_home(facts, die, often)
        found += _others_at_home(facts, die, body, often)
    return sorted(found, key=lambda one: (one.day, one.hour, one.kind))


class Pressure:
    """A person's blood pressure: high before the treatment of a hypertension has worked, usual after."""

    def __init__(self, die: Die, lasting: list[Illness], courses: list[Course]) -> None:
        self.die = die
        self.illness = next((one for one in lasting if one.key == "hypertension"), None)
        self.started = min(
            (one.since for one in courses if one.illness.key == "hypertension"), default=date.max
        )

    def on(self, day: date) -> tuple[float, float]:
        """Return systolic and diastolic, in mmHg."""
        base = _NORMAL
        if self.illness is not None and self.illness.runs_on(day):
            worked = min(1.0, max(0.0, (day - self.started).days / _DAYS_OF_A_CURE))
            base = (_UNTREATED[0] - _FALL[0] * worked, _UNTREATED[1] - _FALL[1] * worked)
        high = round(base[0] + self.die.gauss(0, 6))
        return float(high), float(min(round(base[1] + self.die.gauss(0, 4)), high - 25))


def _at_visit(facts: Facts, die: Die, body: Body, pressure: Pressure, visit: Visit) -> Iterator[Reading]:
    day, by, author, age = visit.day, visit.place.finess, visit.doctor.name, facts.age_on(visit.day)
    if age >= ADULT:
        yield Reading("BLOOD_PRESSURE", day, 10, *pressure.on(day), _ARM, by, author)
    yield Reading("WEIGHT", day, 10, body.weight(day, die.gauss(0, 0.008)), by=by, author=author)
    if age < ADULT:
        yield Reading("HEIGHT", day, 10, body.height(day), by=by, author=author)
    if age < _HEAD_UNTIL:
        yield Reading("HEAD_CIRCUMFERENCE", day, 10, body.head(day), by=by, author=author)


def _height_of_adult(facts: Facts, body: Body, visits: list[Visit]) -> Iterator[Reading]:
    """An adult is measured once: at the first visit."""
    first = next((one for one in visits if facts.age_on(one.day) >= ADULT), None)
    if first is not None:
        height = body.height(first.day)
        yield Reading("HEIGHT", first.day, 10, height, by=first.place.finess, author=first.doctor.name)


def _hba1c(samples: list[Sample]) -> Iterator[Reading]:
    for one in samples:
        if "hba1c" in one.values:
            value, place = one.values["hba1c"], one.place
            yield Reading("GLYCATED_HEMOGLOBIN", one.day, 8, value, by=place.finess, author=place.name)


def _pressures_at_home(
    facts: Facts, pressure: Pressure, visits: list[Visit], often: int
) -> Iterator[Reading]:
    """Three days before a visit, morning and evening."""
    for visit in visits[-6 * often :]:
        for before in range(1, 1 + 3 * often):
            day = visit.day - timedelta(days=before)
            if day > facts.birth_date:
                for hour in (8, 19):
                    yield Reading("BLOOD_PRESSURE", day, hour, *pressure.on(day), _ARM)


def _glucose_at_home(facts: Facts, die: Die, often: int) -> Iterator[Reading]:
    for number in range(1, 15):
        day = facts.today - timedelta(days=number * often)
        yield Reading("GLUCOSE", day, 7, float(round(die.gauss(128, 16))), context=_FASTING)


def _others_at_home(facts: Facts, die: Die, body: Body, often: int) -> Iterator[Reading]:
    if die.happens(_CURIOUS if often == 1 else 1):
        for month in range(12 * often):
            day = facts.today - timedelta(days=2 + 30 * month)
            yield Reading("WEIGHT", day, 7, body.weight(day, die.gauss(0, 0.006)))
    if often == 1 and die.happens(_COUNTS_STEPS):
        for number in range(1, 15):
            day = facts.today - timedelta(days=number)
            yield Reading("STEPS_BY_DAY", day, 12, float(die.randint(2500, 12000)))
