"""Reads of the register. Inside an open door only; each statement names the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from carnet.access.api import Access
from carnet.documents.records import DocumentCard, open_card
from carnet.platform import clock

# The index on content_key finds the twins; same_as alone has none.
_SOURCES = (
    "((select count(*) from documents_source s where s.person_id = d.person_id and s.document_id = d.id)"
    " + (select count(*) from documents_document t join documents_source s on s.person_id = t.person_id"
    " and s.document_id = t.id where t.person_id = d.person_id and t.content_key = d.content_key"
    " and t.same_as = d.id and t.status <> 'deleted'))"
)
COLUMNS = (
    "d.id, d.type_code, d.body_level, d.created_on, d.deposited_at, d.structure, d.masked, d.size, d.blob,"
    " d.sealed, d.read_at, d.entry_id, d.version, d.status, d.status_at, d.archived, d.replaced_by,"
    f" d.folder_id, d.pinned_at, d.scan, d.depositor, {_SOURCES}, d.same_as is not null"
)
SHOWN = "status = 'current' and same_as is null"
"""What stands in a list: neither an older version nor a deleted one, and a content once."""


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
    """Where a page of a list ends: the next begins after it. `pinned`: where pinned ones come first."""

    created_on: datetime
    id: UUID
    pinned: bool = False

    @classmethod
    def of(cls, card: DocumentCard) -> "Position":
        """Return the position of a document in a list."""
        return cls(card.created_on, card.id, card.pinned)


def overview(a: Access, *, limit: int) -> Overview:
    """Return the head of the documents that the actor may read: one statement."""
    scope = a.scope.sql()
    shown = f"({scope}) and {SHOWN}"
    rows = fetch(
        "select c.total, c.unread, c.hidden, l.* from ("  # noqa: S608 - constants of the house
        f" select count(*) filter (where {shown}) as total,"
        f" count(*) filter (where {shown} and read_at is null) as unread,"
        f" coalesce(array_agg(id) filter (where not ({scope})), '{{}}') as hidden"
        " from documents_document where person_id = %(person)s) c"
        f" left join lateral (select {COLUMNS} from documents_document d"
        f" where person_id = %(person)s and {shown}"
        " order by created_on desc, id desc limit %(limit)s) l on true",
        {"person": a.person_id, "limit": limit},
    )
    total, unread, hidden = rows[0][:3]
    latest = cards(a, [row[3:] for row in rows] if total else [])
    return Overview(tuple(latest), total, unread, tuple(hidden))


def list_recent(a: Access, *, limit: int = 20, before: Position | None = None) -> list[DocumentCard]:
    """Return documents that the actor may read, latest first. `before`: the end of the page above."""
    keyset = "and (created_on, id) < (%(at)s, %(id)s)" if before else ""
    rows = fetch(
        f"select {COLUMNS} from documents_document d"  # noqa: S608 - constants of the house
        f" where person_id = %(person)s and {a.scope.sql()} and {SHOWN}"
        f" {keyset} order by created_on desc, id desc limit %(limit)s",
        {
            "person": a.person_id,
            "limit": limit,
            "at": before.created_on if before else None,
            "id": before.id if before else None,
        },
    )
    return cards(a, rows)


def list_behind(a: Access) -> list[DocumentCard]:
    """Return what the actor may read and no list shows, latest first: older versions and twins."""
    rows = fetch(
        f"select {COLUMNS} from documents_document d"  # noqa: S608 - constants of the house
        f" where person_id = %(person)s and {a.scope.sql()} and status <> 'deleted' and not ({SHOWN})"
        " order by created_on desc, id desc",
        {"person": a.person_id},
    )
    return cards(a, rows)


def get(a: Access, document_id: UUID, *, deleted: bool = False) -> DocumentCard:
    """Return one document, an older version too; a deleted one only when asked for.

    Raises DocumentUnknownError, also for what the actor may not see.
    """
    living = "" if deleted else "and status <> 'deleted'"
    rows = fetch(
        f"select {COLUMNS} from documents_document d"  # noqa: S608 - constants of the house
        f" where person_id = %(person)s and id = %(id)s and {a.scope.sql()} {living}",
        {"person": a.person_id, "id": document_id},
    )
    if not rows:
        raise DocumentUnknownError(str(document_id))
    return open_card(rows[0], a.key())


def list_titles(a: Access, document_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the titles of those of the documents that the actor may read, deleted ones among them."""
    if not document_ids:
        return {}
    rows = fetch(
        "select id, sealed from documents_document"  # noqa: S608 - constants of the house
        f" where person_id = %(person)s and id = any(%(ids)s) and {a.scope.sql()}",
        {"person": a.person_id, "ids": list(document_ids)},
    )
    key = a.key() if rows else None
    return {row[0]: orjson.loads(key.open("document", row[1]))["title"] for row in rows if key}


def list_hidden(a: Access) -> list[UUID]:
    """Return the ids of the documents that this actor may not see, so that nothing else speaks of them."""
    rows = fetch(
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


def cards(a: Access, rows: list[tuple[Any, ...]]) -> list[DocumentCard]:
    """Open rows of `COLUMNS` with the person's key, asked for only when there is one."""
    if not rows:
        return []
    key = a.key()
    return [open_card(row, key) for row in rows]


def fetch(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Send one statement of the house; return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
