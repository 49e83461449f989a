"""Whether a person sees every result as soon as it comes, announced or not: her own choice (ADR 0025)."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from carnet.access.administrators import must_govern
from carnet.platform import clock

if TYPE_CHECKING:
    from carnet.access.api import Access


def sees_results_at_once(person_id: UUID) -> bool:
    """Say whether nothing may be held back from a person until it is announced."""
    with connection.cursor() as cursor:
        cursor.execute("select at_once from access_resultschoice where person_id = %s", [person_id])
        row: tuple[bool] | None = cursor.fetchone()
    return bool(row and row[0])


def choose_results(a: "Access", *, at_once: bool) -> None:
    """Write the choice; needs a MANAGE door of the holder or who represents her, not of a caregiver."""
    must_govern(a)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_resultschoice (person_id, at_once, author_id, changed_at)"
            " values (%s, %s, %s, %s) on conflict (person_id) do update set at_once = excluded.at_once,"
            " author_id = excluded.author_id, changed_at = excluded.changed_at",
            [a.person_id, at_once, a.by.id, clock.now()],
        )
