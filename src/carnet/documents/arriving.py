"""What arrived lately in the records that a professional follows: how many documents, never which.

A row is written with the document, in its transaction, and a trigger removes it in the transaction that
hides, withdraws, replaces or deletes the document, or says that it is something else. What may be seen of
it is decided at each look, by the same Scope as everywhere: a document that she may not read is not
counted, and a record that would not open is not named (docs/pro.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from carnet.access import api as access
from carnet.access.api import Scope, Visibility
from carnet.documents.queries import fetch
from carnet.journal.api import Actor, Purpose
from carnet.platform import clock, crypto
from carnet.platform.clock import PARIS

KEPT_DAYS: Final = 30
"""How long an arrival is told to who does not come: a decision of ours, no text gives one."""

_PURPOSE: Final = "arrival"
_ROUND: Final = 50
_MOST_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many documents that she may read arrived for a person since she came, the latest of them when."""

    person_id: UUID
    count: int
    at: datetime


NOTE: Final = (
    "insert into documents_arrival (person_id, document_id, at, sealed, seen_by)"
    " select %(person)s::uuid, %(id)s::uuid, %(now)s::timestamptz, %(seen)s::bytea, '{}'"
    " where %(same)s::uuid is null"
)
"""Written with a document; nothing for what has the content of another, which no list shows."""

SEEN: Final = (
    "update documents_arrival set seen_by = array_append(seen_by, %(professional)s::uuid)"
    " where person_id = %(person)s and document_id = %(document)s"
    " and %(professional)s::uuid <> all(seen_by)"
)
"""That a professional has read it."""

_FRESH: Final = (
    "select a.person_id, max(a.at) as latest, array_agg(a.at order by a.at desc, a.document_id),"  # noqa: S608 - own constants
    " array_agg(a.sealed order by a.at desc, a.document_id)"
    f" from documents_arrival a join ({access.FOLLOWED}) f on f.person_id = a.person_id"
    " where a.at > greatest(f.last_at, %(since)s) and %(professional)s <> all(a.seen_by)"
    " group by a.person_id order by latest desc, a.person_id limit %(limit)s offset %(offset)s"
)


def seal(row: dict[str, Any]) -> bytes:
    """Return, from the values of a document's row, what decides who may see it, sealed."""
    facts = {
        "masked": row["masked"], "structure": row["structure"], "type_code": row["type"],
        "level": row["confidentiality"],
        "professional_id": str(row["professional"]) if row["professional"] else None,
    }  # fmt: skip
    return crypto.seal_system(_PURPOSE, orjson.dumps(facts))


def note_all(rows: Sequence[dict[str, Any]]) -> None:
    """Write that documents arrived, from the values of their rows; nothing for those of long ago."""
    since = clock.now() - timedelta(days=KEPT_DAYS)
    recent = [row | {"seen": seal(row)} for row in rows if row["now"] > since]
    if recent:
        with connection.cursor() as cursor:
            cursor.executemany(NOTE, recent)


def list_arrived(*, by: Actor, answers_to: UUID | None = None, limit: int = 20) -> list[Arrived]:
    """Return for whom something arrived since a professional last opened the record, the latest first.

    Of those whom she follows where she acts; `answers_to`: the professional whom a student or a replacement
    answers to. What she brought herself or has read is not counted. Two statements for fifty persons; no
    record is opened.
    """
    found: list[Arrived] = []
    for rows in _rounds(by, answers_to):
        scopes = access.decide_each([row[0] for row in rows], by=by, purpose=Purpose.CONSULT)
        counted = (_count(row, scopes[row[0]], by.id) for row in rows)
        found = sorted([*found, *(one for one in counted if one)], key=attrgetter("at"), reverse=True)
        # what follows arrived before: once the last one shown is later, nothing can come before it
        if len(found) >= limit and found[limit - 1].at >= rows[-1][1]:
            break
    return found[:limit]


def _rounds(by: Actor, answers_to: UUID | None) -> Iterator[list[Any]]:
    """Give persons by the latest thing that arrived, whether she may see it or not."""
    values = {
        "professional": by.id, "carers": [one for one in (by.id, answers_to) if one],
        "structure": by.structure, "now": clock.now(), "since": clock.now() - timedelta(days=KEPT_DAYS),
        "limit": _ROUND,
    }  # fmt: skip
    for number in range(_MOST_ROUNDS):
        rows = fetch(_FRESH, values | {"offset": number * _ROUND})
        yield rows
        if len(rows) < _ROUND:
            return


def _count(row: tuple[Any, ...], scope: Scope, me: UUID | None) -> Arrived | None:
    person_id, _, moments, sealed = row
    seen = [at for at, one in zip(moments, sealed, strict=True) if _is_shown(_open(one), scope, me)]
    return Arrived(person_id, len(seen), seen[0]) if seen else None


def _is_shown(visibility: Visibility, scope: Scope, me: UUID | None) -> bool:
    return visibility.professional_id != me and scope.allows(visibility)


def _open(sealed: bytes) -> Visibility:
    facts = orjson.loads(crypto.open_system(_PURPOSE, bytes(sealed)))
    professional = facts.pop("professional_id")
    return Visibility(**facts, professional_id=UUID(professional) if professional else None)


def forget_old(day: date) -> int:
    """Remove what arrived more than KEPT_DAYS before a day; return how many rows went."""
    until = datetime.combine(day - timedelta(days=KEPT_DAYS), time(), PARIS)
    return len(fetch("delete from documents_arrival where at < %(until)s returning 1", {"until": until}))
