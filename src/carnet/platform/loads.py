"""What every long load needs: to be alone, and not to wait for the disk at each step."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(lock: int, busy: Exception) -> Iterator[None]:
    """Hold the advisory lock of that number; raise `busy` when another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [lock])
        if cursor.fetchone() != (True,):
            raise busy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [lock])


@contextmanager
def trusting_the_log() -> Iterator[None]:
    """Do not wait for the disk at each commit: a crash of the server loses the last ones with their progress.

    They are done again when the same command goes on.
    """
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("reset synchronous_commit")
