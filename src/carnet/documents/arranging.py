"""What a person does with documents that are there: hide, pin, put in a folder, correct and delete hers.

The rights are those of facts/mes.md 3.7; `may` says them, and each act here holds them. An act on several
documents is whole or nothing, and writes a line of the journal for each: the door is opened `late`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection

from carnet.access.api import Access
from carnet.documents.queries import COLUMNS, SHOWN, DocumentUnknownError, cards, fetch
from carnet.documents.records import DocumentCard
from carnet.journal.api import EventType
from carnet.platform import clock

MOST_AT_ONCE: Final = 20
"""The lines of a page: what one sees when one chooses."""
MOST_DELETED: Final = 10
"""facts/mes.md 3.7."""


class ArrangeRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """An act was refused. `field`: what is at fault; `message_fr`: the rule, for people."""

    def __init__(self, field: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.field = field
        self.message_fr = message_fr


class DocumentChangedError(Exception):
    """The document was changed elsewhere since the page was shown."""


class FolderUnknownError(LookupError):
    """No such folder, or no longer."""


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person, or who represents her, may do. `why`: why it cannot be deleted, "" when it can."""

    rename: bool
    delete: bool
    hide: bool
    arrange: bool
    report: bool
    why: str = ""


def may(card: DocumentCard) -> Rights:
    """Return the rights of the person on one of her documents (facts/mes.md 3.7)."""
    if card.status != "current":
        why = "Cette version a été remplacée. Vous agissez sur la plus récente."
        return Rights(rename=False, delete=False, hide=False, arrange=False, report=not card.own, why=why)
    if card.own:
        return Rights(rename=True, delete=True, hide=True, arrange=True, report=False)
    why = "Seul son auteur peut corriger ou retirer ce document."
    return Rights(rename=False, delete=False, hide=True, arrange=True, report=True, why=why)


def set_masked(a: Access, *, document_ids: Sequence[UUID], masked: bool) -> None:
    """Hide documents from professionals, or show them again (R1111-49), their older versions and twins too.

    Not what only says that it is of the same set: it stands in lists by itself, and is chosen by itself.
    It is her word: no depositor shows again what she hid, and what she shows is no longer hidden by another.
    Raises ArrangeRefused, DocumentUnknownError.
    """
    list_chosen(a, document_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "with versions as (select v.id from documents_document v where v.person_id = %(person)s"  # noqa: S608 - own text
            " and (v.id = any(%(ids)s) or v.status = 'superseded' and v.set_key in"
            " (select c.set_key from documents_document c where c.person_id = %(person)s"
            " and c.id = any(%(ids)s))))"
            " update documents_document set masked = %(masked)s, masked_by_person = %(masked)s,"
            " changed_at = %(now)s, entry_id = carnet_uuid7(%(now)s), meta_version = meta_version + 1"
            " where person_id = %(person)s and (masked, masked_by_person) <> (%(masked)s, %(masked)s)"
            f" and ({a.scope.sql()}) and status <> 'deleted'"
            " and (id in (select id from versions) or same_as in (select id from versions))",
            {"masked": masked, "now": clock.now(), "person": a.person_id, "ids": list(document_ids)},
        )
    note(a, EventType.DOCUMENT_HIDDEN if masked else EventType.DOCUMENT_SHOWN, document_ids)


def pin(a: Access, *, document_ids: Sequence[UUID], pinned: bool) -> None:
    """Keep documents at the head of lists, or no longer. Raises ArrangeRefused, DocumentUnknownError."""
    list_chosen(a, document_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set pinned_at = %s where person_id = %s and id = any(%s)",
            [clock.now() if pinned else None, a.person_id, list(document_ids)],
        )
    note(a, EventType.DOCUMENT_ARRANGED, document_ids)


def move(a: Access, *, document_ids: Sequence[UUID], folder_id: UUID | None) -> None:
    """Put documents in a folder, or in none.

    Raises ArrangeRefused, DocumentUnknownError, FolderUnknownError.
    """
    list_chosen(a, document_ids)
    if folder_id is not None:
        _hold_folder(a, folder_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set folder_id = %s where person_id = %s and id = any(%s)",
            [folder_id, a.person_id, list(document_ids)],
        )
    note(a, EventType.DOCUMENT_ARRANGED, document_ids)


def list_chosen(
    a: Access, document_ids: Sequence[UUID], *, most: int = MOST_AT_ONCE, lock: bool = True
) -> list[DocumentCard]:
    """Return the documents of a choice, in its order, locked until the act is done.

    Raises ArrangeRefused when none or too many are chosen, DocumentUnknownError when one is not shown to
    this actor: another's, hidden, deleted, an older version, a twin.
    """
    wanted = list(dict.fromkeys(document_ids))
    if not wanted:
        raise ArrangeRefused("documents", "Choisissez au moins un document.")
    if len(wanted) > most:
        raise ArrangeRefused("documents", f"Choisissez {most} documents au plus à la fois.")
    rows = fetch(
        f"select {COLUMNS} from documents_document d where d.person_id = %(person)s"  # noqa: S608 - own constants
        f" and d.id = any(%(ids)s) and ({a.scope.sql()}) and {SHOWN} order by d.id"
        + (" for update of d" if lock else ""),
        {"person": a.person_id, "ids": wanted},
    )
    found = {card.id: card for card in cards(a, rows)}
    if missing := [one for one in wanted if one not in found]:
        raise DocumentUnknownError(str(missing[0]))
    return [found[one] for one in wanted]


def note(a: Access, event: EventType, document_ids: Sequence[UUID]) -> None:
    """Write the line of each document of an act."""
    for document_id in dict.fromkeys(document_ids):
        a.record(event, reference=document_id)


def _hold_folder(a: Access, folder_id: UUID) -> None:
    """Keep a folder from being deleted until the act is done; raises FolderUnknownError if it went."""
    found = fetch(
        "select 1 from documents_folder where person_id = %(person)s and id = %(id)s for key share",
        {"person": a.person_id, "id": folder_id},
    )
    if not found:
        raise FolderUnknownError(str(folder_id))


def check_day(day: date, birth_date: date) -> None:
    """Refuse the day of a document that is not yet, or was before the person's birth."""
    if day > clock.today():
        raise ArrangeRefused("day", "La date du document ne peut pas être dans le futur.")
    if day < birth_date:
        raise ArrangeRefused("day", "La date du document ne peut pas précéder la naissance.")
