"""The field's time. Where the sandbox is installed it can be moved, forward only.

`now` and `today` are the time of the field: births, codes, six weeks, documents, the journal.
`real_now` is the machine's: sessions, tokens, one-time codes, TLS.
"""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

PARIS = ZoneInfo("Europe/Paris")
_REFRESH_SECONDS = 0.5
_cache: tuple[float, timedelta] = (float("-inf"), timedelta(0))


def now() -> datetime:
    """Return the field's present time, aware, in UTC."""
    return real_now() + _offset()


def today() -> date:
    """Return the field's present day, in metropolitan France."""
    return now().astimezone(PARIS).date()


def real_now() -> datetime:
    """Return the machine's present time, aware, in UTC."""
    return datetime.now(UTC)


def advance_to(day: date) -> None:
    """Move the field's clock to 06:00 (Paris) of `day`, for all processes within half a second.

    Raises ValueError where the clock is not movable, or if `day` is not after today.
    """
    if not settings.CARNET_CLOCK_MOVABLE:
        raise ValueError("L’horloge ne se déplace que dans le bac à sable.")
    if day <= today():
        raise ValueError("L’horloge n’avance que vers le futur.")
    target = datetime(day.year, day.month, day.day, 6, tzinfo=PARIS)
    offset = target - real_now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_clock (id, offset_seconds) values (1, %s)"
            " on conflict (id) do update set offset_seconds ="
            " greatest(platform_clock.offset_seconds, excluded.offset_seconds)",
            [int(offset.total_seconds())],
        )
    forget()


def forget() -> None:
    """Drop the remembered offset, so that the next reading asks the database."""
    global _cache  # noqa: PLW0603 - one per process
    _cache = (float("-inf"), timedelta(0))


def _offset() -> timedelta:
    global _cache  # noqa: PLW0603 - one per process
    if not settings.CARNET_CLOCK_MOVABLE:
        return timedelta(0)
    read_at, offset = _cache
    if time.monotonic() - read_at > _REFRESH_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute("select offset_seconds from platform_clock where id = 1")
            row = cursor.fetchone()
        offset = timedelta(seconds=row[0] if row else 0)
        _cache = (time.monotonic(), offset)
    return offset
