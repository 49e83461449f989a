"""Reads. Inside an open door only; each statement names the person.

A professional from whom the person hides her measures gets access.NotSharedError, whatever is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.access import api as access
from carnet.access.api import Access
from carnet.measures import indices
from carnet.measures.catalogue import KINDS, Kind
from carnet.measures.records import COLUMNS, Value, open_rows
from carnet.measures.refusals import MeasureUnknownError


@dataclass(frozen=True, slots=True)
class Target:
    """A personal target, in the UCUM unit; either bound may be absent."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Tile:
    """One kind of measure as the person arranged it."""

    kind: Kind
    last: Value | None
    target: Target | None
    hidden: bool
    position: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of the list ends: the next begins before it."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a curve: seconds since 1970, one or two numbers in the UCUM unit."""

    at: float
    value: float
    second: float | None


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many measures of one kind there are, in all and since each moment asked for, and the target."""

    total: int
    since: tuple[int, ...]
    target: Target | None


_LASTS = f"""
    select k.kind, s.position, s.hidden, s.target_low, s.target_high, v.*
    from unnest(%(kinds)s::text[]) with ordinality k (kind, rank)
    left join measures_setting s on s.person_id = %(person)s and s.kind = k.kind
    left join lateral (select {COLUMNS} from measures_value
        where person_id = %(person)s and kind = k.kind order by at desc, id desc limit 1) v on true
    order by coalesce(s.position, 1000 + k.rank), k.rank
"""  # noqa: S608 - constants of the house


def overview(a: Access) -> list[Tile]:
    """Return every kind in the person's order with its latest value; the BMI is computed.

    Three statements at most, and the key when a comment is among them.
    """
    access.must_read(a, access.Part.MEASURES)
    rows = _fetch(_LASTS, {"person": a.person_id, "kinds": [str(kind) for kind in KINDS]})
    weighed = any(row[0] == Kind.WEIGHT and row[5] is not None for row in rows)
    index = indices.list_body_mass(a, limit=1) if weighed else []
    return [_tile(a, place, row, index) for place, row in enumerate(rows)]


def _tile(a: Access, place: int, row: tuple[Any, ...], index: list[Value]) -> Tile:
    kind = Kind(row[0])
    found = open_rows([row[5:]], a.key) if row[5] is not None else []
    last = index if kind is Kind.BODY_MASS_INDEX else found
    return Tile(kind, last[0] if last else None, _target(row[3], row[4]), bool(row[2]), place)


def list_values(
    a: Access, kind: Kind, *, limit: int, before: Position | None = None, since: datetime | None = None
) -> list[Value]:
    """Return measures of a kind, latest first. `before`: the end of the page above; `since`: not older."""
    access.must_read(a, access.Part.MEASURES)
    if kind is Kind.BODY_MASS_INDEX:
        return indices.list_body_mass(a, limit=limit, before=(before.at, before.id) if before else None,
                                      since=since)  # fmt: skip
    keyset = " and (at, id) < (%(at)s, %(id)s)" if before else ""
    period = " and at >= %(since)s" if since else ""
    rows = _fetch(
        f"select {COLUMNS} from measures_value where person_id = %(person)s and kind = %(kind)s"  # noqa: S608
        f"{keyset}{period} order by at desc, id desc limit %(limit)s",
        {
            "person": a.person_id, "kind": str(kind), "limit": limit, "since": since,
            "at": before.at if before else None, "id": before.id if before else None,
        },
    )  # fmt: skip
    return open_rows(rows, a.key)


def list_points(a: Access, kind: Kind, *, since: datetime | None = None) -> list[Point]:
    """Return the points of a curve, oldest first: bare numbers, nothing is unsealed."""
    access.must_read(a, access.Part.MEASURES)
    if kind is Kind.BODY_MASS_INDEX:
        return [Point(*row) for row in indices.list_body_mass_points(a, since=since)]
    period = " and at >= %(since)s" if since else ""
    rows = _fetch(
        "select extract(epoch from at)::float8, value, second from measures_value"  # noqa: S608
        f" where person_id = %(person)s and kind = %(kind)s{period} order by at, id",
        {"person": a.person_id, "kind": str(kind), "since": since},
    )
    return [Point(*row) for row in rows]


def get_value(a: Access, value_id: UUID) -> Value:
    """Return one measure; raises MeasureUnknownError."""
    access.must_read(a, access.Part.MEASURES)
    rows = _fetch(
        f"select {COLUMNS} from measures_value where person_id = %(person)s and id = %(id)s",  # noqa: S608
        {"person": a.person_id, "id": value_id},
    )
    if not rows:
        raise MeasureUnknownError(str(value_id))
    return open_rows(rows, a.key)[0]


def count_values(a: Access, kind: Kind | None = None) -> int:
    """Return how many measures are kept, of one kind or in all; what is computed is not kept."""
    access.must_read(a, access.Part.MEASURES)
    rows = _fetch(
        "select count(*) from measures_value where person_id = %(person)s"
        " and (%(kind)s::text is null or kind = %(kind)s)",
        {"person": a.person_id, "kind": str(kind) if kind else None},
    )
    total: int = rows[0][0]
    return total


def get_bounds(a: Access, kind: Kind, moments: list[datetime]) -> Bounds:
    """Return the counts and the target of one kind, in one statement."""
    access.must_read(a, access.Part.MEASURES)
    counted = Kind.WEIGHT if kind is Kind.BODY_MASS_INDEX else kind
    row = _fetch(
        "select (select count(*) from measures_value where person_id = %(person)s and kind = %(counted)s),"
        " array(select (select count(*) from measures_value where person_id = %(person)s"
        " and kind = %(counted)s and at >= m)"
        " from unnest(%(moments)s::timestamptz[]) with ordinality u (m, n) order by n),"
        " s.target_low, s.target_high from (values (1)) one (n) left join measures_setting s"
        " on s.person_id = %(person)s and s.kind = %(kind)s",
        {"person": a.person_id, "counted": str(counted), "kind": str(kind), "moments": moments},
    )[0]
    return Bounds(row[0], tuple(row[1]), _target(row[2], row[3]))


def is_shared(a: Access) -> bool:
    """Say whether professionals see the measures: as she chose, else as new documents of her space."""
    return access.is_shared(a, access.Part.MEASURES)


def find_twin(a: Access, values: Mapping[str, Any]) -> UUID | None:
    """Return the measure that says the very same at the same moment, or None."""
    rows = _fetch(
        "select id from measures_value where person_id = %(person)s and kind = %(kind)s and at = %(at)s"
        " and value = %(value)s and second is not distinct from %(second)s and context = %(context)s"
        " and days is not distinct from %(days)s limit 1",
        {"person": a.person_id, **values},
    )
    return rows[0][0] if rows else None


def _target(low: float | None, high: float | None) -> Target | None:
    return None if low is None and high is None else Target(low, high)


def _fetch(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
