"""The doctor whom a person designates to see what she hides from others (R1111-49; facts/mes.md 4.4).

One at a time, a doctor only; he also may block others for her. She removes him whenever she wishes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection

from carnet.directory.api import find_professional
from carnet.journal.api import EventType, Purpose
from carnet.notices.api import NoticeCode, tell
from carnet.platform import clock
from carnet.platform.ids import uuid7

if TYPE_CHECKING:
    from carnet.access.api import Access

DOCTOR: Final = "10"
"""TRE_G15: médecin."""


class AdministratorRefused(Exception):  # noqa: N818 - a decision, not a failure
    """A rule stands against it; `message_fr` is said to the person."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message_fr = _REFUSALS[rule]


_REFUSALS: Final = {
    "not_a_doctor": "Seul un médecin en exercice peut être médecin administrateur (R1111-49).",
    "blocked": "Vous avez bloqué ce médecin : débloquez-le d’abord.",
}


@dataclass(frozen=True, slots=True)
class AdministratorCard:
    """The administrator doctor who stands."""

    professional_id: UUID
    since: datetime


def find_administrator(person_id: UUID) -> AdministratorCard | None:
    """Return a person's administrator doctor, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select professional_id, since from access_administrator"
            " where person_id = %s and ended_at is null",
            [person_id],
        )
        row = cursor.fetchone()
    return AdministratorCard(*row) if row else None


def name_administrator(a: "Access", *, professional_id: UUID) -> None:
    """Designate a doctor, in the place of whoever was; behind the door of who governs (MANAGE, `late`).

    Raises AdministratorRefused, PermissionError for a caregiver.
    """
    must_govern(a)
    doctor = find_professional(professional_id)
    if doctor is None or not doctor.active or doctor.profession != DOCTOR or doctor.category == "E":
        raise AdministratorRefused("not_a_doctor")
    if _rows(_BLOCKED, a, professional_id):
        raise AdministratorRefused("blocked")
    _rows(_HELD, a)
    _rows(_ENDED, a)
    _rows(
        "insert into access_administrator (id, person_id, professional_id, author_id, since)"
        " values (%(id)s, %(person)s, %(professional)s, %(by)s, %(now)s) returning id",
        a,
        professional_id,
    )
    a.record(EventType.ADMINISTRATOR_NAMED, personal={"professional": doctor.name})
    tell(a.person_id, about_id=a.person_id, code=NoticeCode.ADMINISTRATOR_NAMED)


def remove_administrator(a: "Access") -> bool:
    """Remove the administrator doctor; return False when there was none. The line is written by the door."""
    must_govern(a)
    removed = bool(_rows(_ENDED, a))
    if removed:
        tell(a.person_id, about_id=a.person_id, code=NoticeCode.ADMINISTRATOR_REMOVED)
    return removed


def must_govern(a: "Access") -> None:
    """Raise PermissionError unless the actor decides who else enters: a caregiver does not."""
    if a.purpose is not Purpose.MANAGE or not a.scope.governs:
        raise PermissionError("only who governs a space decides who else enters")


_BLOCKED: Final = (
    "select 1 from access_professionalblock"
    " where person_id = %(person)s and professional_id = %(professional)s"
)
_HELD: Final = "select pg_advisory_xact_lock(hashtextextended('administrator:' || %(person)s::text, 0))"
_ENDED: Final = (
    "update access_administrator set ended_at = %(now)s"
    " where person_id = %(person)s and ended_at is null returning id"
)


def _rows(query: str, a: "Access", professional_id: UUID | None = None) -> list[tuple[Any, ...]]:
    values = {
        "id": uuid7(), "person": a.person_id, "professional": professional_id, "by": a.by.id,
        "now": clock.now(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
