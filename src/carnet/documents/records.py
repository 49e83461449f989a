"""What the register keeps of a document, and how it looks once opened again."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.access.api import Visibility
from carnet.documents.coming import MEDIA_TYPE, OWN_DEPOSITORS, Coming
from carnet.journal.api import ActorKind
from carnet.platform import clock
from carnet.platform.crypto import PersonKey
from carnet.platform.ids import uuid7
from carnet.standards import sniff
from carnet.standards.cda.model import Author, Document
from carnet.terminology import api as terminology

__all__ = ["MEDIA_TYPE", "OWN_DEPOSITORS", "Claim", "DocumentCard", "Record", "blob_purpose", "claim_of",
           "content_key", "document_id", "make_record", "open_card", "unique_key"]  # fmt: skip

_OF_THEIR_TYPE: Final = frozenset({"EXPPAT_3"})  # the same file under another type says nothing of this kind


@dataclass(frozen=True, slots=True)
class Claim:
    """What a document says of its place among versions, in the person's hashes.

    `replaces`, `replaced_ids`: what it takes the place of, by the hash of its uniqueId or by its id
    (`said_beside`: its depositor says so itself, it must be there).
    `set_key`: names the versions of one document (`set_stated`: the document names it itself). `version`: 0
    when it has no number. `structure`: FINESS of the depositor, "" for the person's own (`own`);
    `professional_id`: the professional who brings it, if one does.
    """

    replaces: tuple[bytes, ...]
    replaced_ids: tuple[UUID, ...]
    said_beside: bool
    set_key: bytes
    set_stated: bool
    version: int
    structure: str
    own: bool
    visibility: Visibility
    professional_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the register, before it is written. `sealed`, `face`: facts under the person's key.

    `set_key`, `content_key`: the person's hashes of what names the versions of one document, of what a
    reader sees. `unique_id`: in clear, for the locator. `names`: of the authors and the organisation, for
    search.
    """

    person_id: UUID
    id: UUID
    entry_id: UUID
    unique_id: str
    unique_key: bytes
    type_code: str
    class_code: str
    format_code: str
    media_type: str
    body_level: str
    created_on: datetime
    structure: str
    client_id: UUID | None
    visibility: Visibility
    size: int
    blob: str
    sealed: bytes
    face: bytes | None
    title: str
    structure_name: str
    depositor: ActorKind
    set_key: bytes
    version: int
    content_key: bytes
    claim: Claim
    masked_by_person: bool
    archived: bool
    names: tuple[str, ...]
    scan: str = "not_scanned"
    professional_id: UUID | None = None
    held_until: datetime | None = None

    @property
    def hidden_from(self) -> Visibility:
        """Who does not see it, by its depositor's word and the person's."""
        return replace(self.visibility, masked=self.visibility.masked or self.masked_by_person)


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


def unique_key(key: PersonKey, unique_id: str) -> bytes:
    """Return the person's hash of a uniqueId (in its normal form)."""
    return key.hash("document", unique_id)


def claim_of(coming: Coming, key: PersonKey) -> Claim:
    """Return what a document that comes says of its place among versions."""
    document = coming.document
    return Claim(
        replaces=tuple(unique_key(key, one) for one in coming.replaced if isinstance(one, str)),
        replaced_ids=tuple(one for one in coming.replaced if isinstance(one, UUID)),
        said_beside=bool(coming.replaces),
        set_key=key.hash("set", document.set_id or document.unique_id),
        set_stated=document.set_id is not None,
        version=document.version_number or 0,
        structure=coming.by.structure,
        own=coming.own,
        visibility=coming.visibility,
        professional_id=coming.professional_id,
    )


def make_record(coming: Coming, key: PersonKey, *, scan: str = "not_scanned") -> Record:
    """Return the row for a document that was read and accepted."""
    document, by, claim = coming.document, coming.by, claim_of(coming, key)
    kind = terminology.get_document_type(document.code.code)
    structure_name = coming.structure_name or _name_of(document, by.structure)
    return Record(
        person_id=coming.person_id,
        id=document_id(document.effective_time, clock.now()),
        entry_id=coming.entry_id or uuid7(),
        unique_id=document.unique_id,
        unique_key=unique_key(key, document.unique_id),
        type_code=kind.code,
        class_code=kind.class_code,
        format_code=_format(document),
        media_type=coming.media_type,
        body_level=document.level,
        created_on=document.effective_time,
        structure=by.structure,
        client_id=by.id if by.kind is ActorKind.HEALTHCARE_FACILITY else None,
        visibility=coming.visibility,
        size=len(coming.sent),
        blob=key.name_of(coming.data),
        sealed=key.seal("document", orjson.dumps(_facts(coming.sent, document, structure_name))),
        face=key.seal("face", coming.face) if coming.face is not None else None,
        title=document.title,
        structure_name=structure_name,
        depositor=by.kind,
        set_key=claim.set_key,
        version=claim.version,
        content_key=content_key(key, document, coming.narrative),
        claim=claim,
        masked_by_person=coming.masked_by_person,
        archived=coming.archived,
        names=(*(author.name for author in document.authors if author.name), _organisation(document)),
        scan=scan,
        professional_id=coming.professional_id,
        held_until=coming.held_until if coming.visibility.invisible_patient else None,
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


def document_id(moment: datetime, deposited_at: datetime) -> UUID:
    """Return an id for a document: a UUIDv7 of its own time, then of the moment when it came.

    Documents of one moment thus stand in lists in the order in which they came (44 bits of milliseconds),
    with no more than their id to sort them; thirty random bits keep two apart.
    """
    came = _millis(deposited_at) & ((1 << 44) - 1)
    tail = (came & ((1 << 32) - 1)) << 30 | secrets.randbits(30)
    own = _millis(moment) & ((1 << 48) - 1)
    return UUID(int=own << 80 | 0x7 << 76 | came >> 32 << 64 | 0b10 << 62 | tail)


def _millis(moment: datetime) -> int:
    return max(0, int(moment.astimezone(UTC).timestamp() * 1000))


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


def _facts(sent: bytes, document: Document, structure_name: str) -> dict[str, Any]:
    """What is kept sealed: the metadata of facts/mes.md 3.5 that are not coded columns.

    Sums and size are of the bytes as they were sent (SHA-1 is what XDS and FHIR ask for).
    """
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
        "sha1": hashlib.sha1(sent, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(sent).hexdigest(),
        "deposited_size": len(sent),
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
