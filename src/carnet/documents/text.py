"""The words of a document: read from its files at the deposit, kept for search.

A file is read in a helper process. What cannot be read has no words, and that refuses nothing; what would
harm whoever opens it (a program inside a PDF, an image too large for any memory) is refused.
"""

import time
import zlib
from collections.abc import Callable
from typing import Any, Final

import structlog
from django.db import connection

from carnet.access.api import Access
from carnet.documents.records import Record
from carnet.documents.wording import matter_of
from carnet.platform import confined
from carnet.platform.crypto import PersonKey
from carnet.standards import images, pdf, rtf, sniff, words
from carnet.standards.cda.model import Attachment, Document
from carnet.standards.sniff import FileRefused

MAX_CHARACTERS: Final = 200_000
"""Of one document's text kept for search: some eighty pages. The vector holds less still (32 kB)."""

_MOST_SECONDS: Final = 30.0  # to begin the last of a document's files

_log = structlog.get_logger(__name__)


def read(document: Document, narrative: str, *, trusted: bool = False) -> str:
    """Return the text of a document: its narrative, and its files that hold words.

    `narrative`: that of its sections, which was read already. `trusted`: made by ourselves, its files need
    no check. Raises FileRefused for a file that may not be kept.
    """
    parts, deadline = [narrative], time.monotonic() + _MOST_SECONDS
    for file in document.attachments:
        if time.monotonic() > deadline:
            raise FileRefused("costly", "Les fichiers de ce document sont trop longs à lire.")
        parts.append(read_file(file, trusted=trusted))
    return "\n".join(part for part in parts if part)[:MAX_CHARACTERS]


def read_file(file: Attachment, *, trusted: bool = False) -> str:
    """Return the words of one file, "" when it has none or none can be read. Raises FileRefused."""
    match file.media_type:
        case sniff.PDF:
            return _words(lambda: confined.run(pdf.read if trusted else pdf.receive, file.data).text)
        case sniff.RTF:
            return _words(lambda: confined.run(rtf.text_of, file.data))
        case sniff.PLAIN:
            return (sniff.find_text(file.data) or "")[:MAX_CHARACTERS]
        case sniff.JPEG | sniff.PNG | sniff.TIFF if not trusted:
            return _words(lambda: _check_image(file.data))
        case _:
            return ""


def _check_image(data: bytes) -> str:
    """Refuse an image that would fill the memory of whoever looks at it; a damaged one harms nobody."""
    try:
        confined.run(images.check, data)
    except FileRefused as refused:
        if refused.rule == "pixels":
            raise
    return ""


def _words(read: Callable[[], str]) -> str:
    try:
        return read()
    except (confined.TooCostlyError, confined.BusyError) as error:
        _log.warning("documents.text_unread", why=str(error))
        return ""


def matter(record: Record, body: str) -> str:
    """Return the distinct words by which a document is found: title, authors, organisation, text."""
    return words.distinct_words(matter_of(record.title, record.names, body))


def seal(key: PersonKey, body: str) -> bytes:
    """Return the text as it lies in the database."""
    return key.seal("words", zlib.compress(body.encode(), 6))


WORDS: Final = (
    "insert into documents_words (person_id, id, vector, normaliser, sealed)"
    " values (%(person)s, %(id)s, strip(to_tsvector('french', %(matter)s)), %(normaliser)s, %(sealed)s)"
    " on conflict do nothing"
)


def words_of(key: PersonKey, record: Record, body: str) -> dict[str, Any]:
    """Return the values of `WORDS` for a document."""
    return {
        "person": record.person_id, "id": record.id, "matter": matter(record, body),
        "normaliser": words.VERSION, "sealed": seal(key, body),
    }  # fmt: skip


def write(a: Access, record: Record, body: str) -> None:
    """Write the row of words of a document that was just entered."""
    with connection.cursor() as cursor:
        cursor.execute(WORDS, words_of(a.key(), record, body))
