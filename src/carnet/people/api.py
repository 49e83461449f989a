"""The door of people: register, families, accounts, sessions."""

from datetime import date
from uuid import UUID

from django.db import connection

from carnet.people import sessions
from carnet.people.accounts import (
    ROLES,
    AccountCard,
    AccountUnknownError,
    FrozenError,
    create_account,
    create_agent,
    delete_account,
    find_account,
    get_account,
    is_login_free,
    list_agents,
    personal_facts,
    suggest_logins,
)
from carnet.people.codes import TooSoonError, check_code, forget_code, send_code
from carnet.people.credentials import (
    CredentialError,
    check_login_rules,
    check_password_rules,
    fold_email,
    fold_phone,
    hide_email,
    hide_phone,
)
from carnet.people.doorstep import log_in_response, log_out_response
from carnet.people.limits import LimitsDownError, TooManyError
from carnet.people.passwords import TooBusyError
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

__all__ = [
    "ROLES", "AccountCard", "AccountUnknownError", "CredentialError", "FrozenError", "InsurerContact",
    "LimitsDownError", "PersonCard", "PersonUnknownError", "PostalAddress", "TooBusyError", "TooManyError",
    "TooSoonError", "Visitor", "card_matches", "check_code", "check_login_rules", "check_password_rules",
    "count_real_identities", "create_account", "create_agent", "delete_account", "end_sessions_of",
    "find_account", "find_address", "find_by_matricule", "find_by_traits", "find_contact", "find_person",
    "find_relation", "fold_email", "fold_phone", "forget_code", "get_account", "get_birth_date", "get_person",
    "hide_email", "hide_phone", "is_login_free", "list_agents", "list_children", "list_representatives",
    "list_represented", "log_in_response", "log_out_response", "personal_facts", "send_code", "suggest_logins",
]  # fmt: skip


def end_sessions_of(person_id: UUID) -> int:
    """End every session of a person (her space is closed); return how many. Her login still works.

    Whoever logs in to a closed space is shown how to reopen it or to ask for its erasure; nothing else.
    """
    account = find_account(person_id)
    return sessions.end_all(account.id) if account else 0


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
