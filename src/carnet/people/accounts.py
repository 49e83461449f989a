"""Accounts: who may log in. Contacts and identifier are sealed under their owner's key.

Each change is a transaction holding the change, its journal line and the messages to the old contacts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import IntegrityError, connection, transaction

from carnet.journal.api import Actor, ActorKind, EventType, Purpose, write
from carnet.people import credentials, passwords
from carnet.people.credentials import CredentialError
from carnet.people.queries import find_person
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.platform.post import Channel

ROLES = {
    "administrator": "Administration",
    "adviser": "Conseil au 3422",
    "supervisor": "Encadrement",
    "campaign_operator": "Campagnes",
    "ambassador": "Accompagnement sur le terrain",
    "auditor": "Audit",
}
_COLUMNS = "id, kind, owner_id, sealed, factor, roles, frozen_until, created_at, password_hash"
_SEAL = "account"


@dataclass(frozen=True)
class AccountCard:
    """An account with what its owner's key opens. `factor`: email, totp, passkey."""

    id: UUID
    kind: str
    owner_id: UUID
    login: str
    email: str
    phone: str
    name: str
    factor: str
    roles: frozenset[str]
    frozen_until: datetime | None
    created_at: datetime

    @property
    def actor(self) -> Actor:
        """Who acts when the owner of this account does."""
        kind = ActorKind.PATIENT if self.kind == "person" else ActorKind.SUPPORT
        return Actor(kind, self.owner_id)

    @property
    def frozen(self) -> bool:
        """Whether its changes are frozen at present."""
        return self.frozen_until is not None and self.frozen_until > clock.real_now()

    @property
    def code_contact(self) -> tuple[Channel, str]:
        """Where its one-time codes and links go: the e-mail address, or the telephone if there is none."""
        return (Channel.EMAIL, self.email) if self.email else (Channel.SMS, self.phone)


@dataclass(frozen=True)
class Entry:
    """What a login compares before anything of the account is opened."""

    id: UUID
    kind: str
    owner_id: UUID
    factor: str
    password_hash: str


class AccountUnknownError(LookupError):
    """No such account."""


class FrozenError(Exception):
    """Somebody has said "ce n’est pas moi": nothing may be changed for a while."""

    message_fr = (
        "Par sécurité, rien ne peut être changé pour le moment : une personne a signalé un changement"
        " qu’elle n’avait pas fait. Appelez le 3422."
    )


# -- reads


def find_account(person_id: UUID) -> AccountCard | None:
    """Return the account of a person (or agent), or None if there is none."""
    return _find("owner_id = %s", person_id)


def get_account(account_id: UUID) -> AccountCard:
    """Return an account; raises AccountUnknownError."""
    card = _find("id = %s", account_id)
    if card is None:
        raise AccountUnknownError(str(account_id))
    return card


def find_entry(login: str) -> Entry | None:
    """Return what a login compares, or None; nothing is opened, so that both take the same time."""
    row = _row("login_key = %s", login_key(login))
    if row is None:
        return None
    return Entry(id=row[0], kind=row[1], owner_id=row[2], factor=row[4], password_hash=row[8])


def find_by_login_key(key: bytes) -> AccountCard | None:
    """Return the account of a hashed identifier, or None."""
    return _find("login_key = %s", key)


def is_login_free(login: str) -> bool:
    """Say whether nobody has this identifier."""
    return _row("login_key = %s", login_key(login)) is None


def suggest_logins(given_name: str, family_name: str, *, count: int = 3) -> list[str]:
    """Return free identifiers to choose from."""
    return credentials.suggest(given_name, family_name, is_login_free, count=count)


def login_key(login: str) -> bytes:
    """Return the look-up hash of an identifier."""
    return crypto.index_hash("login", credentials.fold_login(login))


def list_agents() -> list[AccountCard]:
    """Return every agent's account, by name."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {_COLUMNS} from people_account where kind = 'agent'")  # noqa: S608 - own texts
        return sorted((_card(row) for row in cursor.fetchall()), key=lambda card: card.name)


def personal_facts(person_id: UUID) -> list[str]:
    """Return what a person's password must not contain: her names and her birth date."""
    person = find_person(person_id)
    if person is None:
        return []
    return [person.birth_name, person.used_name, person.given_names, person.birth_date.isoformat()]


# -- creation


def create_account(*, person_id: UUID, login: str, password: str, email: str, phone: str, by: Actor) -> UUID:
    """Create the account of a person and return its id; one-time codes are its first second factor.

    Contacts were confirmed by whoever calls; one of them may be empty. Raises CredentialError(field,
    message_fr) for a rule that is broken (facts/mes.md 1.6), TooBusyError.
    """
    login = check_login(login)
    check_password(password, personal=[*personal_facts(person_id), login])
    email, phone = _contacts(email, phone)
    password_hash = passwords.hash_password(password)
    account_id = uuid7()
    with transaction.atomic():
        facts = {"login": login, "email": email, "phone": phone, "name": ""}
        _insert(account_id, "person", person_id, facts, password_hash, "")
        write(
            EventType.ACCOUNT_CREATED,
            person_id=person_id,
            by=by,
            purpose=Purpose.MANAGE,
            reference=account_id,
        )
    return account_id


def create_agent(
    *, login: str, password: str, email: str, name: str, roles: Iterable[str], totp_secret: str, by: Actor
) -> UUID:
    """Create an agent's account with a TOTP secret (base 32) that he holds already; return its id.

    People are invited instead (`agents.invite`). Raises CredentialError, TooBusyError.
    """
    from carnet.people import factors

    login = check_login(login)
    check_password(password, personal=[name, login])
    password_hash = passwords.hash_password(password)
    with transaction.atomic():
        card = insert_agent(
            login=login, password_hash=password_hash, email=email, name=name, roles=roles, by=by
        )
        factors.keep_secret(card, totp_secret)
    return card.id


def insert_agent(
    *, login: str, password_hash: str, email: str, name: str, roles: Iterable[str], by: Actor
) -> AccountCard:
    """Write an agent's account, in the present transaction. No way in until a second factor is kept."""
    account_id = uuid7()
    facts = {"login": login, "email": credentials.fold_email(email), "phone": "", "name": name}
    _insert(account_id, "agent", account_id, facts, password_hash, " ".join(check_roles(roles)))
    write(
        EventType.ACCOUNT_CREATED, person_id=account_id, by=by, purpose=Purpose.MANAGE, reference=account_id
    )
    return get_account(account_id)


def check_roles(roles: Iterable[str]) -> list[str]:
    """Return the roles, sorted; raises CredentialError for an unknown one or for none."""
    chosen = sorted(set(roles))
    if unknown := [role for role in chosen if role not in ROLES]:
        raise CredentialError("roles", f"Rôle inconnu : {', '.join(unknown)}. Rôles : {', '.join(ROLES)}.")
    if not chosen:
        raise CredentialError("roles", "Donnez au moins un rôle.")
    return chosen


def check_login(login: str) -> str:
    """Return an identifier as it is kept; raises CredentialError if a rule is broken or it is taken."""
    if wrong := credentials.check_login_rules(login):
        raise CredentialError("login", " ".join(wrong))
    if not is_login_free(login):
        raise CredentialError("login", "Cet identifiant est déjà pris. Choisissez-en un autre.")
    return credentials.fold_login(login)


def check_password(password: str, *, personal: list[str]) -> None:
    """Raise CredentialError if a password breaks a rule."""
    if wrong := credentials.check_password_rules(password, personal=personal):
        raise CredentialError("password", " ".join(wrong))


def _contacts(email: str, phone: str) -> tuple[str, str]:
    """Return both contacts as they are kept; raises CredentialError for a bad one or for none."""
    if not email and not phone:
        raise CredentialError("email", "Indiquez une adresse électronique ou un téléphone portable.")
    return (
        credentials.fold_email(email) if email else "",
        credentials.fold_phone(phone) if phone else "",
    )


def _insert(  # noqa: PLR0917 - a row
    account_id: UUID, kind: str, owner_id: UUID, facts: dict[str, str], password_hash: str, roles: str
) -> None:
    sealed = crypto.ensure_key(owner_id).seal(_SEAL, orjson.dumps(facts))
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "insert into people_account (id, kind, owner_id, login_key, sealed, password_hash, factor,"
                " totp_sealed, totp_last_step, roles, frozen_until, version, created_at)"
                " values (%s, %s, %s, %s, %s, %s, 'email', null, 0, %s, null, 1, %s)",
                [
                    account_id,
                    kind,
                    owner_id,
                    login_key(facts["login"]),
                    sealed,
                    password_hash,
                    roles,
                    clock.now(),
                ],
            )
    except IntegrityError as error:
        if "owner_id" in str(error):
            raise CredentialError("login", "Cette personne a déjà un compte. Connectez-vous.") from error
        raise CredentialError("login", "Cet identifiant est déjà pris. Choisissez-en un autre.") from error


# -- low-level change, for the modules of this room


def rewrite(card: AccountCard, **facts: str) -> AccountCard:
    """Store an account with other login, email, phone or name, in the present transaction."""
    changed = replace(card, **facts)  # type: ignore[arg-type]
    sealed = crypto.get_key(card.owner_id).seal(
        _SEAL,
        orjson.dumps(
            {"login": changed.login, "email": changed.email, "phone": changed.phone, "name": changed.name}
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_account set sealed = %s, login_key = %s, version = version + 1 where id = %s",
            [sealed, login_key(changed.login), card.id],
        )
    return changed


# -- the end


def delete_account(person_id: UUID) -> bool:
    """Delete an account with its sessions, devices, passkeys, links and steps; return whether there was one.

    Only erasure does this. A closed space keeps its account, so that its owner can reopen it or ask for
    its erasure; the door refuses her everything else.
    """
    from carnet.people import pending

    row = _row("owner_id = %s", person_id)
    with transaction.atomic(), connection.cursor() as cursor:
        pending.end_all(person_id)
        if row is None:
            return False
        for table in ("session", "device", "passkey", "franceconnectlink"):
            cursor.execute(f"delete from people_{table} where account_id = %s", [row[0]])  # noqa: S608 - own texts
        cursor.execute("delete from people_account where id = %s", [row[0]])
    return True


def _find(condition: str, value: Any) -> AccountCard | None:
    row = _row(condition, value)
    return _card(row) if row else None


def _row(condition: str, value: Any) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(f"select {_COLUMNS} from people_account where {condition}", [value])  # noqa: S608 - own texts
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _card(row: tuple[Any, ...]) -> AccountCard:
    account_id, kind, owner_id, sealed, factor, roles, frozen_until, created_at, _ = row
    facts = orjson.loads(crypto.get_key(owner_id).open(_SEAL, sealed))
    return AccountCard(
        id=account_id, kind=kind, owner_id=owner_id, login=facts["login"], email=facts["email"],
        phone=facts["phone"], name=facts.get("name", ""), factor=factor, roles=frozenset(roles.split()),
        frozen_until=frozen_until, created_at=created_at,
    )  # fmt: skip
