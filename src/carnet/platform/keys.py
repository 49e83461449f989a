"""Replacing the master key: each person's data key is wrapped again, batch by batch, nothing else changes.

Interrupted, it goes on where it stopped: a key says by which master it is wrapped.
"""

from collections.abc import Callable

from django.db import connection, transaction

from carnet.platform import crypto

_BATCH = 500


def count_old() -> int:
    """Return how many persons' keys are not wrapped by the current master key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from platform_personkey where key_id <> %s", [crypto.key_ring().current[0]]
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def rewrap_all(progress: Callable[[int], object]) -> int:
    """Wrap every old key by the current master key, 500 a transaction; returns how many. Role: loader."""
    total = 0
    while done := _rewrap_batch():
        progress(done)
        total += done
    return total


def _rewrap_batch() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select person_id, key_id, wrapped from platform_personkey where key_id <> %s"
            " limit %s for update skip locked",
            [crypto.key_ring().current[0], _BATCH],
        )
        rows = cursor.fetchall()
        changes = [
            (*crypto.rewrap(key_id, wrapped, person_id), person_id) for person_id, key_id, wrapped in rows
        ]
        cursor.executemany(
            "update platform_personkey set key_id = %s, wrapped = %s where person_id = %s", changes
        )
    return len(rows)
