"""Structures that a person blocked: they read nothing of her space any more (facts/mes.md 4.4, L1111-19).

They still feed it, as they must (R1111-47), and still correct or withdraw what they brought.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from carnet.journal.api import Actor
from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.standards.finess import parse_finess


@dataclass(frozen=True, slots=True)
class BlockCard:
    """A structure (FINESS) that is blocked, since when."""

    structure: str
    since: datetime


def block(person_id: UUID, *, structure: str, by: Actor) -> bool:
    """Block a structure; return False when it was already. Behind the person's open door.

    Raises FinessError for what is no FINESS number.
    """
    finess = parse_finess(structure)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_block (id, person_id, structure, author_id, since)"
            " values (%s, %s, %s, %s, %s) on conflict do nothing",
            [uuid7(), person_id, finess, by.id, clock.now()],
        )
        return bool(cursor.rowcount)


def unblock(person_id: UUID, *, structure: str) -> bool:
    """Let a structure read again what it deposited; return False when it was not blocked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from access_block where person_id = %s and structure = %s", [person_id, structure]
        )
        return bool(cursor.rowcount)


def list_blocks(person_id: UUID) -> list[BlockCard]:
    """Return the structures that a person blocked, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select structure, since from access_block where person_id = %s order by since desc, id desc",
            [person_id],
        )
        return [BlockCard(*row) for row in cursor.fetchall()]


BLOCKED = "exists (select from access_block where person_id = %(person)s and structure = %(structure)s)"
"""Says whether a person blocked a structure: an expression, for a statement that asks more."""


def is_blocked(person_id: UUID, structure: str) -> bool:
    """Say whether a person blocked a structure."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {BLOCKED}", {"person": person_id, "structure": structure})
        row = cursor.fetchone()
    return bool(row and row[0])
