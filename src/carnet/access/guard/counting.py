"""Counting what an account reads, in the transaction of the reading: one statement, at the door.

It writes that this person was read today and reads the whole day back, with the baseline and what the guard
already asked. Nobody has to call it: the door does (`access.api.Access.record`).
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import connection
from prometheus_client import Counter

from carnet.access.guard.baselines import read_quantiles, starting_baseline
from carnet.access.guard.policies import REGULATION, Counts, Judgement, Verdict, judge, limits_of
from carnet.access.policies import Rule
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.platform import clock
from carnet.platform.ids import uuid7

READING: Final = frozenset({Purpose.CONSULT, Purpose.BREAK_GLASS, Purpose.REGULATE})
FILES: Final = frozenset({EventType.DOCUMENT_READ, EventType.DOCUMENT_DOWNLOADED})
_TYING: Final = frozenset({Rule.TREATING, Rule.ADMINISTRATOR, Rule.ACTING_FOR})
VERDICTS = Counter(
    "carnet_guard_verdicts_total", "Accounts asked to step up, or frozen", ["verdict", "signal"]
)

log = structlog.get_logger("carnet.guard")

_STANDS: Final = "person_id = %(person)s and ended_at is null and since <= %(now)s"
_HIS: Final = f"{_STANDS} and professional_id = %(professional)s"
_COUNT: Final = f"""
with mine as (
  insert into access_guardreading (id, professional_id, day, person_id, files, related, first_at, last_at)
  values (%(id)s, %(professional)s, %(day)s, %(person)s, %(files)s,
    %(tied)s or exists (select from access_carerelation where {_STANDS} and (until is null or until > %(now)s)
            and (professional_id = %(professional)s or professional_id is null and structure = %(structure)s)
            and (author_kind <> '{ActorKind.HEALTHCARE_PROFESSIONAL}' or since <= %(yesterday)s))
    or exists (select from access_consent where {_HIS} and until > %(now)s and means = 'qr'),
    %(now)s, %(now)s)
  on conflict (professional_id, day, person_id) do update
    set files = access_guardreading.files + excluded.files, last_at = excluded.last_at,
        related = access_guardreading.related or excluded.related
  returning day, person_id, files, related, first_at
), readings as (
  select day, files, related, first_at from mine
  union all
  select day, files, related, first_at from access_guardreading r
  where professional_id = %(professional)s and day > %(week)s
    and not (day = %(day)s and person_id = %(person)s)
), state as (
  select state, proven_at, since, reviewed_at from access_guardstate where professional_id = %(professional)s
)
select count(*) filter (where day = %(day)s),
       count(*) filter (where day = %(day)s and not related),
       count(*) filter (where first_at > %(hour)s),
       count(*) filter (where day = %(day)s
                        and extract(hour from first_at at time zone 'Europe/Paris') not between 6 and 21),
       coalesce(sum(files) filter (where day = %(day)s), 0),
       count(*) filter (where not related),
       (select quantiles from access_guardbaseline where role = %(role)s),
       coalesce((select state = 'step_up' and proven_at is not null
                 and (since at time zone 'Europe/Paris')::date = %(day)s from state), false)
from readings where first_at > coalesce((select reviewed_at from state), '-infinity')
"""  # noqa: S608 - our own words


def count_reading(person_id: UUID, *, by: Actor, purpose: Purpose, rule: Rule, files: int = 0) -> Judgement:
    """Count one reading and judge the account; what is asked or frozen holds from the next door on.

    `rule`: by which the door opened. A relation that the account declared itself since yesterday, or a
    consent that nobody but it says was given, does not tie it to the person.
    """
    counts, baseline, proven = _count(person_id, by, purpose, files, tied=rule in _TYING)
    found = judge(counts, limits_of(baseline), proven=proven)
    if found.verdict is not Verdict.WATCH:
        _note(by, found)
    return found


def role_of(by: Actor, purpose: Purpose) -> str:
    """Return whose baseline an account is compared with."""
    return by.role + (REGULATION if purpose is Purpose.REGULATE else "")


def _count(
    person_id: UUID, by: Actor, purpose: Purpose, files: int, *, tied: bool
) -> tuple[Counts, Any, bool]:
    now, day, role = clock.now(), clock.today(), role_of(by, purpose)
    values = {
        "id": uuid7(), "professional": by.id, "person": person_id, "day": day, "files": files, "now": now,
        "hour": now - timedelta(hours=1), "yesterday": now - timedelta(days=1),
        "week": day - timedelta(days=7), "role": role, "structure": by.structure, "tied": tied,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        row = cursor.fetchone()
    assert row is not None
    *counts, quantiles, proven = row
    baseline = read_quantiles(quantiles) if quantiles is not None else starting_baseline(role)
    return Counts(*map(int, counts)), baseline, bool(proven)


def _note(by: Actor, found: Judgement) -> None:
    """Write what the guard decided. A frozen account stays frozen; who was asked today is not asked again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_guardstate as g (professional_id, state, reason, since) values"
            " (%(professional)s, %(state)s, %(reason)s, %(now)s) on conflict (professional_id) do update set"
            " state = excluded.state, reason = excluded.reason, since = excluded.since, proven_at = null"
            " where g.state <> 'frozen' and not (g.state = 'step_up' and excluded.state = 'step_up'"
            " and g.proven_at is null)",
            {"professional": by.id, "state": str(found.verdict), "reason": found.signal, "now": clock.now()},
        )
        if cursor.rowcount:
            VERDICTS.labels(str(found.verdict), found.signal).inc()
            log.warning("guard", professional=str(by.id), verdict=found.verdict, signal=found.signal)
