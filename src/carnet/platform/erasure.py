"""What an erasure must remove: each room names here the tables where a person's space leaves rows.

The room that owns the life cycle (enrolment) stands below most of them and executes what they declare.
Declared in a room's `events.py` or `tasks.py`, which every process imports at its start:

    erasure.register("documents", tables=[("documents_document", "person_id")])
    erasure.register("people", tables=[("people_session", "account_id in (select id from people_account"
                                                          " where owner_id = %(person)s)")])
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

PERSON = "%(person)s"


@dataclass(frozen=True)
class Rows:
    """The rows of one table that belong to a person's space. `condition`: SQL over `%(person)s`."""

    table: str
    condition: str


@dataclass(frozen=True)
class Part:
    """What one room leaves. `after`: run once the rows are gone, outside any transaction; may run twice."""

    room: str
    rows: tuple[Rows, ...]
    after: Callable[[UUID], None] | None = None


_parts: dict[str, Part] = {}


def register(
    room: str, *, tables: Sequence[tuple[str, str]], after: Callable[[UUID], None] | None = None
) -> None:
    """Declare what `room` leaves of a person's space; rows are deleted in the order given.

    `tables`: pairs of a table and either the column that holds the person's id or a condition with
    `%(person)s`. `after` removes what is not in the database; it must bear being run again.
    Raises RuntimeError when the room has declared already.
    """
    if room in _parts:
        raise RuntimeError(f"{room} has declared its part of an erasure already")
    _parts[room] = Part(room, tuple(Rows(table, _condition(where)) for table, where in tables), after)


def list_parts() -> tuple[Part, ...]:
    """Return every room's part, the last declared first: rooms above go before those they stand on."""
    return tuple(reversed(_parts.values()))


def list_tables() -> list[str]:
    """Return the names of all declared tables, once each."""
    return sorted({rows.table for part in _parts.values() for rows in part.rows})


def _condition(where: str) -> str:
    return where if PERSON in where else f"{where} = {PERSON}"
