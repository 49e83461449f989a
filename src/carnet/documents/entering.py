"""How a document enters a record, whoever brings it: looked at, stored, then written, each line once.

The content is written before its row and outside any open door, so what would refuse the document is looked
at first: a refusal leaves no content behind. Killed at any moment it leaves the whole document or nothing.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from carnet.access import api as access
from carnet.access.api import Access, Visibility
from carnet.documents import text, twins, versions
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.queries import fetch
from carnet.documents.records import (
    MEDIA_TYPE,
    OWN_DEPOSITORS,
    Record,
    blob_purpose,
    make_record,
)
from carnet.documents.versions import Replaced
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.journal.api import write as write_line
from carnet.people import api as people
from carnet.platform import antivirus, blobs, clock, crypto, outbox
from carnet.platform.antivirus import InfectedError
from carnet.platform.crypto import PersonKey
from carnet.platform.ids import uuid7
from carnet.standards.cda import plain
from carnet.standards.cda.model import Document

DEPOSITED = "documents.deposited"


@dataclass(frozen=True, slots=True)
class Deposited:
    """What a deposit came to. `already`: the very same document was there; nothing was added.

    `shown_as`: the document that is shown for it, when another has the same content; else its own id.
    """

    person_id: UUID
    document_id: UUID
    already: bool
    shown_as: UUID


_FOLDER = "select 1 from documents_folder where person_id = %(person)s and id = %(id)s"


class FolderGoneError(LookupError):
    """The folder in which a document was to be put does not exist."""


@dataclass(frozen=True)
class Coming:
    """A document that comes: its bytes and what they say, who brings it, as which act."""

    person_id: UUID
    data: bytes
    document: Document
    by: Actor
    purpose: Purpose
    event: EventType
    visibility: Visibility
    folder_id: UUID | None = None

    @cached_property
    def narrative(self) -> str:
        """The words of its sections; "" for a file."""
        return plain.text_of(self.document)

    @property
    def own(self) -> bool:
        return self.by.kind in OWN_DEPOSITORS


def enter(coming: Coming, read: Callable[[], str]) -> Deposited:
    """Take a document in. `read` returns its text, or raises DepositRefused; not called for nothing.

    Raises access.Refused, DepositRefused; both leave a journal line that says so.
    """
    there = _look(coming)
    if there is not None and there.already:
        return _note_again(coming, there)
    try:
        body, scan = read(), _scan(coming)
    except DepositRefused as refused:
        say_refused(coming, refused)
        raise
    key = crypto.ensure_key(coming.person_id)
    record = replace(_record(coming, key), scan=scan)
    blobs.store().put(coming.person_id, record.blob, key.seal(blob_purpose(record.blob), coming.data))
    told = list_told(record)
    with _open(coming, record.id) as a:
        return _write(a, coming, record, body, told)


def say_refused(coming: Coming, refused: DepositRefused) -> None:
    """Write the journal's line of a refusal: by which rule, never why in words."""
    write_line(
        coming.event, person_id=coming.person_id, by=coming.by, purpose=coming.purpose, allowed=False,
        reason=f"{refused.code}:{refused.field}",
    )  # fmt: skip


# -- before anything is stored


def _look(coming: Coming) -> Deposited | None:
    """Return what there is already of a document, None when it is new. Raises what refuses it."""
    try:
        with access.look(
            coming.person_id, by=coming.by, purpose=coming.purpose, event=coming.event
        ) as a:  # fmt: skip
            if coming.folder_id and not fetch(_FOLDER, {"person": a.person_id, "id": coming.folder_id}):
                raise FolderGoneError(str(coming.folder_id))
            key = crypto.find_key(coming.person_id)
            return _find_there(a, coming, _record(coming, key)) if key else None
    except DepositRefused as refused:
        say_refused(coming, refused)
        raise


def _find_there(a: Access, coming: Coming, record: Record) -> Deposited | None:
    if same := find_same(a, record):
        return same
    if coming.own and not record.replaces:
        head = twins.find_head(a, record)
        if head is not None and head.own:
            return Deposited(a.person_id, head.id, already=True, shown_as=head.id)
    versions.find_replaced(a, record)
    return None


def find_same(a: Access, record: Record) -> Deposited | None:
    """Return the document that has this uniqueId already; refuses (906) another content under it.

    The name of a content is its keyed hash, so no content is fetched to know.
    """
    rows = fetch(
        "select id, blob, coalesce(same_as, id) from documents_document"
        " where person_id = %(person)s and unique_key = %(key)s",
        {"person": a.person_id, "key": record.unique_key},
    )
    if not rows:
        return None
    if rows[0][1] != record.blob:
        raise DepositRefused(Code.OTHER, "id", "Un autre document porte déjà cet identifiant (uniqueId).")
    return Deposited(a.person_id, rows[0][0], already=True, shown_as=rows[0][2])


def _scan(coming: Coming) -> str:
    """Show the files, and the document around them, to the antivirus."""
    try:
        return antivirus.scan(*(file.data for file in coming.document.attachments), coming.data)
    except InfectedError as error:
        raise DepositRefused(
            Code.OTHER, "antivirus", "L’antivirus a reconnu un programme malveillant dans ce fichier."
        ) from error


# -- behind the door


def _open(coming: Coming, reference: UUID) -> AbstractContextManager[Access]:
    return access.open(
        coming.person_id, by=coming.by, purpose=coming.purpose, event=coming.event, reference=reference,
        late=True,
    )  # fmt: skip


def _note_again(coming: Coming, there: Deposited) -> Deposited:
    """Write that a document came once more: one line, and a source if it is another's."""
    with _open(coming, there.document_id) as a:
        a.record(EventType.DOCUMENT_ALREADY_THERE, reference=there.document_id)
        _add_source(a, there.document_id, _record(coming, a.key()))
    return there


def _hold_folder(a: Access, folder_id: UUID) -> None:
    """Keep the folder from being deleted until the row names it."""
    if not fetch(f"{_FOLDER} for key share", {"person": a.person_id, "id": folder_id}):
        raise FolderGoneError(str(folder_id))


def _write(a: Access, coming: Coming, record: Record, body: str, told: list[UUID]) -> Deposited:
    if coming.folder_id:
        _hold_folder(a, coming.folder_id)
    twins.hold(a, record)
    replaced = versions.find_replaced(a, record, to_write=True)
    record = versions.follow(record, replaced)
    head = twins.find_head(a, record, but=replaced.id if replaced else None, to_write=True)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, row_of(record, replaced, head, coming.folder_id))
        inserted = bool(cursor.rowcount)
    if not inserted:
        return _came_meanwhile(a, record)
    personal = {"title": record.title, "structure_name": record.structure_name}
    a.record(coming.event, reference=record.id, personal=personal, key=a.key())
    _add_source(a, record.id, record)
    text.write(a, record, body)
    if replaced:
        versions.supersede(a, replaced, record.id)
        a.record(EventType.DOCUMENT_REPLACED, reference=replaced.id)
    if head is None and not coming.own:
        _announce(record, told)
    return Deposited(a.person_id, record.id, already=False, shown_as=head.id if head else record.id)


def _came_meanwhile(a: Access, record: Record) -> Deposited:
    """Somebody sent the same document between our look and our row."""
    there = find_same(a, record)
    assert there is not None
    a.record(EventType.DOCUMENT_ALREADY_THERE, reference=there.document_id)
    _add_source(a, there.document_id, record)
    return there


INSERT = (
    "insert into documents_document (person_id, id, logical_id, entry_id, unique_key, set_key, version,"
    " status, archived, content_key, same_as, type_code, class_code, format_code, media_type, body_level,"
    " created_on, deposited_at, depositor, structure, masked, invisible_patient, invisible_representatives,"
    " folder_id, pinned_at, scan, size, blob, sealed)"
    " values (%(person)s, %(id)s, %(id)s, %(entry)s, %(unique)s, %(set)s, %(version)s, 'current', false,"
    " %(content)s, %(same)s, %(type)s, %(class)s, %(format)s, %(media)s, %(level)s, %(created)s, %(now)s,"
    " %(depositor)s, %(structure)s, %(masked)s, %(patient)s, %(representatives)s, %(folder)s, %(pinned)s,"
    " %(scan)s, %(size)s, %(blob)s, %(sealed)s) on conflict do nothing"
)


def row_of(
    record: Record,
    replaced: Replaced | None = None,
    head: twins.Head | None = None,
    folder_id: UUID | None = None,
) -> dict[str, Any]:
    """Return the values of `INSERT` for a record, with what an older version or a twin leaves to it."""
    return {
        "person": record.person_id, "id": record.id, "entry": uuid7(), "unique": record.unique_key,
        "set": record.set_key, "version": record.version, "content": record.content_key,
        "same": head.id if head else None, "type": record.type_code, "class": record.class_code,
        "format": record.format_code, "media": MEDIA_TYPE, "level": record.body_level,
        "created": record.created_on, "now": clock.now(), "depositor": record.depositor,
        "structure": record.structure, "masked": record.visibility.masked or bool(head and head.masked),
        "patient": record.visibility.invisible_patient,
        "representatives": record.visibility.invisible_representatives,
        "folder": folder_id or (replaced.folder_id if replaced else None),
        "pinned": replaced.pinned_at if replaced else None,
        "scan": record.scan, "size": record.size, "blob": record.blob, "sealed": record.sealed,
    }  # fmt: skip


SOURCE = (
    "insert into documents_source (person_id, id, document_id, depositor, structure, at, sealed)"
    " select %(person)s, %(id)s, %(document)s, %(depositor)s, %(structure)s, %(now)s, %(sealed)s"
    " where not exists (select from documents_source where person_id = %(person)s"
    " and document_id = %(document)s and depositor = %(depositor)s and structure = %(structure)s)"
)


def source_of(key: PersonKey, document_id: UUID, record: Record) -> dict[str, Any]:
    """Return the values of `SOURCE`: by whom a document came. The same one twice is one source."""
    return {
        "person": record.person_id, "id": uuid7(), "document": document_id, "depositor": record.depositor,
        "structure": record.structure, "now": clock.now(),
        "sealed": key.seal("source", orjson.dumps({"structure_name": record.structure_name})),
    }  # fmt: skip


def _add_source(a: Access, document_id: UUID, record: Record) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SOURCE, source_of(a.key(), document_id, record))


def _record(coming: Coming, key: PersonKey) -> Record:
    return make_record(
        coming.data, coming.document, person_id=coming.person_id, by=coming.by,
        visibility=coming.visibility, key=key, words=coming.narrative,
    )  # fmt: skip


# -- who is told


def _announce(record: Record, told: list[UUID]) -> None:
    outbox.emit(
        DEPOSITED,
        key=f"{DEPOSITED}:{record.person_id}:{record.id}",
        person_id=record.person_id,
        facts={"document_id": str(record.id), "told": [str(person) for person in told]},
    )


def list_told(record: Record) -> list[UUID]:
    """Return who is told of a document: the holder and the representatives, if they may read it."""
    holder = [] if record.visibility.invisible_patient else [record.person_id]
    representatives = [
        person.id
        for person in people.list_representatives(record.person_id)
        if access.decide(
            record.person_id, by=Actor(ActorKind.LEGAL_REPRESENTATIVE, person.id), purpose=Purpose.CONSULT
        ).allows(record.visibility)
    ]
    return holder + representatives
