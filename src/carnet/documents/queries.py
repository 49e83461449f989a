"""Reads and the one insert of the register. Inside an open door only; each statement names the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.access.api import Access
from carnet.documents.records import MEDIA_TYPE, DocumentCard, Record, open_card
from carnet.platform import clock
from carnet.platform.ids import uuid7

COLUMNS = (
    "id, type_code, body_level, created_on, deposited_at, structure, masked, size, blob, sealed, read_at"
)


class DocumentUnknownError(LookupError):
    """No such document, or not for this actor: the two are never told apart."""


@dataclass(frozen=True, slots=True)
class Overview:
    """The head of a person's documents: the latest, how many there are, how many nobody has read.

    `hidden`: ids of those that this actor may not see, so that nothing else on the page speaks of them.
    """

    latest: tuple[DocumentCard, ...]
    total: int
    unread: int
    hidden: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of the list ends: the next begins before it."""

    created_on: datetime
    id: UUID


def overview(a: Access, *, limit: int) -> Overview:
    """Return the head of the documents that the actor may read: one statement."""
    scope = a.scope.sql()
    rows = _fetch(
        f"select c.total, c.unread, c.hidden, {COLUMNS} from ("  # noqa: S608 - constants of the house
        f" select count(*) filter (where {scope}) as total,"
        f" count(*) filter (where {scope} and read_at is null) as unread,"
        f" coalesce(array_agg(id) filter (where not ({scope})), '{{}}') as hidden"
        f" from documents_document where person_id = %(person)s) c"
        f" left join lateral (select {COLUMNS} from documents_document"
        f" where person_id = %(person)s and {scope}"
        " order by created_on desc, id desc limit %(limit)s) d on true",
        {"person": a.person_id, "limit": limit},
    )
    total, unread, hidden = rows[0][:3]
    latest = _cards(a, [row[3:] for row in rows] if total else [])
    return Overview(tuple(latest), total, unread, tuple(hidden))


def list_recent(a: Access, *, limit: int = 20, before: Position | None = None) -> list[DocumentCard]:
    """Return documents that the actor may read, latest first. `before`: the end of the page above."""
    keyset = "and (created_on, id) < (%(at)s, %(id)s)" if before else ""
    rows = _fetch(
        f"select {COLUMNS} from documents_document where person_id = %(person)s and {a.scope.sql()}"  # noqa: S608
        f" {keyset} order by created_on desc, id desc limit %(limit)s",
        {
            "person": a.person_id,
            "limit": limit,
            "at": before.created_on if before else None,
            "id": before.id if before else None,
        },
    )
    return _cards(a, rows)


def get(a: Access, document_id: UUID) -> DocumentCard:
    """Return one document; raises DocumentUnknownError, also for what the actor may not see."""
    rows = _fetch(
        f"select {COLUMNS} from documents_document"  # noqa: S608 - constants of the house
        f" where person_id = %(person)s and id = %(id)s and {a.scope.sql()}",
        {"person": a.person_id, "id": document_id},
    )
    if not rows:
        raise DocumentUnknownError(str(document_id))
    return open_card(rows[0], a.key())


def list_titles(a: Access, document_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the titles of those of the documents that the actor may read."""
    if not document_ids:
        return {}
    rows = _fetch(
        f"select {COLUMNS} from documents_document"  # noqa: S608 - constants of the house
        f" where person_id = %(person)s and id = any(%(ids)s) and {a.scope.sql()}",
        {"person": a.person_id, "ids": list(document_ids)},
    )
    return {card.id: card.title for card in _cards(a, rows)}


def list_hidden(a: Access) -> list[UUID]:
    """Return the ids of the documents that this actor may not see, so that nothing else speaks of them."""
    rows = _fetch(
        "select id from documents_document"  # noqa: S608 - constants of the house
        f" where person_id = %(person)s and not ({a.scope.sql()})",
        {"person": a.person_id},
    )
    return [row[0] for row in rows]


def mark_read(a: Access, document_id: UUID) -> None:
    """Note the first reading."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set read_at = %s where person_id = %s and id = %s and read_at is null",
            [clock.now(), a.person_id, document_id],
        )


def insert(a: Access, record: Record) -> bool:
    """Write the row; return False when a document of the same uniqueId is there already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into documents_document (person_id, id, logical_id, entry_id, unique_key, type_code,"
            " class_code, format_code, media_type, body_level, created_on, deposited_at, structure, masked,"
            " invisible_patient, invisible_representatives, size, blob, sealed, read_at,"
            " version, status, archived, depositor, scan)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, null,"
            " 1, 'current', false, %s, 'not_scanned')"
            " on conflict do nothing",
            [a.person_id, record.id, record.id, uuid7(), record.unique_key, record.type_code,
             record.class_code, record.format_code, MEDIA_TYPE, record.body_level, record.created_on,
             clock.now(), record.structure, record.visibility.masked, record.visibility.invisible_patient,
             record.visibility.invisible_representatives, record.size, record.blob, record.sealed,
             a.by.kind],
        )  # fmt: skip
        return bool(cursor.rowcount)


def same_content(a: Access, record: Record) -> bool:
    """Say whether the document already there under that uniqueId is the very same, byte for byte.

    The name of a content is its keyed hash, so no content is fetched to know.
    """
    rows = _fetch(
        "select blob from documents_document where person_id = %(person)s and unique_key = %(key)s",
        {"person": a.person_id, "key": record.unique_key},
    )
    return [row[0] for row in rows] == [record.blob]


def _cards(a: Access, rows: list[tuple[Any, ...]]) -> list[DocumentCard]:
    if not rows:
        return []
    key = a.key()
    return [open_card(row, key) for row in rows]


def _fetch(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
