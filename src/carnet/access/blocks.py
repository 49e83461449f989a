"""Structures that a person blocked: they read nothing of her space any more (facts/mes.md 4.4, L1111-19).

They still feed it, as they must (R1111-47), and still correct or withdraw what they brought.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from carnet.directory.api import identify_structure
from carnet.journal.api import Actor
from carnet.platform import clock
from carnet.platform.ids import uuid7


@dataclass(frozen=True, slots=True)
class BlockCard:
    """A structure that is blocked, by its number in the directory, since when."""

    structure: str
    since: datetime


def block(person_id: UUID, *, structure: str, by: Actor) -> bool:
    """Block a structure; return False when it was already. Behind the person's open door.

    By any number that the directory knows (ADR 0020). Raises FinessError for what is no number of one.
    """
    number = identify_structure(structure)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_block (id, person_id, structure, author_id, since)"
            " values (%s, %s, %s, %s, %s) on conflict do nothing",
            [uuid7(), person_id, number, by.id, clock.now()],
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


# -- professionals, wherever they act


@dataclass(frozen=True, slots=True)
class BlockedProfessional:
    """A professional who is blocked, since when."""

    professional_id: UUID
    since: datetime


def block_professional(person_id: UUID, *, professional_id: UUID, by: Actor) -> bool:
    """Block a professional wherever he acts; return False when he was already. Behind the open door.

    He is no longer her administrator doctor. Even a consent said aloud does not open any more (facts/mes.md
    4.3). The caller has checked that the actor governs the space.
    """
    values = {"id": uuid7(), "person": person_id, "professional": professional_id, "by": by.id}
    with connection.cursor() as cursor:
        cursor.execute(
            "update access_administrator set ended_at = %(now)s where person_id = %(person)s"
            " and professional_id = %(professional)s and ended_at is null",
            values | {"now": clock.now()},
        )
        cursor.execute(
            "insert into access_professionalblock (id, person_id, professional_id, author_id, since)"
            " values (%(id)s, %(person)s, %(professional)s, %(by)s, %(now)s) on conflict do nothing",
            values | {"now": clock.now()},
        )
        return bool(cursor.rowcount)


def unblock_professional(person_id: UUID, *, professional_id: UUID) -> bool:
    """Let a professional enter again as the rules allow; return False when he was not blocked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from access_professionalblock where person_id = %s and professional_id = %s",
            [person_id, professional_id],
        )
        return bool(cursor.rowcount)


def list_blocked_professionals(person_id: UUID) -> list[BlockedProfessional]:
    """Return the professionals whom a person blocked, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select professional_id, since from access_professionalblock where person_id = %s"
            " order by since desc, id desc",
            [person_id],
        )
        return [BlockedProfessional(*row) for row in cursor.fetchall()]
