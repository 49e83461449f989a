"""Documents as a professional meets them: the latest of each kind that she looks for, and what is new to her.

Every statement carries the scope: what is hidden from her is neither listed nor counted.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.access.api import Access
from carnet.documents.arriving import SEEN
from carnet.documents.queries import COLUMNS, SHOWN, fetch
from carnet.documents.records import DocumentCard, open_card
from carnet.platform import clock

_ALIEN: Final = 1000  # the rank of a type that stands on no list of hers


@dataclass(frozen=True, slots=True)
class SeenCard:
    """A document, and whether this professional has opened it. `group`: which of the kinds asked for."""

    card: DocumentCard
    unread: bool
    group: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """What a professional finds first. `latest`: one document of each kind, in the order asked for.

    `news`: deposited since her last visit, unread first, then by the list of her profession, then latest
    first. `news_total`: how many they are in all.
    """

    latest: tuple[SeenCard, ...]
    news: tuple[SeenCard, ...]
    news_total: int


def get_desk(
    a: Access,
    *,
    professional_id: UUID | None,
    since: datetime | None,
    kinds: Sequence[Collection[str]],
    order: Sequence[str],
    limit: int,
) -> Desk:
    """Return the latest document of each of the `kinds` (sets of type codes), and what came since a moment.

    `order`: type codes, the most looked for first. `since`: None for all there is. `limit`: of the news.
    One statement, and the key when there is something.
    """
    groups = [(rank, code) for rank, codes in enumerate(kinds) for code in codes]
    rows = fetch(
        _desk_sql(a.scope.sql()),
        {
            "person": a.person_id, "professional": professional_id, "since": since, "limit": limit,
            "ranks": [rank for rank, _ in groups], "codes": [code for _, code in groups],
            "order": list(order),
        },
    )  # fmt: skip
    key = a.key() if rows else None
    seen = [(row[0], SeenCard(open_card(row[4:], key), row[2], row[1])) for row in rows if key]
    latest = tuple(one for what, one in seen if what == "latest")
    news = tuple(one for what, one in seen if what == "news")
    return Desk(latest, news, rows[0][3] if rows else 0)


def _desk_sql(scope: str) -> str:
    return (
        "with hers as materialized (select d.id, d.type_code, d.created_on, d.deposited_at,"  # noqa: S608
        " d.professional_id is distinct from %(professional)s and not exists (select from documents_reading r"
        " where r.person_id = %(person)s and r.professional_id = %(professional)s and r.document_id = d.id)"
        f" as unread from documents_document d where d.person_id = %(person)s and ({scope}) and {SHOWN}),"
        " fresh as (select *, row_number() over (order by unread desc,"
        f" coalesce(array_position(%(order)s::text[], type_code), {_ALIEN}), created_on desc, id desc)"
        " as place"
        " from hers where %(since)s::timestamptz is null or deposited_at > %(since)s),"
        " last as (select distinct on (k.rank) h.*, k.rank from hers h"
        " join unnest(%(ranks)s::int[], %(codes)s::text[]) k (rank, code) on k.code = h.type_code"
        " order by k.rank, h.created_on desc, h.id desc),"
        " chosen as (select 'latest' as what, rank as place, id, unread from last"
        " union all select 'news', place, id, unread from fresh where place <= %(limit)s)"
        f" select c.what, c.place, c.unread, (select count(*) from fresh), {COLUMNS}"
        " from chosen c join documents_document d on d.person_id = %(person)s and d.id = c.id"
        " order by c.what, c.place"
    )


def note_reading(a: Access, document_id: UUID) -> None:
    """Note that the professional who stands at the door has read a document: for her it is new no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"with seen as ({SEEN}) insert into documents_reading"  # noqa: S608 - own constants
            " (person_id, professional_id, document_id, at)"
            " values (%(person)s, %(professional)s, %(document)s, %(now)s) on conflict do nothing",
            {"person": a.person_id, "professional": a.by.id, "document": document_id, "now": clock.now()},
        )


def list_unread(a: Access, document_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of some documents that the professional at the door has not read; her own are read."""
    if not document_ids:
        return set()
    rows: list[tuple[Any, ...]] = fetch(
        "select d.id from documents_document d where d.person_id = %(person)s"  # noqa: S608 - own constants
        f" and d.id = any(%(ids)s) and ({a.scope.sql()}) and d.professional_id is distinct from %(me)s"
        " and not exists (select from documents_reading r where r.person_id = %(person)s"
        " and r.professional_id = %(me)s and r.document_id = d.id)",
        {"person": a.person_id, "ids": list(document_ids), "me": a.by.id},
    )
    return {row[0] for row in rows}
