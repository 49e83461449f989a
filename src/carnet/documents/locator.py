"""Where a document is, for the software that deposited it: from its identifiers to the person and the row.

An index outside the wall: keyed hashes only, for a structure's documents only. Who finds a place here has
still to go through the person's door, which says whether the document is its own.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

from carnet.platform import crypto


def locate_id(document_id: UUID) -> tuple[UUID, UUID] | None:
    """Return (person, document) of a structure's document, None when there is none of that id."""
    return _locate(key_of_id(document_id))


def locate_unique(structure: str, unique_id: str) -> tuple[UUID, UUID] | None:
    """Return (person, document) of what a structure (FINESS) deposited under a uniqueId (normal form)."""
    return _locate(key_of_unique(structure, unique_id))


def locate_submission(submission_id: UUID) -> tuple[UUID, UUID] | None:
    """Return (person, submission set) of a submission set."""
    return _locate(key_of_submission(submission_id))


def key_of_id(document_id: UUID) -> bytes:
    """Return the key under which a document is found by its id."""
    return crypto.index_hash("document-id", str(document_id))


def key_of_unique(structure: str, unique_id: str) -> bytes:
    """Return the key under which a document is found by the name that its depositor gave it."""
    return crypto.index_hash("document-unique", f"{structure}\0{unique_id}")


def key_of_submission(submission_id: UUID) -> bytes:
    """Return the key under which a submission set is found by its id."""
    return crypto.index_hash("submission-id", str(submission_id))


def keys_of(structure: str, unique_id: str, document_id: UUID) -> tuple[bytes, bytes]:
    """Return the keys of one document: by its name, by its id."""
    return key_of_unique(structure, unique_id), key_of_id(document_id)


def find_elsewhere(person_id: UUID, keys: Iterable[bytes]) -> set[bytes]:
    """Return those of the keys that lead to another person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select key from documents_locator where key = any(%s) and person_id <> %s",
            [list(keys), person_id],
        )
        return {bytes(row[0]) for row in cursor.fetchall()}


def _locate(key: bytes) -> tuple[UUID, UUID] | None:
    with connection.cursor() as cursor:
        cursor.execute("select person_id, document_id from documents_locator where key = %s", [key])
        row: tuple[UUID, UUID] | None = cursor.fetchone()
    return row


def write(person_id: UUID, places: Sequence[tuple[bytes, UUID]]) -> set[bytes]:
    """Write where documents (or sets) of one person are, by key; return the keys that another person has.

    In the transaction of the rows themselves. Keys are written in their order, so that two who write the same
    wait for each other instead of blocking each other.
    """
    ordered = sorted(places)
    keys, ids = [key for key, _ in ordered], [place for _, place in ordered]
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into documents_locator (key, person_id, document_id)"
            " select key, %s, id from unnest(%s::bytea[], %s::uuid[]) with ordinality as t(key, id, n)"
            " order by n on conflict do nothing",
            [person_id, keys, ids],
        )
        written = cursor.rowcount == len(ordered)
    return set() if written else find_elsewhere(person_id, keys)
