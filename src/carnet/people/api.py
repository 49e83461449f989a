"""The door of people: register, families, accounts, sessions.

The ways in are whole subjects, reached by name: `login`, `recovery`, `changes`, `factors`, `devices`,
`alerts`, `agents`, `sessions`, `franceconnect`; so is `register`, the loading of the insurers' files.
"""

from datetime import date
from uuid import UUID

from django.db import connection

from carnet.people import (
    agents,
    alerts,
    changes,
    devices,
    factors,
    franceconnect,
    login,
    recovery,
    register,
    sessions,
)
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
from carnet.people.doorstep import (
    browser_of,
    log_in_response,
    log_out_response,
    next_path,
    refuse_factor,
    set_step_cookie,
)
from carnet.people.families import (
    MOST_REPRESENTATIVES,
    FamilyRefused,
    Invitation,
    Link,
    Severing,
    accept_invitation,
    get_invitation,
    invite_representative,
    list_links,
    list_pending_invitations,
    refuse_invitation,
    sever,
)
from carnet.people.limits import LimitsDownError, TooManyError
from carnet.people.majority import is_minor_on
from carnet.people.passwords import TooBusyError
from carnet.people.queries import (
    FICTITIOUS_OF,
    REPRESENTATIVE_LIVES,
    InsurerContact,
    PersonCard,
    PersonUnknownError,
    PostalAddress,
    add_spaces,
    card_matches,
    count_real_identities,
    find_address,
    find_births,
    find_by_identity,
    find_by_matricule,
    find_by_traits,
    find_contact,
    find_named,
    find_names,
    find_person,
    find_persons,
    get_person,
    is_minor,
    list_children,
    list_profiles,
    list_representatives,
    list_represented,
    list_spaces,
)
from carnet.people.sessions import Visitor
from carnet.people.support import (
    Identifiers,
    NotFoundError,
    find_for_emergency,
    find_for_support,
    is_card_legible,
    record_look,
)
from carnet.people.ways import Lost, Proof

__all__ = [
    "FICTITIOUS_OF",
    "MOST_REPRESENTATIVES", "ROLES", "AccountCard", "AccountUnknownError", "CredentialError", "FamilyRefused",
    "FrozenError", "Identifiers", "InsurerContact", "Invitation", "LimitsDownError", "Link", "Lost",
    "NotFoundError", "PersonCard", "PersonUnknownError", "PostalAddress", "Proof", "Severing", "TooBusyError",
    "TooManyError", "TooSoonError", "Visitor", "accept_invitation", "add_spaces",
    "agents", "alerts", "browser_of",
    "card_matches",
    "changes", "check_code", "check_login_rules", "check_password_rules", "count_real_identities",
    "create_account", "create_agent", "delete_account", "devices", "end_sessions_of", "factors",
    "find_account", "find_address", "find_births", "find_by_identity", "find_by_matricule", "find_by_traits",
    "find_contact", "find_for_emergency", "find_for_support",
    "find_named", "find_names", "find_person", "find_persons", "find_relation", "fold_email", "fold_phone",
    "forget_code", "franceconnect",
    "get_account", "get_birth_date", "get_invitation", "get_person", "get_standing", "hide_email",
    "hide_phone", "invite_representative", "is_card_legible", "is_login_free", "is_minor", "is_minor_on",
    "list_agents", "list_children", "list_links", "list_pending_invitations", "list_profiles",
    "list_representatives", "list_represented", "list_spaces",
    "log_in_response", "log_out_response", "login", "next_path", "personal_facts",
    "record_look",
    "recovery", "refuse_factor", "refuse_invitation", "register", "send_code", "sessions", "set_step_cookie",
    "sever",
    "suggest_logins",
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
    """Return what `other_id` is to the person: "representative", "guardian" (tutelle), "severed", "none".

    A deceased representative is none.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select r.state, r.origin from people_representation r"  # noqa: S608 - a constant
            f" where r.person_id = %s and r.representative_id = %s and {REPRESENTATIVE_LIVES}",
            [person_id, other_id],
        )
        return _relation_of(cursor.fetchone())


def get_standing(person_id: UUID, other_id: UUID | None) -> tuple[date, str]:
    """Return a person's date of birth and what `other_id` is to her, as `find_relation` says it.

    One statement, for the door. Raises PersonUnknownError.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select p.birth_date, r.state, r.origin from people_person p left join people_representation r"  # noqa: S608 - a constant
            f" on r.person_id = p.id and r.representative_id = %s and {REPRESENTATIVE_LIVES} where p.id = %s",
            [other_id, person_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise PersonUnknownError(str(person_id))
    return row[0], _relation_of(row[1:])


def _relation_of(row: tuple[str, str] | None) -> str:
    match row:
        case ("accepted", "court"):
            return "guardian"
        case ("accepted", _):
            return "representative"
        case ("severed", _):
            return "severed"
    return "none"
