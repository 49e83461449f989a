"""HL7 version 3 points in time (data type TS): YYYY[MM[DD[HH[MM[SS[.fraction]]]]]][+HHMM]."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")

_TS = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<month>[0-9]{2})(?:(?P<day>[0-9]{2})"
    r"(?:(?P<hour>[0-9]{2})(?:(?P<minute>[0-9]{2})(?:(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6}))?)?)?)?)?)?"
    r"(?P<offset>[+-][0-9]{4})?"
)


def parse_timestamp(text: str) -> datetime:
    """Return the beginning of the interval that `text` names (a year, a day, a second), with its offset.

    Without offset the time is that of the clocks of Paris. Raises ValueError.
    """
    match = _TS.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an HL7 time stamp: {text[:40]!r}")
    numbers = {name: int(value) for name, value in match.groupdict().items() if value and name != "offset"}
    microsecond = int((match["fraction"] or "").ljust(6, "0"))
    moment = datetime(
        numbers["year"],
        numbers.get("month", 1),
        numbers.get("day", 1),
        numbers.get("hour", 0),
        numbers.get("minute", 0),
        numbers.get("second", 0),
        microsecond,
        tzinfo=_zone(match["offset"]),
    )
    return _within_calendar(moment)


def parse_day(text: str) -> date:
    """Return the day named by the first eight digits of a time stamp. Raises ValueError."""
    if not re.match(r"[0-9]{8}", text.strip()):
        raise ValueError(f"not a day: {text[:40]!r}")
    return parse_timestamp(text).date()


def format_timestamp(moment: datetime) -> str:
    """Write an aware datetime to the second, with its offset to the minute."""
    return moment.strftime("%Y%m%d%H%M%S%z")[:19].rjust(19, "0")


def _zone(offset: str | None) -> timezone | ZoneInfo:
    if offset is None:
        return PARIS
    if not re.fullmatch(r"[+-](?:0[0-9]|1[0-4])[0-5][0-9]", offset):
        raise ValueError(f"not an offset: {offset}")
    delta = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
    return timezone(-delta if offset[0] == "-" else delta)


def _within_calendar(moment: datetime) -> datetime:
    """Refuse a moment at the edge of the calendar, which no one could convert to another zone."""
    try:
        moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"outside the calendar: {moment.year}") from error
    return moment
