"""What each profession reads in a day: the cautious start, then what is measured on thirty days.

The starting numbers are our own (data/guard_baseline.csv), made of what a full day of a profession can be; an
operator gives others by CARNET_GUARD_BASELINE. `carnet access guard` prints those in force.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection, transaction

from carnet.access.guard.policies import ANY_ROLE, SIGNALS, Baseline, Counts, Limit, limits_of, make_baseline
from carnet.directory import api as directory
from carnet.platform import clock

DAYS: Final = 30
_FILE: Final = Path(__file__).parents[1] / "data" / "guard_baseline.csv"
_BATCH: Final = 2000


class BaselineError(ValueError):
    """A file of starting baselines will not do; the message names the line and the rule, in French."""


@dataclass(frozen=True, slots=True)
class BaselineCard:
    """The baseline in force for a profession. `accounts`: 0 while it is the starting one."""

    role: str
    quantiles: Baseline
    accounts: int
    made_at: datetime | None

    @property
    def limits(self) -> dict[str, Limit]:
        """The limits that it sets."""
        return limits_of(self.quantiles)


@cache
def starting_baselines() -> Mapping[str, Baseline]:
    """Return the starting baseline of each profession, with that of any other under "*".

    Raises BaselineError for a file that is not whole.
    """
    path = Path(settings.CARNET_GUARD_BASELINE or _FILE)
    found: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            signal = row.get("signal", "")
            if signal not in SIGNALS:
                raise BaselineError(f"ligne {number}, colonne signal : {signal!r} n’est pas connu.")
            found[row["role"]][signal] = _pair(row, number)
    for role, signals in found.items():
        if missing := set(SIGNALS) - set(signals):
            raise BaselineError(f"profession {role} : il manque {', '.join(sorted(missing))}.")
    if ANY_ROLE not in found:
        raise BaselineError("il manque la profession *, pour celles qui ne sont pas nommées.")
    return dict(found)


def starting_baseline(role: str) -> Baseline:
    """Return the starting baseline of a profession."""
    known = starting_baselines()
    return known.get(role, known[ANY_ROLE])


def make_baselines(day: date) -> int:
    """Make each profession's baseline of the thirty days before a day; return how many were made.

    Forgets the readings that no count needs any more.
    """
    made = 0
    for role, (accounts, days) in _lived(day).items():
        _keep(role, make_baseline(days, starting_baseline(role)), accounts)
        made += 1
    with connection.cursor() as cursor:
        cursor.execute("delete from access_guardreading where day < %s", [day - timedelta(days=DAYS)])
    return made


def list_baselines() -> list[BaselineCard]:
    """Return the baselines in force: measured ones, and the starting ones of the others."""
    with connection.cursor() as cursor:
        cursor.execute("select role, quantiles, accounts, made_at from access_guardbaseline order by role")
        found = {row[0]: BaselineCard(row[0], read_quantiles(row[1]), *row[2:]) for row in cursor.fetchall()}
    for role, baseline in starting_baselines().items():
        found.setdefault(role, BaselineCard(role, baseline, 0, None))
    return [found[role] for role in sorted(found)]


def read_quantiles(stored: Any) -> Baseline:
    """Return what stands in the column: one pair a signal."""
    said = orjson.loads(stored) if isinstance(stored, str | bytes) else stored
    return {signal: (float(said[signal][0]), float(said[signal][1])) for signal in SIGNALS}


def _pair(row: Mapping[str, str], number: int) -> tuple[float, float]:
    try:
        step, freeze = float(row["q999"]), float(row["q9999"])
    except (KeyError, ValueError) as error:
        raise BaselineError(f"ligne {number} : q999 et q9999 sont des nombres.") from error
    if not 0 <= step <= freeze:
        raise BaselineError(f"ligne {number} : q999 ne dépasse pas q9999, et n’est pas négatif.")
    return step, freeze


def _lived(day: date) -> dict[str, tuple[int, list[Counts]]]:
    """Return, by profession, how many accounts read, and every account day; frozen accounts left out."""
    days: dict[str, list[Counts]] = defaultdict(list)
    accounts: dict[str, int] = defaultdict(int)
    for batch in _batches(day):
        cards = directory.name_professionals(list(batch))
        for professional_id, lived in batch.items():
            role = cards[professional_id].profession if professional_id in cards else ANY_ROLE
            accounts[role] += 1
            days[role] += lived
    return {role: (accounts[role], lived) for role, lived in days.items()}


def _batches(day: date) -> Iterator[dict[UUID, list[Counts]]]:
    """Go through the accounts by id, a few thousand at a time."""
    after = UUID(int=0)
    while batch := _read_batch(day, after):
        yield batch
        after = max(batch)


_DAYS_OF = """
with accounts as (
  select distinct professional_id from access_guardreading r
  where professional_id > %(after)s and day >= %(first)s and day < %(day)s
    and not exists (select from access_guardstate g
                    where g.professional_id = r.professional_id and g.state = 'frozen')
  order by professional_id limit %(limit)s
), readings as (
  select r.professional_id, r.day, r.files, r.related, r.first_at,
         count(*) over (partition by r.professional_id order by r.first_at
                        range between interval '1 hour' preceding and current row) as hour
  from access_guardreading r join accounts using (professional_id)
  where r.day >= %(first)s and r.day < %(day)s
    and not exists (select from access_emergency e where e.person_id = r.person_id and e.mode = 'regulation'
                    and e.professional_id = r.professional_id
                    and (e.since at time zone 'Europe/Paris')::date = r.day)
), days as (
  select professional_id, day, count(*) as persons, count(*) filter (where not related) as unrelated,
         max(hour) as hour, count(*) filter (where extract(hour from first_at at time zone 'Europe/Paris')
                                             not between 6 and 21) as night, sum(files) as files
  from readings group by professional_id, day
)
select professional_id, persons, unrelated, hour, night, files,
       sum(unrelated) over (partition by professional_id order by day
                            range between interval '6 days' preceding and current row)
from days order by professional_id, day
"""


def _read_batch(day: date, after: UUID) -> dict[UUID, list[Counts]]:
    found: dict[UUID, list[Counts]] = defaultdict(list)
    values: dict[str, Any] = {
        "after": after,
        "day": day,
        "first": day - timedelta(days=DAYS),
        "limit": _BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DAYS_OF, values)
        for professional_id, *counts in cursor.fetchall():
            found[professional_id].append(Counts(*map(int, counts)))
    return dict(found)


def _keep(role: str, quantiles: Baseline, accounts: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into access_guardbaseline (role, quantiles, accounts, made_at) values (%s, %s, %s, %s)"
            " on conflict (role) do update set quantiles = excluded.quantiles, accounts = excluded.accounts,"
            " made_at = excluded.made_at",
            [role, orjson.dumps(quantiles).decode(), accounts, clock.now()],
        )
