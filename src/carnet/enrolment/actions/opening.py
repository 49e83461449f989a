"""What happens to many spaces at once, each day: one statement each, as carnet_batch.

The update and the journal lines are one statement: a process killed in the middle leaves all of it or none,
and running it again touches only what is left.
"""

from datetime import date, datetime, timedelta
from typing import Any, LiteralString

from django.db import connection

from carnet.enrolment.policies import CLOSURE, INFORMATION, OBJECTION_DAYS, archive_end
from carnet.journal.api import ActorKind, EventType, Purpose
from carnet.platform import clock

_JOURNAL: LiteralString = """, line as (
  insert into journal (id, person_id, at, event, actor_kind, actor_id, structure, purpose, allowed, reference,
    reason, sealed)
  select (%(id_prefix)s || substr(gen_random_uuid()::text, 16))::uuid, person_id, %(now)s, %(event)s,
    %(actor)s, null, '', %(purpose)s, true, null, %(reason)s, null
  from moved
  returning 1)
select count(*) from line"""

OPEN_SILENT = (
    """
with moved as (
  update enrolment_space s
  set state = 'opened', since = %(now)s, opened_at = %(now)s, version = s.version + 1
  where s.state = 'notified' and s.notified_on <= %(sent_before)s and not s.no_contact
    and not exists (select from people_person p where p.id = s.person_id and p.died_on is not null)
  returning s.person_id)"""  # noqa: S608 - constants alone
    + _JOURNAL
)

CLOSE_DECEASED = (
    """
with moved as (
  update enrolment_space s
  set state = 'closed', since = %(now)s, closed_at = %(now)s, archive_until = %(archive_until)s,
    version = s.version + 1
  from people_person p
  where s.state in ('notified', 'activated', 'opened', 'suspended') and p.id = s.person_id
    and p.died_on <= %(day)s
  returning s.person_id)"""  # noqa: S608 - constants alone
    + _JOURNAL
)

CLOSE_SUSPENDED = (
    """
with moved as (
  update enrolment_space s
  set state = 'closed', since = %(now)s, closed_at = %(now)s, archive_until = %(archive_until)s,
    version = s.version + 1
  where s.state = 'suspended' and s.suspended_on <= %(sent_before)s
  returning s.person_id)"""  # noqa: S608 - constants alone
    + _JOURNAL
)

END_ARCHIVES = (
    """
with moved as (
  update enrolment_space s
  set state = 'erasing', since = %(now)s, erasure_asked_on = %(day)s, erasure_due_on = %(day)s,
    version = s.version + 1
  where s.state = 'closed' and s.archive_until <= %(day)s
  returning s.person_id)"""  # noqa: S608 - constants alone
    + _JOURNAL
)


def open_silent_spaces(day: date) -> int:
    """Open every space whose information was sent 42 days before `day` or earlier; return how many.

    Source: R1111-28. The deceased and those marked by an erasure are left out.
    """
    return _run(OPEN_SILENT, day, EventType.OPENED_BY_SILENCE, INFORMATION)


def close_deceased(day: date) -> int:
    """Close the spaces of those who died on `day` or before; return how many (facts/mes.md 1.9)."""
    return _run(CLOSE_DECEASED, day, EventType.CLOSED_BY_DEATH, CLOSURE)


def close_suspended(day: date) -> int:
    """Close the spaces suspended for six weeks without objection; return how many (R1111-36)."""
    return _run(CLOSE_SUSPENDED, day, EventType.CLOSED, CLOSURE)


def end_archives(day: date) -> int:
    """Have the spaces closed ten years ago erased; return how many (R1111-36)."""
    return _run(END_ARCHIVES, day, EventType.ERASURE_ASKED, CLOSURE)


def _run(statement: str, day: date, event: EventType, law: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, _facts(day, event, law))
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def _facts(day: date, event: EventType, law: str) -> dict[str, Any]:
    now = clock.now()
    return {
        "now": now,
        "id_prefix": _id_prefix(now),
        "day": day,
        "sent_before": day - timedelta(days=OBJECTION_DAYS),
        "archive_until": archive_end(day),
        "event": event,
        "actor": ActorKind.ENROLMENT,
        "purpose": Purpose.OPERATE,
        "reason": law,
    }


def _id_prefix(now: datetime) -> str:
    """Return the time of a UUIDv7 and its version; the random end comes from a UUIDv4 of the database.

    All lines of one statement have one moment: worked out once instead of 1.6 million times.
    """
    millis = f"{int(now.timestamp() * 1000):012x}"
    return f"{millis[:8]}-{millis[8:]}-7"
