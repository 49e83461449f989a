"""The door of enrolment: the life cycle of a space."""

from uuid import UUID

from django.db import connection

__all__ = ["find_state"]


def find_state(person_id: UUID) -> str | None:
    """Return the life-cycle state of a person's space, or None if she was never notified nor asked."""
    with connection.cursor() as cursor:
        cursor.execute("select state from enrolment_space where person_id = %s", [person_id])
        row = cursor.fetchone()
    return str(row[0]) if row else None
