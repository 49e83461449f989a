"""The words of a document: what its vector is made of, and its text opened again."""

import zlib
from collections.abc import Iterable
from uuid import UUID

import orjson
from django.db import connection

from carnet.access.api import Access
from carnet.documents.queries import fetch
from carnet.platform.crypto import PersonKey
from carnet.standards import words


def open_text(key: PersonKey, sealed: bytes) -> str:
    """Return the text of a document as it was kept for search."""
    return zlib.decompress(key.open("words", sealed)).decode()


def matter_of(title: str, names: Iterable[str], text: str) -> str:
    """Return what a document is found by: its title, its authors and their organisation, its text."""
    return "\n".join([title, *names, text])


def index_again(a: Access, document_id: UUID) -> None:
    """Make the vector of a document again: its title was changed."""
    rows = fetch(
        "select d.sealed, w.sealed from documents_words w join documents_document d"
        " on d.person_id = w.person_id and d.id = w.id where w.person_id = %(person)s and w.id = %(id)s",
        {"person": a.person_id, "id": document_id},
    )
    for facts, text in rows:
        said = orjson.loads(a.key().open("document", facts))
        names = [*(author["name"] for author in said["authors"]), said["organisation"]]
        matter = matter_of(said["title"], names, open_text(a.key(), text))
        with connection.cursor() as cursor:
            cursor.execute(
                "update documents_words set vector = strip(to_tsvector('french', %s)), normaliser = %s"
                " where person_id = %s and id = %s",
                [words.distinct_words(matter), words.VERSION, a.person_id, document_id],
            )
