"""Agents: invited by an administrator, let in with a strong second factor only.

The invitation is a link by e-mail; the account exists only once its owner has chosen identifier, password
and a TOTP application or a passkey: a code by e-mail is never enough for an agent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from carnet.journal.api import Actor
from carnet.people import accounts, factors, passwords, pending
from carnet.people.credentials import CredentialError, fold_email
from carnet.platform import clock, post

INVITATION = "agent-invitation"
LASTS = timedelta(days=7)

_TEXT = """Bonjour {name},

Vous êtes invité à ouvrir un compte d’agent ({roles}). Ouvrez ce lien dans les 7 jours :
{link}

Munissez-vous d’une application de codes (TOTP) ou d’une clé d’accès : elle est obligatoire.
Vous n’attendiez pas ce message : ne faites rien.
"""


@dataclass(frozen=True)
class Invitation:
    """An invitation under way. `login` is empty until identifier and password are chosen."""

    step: pending.Step
    email: str
    name: str
    roles: tuple[str, ...]
    login: str
    secret: str


def invite(*, email: str, name: str, roles: Iterable[str]) -> str:
    """Send an invitation and return its link; raises CredentialError for a bad address or role."""
    email, chosen = fold_email(email), accounts.check_roles(roles)
    if not name.strip():
        raise CredentialError("name", "Donnez le nom de l’agent.")
    facts = {"email": email, "name": name.strip(), "roles": chosen, "secret": factors.new_secret()}
    with transaction.atomic():
        token = pending.begin(INVITATION, owner_id=None, facts=facts, lifetime=LASTS)
        link = f"{settings.CARNET_BASE_URL}{reverse('desk:invitation', args=[token])}"
        text = _TEXT.format(
            name=name.strip(), roles=", ".join(accounts.ROLES[role] for role in chosen), link=link
        )
        post.send(post.Message(post.Channel.EMAIL, email, "Votre compte d’agent", text, f"invite:{uuid4()}"))
    return link


def find_invitation(token: str) -> Invitation | None:
    """Return an invitation, or None once it is used or seven days old."""
    step = pending.find(INVITATION, token)
    if step is None:
        return None
    facts = step.facts
    return Invitation(
        step, facts["email"], facts["name"], tuple(facts["roles"]), facts.get("login", ""), facts["secret"]
    )


def choose_credentials(invitation: Invitation, *, login: str, password: str) -> None:
    """Keep identifier and password hash until the second factor is there; raises CredentialError."""
    login = accounts.check_login(login)
    accounts.check_password(password, personal=[invitation.name, login])
    chosen = {"login": login, "password_hash": passwords.hash_password(password)}
    pending.note(invitation.step, invitation.step.facts | chosen)


def accept_totp(invitation: Invitation, code: str) -> UUID | None:
    """Create the account if the application's first code is right; return its id. Raises CredentialError."""
    at = int(clock.real_now().timestamp())
    step = factors.match_step(invitation.secret, code, at=at, last_step=0)
    if step is None:
        return None
    with transaction.atomic():
        card = _create(invitation)
        factors.keep_secret(card, invitation.secret, last_step=step)
    return card.id


def passkey_options(invitation: Invitation) -> str:
    """Return what the browser needs to make a passkey (JSON); the challenge is kept with the invitation."""
    options, challenge = factors.registration_options(invitation.step.id, invitation.login)
    pending.note(invitation.step, invitation.step.facts | {"challenge": challenge})
    return options


def accept_passkey(invitation: Invitation, credential: str) -> UUID:
    """Create the account with a passkey; return its id. Raises CredentialError."""
    made = factors.read_registration(credential, str(invitation.step.facts.get("challenge", "")))
    with transaction.atomic():
        card = _create(invitation)
        factors.keep_passkey(card, made, label="Clé d’accès")
    return card.id


def revoke(account_id: UUID) -> bool:
    """Delete an agent's account and his sessions; return whether there was one."""
    card = accounts.get_account(account_id)
    return card.kind == "agent" and accounts.delete_account(card.owner_id)


def _create(invitation: Invitation) -> accounts.AccountCard:
    if not invitation.login or not pending.take_step(invitation.step):
        raise CredentialError("login", "Cette invitation a déjà servi. Demandez-en une autre.")
    facts = invitation.step.facts
    return accounts.insert_agent(
        login=facts["login"],
        password_hash=facts["password_hash"],
        email=invitation.email,
        name=invitation.name,
        roles=invitation.roles,
        by=Actor.system(),
    )
