"""What the owner of an account is told, always at the contacts she had before, with a way to say no.

"Ce n'est pas moi" (`refuse`) ends her sessions, takes the change back where it can be, and freezes
further changes for 72 hours of real time. docs/adr/0003-recovery.md says what each link may do, and why a
thief who holds the old mailbox alone gains nothing by it.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from carnet.journal.api import Actor, EventType, Purpose, write
from carnet.people import accounts, factors, login, passwords, pending
from carnet.people.accounts import AccountCard
from carnet.platform import clock, post
from carnet.platform.limits import Limit
from carnet.platform.post import Channel

UNDO_WITHIN = timedelta(hours=72)
FREEZE = timedelta(hours=72)
_RESTORED = {"email", "phone", "login", "factor"}  # what a link puts back as it was
_FAILURES_TOLD = Limit("login-failures-told", most=1, window=timedelta(hours=24))

_SAID = {
    "email": "L’adresse électronique de votre compte vient d’être changée.",
    "phone": "Le téléphone de votre compte vient d’être changé.",
    "login": "L’identifiant de votre compte vient d’être changé.",
    "password": "Le mot de passe de votre compte vient d’être changé.",
    "recovered": "Un nouveau mot de passe vient d’être choisi après la procédure « mot de passe oublié ».",
    "factor": "Le moyen de double vérification de votre compte vient d’être changé.",
    "lost_phone": "La procédure « téléphone perdu » vient d’être suivie : la double vérification a changé.",
    "lost_mailbox": "La procédure « messagerie perdue » vient d’être suivie : l’adresse a changé.",
    "franceconnect": "FranceConnect vient d’être relié à votre compte : il permet de s’y connecter.",
    "device": "Une connexion à votre compte vient d’avoir lieu depuis un nouvel appareil : {detail}.",
}
_TEXT = """Bonjour,

{said}

C’est vous : vous n’avez rien à faire.

Ce n’est pas vous : ouvrez ce lien dans les 72 heures.
Vos sessions seront fermées et le changement annulé ou bloqué.
{link}

Une question : appelez le 3422.
"""
_FAILURES = """Bonjour,

Plusieurs essais de connexion à votre compte ont échoué aujourd’hui. Personne n’est entré.
Votre compte reste ouvert : vous pouvez vous connecter comme d’habitude.

Si ces essais ne viennent pas de vous, ne donnez à personne votre mot de passe ni les codes que vous recevez.
Une question : appelez le 3422.
"""


def contacts_of(card: AccountCard) -> list[tuple[Channel, str]]:
    """Return every address at which the owner can be told something."""
    both = ((Channel.EMAIL, card.email), (Channel.SMS, card.phone))
    return [(channel, to) for channel, to in both if to]


def tell_change(card: AccountCard, what: str, *, undo: dict[str, Any], detail: str = "") -> None:
    """Tell the contacts of `card` (the account as it was before) of a change, in the present transaction.

    `what`: a key of the texts above. `undo`: what the link puts back (email, phone, login; factor, see
    `factors.put_back`), or {"password": True} to make the password useless, or {"franceconnect": True} to cut
    that link.
    """
    said = _SAID[what].format(detail=detail)
    _tell(contacts_of(card), card, said, _link(card, what, undo))


def tell_new_device(card: AccountCard, label: str) -> None:
    """Tell the owner that a browser has logged in for the first time."""
    said = _SAID["device"].format(detail=label)
    _tell([card.code_contact], card, said, _link(card, "device", {"password": True, "franceconnect": True}))


def tell_failures(card: AccountCard) -> None:
    """Tell the owner, once a day at most, that many logins were refused."""
    if not _FAILURES_TOLD.hit(str(card.id)):
        return
    channel, to = card.code_contact
    key = f"login-failures:{uuid4()}"
    text = (
        _FAILURES
        if channel is Channel.EMAIL
        else "Carnet : plusieurs essais de connexion ont échoué. Aide : 3422"
    )
    post.send(post.Message(channel, to, "Des essais de connexion ont échoué", text, key, card.owner_id))


def find_alert(token: str) -> pending.Step | None:
    """Return what a "ce n'est pas moi" link is about, or None once it is used or 72 hours old."""
    return pending.find(login.NOT_ME, token)


def refuse(token: str) -> str | None:
    """Act on "ce n'est pas moi": return the kind of change it was about, or None for a dead link.

    Sessions and logins under way end. The old e-mail, telephone, identifier or factor comes back; a password
    that she did not choose opens nothing any more. Except for a mere new device, changes are frozen for 72
    hours.
    """
    with transaction.atomic():
        step = pending.take(login.NOT_ME, token)
        card = accounts.find_account(step.owner_id) if step and step.owner_id else None
        if step is None or card is None:
            return None
        what, undo = str(step.facts["what"]), step.facts["undo"]
        login.shut_out(card)
        _put_back(card, undo)
        _end_later(step)
        if what != "device":
            freeze(card)
        reason = f"not_me_{what}"
        write(
            EventType.SESSION_REVOKED,
            person_id=card.owner_id,
            by=card.actor,
            purpose=Purpose.MANAGE,
            reason=reason,
        )
    return what


def freeze(card: AccountCard) -> None:
    """Forbid changes to an account for 72 hours of real time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_account set frozen_until = %s where id = %s", [clock.real_now() + FREEZE, card.id]
        )


def lift_freeze(card: AccountCard, *, by: Actor) -> None:
    """Allow changes again: the 3422 has made sure who is calling."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update people_account set frozen_until = null where id = %s", [card.id])
        write(
            EventType.CREDENTIALS_CHANGED,
            person_id=card.owner_id,
            by=by,
            purpose=Purpose.ASSIST,
            reason="unfrozen",
        )


def lock(card: AccountCard) -> AccountCard:
    """Return the account as it is now, held until the transaction ends; raises FrozenError."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from people_account where id = %s for update", [card.id])
    fresh = accounts.get_account(card.id)
    refuse_frozen(fresh)
    return fresh


def refuse_frozen(card: AccountCard) -> None:
    """Raise FrozenError while changes are frozen."""
    if card.frozen:
        raise accounts.FrozenError


def cut_franceconnect(card: AccountCard) -> bool:
    """Take an account's link to FranceConnect away; return whether there was one."""
    with connection.cursor() as cursor:
        cursor.execute("delete from people_franceconnectlink where account_id = %s", [card.id])
        return bool(cursor.rowcount == 1)


def _put_back(card: AccountCard, undo: dict[str, Any]) -> None:
    contacts = {name: str(undo[name]) for name in ("email", "phone", "login") if name in undo}
    if "login" in contacts and not accounts.is_login_free(contacts["login"]):
        del contacts["login"]  # somebody has taken it since; the present one stays
    if contacts:
        accounts.rewrite(card, **contacts)
    if undo.get("franceconnect"):
        cut_franceconnect(card)
    if "factor" in undo:
        factors.put_back(card, undo)
    if undo.get("password"):
        login.store_password(card.id, passwords.UNUSABLE)


def _end_later(step: pending.Step) -> None:
    """End the links of later changes of the same thing: they would bring back what has just been refused.

    Whoever changed it twice received the second link himself, at the address that he had put there.
    """
    mine = _RESTORED & set(step.facts["undo"])
    for later in pending.list_later(step):
        if mine & set(later.facts["undo"]):
            pending.take_step(later)


def _link(card: AccountCard, what: str, undo: dict[str, Any]) -> str:
    token = pending.begin(
        login.NOT_ME, owner_id=card.owner_id, facts={"what": what, "undo": undo}, lifetime=UNDO_WITHIN
    )
    return f"{settings.CARNET_BASE_URL}{reverse('portal:not_me', args=[token])}"


def _tell(contacts: Iterable[tuple[Channel, str]], card: AccountCard, said: str, link: str) -> None:
    for channel, to in contacts:
        text = (
            _TEXT.format(said=said, link=link)
            if channel is Channel.EMAIL
            else f"Carnet : {said} Pas vous ? {link}"
        )
        post.send(post.Message(channel, to, "Votre compte a changé", text, f"alert:{uuid4()}", card.owner_id))
