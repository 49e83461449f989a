"""What a search of a structure's own documents is narrowed to, pure: by FHIR's rules for codes and dates.

Sources: facts/interop.md 2.5 (parameters of ITI-67); FHIR R4, "Search", 3.1.1.5.5 (dates).
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.documents.held import Held
from carnet.standards.pdsm import split_face
from carnet.standards.words import normalise

ALWAYS: Final = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
PREFIXES: Final = frozenset({"eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"})


@dataclass(frozen=True, slots=True)
class Span:
    """A date of a search: its prefix, and the instants that it covers, from `start` to before `end`."""

    prefix: str
    start: datetime
    end: datetime

    def admits(self, first: datetime, last: datetime, now: datetime) -> bool:
        """Say whether what went from `first` to `last`, both included, is what is looked for."""
        start, end = self.widened(now)
        answers = {
            "eq": self.start <= first and last < self.end,
            "ne": not (self.start <= first and last < self.end),
            "gt": last >= self.end,
            "lt": first < self.start,
            "ge": last >= self.start,
            "le": first < self.end,
            "sa": first >= self.end,
            "eb": last < self.start,
            "ap": first < end and last >= start,
        }
        return answers[self.prefix]

    def widened(self, now: datetime) -> tuple[datetime, datetime]:
        """Return the instants of an approximate date: a tenth of its distance from now on either side."""
        about = abs(now - self.start) / 10
        return self.start - about, self.end + about


@dataclass(frozen=True, slots=True)
class HeldFilters:
    """What is looked for among a structure's own documents; the default of each is everything.

    Sets of codes: any of them. `labels`: each set is met by one of its labels. `creations`, `dates`,
    `periods`: all of them; the creation of the file, the date of the metadata, the time of the care.
    `authors`: words, each the beginning of a word of one author's name.
    """

    statuses: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    formats: frozenset[str] = frozenset()
    facilities: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    creations: tuple[Span, ...] = ()
    dates: tuple[Span, ...] = ()
    periods: tuple[Span, ...] = ()
    labels: tuple[frozenset[str], ...] = ()
    authors: tuple[str, ...] = ()
    archived: bool | None = None
    ids: frozenset[UUID] | None = None
    entry_ids: frozenset[UUID] | None = None
    unique_ids: frozenset[str] | None = None

    @property
    def opens(self) -> bool:
        """Say whether something is looked for that lies sealed: rows are then opened to be chosen."""
        sealed = (self.facilities, self.settings, self.events, self.dates, self.periods, self.authors)
        return any((*sealed, self.labels))

    def admits(self, held: Held, now: datetime) -> bool:
        """Say whether a document is what is looked for, in what lies sealed of it."""
        face = _read_face(held.face) if held.face else {}
        facts, context = held.facts, face.get("context") or {}
        first, last = _period(facts, context)
        said = _date(face) or held.deposited_at
        return (
            _meets(self.facilities, {*_codes(context.get("facilityType")), facts.get("facility_type")})
            and _meets(
                self.settings, {*_codes(context.get("practiceSetting")), facts.get("practice_setting")}
            )
            and _meets(self.events, _codes(context.get("event")))
            and all(group & held.labels for group in self.labels)
            and all(span.admits(said, said, now) for span in self.dates)
            and all(span.admits(first, last, now) for span in self.periods)
            and _is_by(self.authors, facts)
        )


def _read_face(face: bytes) -> dict[str, Any]:
    """Return the members of a face that never change (carnet.standards.pdsm.face)."""
    parts = split_face(face)
    members: dict[str, Any] = orjson.loads(b"{" + parts.head + parts.tail + b"}")
    return members


def _meets(wanted: frozenset[str], said: set[Any]) -> bool:
    return not wanted or bool(wanted & said)


def _codes(value: Any) -> set[str]:
    """Return the codes of a CodeableConcept, or of several."""
    concepts = value if isinstance(value, list) else [value or {}]
    return {coding.get("code") for concept in concepts for coding in concept.get("coding") or []}


def _is_by(wanted: tuple[str, ...], facts: Mapping[str, Any]) -> bool:
    """Say whether one author has every word that is looked for."""
    if not wanted:
        return True
    words = [part for word in wanted for part in normalise(word).split()]
    names = [normalise(author.get("name") or "").split() for author in facts.get("authors", ())]
    return any(all(any(part.startswith(word) for part in name) for word in words) for name in names)


def _date(face: Mapping[str, Any]) -> datetime | None:
    return next(_moments(face.get("date")), None)


def _period(facts: Mapping[str, Any], context: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Return from when to when the care lasted; what is not said has no bound on that side."""
    said = context.get("period") or {}
    starts = list(_moments(said.get("start") or facts.get("service_start")))
    ends = list(_moments(said.get("end") or facts.get("service_stop")))
    return starts[0] if starts else ALWAYS[0], ends[-1] if ends else ALWAYS[1]


def _moments(text: Any) -> Iterator[datetime]:
    """Yield the first and the last instant of a date of FHIR: a year, a month, a day; a moment is once."""
    if not isinstance(text, str):
        return
    with suppress(ValueError):  # what was let in though it is no date is not found by date
        if "T" in text:
            moment = datetime.fromisoformat(text)
            yield moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return
        parts = [int(part) for part in text.split("-")]
        year, month, day = (*parts, 1, 1)[:3]
        first = datetime(year, month, day, tzinfo=UTC)
        last = _next(first, len(parts)) - timedelta(microseconds=1)
        yield first
        yield last


def _next(first: datetime, precision: int) -> datetime:
    """Return the beginning of the next year (precision 1), month (2) or day (3)."""
    match precision:
        case 1:
            return first.replace(year=first.year + 1)
        case 2:
            return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        case _:
            return first + timedelta(days=1)
