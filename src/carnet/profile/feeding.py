"""Writes of those who feed a profile and are not the person: professionals, the insurer, bulk loads."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.access.api import Access
from carnet.journal.api import ActorKind
from carnet.people.api import get_birth_date
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.profile import actions, policies, records
from carnet.profile.queries import COLUMNS, EntryUnknownError
from carnet.profile.records import AuthorKind, Entry, NewEntry
from carnet.profile.rubrics import Rubric, definition_of

_AUTHORS = {
    ActorKind.HEALTHCARE_FACILITY: AuthorKind.PROFESSIONAL,
    ActorKind.HEALTHCARE_PROFESSIONAL: AuthorKind.PROFESSIONAL,
    ActorKind.INSURER: AuthorKind.ORGANISATION,
    ActorKind.SYSTEM: AuthorKind.ORGANISATION,
}
_HERS_ALONE = frozenset({Rubric.CONTACTS, Rubric.WISHES})


def record_professional_entry(
    a: Access,
    *,
    rubric: Rubric,
    values: Mapping[str, Any],
    structure: str,
    locked: bool = True,
    links: actions.Links = (),
) -> UUID:
    """Write a line of a professional or of the insurer and return its id; raises EntryRefused.

    Where there may be one only (médecin traitant, facts/mes.md 2.1) theirs takes the place of what was
    there; whom she trusts and what she wants (CSP L1111-6, L1232-1) stay hers alone. `structure`: FINESS
    number, "" for the insurer. `links`: what the line is tied to (the note of a vaccination). Raises
    PermissionError for the person herself.
    """
    author = _AUTHORS.get(a.by.kind)
    if author is None:
        raise PermissionError("the person writes by add_entry")
    kept = policies.validate(rubric, values, birth_date=get_birth_date(a.person_id), today=clock.today())
    actions.lock(a, rubric)
    standing = _find_in_slot(a, rubric, definition_of(rubric).slot(kept))
    if standing and rubric in _HERS_ALONE:
        raise actions.taken(rubric)
    if standing:
        actions.update(
            a, standing, kept, author_kind=author, author_id=a.by.id, structure=structure, locked=locked
        )
        actions.tie(a, rubric, standing.id, links)
        return standing.id
    entry_id = uuid7()
    actions.insert(a, rubric, kept, entry_id=entry_id, author_kind=author, origin="DEPOSIT",
                   structure=structure, locked=locked)  # fmt: skip
    actions.tie(a, rubric, entry_id, links)
    return entry_id


def confirm_entry(a: Access, *, entry_id: UUID, structure: str) -> None:
    """Confirm a line of the person's own as a professional: it stays hers, and is locked (facts/mes.md 2.1).

    It is a version of its own, so that a form shown before does not undo it.

    `structure`: FINESS number of who confirms. Raises EntryUnknownError; PermissionError for anybody else.
    """
    if _AUTHORS.get(a.by.kind) is not AuthorKind.PROFESSIONAL:
        raise PermissionError("only a professional confirms")
    with connection.cursor() as cursor:
        cursor.execute(
            "update profile_entry set locked = true, structure = %s, version = version + 1"
            " where person_id = %s and id = %s and not locked",
            [structure, a.person_id, entry_id],
        )
        if not cursor.rowcount:
            raise EntryUnknownError(str(entry_id))


def take_back_entries(a: Access, *, document_id: UUID) -> list[UUID]:
    """Remove the lines that professionals wrote with a document that is taken back; return their ids.

    Locked, nobody else could remove them. What the person tied to that document herself stays.
    """
    if _AUTHORS.get(a.by.kind) is not AuthorKind.PROFESSIONAL:
        raise PermissionError("only a professional takes back")
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from profile_entry e using profile_link l where e.person_id = %(person)s"
            " and l.person_id = e.person_id and l.entry_id = e.id and l.kind = 'DOCUMENT'"
            " and l.target_id = %(document)s and e.locked and e.author_kind = %(author)s"
            " and e.origin = 'DEPOSIT' returning e.id",
            {"person": a.person_id, "document": document_id, "author": str(AuthorKind.PROFESSIONAL)},
        )
        gone = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "delete from profile_link where person_id = %s and target_id = any(%s)", [a.person_id, gone]
        )
    return gone


def load_entries(a: Access, rows: Iterable[NewEntry]) -> list[UUID]:
    """Write many lines at once, checked like any other, and return their ids. One journal line: the door's.

    Raises EntryRefused for the first that breaks a rule; IntegrityError when a place is taken.
    """
    birth_date, today = get_birth_date(a.person_id), clock.today()
    key = crypto.ensure_key(a.person_id)
    entries: list[tuple[Any, ...]] = []
    links: list[tuple[Any, ...]] = []
    for row in rows:
        kept = policies.validate(row.rubric, row.values, birth_date=birth_date, today=today)
        entry_id = row.id or uuid7()
        entries.append(
            (a.person_id, entry_id, row.rubric, definition_of(row.rubric).slot(kept), row.author_kind,
             row.author_id, row.structure, row.origin, row.locked, row.at, row.at, records.seal(key, kept))
        )  # fmt: skip
        tied = policies.check_links(row.rubric, row.links, own_id=entry_id)
        links += [(a.person_id, uuid7(), entry_id, kind, target) for kind, target in tied]
    _write(entries, links)
    return [entry[1] for entry in entries]


def _write(entries: list[tuple[Any, ...]], links: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into profile_entry (person_id, id, rubric, slot, author_kind, author_id, structure,"
            " origin, locked, version, created_at, changed_at, sealed)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s, %s, %s)",
            entries,
        )
        cursor.executemany(
            "insert into profile_link (person_id, id, entry_id, kind, target_id) values (%s, %s, %s, %s, %s)",
            links,
        )


def _find_in_slot(a: Access, rubric: Rubric, slot: str | None) -> Entry | None:
    if slot is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {COLUMNS} from profile_entry e where e.person_id = %(person)s"  # noqa: S608 - constants
            " and e.rubric = %(rubric)s and e.slot = %(slot)s",
            {"person": a.person_id, "rubric": rubric, "slot": slot},
        )
        row = cursor.fetchone()
    return records.open_entry(row, a.key()) if row else None
