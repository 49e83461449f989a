"""A line of the profile as other rooms see it, and how its values are sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.platform.crypto import PersonKey
from carnet.profile.rubrics import LinkKind, Rubric

_PURPOSE: Final = "profile"
HISTORY: Final = "history"
"""Where a line about habits keeps its earlier answers, inside the sealed values."""


class State(StrEnum):
    """What is known of a rubric. Never shown as the same thing (facts/mes.md 2.1)."""

    FILLED = "FILLED"
    NONE_DECLARED = "NONE_DECLARED"  # « je ne suis pas concerné(e) »
    NOT_FILLED = "NOT_FILLED"
    NOT_SHARED = "NOT_SHARED"  # for a professional only
    NOT_GIVEN = "NOT_GIVEN"  # not for the profession of who reads: says nothing of the person


class AuthorKind(StrEnum):
    """Who wrote a line (facts/mes.md 2.1)."""

    PERSON = "PERSON"
    PROFESSIONAL = "PROFESSIONAL"
    DEVICE = "DEVICE"
    ORGANISATION = "ORGANISATION"


@dataclass(frozen=True, slots=True)
class Link:
    """A tie from a line to something of the same record."""

    kind: LinkKind
    target_id: UUID


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a rubric. `values`: by field, as `profile.fields` declares them."""

    id: UUID
    rubric: Rubric
    values: Mapping[str, Any]
    author_kind: AuthorKind
    author_id: UUID | None
    structure: str
    locked: bool
    version: int
    created_at: datetime
    changed_at: datetime
    links: tuple[Link, ...] = ()
    origin: str = "PATIENT"
    earlier: tuple[Mapping[str, Any], ...] = ()  # {"at": ISO 8601, "values": {...}}, latest first


@dataclass(frozen=True, slots=True)
class RubricView:
    """A rubric as its reader sees it. `shared`: whether professionals see it."""

    rubric: Rubric
    state: State
    shared: bool
    unconcerned_on: date | None
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """A line to be loaded in bulk: a synthetic world, a migration. `at`: when it was written."""

    rubric: Rubric
    values: Mapping[str, Any]
    at: datetime
    author_kind: AuthorKind = AuthorKind.PERSON
    author_id: UUID | None = None
    structure: str = ""
    locked: bool = False
    origin: str = "MIGRATION"
    links: Sequence[tuple[LinkKind, UUID]] = field(default_factory=tuple)
    id: UUID | None = None


def seal(key: PersonKey, values: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]] = ()) -> bytes:
    """Return the values of a line under the person's key."""
    content = {"values": dict(values)} | ({HISTORY: list(earlier)} if earlier else {})
    return key.seal(_PURPOSE, orjson.dumps(content))


def open_entry(row: Sequence[Any], key: PersonKey) -> Entry:
    """Return a line from its columns (`queries.COLUMNS`)."""
    (entry_id, rubric, author_kind, author_id, structure, origin, locked, version, created, changed,
     sealed, links) = row  # fmt: skip
    content = orjson.loads(key.open(_PURPOSE, sealed))
    return Entry(
        id=entry_id,
        rubric=Rubric(rubric),
        values=content["values"],
        author_kind=AuthorKind(author_kind),
        author_id=author_id,
        structure=structure,
        locked=locked,
        version=version,
        created_at=created,
        changed_at=changed,
        links=tuple(Link(LinkKind(one["kind"]), UUID(one["target_id"])) for one in links),
        origin=origin,
        earlier=tuple(content.get(HISTORY, ())),
    )
