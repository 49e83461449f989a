"""Finding documents: what a list may be narrowed to, its pages, and what the shelf holds altogether.

Every statement names the person and carries the scope, so that a list, a count and a search admit the
same documents: those that stand in lists (`queries.SHOWN`) and that the actor may read.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import orjson

from carnet.access.api import PEOPLE, Access
from carnet.documents.queries import COLUMNS, SHOWN, Position, cards, fetch
from carnet.documents.records import OWN_DEPOSITORS, DocumentCard
from carnet.platform.clock import PARIS
from carnet.platform.crypto import PersonKey
from carnet.standards.words import normalise
from carnet.terminology import api as terminology
from carnet.terminology.api import Category

ORDER = "order by (d.pinned_at is not null) desc, d.created_on desc, d.id desc limit %(limit)s"
AFTER = "(d.pinned_at is not null, d.created_on, d.id) < (%(pinned)s, %(at)s, %(id)s)"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed to; each value is one more condition, the default is none.

    `since`, `until`: days of the document, both included. `structure`: FINESS of the depositor. `own`:
    put there by the person or a representative. `hidden`: those that professionals do not see. `open`: those
    that are hidden from nobody.
    """

    category: Category | None = None
    since: date | None = None
    until: date | None = None
    structure: str = ""
    own: bool = False
    folder_id: UUID | None = None
    pinned: bool = False
    unread: bool = False
    hidden: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class FolderCard:
    """A folder of the person's own. `count`: of the documents in it that the actor may read."""

    id: UUID
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Depositor:
    """A structure that put documents there: FINESS number, and its name where a document gives it."""

    finess: str
    name: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """What there is to find: documents by category (in the order of the code list), folders, structures."""

    total: int
    categories: tuple[tuple[Category, int], ...]
    folders: tuple[FolderCard, ...]
    depositors: tuple[Depositor, ...]


def list_documents(
    a: Access, filters: Filters, *, limit: int = 20, before: Position | None = None
) -> list[DocumentCard]:
    """Return a page of documents, pinned ones first, then latest first: one statement.

    `before`: where the page above ended.
    """
    condition, values = conditions(a, filters, before)
    rows = fetch(
        f"select {COLUMNS} from documents_document d where {condition} {ORDER}",  # noqa: S608 - own constants
        values | {"limit": limit},
    )
    return cards(a, rows)


def conditions(a: Access, filters: Filters, before: Position | None) -> tuple[str, dict[str, Any]]:
    """Return the condition, on `documents_document d`, that every list of documents obeys, and its values."""
    parts = ["d.person_id = %(person)s", f"({a.scope.sql()})", SHOWN, *_narrowed(filters)]
    values: dict[str, Any] = {
        "person": a.person_id,
        "types": _types_of(filters.category) if filters.category else None,
        "since": _midnight(filters.since) if filters.since else None,
        "until": _midnight(filters.until, days=1) if filters.until else None,
        "structure": filters.structure,
        "own": list(OWN_DEPOSITORS),
        "folder": filters.folder_id,
    }
    if before is not None:
        parts.append(AFTER)
        values |= {"pinned": before.pinned, "at": before.created_on, "id": before.id}
    return " and ".join(parts), values


def _narrowed(filters: Filters) -> list[str]:
    asked = (
        (filters.category, "d.type_code = any(%(types)s)"),
        (filters.since, "d.created_on >= %(since)s"),
        (filters.until, "d.created_on < %(until)s"),
        (filters.structure, "d.structure = %(structure)s"),
        (filters.own, "d.depositor = any(%(own)s)"),
        (filters.folder_id, "d.folder_id = %(folder)s"),
        (filters.pinned, "d.pinned_at is not null"),
        (filters.unread, "d.read_at is null"),
        (filters.hidden, "d.masked"),
        (filters.open, "not (d.masked or d.invisible_patient or d.invisible_representatives)"),
    )
    return [condition for value, condition in asked if value]


def get_shelf(a: Access) -> Shelf:
    """Return what there is to find among what the actor may read: one statement."""
    shown = f"({a.scope.sql()}) and {SHOWN}"
    rows = fetch(
        "select 'type', type_code, null::bytea, count(*) from documents_document"  # noqa: S608 - own constants
        f" where person_id = %(person)s and {shown} group by type_code"
        " union all (select distinct on (structure) 'structure', structure, sealed, 0 from documents_document"
        f" where person_id = %(person)s and {shown} and structure <> '' order by structure, created_on desc)"
        f" union all {_folders_sql(a, shown)}",
        {"person": a.person_id},
    )
    key = a.key() if any(sealed is not None for _, _, sealed, _ in rows) else None
    types = {code: count for kind, code, _, count in rows if kind == "type"}
    return Shelf(
        total=sum(types.values()),
        categories=_by_category(types),
        folders=_folders([row[1:] for row in rows if row[0] == "folder"], key),
        depositors=_depositors([row[1:3] for row in rows if row[0] == "structure"], key),
    )


def list_folders(a: Access) -> list[FolderCard]:
    """Return the person's folders, by name; none for a professional: how she arranges things is hers."""
    rows = fetch(_folders_sql(a, f"({a.scope.sql()}) and {SHOWN}"), {"person": a.person_id})
    return list(_folders([row[1:] for row in rows], a.key() if rows else None))


def open_name(key: PersonKey, sealed: bytes) -> str:
    """Return the name of a folder."""
    return str(orjson.loads(key.open("folder", sealed))["name"])


def _folders_sql(a: Access, shown: str) -> str:
    hers = "true" if a.by.kind in PEOPLE else "false"
    return (
        "select 'folder', f.id::text, f.sealed, count(d.id) from documents_folder f"  # noqa: S608 - own constants
        f" left join documents_document d on d.person_id = f.person_id and d.folder_id = f.id and {shown}"
        f" where f.person_id = %(person)s and {hers} group by f.id, f.sealed"
    )


def _folders(rows: list[Any], key: PersonKey | None) -> tuple[FolderCard, ...]:
    """Open the names and put them in the order of a dictionary, which the database does not know."""
    found = [FolderCard(UUID(row[0]), open_name(key, row[1]), row[2]) for row in rows if key]
    return tuple(sorted(found, key=lambda folder: (normalise(folder.name), folder.name)))


def _depositors(rows: list[Any], key: PersonKey | None) -> tuple[Depositor, ...]:
    found = [
        Depositor(finess, orjson.loads(key.open("document", sealed))["structure_name"])
        for finess, sealed in rows
        if key
    ]
    return tuple(sorted(found, key=lambda one: (normalise(one.name or "~"), one.finess)))


def _by_category(types: dict[str, int]) -> tuple[tuple[Category, int], ...]:
    counts = dict.fromkeys(Category, 0)
    for code, count in types.items():
        counts[terminology.get_document_type(code).category] += count
    return tuple((category, count) for category, count in counts.items() if count)


def _types_of(category: Category) -> list[str]:
    return [one.code for one in terminology.list_document_types() if one.category is category]


def _midnight(day: date, *, days: int = 0) -> datetime:
    """Return the beginning of a day, or of a later one; the calendar's last day has none after it."""
    return datetime.combine(day + min(timedelta(days), date.max - day), time(), PARIS)
