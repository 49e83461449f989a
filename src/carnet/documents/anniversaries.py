"""Whose document has its anniversary: for reminders, across persons. No content, title or author is read."""

from datetime import date
from uuid import UUID

from django.db import connection

_DUE = """
with latest as (
  select person_id, max((created_on at time zone 'Europe/Paris')::date) as made_on from documents_document
  where type_code = %(type)s and status = 'current' group by person_id)
select person_id from latest
cross join lateral (
  select (extract(year from %(day)s::date) - extract(year from made_on))::int as years) old
where years > 0 and mod(years, %(every)s) = 0 and made_on + make_interval(years => years) = %(day)s::date
order by person_id"""


def list_anniversaries(type_code: str, *, day: date, every_years: int) -> list[UUID]:
    """Return the persons whose latest document of a type is, on `day`, a multiple of `every_years` old.

    29 February counts as the 28th in other years. Runs as carnet_loader, outside any door.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"type": type_code, "day": day, "every": every_years})
        return [person_id for (person_id,) in cursor.fetchall()]
