"""When a professional last opened a record: what is new since then, and whom she saw lately."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection

from carnet.access.relations import STANDS
from carnet.platform import clock

if TYPE_CHECKING:
    from carnet.access.api import Access

_SAME_VISIT: Final = "2 hours"
"""A record opened again within it is the same visit: what was new stays new."""
_NOTE: Final = (  # one statement: the page that is read in ten seconds has fifteen in all
    "with old as (select last_at from access_visit where person_id = %(person)s"  # noqa: S608 - constants
    " and professional_id = %(professional)s)"
    " insert into access_visit (person_id, professional_id, last_at) values (%(person)s, %(professional)s,"
    " %(now)s) on conflict (person_id, professional_id) do update set last_at = excluded.last_at,"
    " before_at = case when access_visit.last_at < excluded.last_at - %(same)s::interval"
    " then access_visit.last_at else access_visit.before_at end"
    " returning before_at, (select last_at from old),"
    " (select professional_id from access_carerelation where person_id = %(person)s"
    f" and basis = 'treating' and {STANDS} order by since desc limit 1)"
)


@dataclass(frozen=True, slots=True)
class VisitCard:
    """A record that a professional opened, and when she did last."""

    person_id: UUID
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit that begins. `before_at`: the visit before, None for the first; `first_today`: of this day.

    `treating_id`: the médecin traitant that the insurer knows.
    """

    before_at: datetime | None
    first_today: bool
    treating_id: UUID | None


def note_visit(a: "Access") -> Visited:
    """Note that a professional opens this record. One statement.

    Opened again within two hours, it is one visit: the time before stays the same.
    """
    values = {"person": a.person_id, "professional": a.by.id, "now": clock.now(), "same": _SAME_VISIT}
    before, last, treating_id = _rows(_NOTE, values)[0]
    today = last is not None and last.astimezone(clock.PARIS).date() == clock.today()
    return Visited(before, not today, treating_id)


def list_visits(professional_id: UUID, *, limit: int) -> list[VisitCard]:
    """Return the records that a professional opened, the latest first."""
    rows = _rows(
        "select person_id, last_at from access_visit where professional_id = %(professional)s"
        " order by last_at desc, person_id limit %(limit)s",
        {"professional": professional_id, "limit": limit},
    )
    return [VisitCard(*row) for row in rows]


def find_visit(person_id: UUID, professional_id: UUID) -> datetime | None:
    """Return when a professional last opened a record, or None."""
    rows = _rows(
        "select last_at from access_visit where person_id = %(person)s"
        " and professional_id = %(professional)s",
        {"person": person_id, "professional": professional_id},
    )
    return rows[0][0] if rows else None


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
