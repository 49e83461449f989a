"""Where a document comes from: the versions it replaced or that replaced it, the ways by which it came."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from carnet.access.api import Access
from carnet.documents.queries import fetch
from carnet.platform.crypto import PersonKey


@dataclass(frozen=True, slots=True)
class VersionCard:
    """One version of a document. `replaced_at`: when the next one came, None for the present one."""

    id: UUID
    number: int
    created_on: datetime
    deposited_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceCard:
    """One way by which a content came. `structure`: FINESS, "" for the person; the name may be empty."""

    depositor: str
    structure: str
    structure_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lineage:
    """Versions, newest first, this one among them (empty when it has no other); sources, oldest first."""

    versions: tuple[VersionCard, ...]
    sources: tuple[SourceCard, ...]


def get_lineage(a: Access, document_id: UUID) -> Lineage:
    """Return the versions and sources of a document that the actor may read: two statements."""
    return Lineage(tuple(list_versions(a, document_id)), tuple(list_sources(a, document_id)))


def list_versions(a: Access, document_id: UUID) -> list[VersionCard]:
    """Return every version of a document that the actor may read, newest first; none when it has no other.

    Deleted ones are not among them, nor twins that another document stands for.
    """
    rows = fetch(
        "select id, version, created_on, deposited_at, case status when 'superseded' then status_at end"  # noqa: S608
        f" from documents_document where person_id = %(person)s and ({a.scope.sql()}) and status <> 'deleted'"
        " and (same_as is null or id = %(id)s) and set_key = (select m.set_key from documents_document m"
        f" where m.person_id = %(person)s and m.id = %(id)s and ({a.scope.sql()}))"
        " order by version desc, deposited_at desc, id desc",
        {"person": a.person_id, "id": document_id},
    )
    return [VersionCard(*row) for row in rows] if len(rows) > 1 else []


def list_sources(a: Access, document_id: UUID) -> list[SourceCard]:
    """Return the ways by which the content of a document came, first one first; none for one not shown."""
    rows = fetch(
        "select s.depositor, s.structure, s.sealed, s.at from documents_source s"  # noqa: S608 - own constants
        " where s.person_id = %(person)s and s.document_id in (select id from documents_document"
        f" where person_id = %(person)s and ({a.scope.sql()}) and status <> 'deleted'"
        " and (id = %(id)s or same_as = %(id)s)) and exists (select from documents_document"
        f" where person_id = %(person)s and id = %(id)s and ({a.scope.sql()}) and status <> 'deleted')"
        " order by s.at, s.id",
        {"person": a.person_id, "id": document_id},
    )
    key = a.key() if rows else None
    return [_source(row, key) for row in rows if key]


def _source(row: tuple[Any, ...], key: PersonKey) -> SourceCard:
    depositor, structure, sealed, at = row
    name = orjson.loads(key.open("source", sealed))["structure_name"] if sealed else ""
    return SourceCard(depositor, structure, name, at)
