"""The door of people: register, families, accounts, sessions."""

from datetime import date
from uuid import UUID

from django.db import connection

from carnet.people.queries import (
    InsurerContact,
    PersonCard,
    PersonUnknownError,
    PostalAddress,
    card_matches,
    count_real_identities,
    find_address,
    find_by_matricule,
    find_by_traits,
    find_contact,
    find_person,
    get_person,
    list_children,
    list_representatives,
    list_represented,
)
from carnet.people.sessions import Visitor

__all__ = ["InsurerContact", "PersonCard", "PersonUnknownError", "PostalAddress", "Visitor", "card_matches",
           "count_real_identities", "find_address", "find_by_matricule", "find_by_traits", "find_contact",
           "find_person", "find_relation", "get_birth_date", "get_person", "list_children",
           "list_representatives", "list_represented"]  # fmt: skip


def get_birth_date(person_id: UUID) -> date:
    """Return a person's date of birth; raises PersonUnknownError."""
    with connection.cursor() as cursor:
        cursor.execute("select birth_date from people_person where id = %s", [person_id])
        row = cursor.fetchone()
    if row is None:
        raise PersonUnknownError(str(person_id))
    found: date = row[0]
    return found


def find_relation(person_id: UUID, other_id: UUID) -> str:
    """Return what `other_id` is to the person: "representative", "guardian" (tutelle), "severed" or "none"."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select state, origin from people_representation where person_id = %s and representative_id = %s",
            [person_id, other_id],
        )
        row = cursor.fetchone()
    match row:
        case ("accepted", "court"):
            return "guardian"
        case ("accepted", _):
            return "representative"
        case ("severed", _):
            return "severed"
    return "none"
