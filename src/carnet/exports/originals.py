"""Documents in the archive: the original byte for byte, the files that it carries, its text as a page.

Nothing inside a document can stop a copy: what cannot be read is still given as it came.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from carnet.documents import api as documents
from carnet.documents.api import DocumentCard, DocumentDamagedError
from carnet.exports.policies import slug
from carnet.exports.record import Record
from carnet.exports.stream import Archive, Written
from carnet.platform.clock import PARIS
from carnet.standards import sniff
from carnet.standards.cda import narrative, reader
from carnet.standards.cda.model import CdaRefused, Document

FOLDER: Final = "documents"
_ENDINGS: Final = {
    sniff.PDF: ("pdf", "Fichier PDF"),
    sniff.PLAIN: ("txt", "Texte"),
    sniff.RTF: ("rtf", "Texte RTF"),
    sniff.JPEG: ("jpg", "Image"),
    sniff.PNG: ("png", "Image"),
    sniff.GIF: ("gif", "Image"),
    sniff.TIFF: ("tif", "Image TIFF"),
}
Page = Callable[[DocumentCard, str, str], bytes]
"""Makes the page of a document: its card, its safe HTML, its path in the archive."""


@dataclass(frozen=True, slots=True)
class CarriedFile:
    """A file that a document carries, taken out of it."""

    file: Written
    media_type: str
    words: str


@dataclass(frozen=True, slots=True)
class DocumentFiles:
    """What the archive holds of one document. `original` None: the store did not give it back."""

    card: DocumentCard
    original: Written | None
    parts: tuple[CarriedFile, ...] = ()
    page: Written | None = None


def write_documents(
    record: Record, archive: Archive, *, page: Page, done: Callable[[int], object]
) -> Iterator[DocumentFiles]:
    """Write every document of a record, one at a time, and yield it; `done` is told how many."""
    for number, card in enumerate(record.documents, start=1):
        yield _write(card, number, record, archive, page)
        done(number)


def _write(card: DocumentCard, number: int, record: Record, archive: Archive, page: Page) -> DocumentFiles:
    try:
        data = documents.fetch_content(card, record.key)
    except DocumentDamagedError:  # deleted while the copy was prepared, or lost: said in the pages
        return DocumentFiles(card, None)
    folder = f"{FOLDER}/{_day(card.created_on)}-{number:05d}-{slug(card.title)}"
    original = archive.add(f"{folder}/original.xml", data)
    read = _find_document(data)
    if read is None:
        return DocumentFiles(card, original)
    return DocumentFiles(
        card, original, tuple(_parts(read, folder, archive)), _page(read, card, folder, archive, page)
    )


def _find_document(data: bytes) -> Document | None:
    try:
        return reader.read(data, max_bytes=len(data))
    except CdaRefused:
        return None


def _parts(read: Document, folder: str, archive: Archive) -> Iterator[CarriedFile]:
    for number, part in enumerate(read.attachments, start=1):
        ending, words = _ENDINGS.get(part.media_type, ("bin", "Fichier"))
        file = archive.add(f"{folder}/fichier-{number}.{ending}", part.data)
        yield CarriedFile(file, part.media_type, f"{words} {number}" if len(read.attachments) > 1 else words)


def _page(read: Document, card: DocumentCard, folder: str, archive: Archive, page: Page) -> Written | None:
    html = narrative.to_html(read)
    path = f"{folder}/lecture.html"
    return archive.add(path, page(card, html, path)) if html else None


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%Y-%m-%d}"
