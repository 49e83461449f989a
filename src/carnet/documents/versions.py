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
from carnet.documents import holding
from carnet.documents.coming import OWN_DEPOSITORS
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.queries import fetch
from carnet.documents.records import Claim, Record
from carnet.platform import clock
from carnet.platform.ids import uuid7


@dataclass(frozen=True, slots=True)
class Replaced:
    """The version whose place a document takes: what it leaves to it."""

    id: UUID
    set_key: bytes
    version: int
    masked_by_person: bool
    folder_id: UUID | None
    pinned_at: datetime | None
    held_until: datetime | None = None


# Who replaces a document is who deposited it: another's is as if it were not there (facts/interop.md 2.7).
_FIND = (
    "select id, status, set_key, version, masked_by_person, folder_id, pinned_at, sealed, invisible_patient,"
    " invisible_representatives, held_until from documents_document where person_id = %(person)s"
    " and (unique_key = any(%(keys)s) or id = any(%(ids)s))"
    " and (structure = %(structure)s or professional_id = %(professional)s)"
    " and (depositor = any(%(people)s)) = %(own)s"
)


def find_replaced(a: Access, claim: Claim) -> Replaced | None:
    """Return the version that a document replaces, None when it names none that its depositor brought.

    What only the CDA names and never came to this space refuses nothing: the first that comes may be the
    third written. Raises DepositRefused: NOT_FOUND when what its depositor names is not there, 900 when it is
    not the latest, 906 when the new one would be hidden from who reads the old one.
    """
    if not claim.replaces and not claim.replaced_ids:
        return None
    rows = fetch(
        _FIND,
        {"person": a.person_id, "keys": list(claim.replaces), "ids": list(claim.replaced_ids),
         "structure": claim.structure, "professional": claim.professional_id, "own": claim.own,
         "people": list(OWN_DEPOSITORS)},
    )  # fmt: skip
    if len(rows) > 1:
        raise _wrong_version("Un document ne remplace qu’un seul autre document.")
    if not rows:
        if claim.said_beside:
            raise not_found()
        return None
    found, status, set_key, version, masked, folder_id, pinned_at, sealed = rows[0][:8]
    facts = orjson.loads(a.key().open("document", sealed))
    _check_latest(claim, status, version, facts, same_set=set_key is None or bytes(set_key) == claim.set_key)
    hid_from_patient, hid_from_representatives, held_until = rows[0][8:]
    _check_readers(claim, hid_from_patient, hid_from_representatives)
    own_set = bytes(set_key) if set_key is not None else claim.set_key
    return Replaced(
        found, own_set, version, masked, folder_id, pinned_at, held_until if hid_from_patient else None
    )


def not_found() -> DepositRefused:
    """Return the refusal of a document named as replaced that its depositor has not."""
    return DepositRefused(
        Code.NOT_FOUND, "relatesTo", "Le document à remplacer n’existe pas parmi ceux de votre structure."
    )


def not_latest() -> DepositRefused:
    """Return the refusal (900) of a document that would replace what another replaced."""
    return _wrong_version("Seule la dernière version d’un document peut être remplacée.")


def _check_latest(claim: Claim, status: str, version: int, facts: dict[str, Any], *, same_set: bool) -> None:
    if status != "current":
        raise not_latest()
    if claim.set_stated and facts["set_id"] is not None and not same_set:
        raise _wrong_version("La nouvelle version doit garder l’identifiant de l’ensemble (setId).")
    if claim.version and claim.version <= version:
        raise _wrong_version(
            f"La nouvelle version doit porter un numéro plus grand que {version} (versionNumber)."
        )


def _check_readers(claim: Claim, hid_from_patient: bool, hid_from_representatives: bool) -> None:  # noqa: FBT001 - two columns
    """Refuse a version that who reads the old one may not see: it would take the old one from her, unsaid."""
    new = claim.visibility
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
    return replace(
        record,
        masked_by_person=record.masked_by_person or replaced.masked_by_person,
        set_key=replaced.set_key,
        version=record.version or replaced.version + 1,
        held_until=_first_of(record.held_until, replaced.held_until),
    )


def _first_of(new: datetime | None, old: datetime | None) -> datetime | None:
    """The end of a wait: a new version of what waits does not make its patient wait longer."""
    return min(new, old) if new and old else new


def supersede(a: Access, replaced: Replaced, by: UUID) -> None:
    """Put the old version behind the new one. Raises DepositRefused when another was quicker."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set status = 'superseded', status_at = %(now)s, replaced_by = %(by)s,"
            " folder_id = null, pinned_at = null, changed_at = %(now)s, entry_id = %(entry)s,"
            " meta_version = meta_version + 1"
            " where person_id = %(person)s and id = %(id)s and status = 'current'",
            {"now": clock.now(), "by": by, "entry": uuid7(), "person": a.person_id, "id": replaced.id},
        )
        if cursor.rowcount == 0:
            raise not_latest()
    if replaced.held_until:
        holding.forget(a.person_id, [replaced.id])
