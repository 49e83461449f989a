"""What is kept of an episode, and how it looks once opened again."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.histories.lines import Line
from carnet.histories.policies import Category
from carnet.platform.crypto import PersonKey

PURPOSE: Final = "care_history"


@dataclass(frozen=True, slots=True)
class Episode:
    """One reimbursed act, of the day of the field. `until`: its last day, None for one day or no end yet."""

    id: UUID
    category: Category
    day: date
    until: date | None
    label: str
    detail: str
    place: str
    professional: str


@dataclass(frozen=True, slots=True)
class Period:
    """How many acts began in a year, or in a month of it, by category; those without any are left out."""

    year: int
    month: int | None
    counts: dict[Category, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of the list ends (keyset)."""

    day: date
    id: UUID


def source_key(key: PersonKey, reference: str) -> bytes:
    """Return the hash under which an act is known by the insurer's own reference, in this record only."""
    return key.hash(PURPOSE, reference)


def seal_words(key: PersonKey, line: Line) -> bytes:
    """Return the words of a line under the person's key."""
    words = {"label": line.label, "detail": line.detail, "place": line.place, "by": line.professional}
    return key.seal(PURPOSE, orjson.dumps({name: text for name, text in words.items() if text}))


def open_episode(row: tuple[Any, ...], key: PersonKey) -> Episode:
    """Return the episode of a row (id, category, day, until, sealed)."""
    episode_id, category, day, until, sealed = row
    words = orjson.loads(key.open(PURPOSE, sealed))
    return Episode(
        id=episode_id,
        category=Category(category),
        day=day,
        until=until,
        label=words["label"],
        detail=words.get("detail", ""),
        place=words.get("place", ""),
        professional=words.get("by", ""),
    )
