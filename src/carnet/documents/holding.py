"""A result not announced yet: hidden from its patient for a time that has an end (docs/announcement.md).

Sources: facts/mes.md 3.6 (INVISIBLE_PATIENT, waiting for the consultation of announcement); CSP L1111-2 and
R4127-35 (the patient is informed; what is serious is told by somebody); docs/adr/0025-announcement.md for the
delays, which no text gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.access import api as access
from carnet.documents.coming import Coming
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.queries import fetch
from carnet.journal.api import Actor, Purpose
from carnet.platform import clock
from carnet.platform.clock import PARIS

DEFAULT_DAYS: Final = 8
MOST_DAYS: Final = 30
"""How long a result waits for its announcement, by default and at most: decisions of ours (ADR 0025)."""

_LOOKED_AT: Final = 500
"""Of what waits where a doctor acts, how much is looked through for what is his to announce."""

DOCTOR: Final = "10"
"""Who releases what his structure deposited, besides who deposited it: a doctor (TRE_G15)."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document that waits: whose, who answers for it, until when, since when; never what it says."""

    person_id: UUID
    document_id: UUID
    professional_id: UUID | None
    structure: str
    held_until: datetime
    deposited_at: datetime


def deadline(days: int, *, since: date | None = None) -> datetime:
    """Return the moment at which a result is shown at the latest: the first minute of that day in Paris.

    `since`: the day of the deposit, today by default. Raises DepositRefused (906) outside 1 to MOST_DAYS.
    """
    if not 1 <= days <= MOST_DAYS:
        raise DepositRefused(
            Code.OTHER,
            "hold_days",
            f"Un résultat attend son annonce de 1 à {MOST_DAYS} jours : choisissez un nombre de jours.",
        )
    return datetime.combine((since or clock.today()) + timedelta(days=days), time(), PARIS)


def settle(coming: Coming, *, at_once: bool, since: date | None = None) -> Coming:
    """Return a document that comes with the end of its wait, or without any.

    `at_once`: the person sees every result as it comes. What software hides without saying until when
    (INVISIBLE_PATIENT has no end in the profiles) waits for DEFAULT_DAYS.
    """
    if not coming.visibility.invisible_patient:
        return coming
    until = coming.held_until or deadline(DEFAULT_DAYS, since=since)
    if at_once or until <= clock.now():
        return replace(
            coming, visibility=replace(coming.visibility, invisible_patient=False), held_until=None
        )
    return replace(coming, held_until=until)


def keep(row: dict[str, Any]) -> None:
    """Write that a document waits, from the values of its row; nothing for one that is not hidden."""
    if row["patient"]:
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, row)


def keep_all(rows: Sequence[dict[str, Any]]) -> None:
    """Do the same for many rows."""
    waiting = [row for row in rows if row["patient"]]
    if waiting:
        with connection.cursor() as cursor:
            cursor.executemany(_KEEP, waiting)


_KEEP: Final = (
    "insert into documents_hold (person_id, document_id, professional_id, structure, held_until,"
    " deposited_at) values (%(person)s, %(id)s, %(professional)s, %(structure)s, %(held)s, %(now)s)"
)


def forget(person_id: UUID, document_ids: Sequence[UUID]) -> None:
    """Write that documents wait no more: shown, replaced or withdrawn."""
    fetch(
        "delete from documents_hold where person_id = %(person)s and document_id = any(%(ids)s)"
        " returning document_id",
        {"person": person_id, "ids": list(document_ids)},
    )


def list_waiting(*, by: Actor, limit: int = 50) -> list[Waiting]:
    """Return what waits to be announced by a professional; for a doctor, what his structure deposited too.

    Of his structure's, only about whom he may read: that somebody waits for a result is not for a whole
    hospital. The first to be shown first. No record is opened: each line leads to one. Two statements.
    """
    rows = fetch(
        "select person_id, document_id, professional_id, structure, held_until, deposited_at"
        " from documents_hold where professional_id = %(professional)s"
        " or (%(doctor)s and structure = %(structure)s)"
        " order by held_until, person_id, document_id limit %(limit)s",
        {"professional": by.id, "doctor": by.role == DOCTOR, "structure": by.structure, "limit": _LOOKED_AT},
    )
    found = [Waiting(*row) for row in rows]
    others = [one.person_id for one in found if one.professional_id != by.id]
    scopes = access.decide_each(list(dict.fromkeys(others)), by=by, purpose=Purpose.CONSULT)
    return [one for one in found if one.professional_id == by.id or scopes[one.person_id].allowed][:limit]
