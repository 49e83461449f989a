"""Attempts counted in windows of real time: codes, logins, re-issues. One UNLOGGED table.

Closed when it fails: if the table cannot be written, the attempt counts as one too many and the failure
is counted in the metrics. Reads do not pass here, so they stay open. Call it outside the transaction of
the act: what is rolled back was never counted.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from prometheus_client import Counter

from carnet.platform import clock, crypto

FAILURES = Counter("carnet_limit_failures_total", "Attempts refused because they could not be counted")
REACHED = Counter("carnet_limit_reached_total", "Attempts refused because there were too many", ["purpose"])

log = structlog.get_logger("carnet.limits")


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts of one subject within `window`, counted from the first of them."""

    purpose: str
    most: int
    window: timedelta

    def hit(self, subject: str) -> bool:
        """Count one attempt and say whether it is allowed."""
        return hit(self.purpose, subject, most=self.most, window=self.window)

    def is_reached(self, subject: str) -> bool:
        """Say, without counting, whether one more attempt would be refused."""
        return count(self.purpose, subject) >= self.most

    def seconds_left(self, subject: str) -> int:
        """Return the seconds until the window of `subject` ends; 0 if none is running."""
        return seconds_left(self.purpose, subject)

    def give_back(self, subject: str) -> None:
        """Take back one attempt of `subject` (it was no failure), without ending the window."""
        give_back(self.purpose, subject)

    def clear(self, subject: str) -> None:
        """Forget the attempts of `subject` (the right code was given)."""
        clear(self.purpose, subject)


def hit(purpose: str, subject: str, *, most: int, window: timedelta) -> bool:
    """Count one attempt of `subject` for `purpose`; return whether it is allowed.

    Attempts 1 to `most` within `window` are; the following are not, until the window of the first one
    has ended. `subject` is kept as a keyed hash. False also when the attempt could not be counted.
    """
    now = clock.real_now()
    try:
        attempts = _count_one(_key(purpose, subject), now, now + window)
    except DatabaseError:
        FAILURES.inc()
        log.exception("limit_not_counted", purpose=purpose)
        return False
    if attempts > most:
        REACHED.labels(purpose).inc()
        return False
    return True


def count(purpose: str, subject: str) -> int:
    """Return the attempts in the running window of `subject`; 0 if none is running."""
    found = _find(purpose, subject)
    return found[0] if found else 0


def seconds_left(purpose: str, subject: str) -> int:
    """Return the seconds until the running window of `subject` ends; 0 if none is running."""
    found = _find(purpose, subject)
    return int((found[1] - clock.real_now()).total_seconds()) + 1 if found else 0


def give_back(purpose: str, subject: str) -> None:
    """Take back one attempt of `subject` for `purpose`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update platform_ratelimit set count = count - 1 where key = %s and count > 0",
            [_key(purpose, subject)],
        )


def clear(purpose: str, subject: str) -> None:
    """Forget the attempts of `subject` for `purpose`."""
    with connection.cursor() as cursor:
        cursor.execute("delete from platform_ratelimit where key = %s", [_key(purpose, subject)])


def forget_ended() -> int:
    """Delete the windows that have ended; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from platform_ratelimit where window_ends_at <= %s", [clock.real_now()])
        return int(cursor.rowcount)


def _key(purpose: str, subject: str) -> bytes:
    return crypto.index_hash("limit:" + purpose, subject)


def _count_one(key: bytes, now: datetime, ends_at: datetime) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_ratelimit as l (key, window_ends_at, count) values (%s, %s, 1)"
            " on conflict (key) do update set"
            " count = case when l.window_ends_at <= %s then 1 else l.count + 1 end,"
            " window_ends_at = case when l.window_ends_at <= %s then excluded.window_ends_at"
            " else l.window_ends_at end returning l.count",
            [key, ends_at, now, now],
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def _find(purpose: str, subject: str) -> tuple[int, datetime] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count, window_ends_at from platform_ratelimit where key = %s and window_ends_at > %s",
            [_key(purpose, subject), clock.real_now()],
        )
        row = cursor.fetchone()
    return (int(row[0]), row[1]) if row else None
