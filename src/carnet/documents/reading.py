"""Reading and taking a document: through the door for the row, out of it for the content."""

from dataclasses import dataclass
from uuid import UUID

from carnet.access import api as access
from carnet.documents import policies, queries
from carnet.documents.queries import DocumentUnknownError
from carnet.documents.records import DocumentCard, blob_purpose
from carnet.journal.api import Actor, EventType, Purpose
from carnet.platform import blobs
from carnet.platform.crypto import PersonKey, SealBrokenError
from carnet.standards.cda import narrative, reader
from carnet.standards.cda.model import Attachment


class DocumentDamagedError(Exception):
    """The register has the document, the store does not give its content back whole."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document to be shown. `html`: its narrative, safe to stand unescaped in a page; "" if it has none.

    `parts`: the files that it carries, in order; their place in the tuple is their number.
    """

    card: DocumentCard
    html: str
    parts: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Original:
    """A document as it was deposited, byte for byte."""

    card: DocumentCard
    data: bytes


def open_document(person_id: UUID, document_id: UUID, *, by: Actor) -> DocumentView:
    """Return a document to be read; journalled, and noted as read.

    Raises access.Refused, DocumentUnknownError, DocumentDamagedError.
    """
    card, data = _take(person_id, document_id, by, EventType.DOCUMENT_READ)
    document = reader.read(data, max_bytes=policies.MAX_BYTES)
    return DocumentView(card, narrative.to_html(document), document.attachments)


def open_part(person_id: UUID, document_id: UUID, number: int, *, by: Actor) -> Attachment:
    """Return one of the files that a document carries; journalled as a reading. Errors as `open_document`."""
    _, data = _take(person_id, document_id, by, EventType.DOCUMENT_READ)
    parts = reader.read(data, max_bytes=policies.MAX_BYTES).attachments
    if not 0 <= number < len(parts):
        raise DocumentUnknownError(f"{document_id}/{number}")
    return parts[number]


def download(person_id: UUID, document_id: UUID, *, by: Actor) -> Original:
    """Return a document as it was deposited; journalled as a download. Errors as `open_document`."""
    return Original(*_take(person_id, document_id, by, EventType.DOCUMENT_DOWNLOADED))


def fetch_content(card: DocumentCard, key: PersonKey) -> bytes:
    """Return the original of a document whose card and key were given behind the door, now shut.

    For who read many cards at once and journalled it himself. Raises DocumentDamagedError.
    """
    try:
        return key.open(blob_purpose(card.blob), blobs.store().get(key.person_id, card.blob))
    except (OSError, SealBrokenError) as error:
        raise DocumentDamagedError(str(card.id)) from error


def _take(person_id: UUID, document_id: UUID, by: Actor, event: EventType) -> tuple[DocumentCard, bytes]:
    with access.open(person_id, by=by, purpose=Purpose.CONSULT, event=event, reference=document_id) as a:
        card = queries.get(a, document_id)
        key = a.key()
        if card.new:
            queries.mark_read(a, document_id)
    return card, fetch_content(card, key)
