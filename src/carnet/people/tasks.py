"""Daily: what has ended is forgotten."""

from datetime import date, timedelta

from django.db import connection

from carnet.people import sessions
from carnet.platform import clock, limits
from carnet.platform.daily import daily

_CODES_KEPT = timedelta(days=1)


@daily("people.forget_ended", role="app")
def forget_ended(_day: date) -> None:
    """Delete steps, codes, sessions and counters whose time has passed; they opened nothing any more."""
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute("delete from people_pending where expires_at <= %s", [now])
        cursor.execute("delete from people_onetimecode where sent_at <= %s", [now - _CODES_KEPT])
        cursor.execute(
            "delete from people_session where last_seen_at <= %s or created_at <= %s",
            [now - sessions.IDLE, now - sessions.LONGEST],
        )
    limits.forget_ended()
