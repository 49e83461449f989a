"""The e-mail of the day: one for each person for whom notices wait, with their number and a link.

What came before midnight leaves at eight. A batch is one transaction that takes the notices, writes the
e-mails and asks for the next batch: whatever is killed, each person has one e-mail, and no notice is in two.
Taking is set-based (carnet.notices.telling); addresses are opened one by one, each being sealed under its
person's key.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from carnet.notices.policies import Rhythm
from carnet.notices.telling import send_gathered
from carnet.platform import clock, outbox

TOPIC = "notices.digest"
BATCH = 100
_HOUR = time(8)
_STALE = timedelta(hours=1)
# Whoever is written to at once has her own plan, minutes away: only what it left behind is taken.
_WAITING = (
    "from notices_notice n left join notices_preference p on p.person_id = n.person_id"
    " where n.in_digest and n.at < %(until)s and (p.rhythm = %(daily)s or n.at < %(stale)s)"
)


def plan(day: date) -> bool:
    """Plan the e-mails of a day, for what came before it; return whether there is any to write."""
    until = datetime.combine(day, time(0), clock.PARIS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"select exists (select {_WAITING})", _values(until))
        if cursor.fetchone() != (True,):
            return False
        _ask(until, after=None, due_at=clock.real_now() + _wait())
    return True


def write_batch(until: datetime, *, after: UUID | None) -> int:
    """Write the e-mails of a batch of persons, in their order, from `after` on; return how many persons.

    In the present transaction. Asks for the next batch while there may be one.
    """
    persons = _list_persons(until, after)
    send_gathered(persons, until=until)
    if len(persons) == BATCH:
        _ask(until, after=persons[-1], due_at=clock.real_now())
    return len(persons)


def _wait() -> timedelta:
    """How long until eight in the morning; nothing after it, nor where the clock is moved by hand."""
    if settings.CARNET_CLOCK_MOVABLE:
        return timedelta(0)
    return max(datetime.combine(clock.today(), _HOUR, clock.PARIS) - clock.now(), timedelta(0))


def _ask(until: datetime, *, after: UUID | None, due_at: datetime) -> None:
    outbox.emit(
        TOPIC,
        key=f"{TOPIC}:{until.isoformat()}:{after or ''}",
        facts={"until": until.isoformat(), "after": str(after) if after else None},
        due_at=due_at,
    )


def _list_persons(until: datetime, after: UUID | None) -> list[UUID]:
    keyset = "and n.person_id > %(after)s" if after else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select distinct n.person_id {_WAITING} {keyset} order by n.person_id limit %(limit)s",
            {**_values(until), "after": after, "limit": BATCH},
        )
        return [person for (person,) in cursor.fetchall()]


def _values(until: datetime) -> dict[str, Any]:
    return {"until": until, "stale": until - _STALE, "daily": Rhythm.DAILY}
