"""Submission sets: which documents a software sent together, as it described it (IHE XDS, ITI TF-3 4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from carnet.access.api import Access
from carnet.documents import locator
from carnet.documents.policies import Code, DepositRefused, normal_id
from carnet.documents.queries import fetch
from carnet.journal.api import Actor
from carnet.platform import clock
from carnet.platform.crypto import PersonKey
from carnet.platform.ids import uuid7

_VERSION_8: Final = 0x8 << 76 | 0b10 << 62


@dataclass(frozen=True, slots=True)
class SubmissionSet:
    """A set as sent. `facts`: a JSON object, given back as it is; `entry_id`: entryUUID, if it has one."""

    unique_id: str
    entry_id: UUID | None
    facts: bytes


@dataclass(frozen=True, slots=True)
class SubmissionCard:
    """A set that was kept. `documents`: ids, in the order in which they were sent."""

    id: UUID
    entry_id: UUID
    unique_id: str
    structure: str
    at: datetime
    documents: tuple[UUID, ...]
    facts: bytes


def submission_id(key: PersonKey, structure: str, unique_id: str) -> UUID:
    """Return the id of a set: from the person's hash of its names, so that a set sent twice is one."""
    value = int.from_bytes(key.hash("submission", f"{structure}\0{normal_id(unique_id)}"))
    kept = ((1 << 128) - 1) ^ (0xF << 76 | 0b11 << 62)
    return UUID(int=value & kept | _VERSION_8)


def find_submission(a: Access, submission: UUID) -> SubmissionCard | None:
    """Return a set that the structure which acts sent itself, None for any other."""
    rows = fetch(
        "select id, entry_id, structure, at, sealed from documents_submission"
        " where person_id = %(person)s and id = %(id)s and structure = %(structure)s",
        {"person": a.person_id, "id": submission, "structure": a.by.structure},
    )
    return _card(rows[0], a.key()) if rows else None


def write(
    a: Access, submission: SubmissionSet, documents: Sequence[UUID], *, structure: str, by: Actor
) -> UUID:
    """Keep a set, once. Raises DepositRefused (DUPLICATE) when another has its uniqueId."""
    key = a.key()
    found = submission_id(key, structure, submission.unique_id)
    sealed = {
        "unique_id": normal_id(submission.unique_id),
        "documents": [str(document) for document in documents],
        "facts": submission.facts.decode(),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into documents_submission (person_id, id, entry_id, structure, client_id, at, sealed)"
            " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
            [a.person_id, found, submission.entry_id or uuid7(), structure, by.id, clock.now(),
             key.seal("submission", orjson.dumps(sealed))],
        )  # fmt: skip
        if cursor.rowcount:
            locator.write(a.person_id, [(locator.key_of_submission(found), found)])
            return found
    there = find_submission(a, found)
    if there is None or list(there.documents) != list(documents):
        raise _taken()
    return found


def check_free(
    a: Access, key: PersonKey, submission: SubmissionSet, there: Sequence[UUID | None], *, structure: str
) -> None:
    """Refuse, before anything is stored, a uniqueId under which other documents were sent together.

    `there`: the ids of the documents that come now, None for one that is new.
    """
    kept = find_submission(a, submission_id(key, structure, submission.unique_id))
    if kept is not None and list(kept.documents) != list(there):
        raise _taken()


def _taken() -> DepositRefused:
    return DepositRefused(
        Code.DUPLICATE, "submissionSet", "Un autre envoi porte déjà cet identifiant (uniqueId)."
    )


def _card(row: tuple[Any, ...], key: PersonKey) -> SubmissionCard:
    found, entry_id, structure, at, sealed = row
    facts = orjson.loads(key.open("submission", sealed))
    documents = tuple(UUID(one) for one in facts["documents"])
    return SubmissionCard(
        found, entry_id, facts["unique_id"], structure, at, documents, facts["facts"].encode()
    )
