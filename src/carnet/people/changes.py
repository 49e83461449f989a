"""What the owner of an account changes herself, from inside, after proving her identity again.

Each change tells the contacts that she had before, with a way to say "ce n'est pas moi".
"""

from uuid import UUID

from django.db import connection, transaction

from carnet.journal.api import EventType, Purpose, write
from carnet.people import accounts, alerts, codes, factors, login, passwords, pending
from carnet.people.accounts import AccountCard
from carnet.people.credentials import CredentialError, fold_email, fold_phone
from carnet.people.login import WAITING
from carnet.platform import clock
from carnet.platform.post import Channel

_FOLDS = {"email": fold_email, "phone": fold_phone}
_CHANNELS = {"email": Channel.EMAIL, "phone": Channel.SMS}
_TOTP, _PASSKEY = "totp-setup", "passkey-setup"
_WHAT = {"email": "cette adresse", "phone": "ce numéro"}


def propose_contact(card: AccountCard, field: str, value: str, *, session_id: UUID) -> str:
    """Send a code to a new e-mail address or telephone; return it as it will be kept.

    `field`: email or phone. Raises CredentialError, FrozenError, TooSoonError.
    """
    alerts.refuse_frozen(card)
    value = _FOLDS[field](value)
    if value == getattr(card, field):
        raise CredentialError(field, f"C’est déjà {_WHAT[field]} qui est enregistré dans votre compte.")
    codes.send_code(
        purpose=_purpose(field),
        subject=_subject(card, value),
        channel=_CHANNELS[field],
        to=value,
        person_id=card.owner_id,
    )
    pending.begin(
        _purpose(field),
        owner_id=card.owner_id,
        facts={"value": value},
        lifetime=WAITING,
        token=str(session_id),
    )
    return value


def find_proposed(field: str, *, session_id: UUID) -> str | None:
    """Return the new contact that awaits its code in this session, or None."""
    step = pending.find(_purpose(field), str(session_id))
    return str(step.facts["value"]) if step else None


def confirm_contact(card: AccountCard, field: str, code: str, *, session_id: UUID) -> bool:
    """Make the proposed contact the account's if its code is right; the old contacts are told.

    Raises FrozenError.
    """
    value = find_proposed(field, session_id=session_id)
    if value is None:
        return False
    if not codes.check_code(purpose=_purpose(field), subject=_subject(card, value), code=code):
        return False
    with transaction.atomic():
        card = alerts.lock(card)
        pending.take(_purpose(field), str(session_id))
        accounts.rewrite(card, **{field: value})
        alerts.tell_change(card, field, undo={field: getattr(card, field)})
        _write(card, EventType.CONTACT_CHANGED, field)
    return True


def change_login(card: AccountCard, new_login: str) -> None:
    """Change the identifier; raises CredentialError, FrozenError."""
    if new_login.strip().lower() == card.login:
        raise CredentialError("login", "C’est déjà votre identifiant.")
    new_login = accounts.check_login(new_login)
    with transaction.atomic():
        card = alerts.lock(card)
        accounts.rewrite(card, login=new_login)
        alerts.tell_change(card, "login", undo={"login": card.login})
        _write(card, EventType.CREDENTIALS_CHANGED, "login")


def change_password(card: AccountCard, password: str, *, session_id: UUID) -> None:
    """Change the password; the other sessions end. Raises CredentialError, FrozenError, TooBusyError."""
    alerts.refuse_frozen(card)
    accounts.check_password(
        password, personal=[*accounts.personal_facts(card.owner_id), card.login, card.name]
    )
    password_hash = passwords.hash_password(password)
    with transaction.atomic():
        card = alerts.lock(card)
        login.store_password(card.id, password_hash)
        login.shut_out(card, but=session_id)
        alerts.tell_change(card, "password", undo={"password": True})
        _write(card, EventType.CREDENTIALS_CHANGED, "password")


def choose_codes(card: AccountCard) -> None:
    """Make codes by e-mail the second factor of a person; raises CredentialError for an agent."""
    if card.kind == "agent":
        raise CredentialError("factor", "Un agent utilise une application ou une clé d’accès.")
    with transaction.atomic():
        card = alerts.lock(card)
        with connection.cursor() as cursor:
            cursor.execute("update people_account set factor = 'email' where id = %s", [card.id])
        _told_factor(card)


def totp_secret(card: AccountCard, *, session_id: UUID) -> str:
    """Return the secret that this session is setting up, made at the first call."""
    step = pending.find(_TOTP, str(session_id))
    if step is not None:
        return str(step.facts["secret"])
    secret = factors.new_secret()
    pending.begin(
        _TOTP, owner_id=card.owner_id, facts={"secret": secret}, lifetime=WAITING, token=str(session_id)
    )
    return secret


def choose_totp(card: AccountCard, code: str, *, session_id: UUID) -> bool:
    """Make an authenticator application the second factor, if its first code is right.

    Raises FrozenError.
    """
    secret = totp_secret(card, session_id=session_id)
    step = factors.match_step(secret, code, at=int(clock.real_now().timestamp()), last_step=0)
    if step is None:
        return False
    with transaction.atomic():
        card = alerts.lock(card)
        pending.take(_TOTP, str(session_id))
        before = factors.find_sealed_secret(card)
        factors.keep_secret(card, secret, last_step=step)
        _told_factor(card, totp=before.hex() if before else "")
    return True


def passkey_options(card: AccountCard, *, session_id: UUID) -> str:
    """Return what the browser needs to make a passkey (JSON); the challenge is kept for this session."""
    options, challenge = factors.registration_options(card.id, card.login)
    pending.begin(_PASSKEY, owner_id=card.owner_id, facts={"challenge": challenge}, lifetime=WAITING,
                  token=str(session_id))  # fmt: skip
    return options


def choose_passkey(card: AccountCard, credential: str, *, label: str, session_id: UUID) -> None:
    """Add a passkey and make it the second factor; raises CredentialError, FrozenError."""
    with transaction.atomic():
        step = pending.take(_PASSKEY, str(session_id))
    made = factors.read_registration(credential, str(step.facts["challenge"]) if step else "")
    with transaction.atomic():
        card = alerts.lock(card)
        passkey_id = factors.keep_passkey(card, made, label=label)
        _told_factor(card, passkey=str(passkey_id))


def remove_passkey(card: AccountCard, passkey_id: UUID) -> bool:
    """Remove a passkey; the last one only when another second factor is in use. Raises CredentialError."""
    with transaction.atomic(), connection.cursor() as cursor:
        card = alerts.lock(card)
        if card.factor == "passkey" and len(factors.list_passkeys(card.id)) == 1:
            raise CredentialError(
                "passkey",
                "C’est votre seule clé d’accès : choisissez d’abord un autre moyen de vérification.",
            )
        cursor.execute("delete from people_passkey where id = %s and account_id = %s", [passkey_id, card.id])
        removed = cursor.rowcount == 1
        if removed:
            alerts.tell_change(card, "factor", undo={})
            _write(card, EventType.FACTOR_CHANGED, "passkey_removed")
    return bool(removed)


def _told_factor(card: AccountCard, **undo: str) -> None:
    alerts.tell_change(card, "factor", undo={"factor": card.factor} | undo)
    _write(card, EventType.FACTOR_CHANGED, "chosen")


def _write(card: AccountCard, event: EventType, reason: str) -> None:
    write(event, person_id=card.owner_id, by=card.actor, purpose=Purpose.MANAGE, reason=reason)


def _purpose(field: str) -> str:
    return f"change-{field}"


def _subject(card: AccountCard, value: str) -> str:
    return f"{card.id}\0{value}"
