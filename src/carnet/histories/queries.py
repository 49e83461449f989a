"""Reads. Inside an open door only; each statement names the person.

To a professional from whom the person hides her history nothing of it is said, not even whether there is any.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.access import api as access
from carnet.access.api import Access
from carnet.histories.policies import Category
from carnet.histories.records import Episode, Period, Position, open_episode

_LAST = Position(date.max, UUID(int=(1 << 128) - 1))


def list_days(
    a: Access,
    *,
    limit: int,
    before: Position | None = None,
    category: Category | None = None,
    since: date = date.min,
    until: date = date.max,
) -> list[Episode]:
    """Return acts, latest first, that began between `since` and `until` (both included).

    `before`: the last one of the page above. Raises PermissionError for who may not read, and, like all
    reads of this room, access.NotSharedError for a professional from whom it is hidden.
    """
    _must_read(a)
    end = before or _LAST
    rows = _fetch(
        "select id, category, day, until, sealed from histories_episode where person_id = %s"
        " and (day, id) < (%s, %s) and day between %s and %s and (%s = '' or category = %s)"
        " order by day desc, id desc limit %s",
        [a.person_id, end.day, end.id, since, until, category or "", category or "", limit],
    )
    return [open_episode(row, a.key()) for row in rows]


def list_months(a: Access, *, year: int) -> list[Period]:
    """Return the months of a year in which something began, latest first."""
    _must_read(a)
    rows = _fetch(
        "select extract(year from day)::int, extract(month from day)::int, category, count(*)"
        " from histories_episode where person_id = %s and day between %s and %s"
        " group by 1, 2, 3 order by 1 desc, 2 desc",
        [a.person_id, date(year, 1, 1), date(year, 12, 31)],
    )
    return _periods(rows)


def list_years(a: Access) -> list[Period]:
    """Return the years in which something began, latest first."""
    _must_read(a)
    rows = _fetch(
        "select extract(year from day)::int, null, category, count(*) from histories_episode"
        " where person_id = %s group by 1, 3 order by 1 desc",
        [a.person_id],
    )
    return _periods(rows)


def find_neighbours(
    a: Access, *, since: date, until: date, category: Category | None = None
) -> tuple[date | None, date | None]:
    """Return the last day before, and the first after, a stretch of time in which something began."""
    _must_read(a)
    wanted = category or ""
    rows = _fetch(
        "select (select max(day) from histories_episode where person_id = %(person)s and day < %(since)s"
        " and (%(category)s = '' or category = %(category)s)),"
        " (select min(day) from histories_episode where person_id = %(person)s and day > %(until)s"
        " and (%(category)s = '' or category = %(category)s))",
        {"person": a.person_id, "since": since, "until": until, "category": wanted},
    )
    return rows[0][0], rows[0][1]


def count(a: Access) -> int:
    """Return how many acts the history holds."""
    _must_read(a)
    return int(_fetch("select count(*) from histories_episode where person_id = %s", [a.person_id])[0][0])


def is_shared(a: Access) -> bool:
    """Say whether professionals see the history: as she chose, else as new documents of her space."""
    return access.is_shared(a, access.Part.CARE_HISTORY)


def _must_read(a: Access) -> None:
    access.must_read(a, access.Part.CARE_HISTORY)


def _periods(rows: Iterable[tuple[Any, ...]]) -> list[Period]:
    return [
        Period(year, month, {Category(row[2]): row[3] for row in group})
        for (year, month), group in groupby(rows, key=lambda row: (row[0], row[1]))
    ]


def _fetch(query: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
