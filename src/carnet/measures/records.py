"""One measure as it is kept and as it is given out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.measures.catalogue import KINDS, Kind
from carnet.measures.units import show_pair
from carnet.platform.crypto import PersonKey

COLUMNS: Final = (
    "id, kind, at, value, second, context, days, author_kind, author_id, structure, document_id, locked,"
    " version, recorded_at, sealed"
)


class AuthorKind(StrEnum):
    """Who measured or entered it (facts/mes.md 2.2)."""

    PERSON = "PERSON"
    PROFESSIONAL = "PROFESSIONAL"
    DEVICE = "DEVICE"
    ORGANISATION = "ORGANISATION"


@dataclass(frozen=True, slots=True)
class Value:
    """One measure. `value`, `second` (the diastolic): in the UCUM unit; `days`: the span of a mean.

    `context`: a code of the kind's value set. `device`, `author`: names as given, if any.
    """

    id: UUID
    kind: Kind
    at: datetime
    value: float
    second: float | None
    context: str
    days: int | None
    author_kind: AuthorKind
    author_id: UUID | None
    structure: str
    locked: bool
    version: int
    comment: str
    recorded_at: datetime
    document_id: UUID | None = None
    device: str = ""
    author: str = ""

    @property
    def context_label(self) -> str:
        """The words of the context, "" for none."""
        return dict(KINDS[self.kind].contexts).get(self.context, "")


def show(value: Value) -> str:
    """Return the measure in words: "72,5 kg", "1,75 m", "128/79 mmHg"."""
    return show_pair(value.kind, value.value, value.second)


def seal(key: Callable[[], PersonKey], value_id: UUID, facts: dict[str, str]) -> bytes | None:
    """Return what the person or the device said in words, sealed; None when nothing was said."""
    said = {name: text for name, text in facts.items() if text}
    return key().seal(_purpose(value_id), orjson.dumps(said)) if said else None


def open_rows(rows: Sequence[tuple[Any, ...]], key: Callable[[], PersonKey]) -> list[Value]:
    """Return rows of COLUMNS as values; the key is asked for only when something is sealed."""
    return [_open(row, key) for row in rows]


def _open(row: tuple[Any, ...], key: Callable[[], PersonKey]) -> Value:
    (value_id, kind, at, value, second, context, days, author_kind, author_id, structure, document_id,
     locked, version, recorded_at, sealed) = row  # fmt: skip
    said = orjson.loads(key().open(_purpose(value_id), sealed)) if sealed is not None else {}
    return Value(
        id=value_id, kind=Kind(kind), at=at, value=value, second=second, context=context, days=days,
        author_kind=AuthorKind(author_kind), author_id=author_id, structure=structure, locked=locked,
        version=version, comment=said.get("comment", ""), recorded_at=recorded_at, document_id=document_id,
        device=said.get("device", ""), author=said.get("author", ""),
    )  # fmt: skip


def _purpose(value_id: UUID) -> str:
    return f"measures:{value_id}"
