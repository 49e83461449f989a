"""Ways back in: lost password, lost telephone, lost mailbox, forgotten identifier.

Which proofs each asks for is the table of `ways`; docs/adr/0003-recovery.md says why. Asking answers the
same to everybody: what concerns the account itself happens behind the outbox (see `events`). Real time.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from carnet.journal.api import EventType, Purpose, write
from carnet.people import accounts, alerts, codes, factors, limits, login, passwords, pending
from carnet.people.accounts import AccountCard
from carnet.people.credentials import fold_email
from carnet.people.login import Browser
from carnet.people.queries import card_matches, find_by_matricule, find_person
from carnet.people.ways import Lost, Proof, required
from carnet.platform import outbox, post
from carnet.platform.post import Channel

PASSWORD_ASKED = "people.password_asked"  # noqa: S105 - a topic
LOGIN_ASKED = "people.login_asked"
_LINK_LASTS = timedelta(minutes=30)
_NEW_EMAIL = "lost-mailbox-new"

_LINK_TEXT = """Bonjour,

Vous avez demandé à choisir un nouveau mot de passe.
Ouvrez ce lien dans les 30 minutes, avec votre carte Vitale à portée de main :
{link}

Ce n’est pas vous : ne faites rien, votre mot de passe ne change pas.
Une question : appelez le 3422.
"""
_FROZEN_TEXT = """Bonjour,

Un nouveau mot de passe a été demandé pour votre compte.
Par sécurité, rien ne peut y être changé pour le moment :
un changement que vous n’aviez pas fait a été signalé.
Appelez le 3422.
"""
_LOGIN_TEXT = """Bonjour,

Votre identifiant : {login}

Ce n’est pas vous qui l’avez demandé : ne faites rien. Une question : appelez le 3422.
"""


class NoWayError(Exception):
    """Only the 3422 can help here. `message_fr` says why."""

    def __init__(self, message_fr: str) -> None:
        super().__init__(message_fr)
        self.message_fr = message_fr


@dataclass(frozen=True)
class Recovery:
    """A way back in under way: what was lost, whose account, and the proofs given so far."""

    lost: Lost
    step: pending.Step
    card: AccountCard

    @property
    def given(self) -> frozenset[Proof]:
        return frozenset(Proof(proof) for proof in self.step.facts["given"])

    @property
    def missing(self) -> frozenset[Proof]:
        """The proofs that are still asked for."""
        return _required(self.lost, self.card) - self.given

    @property
    def subject(self) -> str:
        return str(self.card.id)


# -- asking


def ask_password_link(*, login_typed: str, browser: Browser) -> None:
    """Ask for the link that replaces a lost password; the answer is the same for everybody.

    Raises TooManyError, LimitsDownError.
    """
    key = accounts.login_key(login_typed).hex()
    limits.ADDRESS.take(browser.address)
    limits.RECOVERY.take(key)
    with transaction.atomic():
        outbox.emit(PASSWORD_ASKED, key=f"password-asked:{uuid4()}", facts={"login_key": key})


def ask_login(*, matricule: str, serial: str, browser: Browser) -> None:
    """Ask for a forgotten identifier with INS and card serial; it goes to the account's contact.

    The answer is the same for everybody. Raises TooManyError, LimitsDownError.
    """
    limits.ADDRESS.take(browser.address)
    limits.RECOVERY.take(f"ins:{matricule}")
    with transaction.atomic():
        outbox.emit(
            LOGIN_ASKED, key=f"login-asked:{uuid4()}", facts={"matricule": matricule, "serial": serial}
        )


def begin(lost: Lost, *, login_typed: str, password: str, browser: Browser) -> str:
    """Begin the way of a lost telephone or mailbox by the password; return its token.

    Sends the one-time code that the way asks for. Raises NoWayError, FrozenError, and what
    `login.check_password` raises.
    """
    card = login.check_password(login=login_typed, password=password, kind="person", browser=browser)
    alerts.refuse_frozen(card)
    _required(lost, card)
    with transaction.atomic():
        token = _start(lost, card, given=[Proof.PASSWORD])
    send_code(lost, card)
    return token


def send_code(lost: Lost, card: AccountCard) -> None:
    """Send the one-time code of a way, to the mailbox or the telephone that was not lost.

    A code sent a moment ago stays good: nothing is sent then.
    """
    channel, to = (Channel.SMS, card.phone) if lost is Lost.MAILBOX else (Channel.EMAIL, card.email)
    try:
        codes.send_code(
            purpose=login.RECOVERIES[lost],
            subject=str(card.id),
            channel=channel,
            to=to,
            person_id=card.owner_id,
        )
    except codes.TooSoonError:
        return


def find(lost: Lost, token: str) -> Recovery | None:
    """Return a way under way, or None if there is none or its time has passed."""
    step = pending.find(login.RECOVERIES[lost], token)
    card = accounts.find_account(step.owner_id) if step and step.owner_id else None
    return Recovery(lost, step, card) if step and card else None


# -- proving


def prove_card(recovery: Recovery, *, serial: str, birth_date: date) -> Recovery | None:
    """Note that the serial of the card and the date of birth are right; None if one is not.

    Raises TooManyError, LimitsDownError.
    """
    limits.PROOF.take(f"card:{recovery.card.id}")
    person = find_person(recovery.card.owner_id)
    matches = card_matches(recovery.card.owner_id, serial)
    if person is None or person.birth_date != birth_date or not matches:
        return None
    return _note(recovery, Proof.CARD)


def prove_code(recovery: Recovery, code: str) -> Recovery | None:
    """Note that the one-time code of this way is right; None if it is not. Raises TooManyError."""
    limits.PROOF.take(f"code:{recovery.card.id}")
    if not codes.check_code(purpose=login.RECOVERIES[recovery.lost], subject=recovery.subject, code=code):
        return None
    return _note(recovery, Proof.SMS if recovery.lost is Lost.MAILBOX else Proof.EMAIL)


def passkey_options(recovery: Recovery) -> str:
    """Return what the browser needs to use a passkey (JSON); the challenge is kept with the step."""
    options, challenge = factors.authentication_options(recovery.card.id)
    pending.note(recovery.step, recovery.step.facts | {"challenge": challenge})
    return options


def prove_factor(recovery: Recovery, proof: str) -> Recovery | None:
    """Note that the second factor (TOTP or passkey) is right; None if it is not. Raises TooManyError."""
    limits.PROOF.take(f"factor:{recovery.card.id}")
    card = recovery.card
    if card.factor == "totp":
        return _note(recovery, Proof.TOTP) if factors.check_totp(card, proof) else None
    challenge = str(recovery.step.facts.get("challenge", ""))
    right = bool(challenge) and factors.check_passkey(card, proof, challenge)
    return _note(recovery, Proof.PASSKEY) if right else None


# -- the end of each way


def choose_password(recovery: Recovery, password: str) -> None:
    """Replace a lost password. Every session ends; the old contacts are told.

    Raises CredentialError, FrozenError, TooBusyError, NoWayError if the way was used meanwhile.
    """
    card = recovery.card
    accounts.check_password(password, personal=[*accounts.personal_facts(card.owner_id), card.login])
    password_hash = passwords.hash_password(password)
    with transaction.atomic():
        _finish(recovery)
        login.store_password(card.id, password_hash)
        login.shut_out(card)
        alerts.tell_change(card, "recovered", undo={"password": True})
        _write(card, EventType.CREDENTIALS_CHANGED, "lost_password")


def replace_factor(recovery: Recovery) -> None:
    """After a lost telephone: codes by e-mail become the second factor; sessions end; all contacts are told.

    The secret and the passkeys stay until their owner removes them, so that the change can be taken back.
    Raises FrozenError, NoWayError.
    """
    card = recovery.card
    with transaction.atomic():
        _finish(recovery)
        with connection.cursor() as cursor:
            cursor.execute("update people_account set factor = 'email' where id = %s", [card.id])
        login.shut_out(card)
        alerts.tell_change(card, "lost_phone", undo={"factor": card.factor})
        _write(card, EventType.FACTOR_CHANGED, "lost_phone")


def propose_email(recovery: Recovery, email: str) -> str:
    """After a lost mailbox: send a code to the new address and return it as it will be kept.

    Raises CredentialError, TooSoonError.
    """
    email = fold_email(email)
    _refuse_unproven(recovery)
    subject, owner = f"{recovery.subject}\0{email}", recovery.card.owner_id
    codes.send_code(purpose=_NEW_EMAIL, subject=subject, channel=Channel.EMAIL, to=email, person_id=owner)
    pending.note(recovery.step, recovery.step.facts | {"email": email})
    return email


def replace_email(recovery: Recovery, code: str) -> bool:
    """Make the new address the account's, if its code is right; sessions end; the old address is told.

    Raises FrozenError, NoWayError.
    """
    card, email = recovery.card, str(recovery.step.facts.get("email", ""))
    if not email or not codes.check_code(
        purpose=_NEW_EMAIL, subject=f"{recovery.subject}\0{email}", code=code
    ):
        return False
    with transaction.atomic():
        card = alerts.lock(card)
        _finish(recovery)
        accounts.rewrite(card, email=email)
        login.shut_out(card)
        alerts.tell_change(card, "lost_mailbox", undo={"email": card.email})
        _write(card, EventType.CONTACT_CHANGED, "lost_mailbox")
    return True


# -- behind the outbox


def send_password_link(card: AccountCard) -> None:
    """Send the link of a lost password to the account's contact, in the present transaction."""
    if card.kind != "person":
        return  # an agent is invited again by an administrator
    _write(card, EventType.RECOVERY_ASKED, "lost_password", allowed=not card.frozen)
    channel, to = card.code_contact
    text = _FROZEN_TEXT
    if not card.frozen:
        token = _start(
            Lost.PASSWORD, card, given=[Proof.EMAIL if card.email else Proof.SMS], write_line=False
        )
        link = f"{settings.CARNET_BASE_URL}{reverse('portal:recover_password_link', args=[token])}"
        text = _LINK_TEXT.format(link=link)
    post.send(
        post.Message(
            channel, to, "Choisir un nouveau mot de passe", text, f"recover:{uuid4()}", card.owner_id
        )
    )


def send_login(matricule: str, serial: str) -> None:
    """Send a forgotten identifier to the account's contact if the card is the person's."""
    person = find_by_matricule(matricule)
    card = accounts.find_account(person.id) if person else None
    if person is None or card is None or not card_matches(person.id, serial):
        return
    _write(card, EventType.RECOVERY_ASKED, "lost_login")
    channel, to = card.code_contact
    text = _LOGIN_TEXT.format(login=card.login)
    post.send(post.Message(channel, to, "Votre identifiant", text, f"login:{uuid4()}", card.owner_id))


def _start(lost: Lost, card: AccountCard, *, given: list[Proof], write_line: bool = True) -> str:
    if write_line:
        _write(card, EventType.RECOVERY_ASKED, f"lost_{lost}")
    return pending.begin(
        login.RECOVERIES[lost], owner_id=card.owner_id, facts={"given": given}, lifetime=_LINK_LASTS
    )


def _required(lost: Lost, card: AccountCard) -> frozenset[Proof]:
    proofs = required(lost, factor=card.factor, has_email=bool(card.email), has_phone=bool(card.phone))
    if proofs is None:
        raise NoWayError(_NO_WAY[lost])
    return proofs


_NO_WAY = {
    Lost.PHONE: "Votre double vérification se fait par un code reçu par message : connectez-vous, puis"
    " changez votre téléphone dans « Sécurité ». Si vous ne recevez plus ces codes, appelez le 3422.",
    Lost.MAILBOX: "Votre double vérification ne passe pas par votre messagerie : connectez-vous, puis"
    " changez votre adresse dans « Sécurité ». Si vous n’y arrivez pas, appelez le 3422.",
}


def _note(recovery: Recovery, proof: Proof) -> Recovery:
    facts = recovery.step.facts | {"given": sorted({*recovery.step.facts["given"], proof})}
    pending.note(recovery.step, facts)
    found = pending.Step(
        recovery.step.id, recovery.step.purpose, recovery.step.owner_id, facts, recovery.step.expires_at
    )
    return Recovery(recovery.lost, found, recovery.card)


def _refuse_unproven(recovery: Recovery) -> None:
    if recovery.missing:
        raise NoWayError("Il manque encore une preuve. Recommencez depuis le début, ou appelez le 3422.")


def _finish(recovery: Recovery) -> None:
    """Use the way up, once; every proof must be there."""
    _refuse_unproven(recovery)
    alerts.refuse_frozen(accounts.get_account(recovery.card.id))
    if not pending.take_step(recovery.step):
        raise NoWayError("Cette demande a déjà servi. Recommencez depuis le début, ou appelez le 3422.")


def _write(card: AccountCard, event: EventType, reason: str, *, allowed: bool = True) -> None:
    write(
        event, person_id=card.owner_id, by=card.actor, purpose=Purpose.MANAGE, reason=reason, allowed=allowed
    )
