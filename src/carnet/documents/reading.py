"""Reading and taking a document: through the door for the row, out of it for the content."""

from dataclasses import dataclass
from uuid import UUID

from carnet.access import api as access
from carnet.documents import policies, queries
from carnet.documents.lineage import Lineage, get_lineage
from carnet.documents.professional import note_reading
from carnet.documents.queries import DocumentUnknownError
from carnet.documents.records import DocumentCard, blob_purpose
from carnet.documents.shelf import FolderCard, list_folders
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.platform import blobs
from carnet.platform.crypto import PersonKey, SealBrokenError
from carnet.standards.cda import narrative, reader
from carnet.standards.cda.model import Attachment


class DocumentDamagedError(Exception):
    """The register has the document, the store does not give its content back whole."""


class DocumentDeletedError(DocumentUnknownError):
    """The document was deleted: what is left is its card, for who could read it."""

    def __init__(self, card: DocumentCard) -> None:
        super().__init__(str(card.id))
        self.card = card


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document to be shown. `html`: its narrative, safe to stand unescaped in a page; "" if it has none.

    `parts`: the files that it carries, in order; their place in the tuple is their number. `lineage`: its
    versions and sources. `folders`: the person's own, so that it may be put in another.
    """

    card: DocumentCard
    html: str
    parts: tuple[Attachment, ...]
    lineage: Lineage
    folders: tuple[FolderCard, ...]


@dataclass(frozen=True, slots=True)
class Original:
    """A document as it was deposited, byte for byte."""

    card: DocumentCard
    data: bytes


def open_document(
    person_id: UUID, document_id: UUID, *, by: Actor, purpose: Purpose = Purpose.CONSULT
) -> DocumentView:
    """Return a document to be read; journalled, and noted as read. `purpose`: another one in an emergency.

    Raises access.Refused, DocumentUnknownError, DocumentDeletedError, DocumentDamagedError.
    """
    with access.open(
        person_id, by=by, purpose=purpose, event=EventType.DOCUMENT_READ, reference=document_id
    ) as a:
        card, key = _enter(a, document_id)
        lineage, folders = get_lineage(a, document_id), list_folders(a)
    if card.status == "deleted":
        raise DocumentDeletedError(card)
    document = reader.read(fetch_content(card, key), max_bytes=policies.MAX_CDA_BYTES)
    return DocumentView(card, narrative.to_html(document), document.attachments, lineage, tuple(folders))


def open_part(
    person_id: UUID, document_id: UUID, number: int, *, by: Actor, purpose: Purpose = Purpose.CONSULT
) -> Attachment:
    """Return one of the files that a document carries; journalled as a reading. Errors as `open_document`."""
    _, data = _take(person_id, document_id, by, EventType.DOCUMENT_READ, purpose)
    parts = reader.read(data, max_bytes=policies.MAX_CDA_BYTES).attachments
    if not 0 <= number < len(parts):
        raise DocumentUnknownError(f"{document_id}/{number}")
    return parts[number]


def download(
    person_id: UUID, document_id: UUID, *, by: Actor, purpose: Purpose = Purpose.CONSULT
) -> Original:
    """Return a document as it was deposited; journalled as a download. Errors as `open_document`."""
    return Original(*_take(person_id, document_id, by, EventType.DOCUMENT_DOWNLOADED, purpose))


def fetch_content(card: DocumentCard, key: PersonKey) -> bytes:
    """Return the original of a document whose card and key were given behind the door, now shut.

    For who read many cards at once and journalled it himself. Raises DocumentDamagedError.
    """
    try:
        return key.open(blob_purpose(card.blob), blobs.store().get(key.person_id, card.blob))
    except (OSError, SealBrokenError) as error:
        raise DocumentDamagedError(str(card.id)) from error


def _take(
    person_id: UUID, document_id: UUID, by: Actor, event: EventType, purpose: Purpose
) -> tuple[DocumentCard, bytes]:
    with access.open(person_id, by=by, purpose=purpose, event=event, reference=document_id) as a:
        card, key = _enter(a, document_id)
    if card.status == "deleted":
        raise DocumentDeletedError(card)
    return card, fetch_content(card, key)


def _enter(a: access.Access, document_id: UUID) -> tuple[DocumentCard, PersonKey]:
    card = queries.get(a, document_id, deleted=True)
    if card.status != "deleted":
        _mark_read(a, card)
    return card, a.key()


def _mark_read(a: access.Access, card: DocumentCard) -> None:
    """Note the reading: of each professional apart; that of a person is of her whole circle."""
    if a.by.kind is ActorKind.HEALTHCARE_PROFESSIONAL:
        note_reading(a, card.id)
    elif card.new:
        queries.mark_read(a, card.id)
