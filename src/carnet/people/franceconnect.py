"""FranceConnect as a way in: the State says who comes, at a strong level, and gives no INS.

The level eidas2 (FranceConnect+) is asked for and required: docs/adr/0005-franceconnect.md says why. A known
subject logs in. An unknown one is looked for by the five traits; the account found is linked only after its
own second factor. Whoever is not found, or not alone, is told one and the same thing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from carnet.journal.api import Actor, EventType, Purpose, write
from carnet.people import accounts, alerts, limits, login, pending, sessions
from carnet.people.accounts import AccountCard
from carnet.people.queries import find_by_traits, get_person, is_minor
from carnet.platform import clock, crypto
from carnet.platform.oidc import AnswerError, Attempt, CancelledError, Client, Proven, StateError
from carnet.platform.provider_http import DirectHttp, UnreachableError
from carnet.standards import ins

__all__ = [
    "AnswerError", "CancelledError", "Identity", "Meeting", "OtherIdentityError", "Recognition", "Returned",
    "StateError", "UnreachableError", "begin", "begin_link", "confirm_link", "find_link", "find_waiting",
    "finish", "is_offered", "keep_for_logout", "link_own", "logout_url", "recognise", "unlink",
]  # fmt: skip

SCOPE = "openid given_name family_name birthdate gender birthplace birthcountry email preferred_username"
LEVEL = "eidas2"
LEVELS = ("eidas2", "eidas3")
FRANCE = "99100"
DEPARTURE, LINK, SESSION = "franceconnect", login.LINK, "franceconnect-session"
AWAY = timedelta(minutes=15)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEXES: Mapping[str, ins.Sex] = {"male": "M", "female": "F"}


class OtherIdentityError(Exception):
    """The identity that FranceConnect gives is not that of the account's owner."""


@dataclass(frozen=True)
class Identity:
    """Who FranceConnect says has come. `traits`: None when they are too incomplete to look anybody up."""

    issuer: str
    sub: str
    traits: ins.Traits | None
    id_token: str = ""

    @property
    def key(self) -> bytes:
        """The hash under which a link is kept."""
        return crypto.index_hash("franceconnect", f"{self.issuer}\0{self.sub}")


@dataclass(frozen=True)
class Returned:
    """A return from FranceConnect. `account_id`: whose owner, logged in, asked to link it."""

    identity: Identity
    next: str
    account_id: UUID | None


class Meeting(StrEnum):
    """What an identity means here."""

    KNOWN = "known"  # linked: she is in
    LINK = "link"  # one person, who has an account: its second factor, then linked
    ACTIVATE = "activate"  # one person, without an account: she may activate without provisional code
    UNKNOWN = "unknown"  # nobody, several, a minor, somebody deceased: one answer


@dataclass(frozen=True)
class Recognition:
    """Who an identity is here. `account` when KNOWN or LINK; `person_id` when ACTIVATE."""

    meeting: Meeting
    account: AccountCard | None = None
    person_id: UUID | None = None


# -- to FranceConnect and back


def is_offered() -> bool:
    """Say whether this installation is registered with FranceConnect."""
    return bool(settings.CARNET_FRANCECONNECT_ISSUER)


def begin(
    *, callback: str, address: str, next_path: str = "", account_id: UUID | None = None
) -> tuple[str, str]:
    """Return where to send the browser, and the token of the attempt for its cookie.

    `callback`: our address of return. `address`: of the network, for limits. `account_id`: link to this one.
    Raises UnreachableError, AnswerError, TooManyError, LimitsDownError.
    """
    limits.ADDRESS.take(address)
    attempt = Attempt.fresh()
    url = _client(callback).authorization_url(attempt, scope=SCOPE, acr=LEVEL)
    facts = {
        "attempt": attempt.facts,
        "next": next_path,
        "account": str(account_id) if account_id else "",
    }
    return url, pending.begin(DEPARTURE, owner_id=None, facts=facts, lifetime=AWAY)


def finish(token: str, query: Mapping[str, str], *, callback: str) -> Returned:
    """Turn the browser's return into an identity; an attempt returns once, whatever comes of it.

    Call it outside any transaction: it calls FranceConnect. Raises StateError, CancelledError, AnswerError
    (`level` when the identity was proven too weakly), UnreachableError.
    """
    with transaction.atomic():
        step = pending.take(DEPARTURE, token) if token else None
    if step is None:
        raise StateError
    client = _client(callback)
    proven = client.finish(Attempt(**step.facts["attempt"]), query)
    if proven.acr not in LEVELS:
        raise AnswerError("level")
    account = str(step.facts["account"])
    identity = _identity(client.issuer, proven)
    return Returned(identity, str(step.facts["next"]), UUID(account) if account else None)


def read_traits(claims: Mapping[str, Any]) -> ins.Traits | None:
    """Return the five traits of a pivot identity, or None if one is missing or unreadable.

    `given_name`: the list of the birth certificate, separated by spaces. Born abroad: `birthplace` is empty
    and the code of the country stands for it, as in the INS (facts/interop.md 6).
    """
    names = claims.get("given_name")
    given_names = " ".join(names) if isinstance(names, list) else str(names or "")
    country = str(claims.get("birthcountry") or "")
    place = str(claims.get("birthplace") or "") if country == FRANCE else country
    sex = _SEXES.get(str(claims.get("gender") or ""))
    family_name = str(claims.get("family_name") or "")
    birth_date = _date(claims.get("birthdate"))
    if not (given_names.strip() and family_name.strip() and place and sex and birth_date):
        return None
    return ins.Traits(
        birth_name=family_name, first_given_name=given_names.split()[0], given_names=given_names,
        birth_date=birth_date, sex=sex, birth_place=place,
    )  # fmt: skip


# -- who is it here?


def recognise(identity: Identity) -> Recognition:
    """Return what an identity means here: by its link, else by its five traits."""
    account = _find_linked(identity.key)
    if account is not None:
        known = _may_enter(account.owner_id)
        return Recognition(Meeting.KNOWN, account) if known else Recognition(Meeting.UNKNOWN)
    found = find_by_traits(identity.traits) if identity.traits else []
    if len(found) != 1 or not _may_enter(found[0]):
        return Recognition(Meeting.UNKNOWN)
    account = accounts.find_account(found[0])
    if account is not None:
        return Recognition(Meeting.LINK, account)
    return Recognition(Meeting.ACTIVATE, person_id=found[0])


# -- linking


def begin_link(account: AccountCard, identity: Identity, *, next_path: str = "") -> str:
    """Ask the second factor of an account before it is linked; return the step's token for the cookie.

    Sends the one-time code if that is the factor. Raises FrozenError, LimitsDownError.
    """
    alerts.refuse_frozen(account)
    facts = {"key": identity.key.hex(), "next": next_path, "id_token": identity.id_token}
    token = pending.begin(LINK, owner_id=account.owner_id, facts=facts, lifetime=AWAY)
    login.send_first_code(LINK, account)
    return token


def find_waiting(token: str) -> login.Waiting | None:
    """Return the link that awaits the account's second factor, or None if its time has passed."""
    return login.find_waiting(LINK, token)


def confirm_link(waiting: login.Waiting) -> None:
    """Link, once `login.check_factor` has said yes; the owner is told. Raises FrozenError."""
    _link(waiting.card, bytes.fromhex(waiting.step.facts["key"]))


def link_own(account_id: UUID, identity: Identity) -> None:
    """Link an identity to the account of who is logged in and has just proven who she is.

    Raises OtherIdentityError when it is not hers (written to her journal), FrozenError.
    """
    account = accounts.get_account(account_id)
    traits = identity.traits
    linked = _find_linked(identity.key)
    own = traits is not None and not ins.same_traits(get_person(account.owner_id).traits, traits)
    if own and linked is None:
        _link(account, identity.key)
    elif linked is None or linked.id != account_id:
        _write(EventType.FRANCECONNECT_LINKED, account, allowed=False, reason="other_identity")
        raise OtherIdentityError


def find_link(account_id: UUID) -> datetime | None:
    """Return since when an account is linked, or None."""
    with connection.cursor() as cursor:
        cursor.execute("select linked_at from people_franceconnectlink where account_id = %s", [account_id])
        row = cursor.fetchone()
    return row[0] if row else None


def unlink(account_id: UUID) -> bool:
    """Take the link away; return whether there was one. Raises FrozenError."""
    account = accounts.get_account(account_id)
    alerts.refuse_frozen(account)
    with transaction.atomic():
        gone = alerts.cut_franceconnect(account)
        if gone:
            _write(EventType.FRANCECONNECT_UNLINKED, account)
    return gone


# -- getting out


def keep_for_logout(account: AccountCard, id_token: str) -> str:
    """Keep the ID token that FranceConnect asks back at the end; return its token for the cookie."""
    return pending.begin(
        SESSION, owner_id=account.owner_id, facts={"id_token": id_token}, lifetime=sessions.LONGEST
    )


def logout_url(token: str, *, back_to: str) -> str | None:
    """Return where the session at FranceConnect is ended, or None if there is nothing to end or to reach."""
    with transaction.atomic():
        step = pending.take(SESSION, token) if token else None
    if step is None:
        return None
    id_token, state = str(step.facts["id_token"]), Attempt.fresh().state
    try:
        return _client("").logout_url(id_token, back_to=back_to, state=state)
    except (UnreachableError, AnswerError):
        return None


def _client(callback: str) -> Client:
    return Client(
        issuer=settings.CARNET_FRANCECONNECT_ISSUER,
        client_id=settings.CARNET_FRANCECONNECT_CLIENT_ID,
        client_secret=settings.CARNET_FRANCECONNECT_CLIENT_SECRET,
        redirect_uri=callback,
        http=DirectHttp(),
    )


def _identity(issuer: str, proven: Proven) -> Identity:
    return Identity(issuer, str(proven.claims["sub"]), read_traits(proven.claims), proven.id_token)


def _date(value: object) -> date | None:
    """FranceConnect writes 1976-00-00 for a day that is not known: nobody is looked up by half a date."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _may_enter(person_id: UUID) -> bool:
    person = get_person(person_id)
    return person.died_on is None and not is_minor(person)


def _find_linked(key: bytes) -> AccountCard | None:
    with connection.cursor() as cursor:
        cursor.execute("select account_id from people_franceconnectlink where key = %s", [key])
        row = cursor.fetchone()
    return accounts.get_account(row[0]) if row else None


def _link(account: AccountCard, key: bytes) -> None:
    """An account has one link: a new subject of the same person takes the place of the old one."""
    alerts.refuse_frozen(account)
    with transaction.atomic(), connection.cursor() as cursor:
        alerts.cut_franceconnect(account)
        cursor.execute(
            "insert into people_franceconnectlink (key, account_id, linked_at) values (%s, %s, %s)",
            [key, account.id, clock.now()],
        )
        _write(EventType.FRANCECONNECT_LINKED, account)
        alerts.tell_change(account, "franceconnect", undo={"franceconnect": True})


def _write(event: EventType, account: AccountCard, *, allowed: bool = True, reason: str = "") -> None:
    by: Actor = account.actor
    write(event, person_id=account.owner_id, by=by, purpose=Purpose.MANAGE, allowed=allowed, reason=reason,
          personal={"method": "franceconnect"})  # fmt: skip
