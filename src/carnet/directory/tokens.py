"""Access tokens of software: sealed, so that reading one asks nothing of the database but the client's state.

A token says which client, until when, which scopes, and the certificate it is bound to (RFC 8705, 3).
The client's state is kept five seconds in the process: that is how long a revoked one may go on. Real time.
"""

import base64
import binascii
import hmac
import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import orjson

from carnet.directory import policies
from carnet.directory.certificates import thumbprint
from carnet.directory.policies import OAuthRefused
from carnet.directory.queries import ClientCard, find_client
from carnet.journal.api import Actor, ActorKind
from carnet.platform import clock, crypto

LIFE_SECONDS: Final = 1800
_PURPOSE: Final = "access-token"
_LONGEST: Final = 2_000
_KEPT_SECONDS: Final = 5.0
_MOST_KEPT: Final = 4096

_kept: dict[UUID, tuple[float, ClientCard | None]] = {}


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is given. `expires_in`: seconds; `scope`: what it opens, separated by spaces."""

    access_token: str
    expires_in: int
    scope: str


@dataclass(frozen=True, slots=True)
class Caller:
    """The software that a token was read from. `structure`: FINESS; `software`: in words."""

    client_id: UUID
    structure: str
    strict: bool
    scopes: frozenset[str]
    software: str

    @property
    def actor(self) -> Actor:
        """Who acts, for the door and the journal."""
        return Actor(ActorKind.HEALTHCARE_FACILITY, id=self.client_id, structure=self.structure)

    def may(self, resource: str, letter: str) -> bool:
        """Tell whether its scopes allow an interaction (c, r, u, d or s) on a type of resource."""
        return policies.includes(self.scopes, resource, letter)


def issue_token(client: ClientCard, *, scope: str = "", certificate: str = "") -> Token:
    """Return a token of thirty minutes for an authenticated client; raises OAuthRefused (invalid_scope).

    `scope`: what is asked, "" for all; `certificate`: in PEM, as the proxy passes it. When it is the client's
    own, the token is bound to it and serves nobody else.
    """
    scope = " ".join(policies.grant(scope))
    shown = thumbprint(certificate)
    bound_to = shown if shown and shown == client.certificate else ""
    expires = int(clock.real_now().timestamp()) + LIFE_SECONDS
    sealed = crypto.seal_system(_PURPOSE, orjson.dumps([client.id, expires, scope, bound_to]))
    return Token(base64.urlsafe_b64encode(sealed).rstrip(b"=").decode(), LIFE_SECONDS, scope)


def read_token(text: str, *, certificate: str = "") -> Caller:
    """Return who holds a token; raises OAuthRefused ("invalid_token"; `expired` when that is all).

    `certificate`: the client's certificate in PEM, proven to the proxy in front, or "".
    """
    client_id, expires, scope, bound_to = _open(text)
    if expires <= clock.real_now().timestamp():
        raise OAuthRefused("invalid_token", "Ce jeton a expiré : demandez-en un nouveau.", expired=True)
    if bound_to and not hmac.compare_digest(bound_to, thumbprint(certificate)):
        raise _invalid("Ce jeton ne sert qu’avec le certificat pour lequel il a été donné.")
    card = _client(UUID(client_id))
    if card is None or not card.active:
        raise _invalid("Le client de ce jeton a été révoqué.")
    return Caller(card.id, card.structure, card.strict, frozenset(scope.split()), card.software)


def forget(client_id: UUID) -> None:
    """Have the client's state read again by this process."""
    _kept.pop(client_id, None)


def _open(text: str) -> tuple[str, int, str, str]:
    """Return what was sealed: the client, the second it ends, the scopes, the certificate or ""."""
    if not 0 < len(text) <= _LONGEST or not text.isascii():
        raise _invalid("Ce jeton n’est pas de ce service.")
    try:
        sealed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        client_id, expires, scope, bound_to = orjson.loads(crypto.open_system(_PURPOSE, sealed))
    except (binascii.Error, ValueError) as error:
        raise _invalid("Ce jeton n’est pas de ce service.") from error
    return client_id, expires, scope, bound_to


def _client(client_id: UUID) -> ClientCard | None:
    now = time.monotonic()
    read_at, card = _kept.get(client_id, (float("-inf"), None))
    if now - read_at > _KEPT_SECONDS:
        card = find_client(client_id)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[client_id] = (now, card)
    return card


def _invalid(message_fr: str) -> OAuthRefused:
    return OAuthRefused("invalid_token", message_fr)
