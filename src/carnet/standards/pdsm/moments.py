"""Dates and moments of FHIR, held against the calendar and against today."""

from datetime import UTC, date, datetime, timedelta
from typing import Final

from carnet.standards.cda.timestamp import PARIS
from carnet.standards.pdsm.findings import Findings

EARLIEST_YEAR: Final = 1850
LATITUDE: Final = timedelta(days=1)
"""How far a clock of another machine may be ahead, and more: a day that began elsewhere."""


def read_moment(text: str, findings: Findings, *, path: str, now: datetime) -> datetime | None:
    """Return the beginning of what a dateTime or an instant names, with its offset; None when it is refused.

    A day, a month or a year is that of Paris. Reports what is not in the calendar, before 1850, or further
    than a day ahead of `now`.
    """
    moment = _find_moment(text)
    if moment is None or moment.year < EARLIEST_YEAR:
        findings.fault(
            "pdsm.date.calendar", path, "Cette date n’est pas au calendrier, ou est trop ancienne."
        )
        return None
    if moment > now + LATITUDE:
        findings.fault("pdsm.date.future", path, "Cette date est dans le futur.")
        return None
    return moment


def read_birth_date(text: str, findings: Findings, *, path: str, now: datetime) -> date | None:
    """Return a day of birth. Reports one that is no whole day of the calendar, or is to come."""
    try:
        born = date.fromisoformat(text)
    except ValueError:
        findings.fault("pdsm.date.calendar", path, "La date de naissance s’écrit AAAA-MM-JJ.")
        return None
    if born.year < EARLIEST_YEAR or born > (now + LATITUDE).date():
        findings.fault("pdsm.date.calendar", path, "La date de naissance est trop ancienne, ou à venir.")
        return None
    return born


def _find_moment(text: str) -> datetime | None:
    if len(text) <= len("2026-12-31"):
        text = f"{text}-01-01"[: len("2026-12-31")] if len(text) == len("2026") else text
        text = f"{text}-01" if len(text) == len("2026-12") else text
        whole = f"{text}T00:00:00"
    else:
        whole = text.replace(":60", ":59", 1)  # a leap second
    try:
        moment = datetime.fromisoformat(whole)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=PARIS)
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment
