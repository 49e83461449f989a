"""Versions of a document: the new one takes the place of the old, which stays readable behind it.

Sources: facts/mes.md 3.7 (RPLC; errors 900 and 901), facts/interop.md 4 (setId constant).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from carnet.access.api import Access
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.queries import fetch
from carnet.documents.records import OWN_DEPOSITORS, Record
from carnet.platform import clock


@dataclass(frozen=True, slots=True)
class Replaced:
    """The version whose place a document takes: what it leaves to it."""

    id: UUID
    set_key: bytes
    version: int
    masked: bool
    folder_id: UUID | None
    pinned_at: datetime | None


def find_replaced(a: Access, record: Record, *, to_write: bool = False) -> Replaced | None:
    """Return the version that a document replaces, None when it names none that is here.

    `to_write`: it stays as it is until the door shuts, that what she just hid is not shown by the next one.

    A version that never came to this space refuses nothing: the first that comes may be the third written.
    Raises DepositRefused: 900 when it is not the latest, 901 when it is somebody else's, 906 when it would be
    hidden from who reads the old one.
    """
    if not record.replaces:
        return None
    rows = fetch(
        "select id, status, depositor, structure, set_key, version, masked, folder_id, pinned_at, sealed,"  # noqa: S608 - own
        " invisible_patient, invisible_representatives from documents_document"
        " where person_id = %(person)s and unique_key = any(%(keys)s)" + (" for update" if to_write else ""),
        {"person": a.person_id, "keys": list(record.replaces)},
    )
    if not rows:
        return None
    if len(rows) > 1:
        raise _wrong_version("Un document ne remplace qu’un seul autre document.")
    found, status, depositor, structure, set_key, version, masked, folder_id, pinned_at, sealed = rows[0][:10]
    facts = orjson.loads(a.key().open("document", sealed))
    _check_author(record, depositor, structure, facts)
    _check_latest(
        record, status, version, facts, same_set=set_key is None or bytes(set_key) == record.set_key
    )
    _check_readers(record, *rows[0][10:])
    own_set = bytes(set_key) if set_key is not None else record.set_key
    return Replaced(found, own_set, version, masked, folder_id, pinned_at)


def _check_author(record: Record, depositor: str, structure: str, facts: dict[str, Any]) -> None:
    if depositor in OWN_DEPOSITORS or record.depositor in OWN_DEPOSITORS:
        same = depositor in OWN_DEPOSITORS and record.depositor in OWN_DEPOSITORS
    else:
        authors = {author["id"] for author in facts["authors"]}
        same = bool(structure and structure == record.structure) or bool(record.authors & authors)
    if not same:
        raise DepositRefused(
            Code.AUTHOR_NOT_ALLOWED,
            "relatedDocument",
            "Un document n’est remplacé que par son auteur ou par la structure qui l’a déposé.",
        )


def _check_latest(
    record: Record, status: str, version: int, facts: dict[str, Any], *, same_set: bool
) -> None:
    if status != "current":
        raise _wrong_version("Seule la dernière version d’un document peut être remplacée.")
    if record.set_stated and facts["set_id"] is not None and not same_set:
        raise _wrong_version("La nouvelle version doit garder l’identifiant de l’ensemble (setId).")
    if record.version and record.version <= version:
        raise _wrong_version(
            f"La nouvelle version doit porter un numéro plus grand que {version} (versionNumber)."
        )


def _check_readers(record: Record, hid_from_patient: bool, hid_from_representatives: bool) -> None:  # noqa: FBT001 - two columns
    """Refuse a version that who reads the old one may not see: it would take the old one from her, unsaid."""
    new = record.visibility
    if (new.invisible_patient and not hid_from_patient) or (
        new.invisible_representatives and not hid_from_representatives
    ):
        raise DepositRefused(
            Code.OTHER,
            "confidentialityCode",
            "Une nouvelle version ne peut être cachée à qui lit l’ancienne : déposez-la sans la remplacer.",
        )


def _wrong_version(message_fr: str) -> DepositRefused:
    return DepositRefused(Code.WRONG_VERSION, "relatedDocument", message_fr)


def follow(record: Record, replaced: Replaced | None) -> Record:
    """Return the record as the next version: it keeps the set, and the person's masking."""
    if replaced is None:
        return replace(record, version=record.version or 1)
    kept = replace(record.visibility, masked=record.visibility.masked or replaced.masked)
    return replace(
        record, visibility=kept, set_key=replaced.set_key, version=record.version or replaced.version + 1
    )


def supersede(a: Access, replaced: Replaced, by: UUID) -> None:
    """Put the old version behind the new one. Raises DepositRefused when another was quicker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set status = 'superseded', status_at = %s, replaced_by = %s,"
            " folder_id = null, pinned_at = null"
            " where person_id = %s and id = %s and status = 'current'",
            [clock.now(), by, a.person_id, replaced.id],
        )
        if cursor.rowcount == 0:
            raise _wrong_version("Seule la dernière version d’un document peut être remplacée.")
