"""What the register keeps of a document, and how it looks once opened again."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.access.api import Visibility
from carnet.journal.api import Actor, ActorKind
from carnet.platform.crypto import PersonKey
from carnet.standards import sniff
from carnet.standards.cda.model import Author, Document
from carnet.terminology import api as terminology

MEDIA_TYPE: Final = "text/xml"
"""What is stored is the CDA itself, whatever it carries (XDS mimeType)."""

_OF_THEIR_TYPE: Final = frozenset({"EXPPAT_3"})  # the same file under another type says nothing of this kind

OWN_DEPOSITORS: Final = (ActorKind.PATIENT.value, ActorKind.LEGAL_REPRESENTATIVE.value)
"""Whose documents are the person's own (facts/mes.md 3.7)."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the register, before it is written. `sealed`: facts under the person's key.

    `set_key`, `content_key`, `replaces`: the person's hashes of what names the versions of one document
    (`set_stated`: the document names it itself), of what a reader sees, of what it takes the place of.
    `authors`: their identifiers; `names`: theirs and the organisation's, for search.
    """

    person_id: UUID
    id: UUID
    unique_key: bytes
    type_code: str
    class_code: str
    format_code: str
    body_level: str
    created_on: datetime
    structure: str
    visibility: Visibility
    size: int
    blob: str
    sealed: bytes
    title: str
    structure_name: str
    depositor: ActorKind
    set_key: bytes
    set_stated: bool
    version: int
    content_key: bytes
    replaces: tuple[bytes, ...]
    authors: frozenset[str]
    names: tuple[str, ...]
    scan: str = "not_scanned"


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """A document in a list: what it is, of when, from whom. Times in UTC.

    `authors`: names as the document gives them. `organisation`: whose document it is. `structure`,
    `structure_name`: who deposited it (FINESS; the name is empty when the document does not give it).
    `new`: neither the holder nor a representative has read it. `entry_id`: names this state of the metadata,
    another after each change. `status_at`: when it was replaced or deleted. `own`: deposited by the person
    or a representative. `sources_count`: by how many ways the same content came.
    `twin`: another is shown for it.
    """

    id: UUID
    type: terminology.DocumentType
    title: str
    created_on: datetime
    deposited_at: datetime
    authors: tuple[str, ...]
    organisation: str
    structure: str
    structure_name: str
    body_level: str
    size: int
    masked: bool
    new: bool
    blob: str
    entry_id: UUID
    version: int
    status: str
    status_at: datetime | None
    archived: bool
    replaced_by: UUID | None
    folder_id: UUID | None
    pinned: bool
    scan: str
    depositor: str
    sources_count: int
    twin: bool = False

    @property
    def own(self) -> bool:
        """Say whether the person, or who represents her, put it there."""
        return self.depositor in OWN_DEPOSITORS


def blob_purpose(name: str) -> str:
    """Return the purpose under which a content of that name is sealed: it cannot stand for another."""
    return f"blob:{name}"


def make_record(
    data: bytes,
    document: Document,
    *,
    person_id: UUID,
    by: Actor,
    visibility: Visibility,
    key: PersonKey,
    words: str,
) -> Record:
    """Return the row for a document that was read and accepted. `words`: its narrative."""
    kind = terminology.get_document_type(document.code.code)
    structure_name = _name_of(document, by.structure)
    return Record(
        person_id=person_id,
        id=document_id(key, document.unique_id, document.effective_time),
        unique_key=key.hash("document", document.unique_id),
        type_code=kind.code,
        class_code=kind.class_code,
        format_code=_format(document),
        body_level=document.level,
        created_on=document.effective_time,
        structure=by.structure,
        visibility=visibility,
        size=len(data),
        blob=key.name_of(data),
        sealed=key.seal("document", orjson.dumps(_facts(data, document, structure_name))),
        title=document.title,
        structure_name=structure_name,
        depositor=by.kind,
        set_key=key.hash("set", document.set_id or document.unique_id),
        set_stated=document.set_id is not None,
        version=document.version_number or 0,
        content_key=content_key(key, document, words),
        replaces=tuple(key.hash("document", replaced) for replaced in document.replaces),
        authors=frozenset(author.national_id for author in document.authors if author.national_id),
        names=(*(author.name for author in document.authors if author.name), _organisation(document)),
    )


def content_key(key: PersonKey, document: Document, words: str) -> bytes:
    """Return the person's hash of what a reader sees, whatever header is around it.

    A file is itself: the same bytes are the same paper, whoever sent them and under whatever type, unless
    the type gives it its force (advance directives). A text, or a narrative and the files in it, is short
    enough to be written twice ("Examen normal"): its type and its day belong to it.
    """
    seen = hashlib.sha256()
    if document.code.code in _OF_THEIR_TYPE:
        seen.update(document.code.code.encode())
    files = [one for one in document.attachments if one.media_type != sniff.PLAIN]
    if document.level == "N3" or not files:
        moment = document.effective_time.astimezone(UTC)
        seen.update(f"{document.code.code}\0{moment:%Y%m%d}\0{words}\0".encode())
        files = list(document.attachments)
    for file in files:
        seen.update(hashlib.sha256(file.data).digest())
    return key.hash("content", seen.hexdigest())


def document_id(key: PersonKey, unique_id: str, moment: datetime) -> UUID:
    """Return the id of a document: a UUIDv7 of its own time, the rest from the person's hash of uniqueId.

    The same document sent twice thus has the same id, and the journal's lines about both sendings name
    the same thing, before anything is read.
    """
    millis = max(0, int(moment.astimezone(UTC).timestamp() * 1000)) & ((1 << 48) - 1)
    own = int.from_bytes(key.hash("document-id", unique_id))
    tail = own & ((1 << 62) - 1)
    middle = (own >> 62) & 0xFFF
    return UUID(int=millis << 80 | 0x7 << 76 | middle << 64 | 0b10 << 62 | tail)


def open_card(row: tuple[Any, ...], key: PersonKey) -> DocumentCard:
    """Return the card of a row of `queries.COLUMNS`."""
    (document, type_code, body_level, created_on, deposited_at, structure, masked, size, blob, sealed,
     read_at, entry_id, version, status, status_at, archived, replaced_by, folder_id, pinned_at, scan,
     depositor, sources_count, twin) = row  # fmt: skip
    facts = orjson.loads(key.open("document", sealed))
    return DocumentCard(
        id=document,
        type=terminology.get_document_type(type_code),
        title=facts["title"],
        created_on=created_on,
        deposited_at=deposited_at,
        authors=tuple(author["name"] for author in facts["authors"] if author["name"]),
        organisation=facts["organisation"],
        structure=structure,
        structure_name=facts["structure_name"],
        body_level=body_level,
        size=size,
        masked=masked,
        new=read_at is None,
        blob=blob,
        entry_id=entry_id,
        version=version,
        status=status,
        status_at=status_at,
        archived=archived,
        replaced_by=replaced_by,
        folder_id=folder_id,
        pinned=pinned_at is not None,
        scan=scan,
        depositor=depositor,
        sources_count=max(1, sources_count),
        twin=twin,
    )


def _facts(data: bytes, document: Document, structure_name: str) -> dict[str, Any]:
    """What is kept sealed: the metadata of facts/mes.md 3.5 that are not coded columns."""
    return {
        "unique_id": document.unique_id,
        "set_id": document.set_id,
        "version": document.version_number,
        "replaces": list(document.replaces),
        "title": document.title,
        "authors": [_author(author) for author in document.authors],
        "legal_authenticator": _author(document.legal_authenticator)
        if document.legal_authenticator
        else None,
        "organisation": _organisation(document),
        "structure_name": structure_name,
        "confidentiality": document.confidentiality.code,
        "language": document.language,
        "service_start": document.service_start,
        "service_stop": document.service_stop,
        "facility_type": document.facility_type.code if document.facility_type else "",
        "practice_setting": document.practice_setting.code if document.practice_setting else "",
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _author(author: Author) -> dict[str, str]:
    return {
        "name": author.name,
        "id": author.national_id,
        "role": author.role.code if author.role else "",
        "organisation": author.organisation.name if author.organisation else "",
    }


def _organisation(document: Document) -> str:
    """The name of the structure that answers for the document: its author's, else its custodian."""
    named = [one.organisation.name for one in document.authors if one.organisation and one.organisation.name]
    return next(iter(named), document.custodian.name if document.custodian else "")


def _name_of(document: Document, finess: str) -> str:
    """The name that the document gives to the structure of that number, or ""."""
    known = [document.custodian, *(author.organisation for author in document.authors)]
    return next((one.name for one in known if one is not None and one.finess == finess), "")


def _format(document: Document) -> str:
    media_type = document.attachments[0].media_type if document.level == "N1" else ""
    return terminology.find_format(media_type=media_type, template_ids=document.template_ids)
