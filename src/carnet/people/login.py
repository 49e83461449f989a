"""Logging in: identifier and password, then the second factor. The same path proves identity again.

A refusal never tells whether the identifier exists: the same words, the same hash computed, the same rows
written (what concerns the account itself happens behind the outbox: see `events`).
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction

from carnet.journal.api import EventType, Purpose, write
from carnet.people import accounts, codes, devices, factors, limits, passwords, pending, sessions
from carnet.people.accounts import AccountCard
from carnet.people.queries import find_person
from carnet.people.ways import Lost
from carnet.platform import outbox

LOGIN, PROVE, LINK, NOT_ME = "login", "prove", "franceconnect-link", "not-me"
RECOVERIES = {lost: f"lost-{lost}" for lost in Lost}
REFUSED_TOPIC = "people.login_refused"
WAITING = timedelta(minutes=15)
_NOBODY = UUID(int=0)


class LoginRefusedError(Exception):
    """No way in with this identifier and this password, for whatever reason."""

    message_fr = "Identifiant ou mot de passe incorrect."


@dataclass(frozen=True)
class Browser:
    """From where somebody comes: network address, device cookie, user agent."""

    address: str
    device_token: str = ""
    user_agent: str = ""


@dataclass(frozen=True)
class Waiting:
    """A login, or a renewed proof, whose password was right and which awaits the second factor."""

    step: pending.Step
    card: AccountCard

    @property
    def next(self) -> str:
        """Where to go afterwards, as it was asked for."""
        return str(self.step.facts.get("next", ""))

    @property
    def subject(self) -> str:
        """For whom its one-time codes are."""
        return str(self.card.id)


def begin(*, login: str, password: str, kind: str, browser: Browser, next_path: str = "") -> str:
    """Check identifier and password; return the token of a login awaiting its second factor.

    Sends the one-time code if that is the factor. `kind`: person or agent; an account of another kind
    is refused like a wrong password. Raises LoginRefusedError, TooManyError, LimitsDownError,
    TooBusyError.
    """
    card = check_password(login=login, password=password, kind=kind, browser=browser)
    token = pending.begin(LOGIN, owner_id=card.owner_id, facts={"next": next_path}, lifetime=WAITING)
    send_first_code(LOGIN, card)
    return token


def begin_proof(visitor: sessions.Visitor, *, password: str, browser: Browser, next_path: str = "") -> None:
    """Check the password of somebody who is in, before what cannot be undone; then her second factor.

    Raises like `begin`.
    """
    login = accounts.get_account(visitor.account_id).login
    card = check_password(login=login, password=password, kind=visitor.kind, browser=browser)
    pending.begin(
        PROVE,
        owner_id=card.owner_id,
        facts={"next": next_path},
        lifetime=WAITING,
        token=str(visitor.session_id),
    )
    send_first_code(PROVE, card)


def check_password(*, login: str, password: str, kind: str, browser: Browser) -> AccountCard:
    """Return the account that identifier and password open; raises like `begin`.

    Attempts are counted by identifier, and by network address. A browser that has logged in to the
    account before is counted apart, so that nobody else's attempts keep its owner out.
    """
    entry = accounts.find_entry(login)
    known = devices.is_known(entry.id if entry else _NOBODY, browser.device_token)
    subject = f"{accounts.login_key(login).hex()}:{browser.device_token if known else ''}"
    limits.ADDRESS.take(browser.address)
    limits.LOGIN.take(subject)
    right = passwords.verify(entry.password_hash if entry else None, password)
    if not right or entry is None or not _may_enter(entry, kind):
        _record_refusal(login, browser)
        raise LoginRefusedError
    limits.LOGIN.clear(subject)
    if passwords.needs_rehash(entry.password_hash):
        store_password(entry.id, passwords.hash_password(password))
    return accounts.get_account(entry.id)


def find_waiting(purpose: str, token: str) -> Waiting | None:
    """Return the login or proof that awaits its second factor, or None if its time has passed."""
    step = pending.find(purpose, token)
    card = accounts.find_account(step.owner_id) if step and step.owner_id else None
    return Waiting(step, card) if step and card else None


def send_code_again(waiting: Waiting) -> None:
    """Send another one-time code; raises TooSoonError, LimitsDownError."""
    channel, to = waiting.card.code_contact
    codes.send_code(
        purpose=waiting.step.purpose,
        subject=waiting.subject,
        channel=channel,
        to=to,
        person_id=waiting.card.owner_id,
    )


def passkey_options(waiting: Waiting) -> str:
    """Return what the browser needs to use a passkey (JSON); the challenge is kept with the step."""
    options, challenge = factors.authentication_options(waiting.card.id)
    pending.note(waiting.step, waiting.step.facts | {"challenge": challenge})
    return options


def check_factor(waiting: Waiting, proof: str, browser: Browser) -> bool:
    """Say whether the second factor is right: a code, or the answer of a passkey as JSON.

    A good one ends the step. Raises TooManyError, LimitsDownError. A wrong one is in the journal.
    """
    card = waiting.card
    known = devices.is_known(card.id, browser.device_token)
    subject = f"{card.id}:{browser.device_token if known else ''}"
    limits.FACTOR.take(subject)
    if not _factor_is_right(waiting, proof):
        _write_wrong_factor(card, browser)
        return False
    limits.FACTOR.clear(subject)
    with transaction.atomic():
        return pending.take_step(waiting.step)


def shut_out(card: AccountCard, *, but: UUID | None = None) -> None:
    """End an account's sessions, one excepted, and every login, proof or recovery that is under way.

    In the present transaction. A one-time code sent before opens nothing after; the links by which the
    owner says "ce n'est pas moi" stay.
    """
    sessions.end_all(card.id, but=but)
    pending.end_all(card.owner_id, but=NOT_ME)
    for purpose in (LOGIN, PROVE, LINK, *RECOVERIES.values()):
        codes.forget_code(purpose=purpose, subject=str(card.id))


def store_password(account_id: UUID, password_hash: str) -> None:
    """Store a password hash, in the present transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_account set password_hash = %s, version = version + 1 where id = %s",
            [password_hash, account_id],
        )


def _factor_is_right(waiting: Waiting, proof: str) -> bool:
    match waiting.card.factor:
        case "totp":
            return factors.check_totp(waiting.card, proof)
        case "passkey":
            challenge = str(waiting.step.facts.get("challenge", ""))
            return bool(challenge) and factors.check_passkey(waiting.card, proof, challenge)
    return codes.check_code(purpose=waiting.step.purpose, subject=waiting.subject, code=proof)


def _may_enter(entry: accounts.Entry, kind: str) -> bool:
    """An agent whose second factor was never set up has no way in, nor has anybody by a deceased's account.

    Heirs have the right of access of common law, not the account (facts/mes.md 1.9).
    """
    if entry.kind != kind:
        return False
    if kind == "agent":
        return entry.factor != "email"
    owner = find_person(entry.owner_id)
    return owner is None or owner.died_on is None


def send_first_code(purpose: str, card: AccountCard) -> None:
    """Send the first one-time code of a step, if that is the factor; one sent a moment ago is still good."""
    if card.factor != "email":
        return
    channel, to = card.code_contact
    try:
        codes.send_code(
            purpose=purpose, subject=str(card.id), channel=channel, to=to, person_id=card.owner_id
        )
    except codes.TooSoonError:
        return


def _record_refusal(login: str, browser: Browser) -> None:
    facts = {"login_key": accounts.login_key(login).hex(), "device": devices.label_of(browser.user_agent)}
    with transaction.atomic():
        outbox.emit(REFUSED_TOPIC, key=f"login-refused:{uuid4()}", facts=facts)


def _write_wrong_factor(card: AccountCard, browser: Browser) -> None:
    facts = {"device": devices.label_of(browser.user_agent)}
    with transaction.atomic():
        write(EventType.LOGIN_REFUSED, person_id=card.owner_id, by=card.actor, purpose=Purpose.MANAGE,
              allowed=False, reason="wrong_factor", personal=facts)  # fmt: skip
