"""The person's own documents: she corrects how they are filed, and deletes them (facts/mes.md 3.7)."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from carnet.access.api import Access
from carnet.documents import twins, wording
from carnet.documents.arranging import (
    MOST_DELETED,
    ArrangeRefused,
    DocumentChangedError,
    check_day,
    list_chosen,
    may,
)
from carnet.documents.queries import fetch
from carnet.documents.records import OWN_DEPOSITORS, DocumentCard
from carnet.journal.api import EventType
from carnet.people import api as people
from carnet.platform import blobs, clock, outbox
from carnet.platform.clock import PARIS
from carnet.platform.ids import uuid7
from carnet.standards.words import normalise
from carnet.terminology import api as terminology
from carnet.terminology.api import Category

CONTENT_DROPPED: Final = "documents.content_dropped"
MAX_TITLE: Final = 150
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs"})
_NO_XML: Final = frozenset("\ufffe\uffff")  # the document itself could not be written with them

OWN_TYPES: Final[Mapping[Category, str]] = MappingProxyType(
    {
        Category.SYNTHESIS: "DOCPAT01",
        Category.PRESCRIPTIONS: "DOCPAT02",
        Category.REPORTS: "DOCPAT03",
        Category.IMAGING: "DOCPAT04",
        Category.BIOLOGY: "DOCPAT05",
        Category.SCREENING: "DOCPAT06",
        Category.CERTIFICATES: "DOCPAT07",
        Category.ADMINISTRATIVE: "DOCPAT09",
        Category.OTHER: "EXPPAT_2",
        Category.WISHES: "EXPPAT_1",
    }
)
"""The type of a person's own document, by the category that she chooses (facts/mes.md 3.1)."""


def change_own(
    a: Access, *, document_id: UUID, title: str, category: Category, day: date, version: UUID
) -> None:
    """Change title, category and date of one of the person's own documents; its content stays as it is.

    `version`: the `entry_id` of the card that was shown. Raises DocumentUnknownError; DocumentChangedError
    when it is another by now; ArrangeRefused naming the field.
    """
    card = list_chosen(a, [document_id])[0]
    if not may(card).rename:
        raise ArrangeRefused("title", may(card).why)
    if card.entry_id != version:
        raise DocumentChangedError(str(document_id))
    title = checked_title(title)
    check_day(day, people.get_person(a.person_id).birth_date)
    _rewrite(a, card, title, _type_of(card, category), _moment(card, day))
    wording.index_again(a, document_id)
    a.record(EventType.DOCUMENT_CHANGED, reference=document_id)


def delete_own(a: Access, *, document_ids: Sequence[UUID]) -> None:
    """Delete some of the person's own documents, ten at most, with their older versions.

    Logical: the row stays for the history, marked deleted; its words are removed now, its content once the
    transaction is done, unless a document that stays has the same. Where a professional sent the same
    content, his comes forward. Raises ArrangeRefused, DocumentUnknownError.
    """
    chosen = list_chosen(a, document_ids, most=MOST_DELETED)
    for card in chosen:
        if not may(card).delete:
            raise ArrangeRefused("documents", f"« {card.title} » ne peut pas être supprimé. {may(card).why}")
    gone = _mark_deleted(a, [card.id for card in chosen])
    twins.bring_forward(a, gone)
    _drop_contents(a, gone)
    for card in chosen:
        a.record(EventType.DOCUMENT_DELETED, reference=card.id, personal={"title": card.title}, key=a.key())


def drop_content(event: outbox.Event) -> None:
    """Remove from the store the contents that a deletion left without a document. May run twice."""
    assert event.person_id is not None
    for name in event.facts["names"]:
        blobs.store().delete(event.person_id, str(name))


def checked_title(title: str) -> str:
    """Return a title with single spaces, without what is not seen: control characters, marks of direction.

    Raises ArrangeRefused when nothing is left, or too much.
    """
    title = " ".join("".join(one for one in " ".join(title.split()) if _is_seen(one)).split())
    if not normalise(title).strip():
        raise ArrangeRefused("title", "Donnez un titre au document.")
    if len(title) > MAX_TITLE:
        raise ArrangeRefused("title", f"Le titre compte {MAX_TITLE} caractères au plus.")
    return title


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN and character not in _NO_XML


def _type_of(card: DocumentCard, category: Category) -> terminology.DocumentType:
    """What was made by the service keeps its own type as long as its category is not changed."""
    if category is card.type.category:
        return card.type
    if category not in OWN_TYPES:
        raise ArrangeRefused("category", "Choisissez une des rubriques proposées.")
    return terminology.get_document_type(OWN_TYPES[category])


def _moment(card: DocumentCard, day: date) -> datetime:
    """Noon of the day, that every time zone of the Republic reads as the same day; unchanged if it is."""
    if card.created_on.astimezone(PARIS).date() == day:
        return card.created_on
    return datetime.combine(day, time(12), PARIS)


def _rewrite(
    a: Access, card: DocumentCard, title: str, kind: terminology.DocumentType, moment: datetime
) -> None:
    key, where = a.key(), {"person": a.person_id, "id": card.id}
    sealed = fetch(
        "select sealed from documents_document where person_id = %(person)s and id = %(id)s", where
    )[0][0]
    facts: dict[str, Any] = orjson.loads(key.open("document", sealed)) | {"title": title}
    with connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set sealed = %(sealed)s, type_code = %(type)s, class_code = %(class)s,"
            " created_on = %(moment)s, changed_at = %(now)s, entry_id = %(entry)s"
            " where person_id = %(person)s and id = %(id)s",
            where | {"sealed": key.seal("document", orjson.dumps(facts)), "type": kind.code,
                     "class": kind.class_code, "moment": moment, "now": clock.now(), "entry": uuid7()},
        )  # fmt: skip


def _mark_deleted(a: Access, ids: list[UUID]) -> list[UUID]:
    """Mark documents deleted, with the twins and older versions that are her own too; return all of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set status = 'deleted', status_at = %(now)s, folder_id = null,"
            " pinned_at = null, content_key = null where person_id = %(person)s and status <> 'deleted'"
            " and depositor = any(%(own)s) and (id = any(%(ids)s) or same_as = any(%(ids)s) or set_key in"
            " (select c.set_key from documents_document c where c.person_id = %(person)s"
            " and c.id = any(%(ids)s))) returning id",
            {"now": clock.now(), "person": a.person_id, "ids": ids, "own": list(OWN_DEPOSITORS)},
        )
        gone = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "delete from documents_words where person_id = %s and id = any(%s)", [a.person_id, gone]
        )
    return gone


def _drop_contents(a: Access, gone: list[UUID]) -> None:
    names = fetch(
        "select distinct d.blob from documents_document d"
        " where d.person_id = %(person)s and d.id = any(%(gone)s)"
        " and not exists (select from documents_document o where o.person_id = d.person_id"
        " and o.blob = d.blob and o.status <> 'deleted')",
        {"person": a.person_id, "gone": gone},
    )
    if names:
        outbox.emit(
            CONTENT_DROPPED,
            key=f"{CONTENT_DROPPED}:{uuid7()}",
            person_id=a.person_id,
            facts={"names": [row[0] for row in names]},
        )
