"""The vaccinations of a life: the calendar of her year of birth, then those of adults."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from carnet.sandbox.care.calendar import is_mandatory, list_due
from carnet.sandbox.care.facts import Die, Facts
from carnet.sandbox.care.life import Shot
from carnet.sandbox.care.structures import Doctor, Place

Give = Callable[[str, str, date, int, str], None]
"""Writes one: name, diseases, day, rank, injection."""

_MONTH: Final = 30.44
_OLD: Final = 65
_LOT: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"


def draw_shots(facts: Facts, seed: int, place: Place, doctor: Doctor) -> tuple[Shot, ...]:
    """Return the vaccinations of a life in the order of their days."""
    die = Die.of(seed, facts, "shots")
    found: list[Shot] = []

    def give(
        name: str, against: str, day: date, rank: int, injection: str, *, mandatory: bool = False
    ) -> None:
        lot = f"{die.one(_LOT)}{die.one(_LOT)}{die.randint(1000, 9999)}"
        if facts.birth_date < day <= facts.today:
            found.append(Shot(name, against, day, rank, injection, lot, mandatory, place, doctor))

    missed: set[str] = set()
    for due in list_due(facts.birth_date):
        day = facts.birth_date + timedelta(days=round(due.months * _MONTH) + die.randint(0, 12))
        mandatory = is_mandatory(due, facts.birth_date)
        if die.happens(0.98 if mandatory else 0.8) and due.name not in missed:
            give(due.name, due.against, _working(day), due.rank, due.injection, mandatory=mandatory)
        else:
            missed.add(due.name)  # a dose missed is not followed by the next
    _covid(facts, die, give)
    _of_the_old(facts, die, give)
    return tuple(sorted(found, key=lambda one: (one.day, one.name)))


def _covid(facts: Facts, die: Die, give: Give) -> None:
    first = die.day(date(2021, 4, 15), date(2021, 8, 20))
    if facts.age_on(first) >= 16 and die.happens(0.88):  # noqa: PLR2004
        give("Covid-19", "Covid-19", first, 1, "INITIMMUNIZ")
        give("Covid-19", "Covid-19", _working(first + timedelta(days=28)), 2, "INITIMMUNIZ")
        give("Covid-19", "Covid-19", _working(first + timedelta(days=210)), 3, "BOOSTER")


def _of_the_old(facts: Facts, die: Die, give: Give) -> None:
    keen = die.happens(0.65)
    for rank, year in enumerate(
        range(max(facts.birth_date.year + _OLD, facts.today.year - 6), facts.today.year + 1), 1
    ):
        day = die.day(date(year, 10, 16), date(year, 11, 20))
        if keen and die.happens(0.9) and facts.age_on(day) >= _OLD:
            give("Grippe saisonnière", "grippe", day, rank, "IMMUNIZ")
    zona = die.day(date(2024, 3, 1), date(2025, 6, 1))
    if keen and facts.age_on(zona) >= _OLD:
        give("Zona", "zona", zona, 1, "INITIMMUNIZ")
        give("Zona", "zona", _working(zona + timedelta(days=70)), 2, "INITIMMUNIZ")


def _working(day: date) -> date:
    return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])
