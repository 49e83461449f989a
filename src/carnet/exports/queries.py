"""Reads of the room's one table, which is administrative: no door is needed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.exports.records import COLUMNS, CopyCard, open_copy


class CopyUnknownError(LookupError):
    """No such copy, or not for whoever asks: the two are never told apart."""


def find(copy_id: UUID) -> CopyCard | None:
    """Return a copy, or None."""
    return next(iter(_list("where id = %s", copy_id)), None)


def list_copies(person_id: UUID, *, asked_by: UUID) -> list[CopyCard]:
    """Return the copies of a person's record that this asker asked for, latest first."""
    return _list(
        "where person_id = %s and asked_by = %s order by asked_at desc, id desc limit 50", person_id, asked_by
    )


def get_copy(copy_id: UUID, *, person_id: UUID, asked_by: UUID) -> CopyCard:
    """Return a copy of that person's record asked for by that asker; raises CopyUnknownError.

    What one representative asked for is no other's, nor the child's: it holds what he may see.
    """
    copy = find(copy_id)
    if copy is None or (copy.person_id, copy.by.id) != (person_id, asked_by):
        raise CopyUnknownError(str(copy_id))
    return copy


def list_expired(now: datetime) -> list[CopyCard]:
    """Return the copies whose time is over and whose content is still there."""
    return _list("where state = 'ready' and expires_at <= %s order by id", now)


def list_uncleared() -> list[CopyCard]:
    """Return the copies that ended before all they stored was deleted."""
    return _list("where state = 'expired' and blobs <> '' order by id")


def list_stranded(asked_before: datetime) -> list[CopyCard]:
    """Return the preparations that never came to an end."""
    return _list("where state in ('asked', 'preparing') and asked_at <= %s order by id", asked_before)


def _list(condition: str, *values: Any) -> list[CopyCard]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {COLUMNS} from exports_copy {condition}", values)  # noqa: S608 - constants
        return [open_copy(row) for row in cursor.fetchall()]
