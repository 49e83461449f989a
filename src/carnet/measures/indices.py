"""The body mass index: weight over the square of the height, computed when read, never kept.

A weighing takes the latest height of its day or before, if that height still holds (docs/adr/0010):
an adult's from her 17th birthday on, a child's of 180 whole days in France, of 30 under two years.
"""

from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.access.api import Access
from carnet.measures.catalogue import Kind
from carnet.measures.records import AuthorKind, Value
from carnet.people.api import get_birth_date
from carnet.platform.clock import PARIS

_GROWN: Final = 17
_ADULT: Final = 18
_INFANT: Final = 2
_DECIMALS: Final = 2
_QUERY: Final = """
    select {columns} from measures_value w join lateral (
        select h.value from measures_value h where h.person_id = %(person)s and h.kind = 'HEIGHT'
        and h.at < (date_trunc('day', w.at at time zone 'Europe/Paris') + interval '1 day')
            at time zone 'Europe/Paris'
        and h.at >= case when w.at >= %(adult)s then %(grown)s
            else (date_trunc('day', w.at at time zone 'Europe/Paris')
                - case when w.at < %(infant)s then interval '30 days' else interval '180 days' end)
                at time zone 'Europe/Paris' end
        order by h.at desc, h.id desc limit 1) h on true
    where w.person_id = %(person)s and w.kind = 'WEIGHT' {condition} order by {order}
"""


def body_mass_index(weight_kg: float, height_cm: float) -> float:
    """Return kg/m²: 74.9 kg and 180 cm give 23.12."""
    return round(weight_kg / (height_cm / 100) ** 2, _DECIMALS)


def list_body_mass(
    a: Access, *, limit: int, before: tuple[datetime, UUID] | None = None, since: datetime | None = None
) -> list[Value]:
    """Return the computed indices, latest first; each bears the id and the moment of its weighing."""
    condition = " and (w.at, w.id) < (%(at)s, %(id)s)" if before else ""
    condition += " and w.at >= %(since)s" if since else ""
    at, value_id = before or (None, None)
    rows = _fetch(
        a,
        _QUERY.format(
            columns="w.id, w.at, w.value, h.value, w.recorded_at",
            condition=condition,
            order="w.at desc, w.id desc limit %(limit)s",
        ),
        {"limit": limit, "since": since, "at": at, "id": value_id},
    )
    return [_computed(*row) for row in rows]


def list_body_mass_points(a: Access, *, since: datetime | None = None) -> list[tuple[float, float, None]]:
    """Return the computed indices, oldest first, as bare numbers: (seconds since 1970, kg/m², None)."""
    condition = " and w.at >= %(since)s" if since else ""
    columns = "extract(epoch from w.at)::float8, w.value, h.value"
    query = _QUERY.format(columns=columns, condition=condition, order="w.at, w.id")
    return [(row[0], body_mass_index(row[1], row[2]), None) for row in _fetch(a, query, {"since": since})]


def _computed(value_id: UUID, at: datetime, weight: float, height: float, recorded_at: datetime) -> Value:
    return Value(
        id=value_id, kind=Kind.BODY_MASS_INDEX, at=at, value=body_mass_index(weight, height), second=None,
        context="", days=None, author_kind=AuthorKind.PERSON, author_id=None, structure="", locked=True,
        version=1, comment="", recorded_at=recorded_at,
    )  # fmt: skip


def _fetch(a: Access, query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    born = get_birth_date(a.person_id)
    ages = {
        "infant": _birthday(born, _INFANT),
        "grown": _birthday(born, _GROWN),
        "adult": _birthday(born, _ADULT),
    }
    with connection.cursor() as cursor:
        cursor.execute(query, {"person": a.person_id} | ages | values)
        return list(cursor.fetchall())


def _birthday(born: date, age: int) -> datetime:
    leap = born.month == 2 and born.day == 29  # noqa: PLR2004 - the day that most years lack
    day = date(born.year + age, 3, 1) if leap else born.replace(year=born.year + age)
    return datetime.combine(day, time(), PARIS)
