"""Where the marks of an axis stand and what they say, in French. Pure."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

Tick = tuple[float, str]

PARIS: Final = ZoneInfo("Europe/Paris")
MONTHS: Final = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
_HOURS: Final = (1, 2, 3, 6, 12)
_DAYS: Final = (1, 2, 3, 7, 14)
_MONTH_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
_AGE_MONTHS: Final = (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)
_DAYS_OF_MONTH: Final = 30.4375
_YEAR: Final = 12
_NOTHING: Final = 1e-9


def value_ticks(low: float, high: float, *, most: int) -> list[float]:
    """Return round values (1, 2 or 5 times a power of ten) between two bounds, two at least."""
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
    first, last = math.ceil(low / step - _NOTHING), math.floor(high / step + _NOTHING)
    if last <= first:
        first, last = first - 1, first
    return [round(number * step, 10) for number in range(first, last + 1)]


def decimals_of(ticks: Sequence[float]) -> int:
    """Return how many decimals tell the ticks apart."""
    return next(n for n in range(12) if all(abs(round(tick, n) - tick) < _NOTHING for tick in ticks))


def number_words(number: float, decimals: int) -> str:
    """Write a number in French: comma, narrow space between thousands."""
    return f"{number + _NOTHING:,.{decimals}f}".replace(",", "\u202f").replace(".", ",")


def time_ticks(start: float, end: float, *, most: int) -> list[Tick]:
    """Return round moments between two (seconds since 1970), `most` at most, with their French words."""
    first, last = (datetime.fromtimestamp(moment, UTC).astimezone(PARIS) for moment in (start, end))
    for moments, pattern in _candidates(first, last):
        found = [moment for moment in moments if first <= moment <= last]
        if 1 <= len(found) <= most:
            return [
                (moment.timestamp(), _time_words(moment, pattern, whole=not place or moment.month == 1))
                for place, moment in enumerate(found)
            ]
    return [(start, _time_words(first, "day"))]


def _candidates(first: datetime, last: datetime) -> Iterator[tuple[list[datetime], str]]:
    """The finest first; a step that would make far too many marks is not tried."""
    span = last - first
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    if span < timedelta(hours=30):
        for step in _HOURS:
            yield _by(midnight, last, timedelta(hours=step)), "hour"
    if span < timedelta(days=200):
        for step in _DAYS:
            yield _by(midnight, last, timedelta(days=step)), "day"
    for step in _MONTH_STEPS:
        yield _months(first, last, step), "year" if step >= _YEAR else "month"


def _by(start: datetime, last: datetime, step: timedelta) -> list[datetime]:
    """Moments of the wall clock, a step apart."""
    count = int((last - start) / step) + 2
    return [start + number * step for number in range(count)]


def _months(first: datetime, last: datetime, step: int) -> list[datetime]:
    begin = (first.year * 12 + first.month - 1) // step * step
    final = last.year * 12 + last.month
    return [datetime(at // 12, at % 12 + 1, 1, tzinfo=PARIS) for at in range(begin, final + 1, step)]


def _time_words(moment: datetime, pattern: str, *, whole: bool = True) -> str:
    """Say a moment; the year of a month is said once, and again when it changes."""
    month = MONTHS[moment.month - 1]
    return {
        "hour": f"{moment.hour} h",
        "day": f"{moment.day} {month}",
        "month": f"{month} {moment.year}" if whole else month,
        "year": str(moment.year),
    }[pattern]


def age_ticks(start: float, end: float, *, most: int) -> list[Tick]:
    """Return round ages between two (days), in months or years."""
    for step in _AGE_MONTHS:
        first = math.ceil(start / _DAYS_OF_MONTH / step - _NOTHING) * step
        months = range(first, int(end / _DAYS_OF_MONTH + _NOTHING) + 1, step)
        if 1 <= len(months) <= most:
            return [(month * _DAYS_OF_MONTH, _age_words(month, step)) for month in months]
    return [(start, _age_words(round(start / _DAYS_OF_MONTH), 1))]


def _age_words(months: int, step: int) -> str:
    if (step % _YEAR and months % _YEAR) or not months:
        return f"{months} mois" if months else "naissance"
    return f"{months // _YEAR} an{'s' if months > _YEAR else ''}"
