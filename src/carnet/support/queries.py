"""Reads of the reports: a person's own behind her door, those that wait at the desk without any content."""

from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.access.api import Access
from carnet.platform import crypto
from carnet.support.policies import Kind, Reason, find_number
from carnet.support.records import COLUMNS, Ticket, TicketLine, TicketUnknownError, open_ticket

_LINE: Final = "id, person_id, number, kind, reason, structure, opened_at"
_OPEN: Final = "state = 'open'"


def list_own(a: Access, *, limit: int = 50) -> list[Ticket]:
    """Return what the actor reported in this space, the latest first: another representative's stay his."""
    rows = _fetch(
        f"select {COLUMNS} from support_ticket"  # noqa: S608 - constants of the house
        " where person_id = %s and opened_by = %s order by id desc limit %s",
        a.person_id,
        a.by.id,
        limit,
    )
    return [open_ticket(row, a.key()) for row in rows]


def get_own(a: Access, ticket_id: UUID) -> Ticket:
    """Return one report of the actor's in this space; raises TicketUnknownError."""
    rows = _fetch(
        f"select {COLUMNS} from support_ticket where person_id = %s and opened_by = %s and id = %s",  # noqa: S608
        a.person_id,
        a.by.id,
        ticket_id,
    )
    if not rows:
        raise TicketUnknownError(str(ticket_id))
    return open_ticket(rows[0], a.key())


def find_waiting(person_id: UUID, reference: UUID, *, opened_by: UUID) -> UUID | None:
    """Return the report of a document or an access by this person that waits for its answer, or None."""
    rows = _fetch(
        "select id from support_ticket"  # noqa: S608 - constants of the house
        f" where person_id = %s and reference = %s and opened_by = %s and {_OPEN}",
        person_id,
        reference,
        opened_by,
    )
    return rows[0][0] if rows else None


# -- at the desk: no door, since nothing of the record is read


def list_waiting(*, limit: int = 50) -> list[TicketLine]:
    """Return the reports that wait for an answer, the oldest first; no name, no words."""
    rows = _fetch(
        f"select {_LINE} from support_ticket where {_OPEN} order by opened_at, id limit %s",  # noqa: S608
        limit,
    )
    return [_line(row) for row in rows]


def count_waiting() -> int:
    """Return how many reports wait for an answer."""
    return int(_fetch(f"select count(*) from support_ticket where {_OPEN}")[0][0])  # noqa: S608


def find_by_number(text: str) -> TicketLine | None:
    """Return the report of that number, answered or not, however its digits are spaced; or None."""
    rows = _fetch(f"select {_LINE} from support_ticket where number = %s", find_number(text))  # noqa: S608
    return _line(rows[0]) if rows else None


def get_line(ticket_id: UUID) -> TicketLine:
    """Return what the list of the desk says of one report; raises TicketUnknownError."""
    rows = _fetch(f"select {_LINE} from support_ticket where id = %s", ticket_id)  # noqa: S608
    if not rows:
        raise TicketUnknownError(str(ticket_id))
    return _line(rows[0])


def get_ticket(ticket_id: UUID) -> Ticket:
    """Return one report with its words, for the agent who answers; raises TicketUnknownError.

    The look itself must stand in the person's history before (people.record_look).
    """
    rows = _fetch(f"select {COLUMNS} from support_ticket where id = %s", ticket_id)  # noqa: S608
    key = crypto.find_key(rows[0][1]) if rows else None
    if key is None:  # no row, or the space is being erased at this moment
        raise TicketUnknownError(str(ticket_id))
    return open_ticket(rows[0], key)


def _line(row: tuple[Any, ...]) -> TicketLine:
    ticket_id, person_id, number, kind, reason, structure, opened_at = row
    return TicketLine(ticket_id, person_id, number, Kind(kind), Reason(reason), structure, opened_at)


def _fetch(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
