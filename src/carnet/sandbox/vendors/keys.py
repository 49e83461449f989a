"""Keys on the spot: a software client of a structure, its private key, a first token.

The private key is kept nowhere: it travels sealed in a cookie of the page that gives it, for half an hour,
and leaves it when it is downloaded. Only its public part is registered.
"""

import base64
import binascii
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse

from carnet.directory import api as directory
from carnet.directory.api import ClientCard
from carnet.platform import clock, crypto
from carnet.sandbox.personas.structures import block_structures
from carnet.standards import oauth

COOKIE: Final = "carnet_editeur"
_PATH: Final = "/bac-a-sable/editeurs/"
_PURPOSE: Final = "vendor-key"


@dataclass(frozen=True, slots=True)
class Ring:
    """What was just made for a vendor. `key`: the private JWK with its `client_id`, None once downloaded.

    `expires_at`: when the token ends, in seconds since 1970.
    """

    client_id: UUID
    token: str = field(repr=False)
    expires_at: int
    key: dict[str, Any] | None = field(default=None, repr=False)


def make(
    *, structure: str, name: str, vendor: str, product: str, version: str, strict: bool
) -> tuple[ClientCard, Ring]:
    """Make a client of a structure (FINESS), registered under `name` if it was not; return it and its keys.

    The personas who block structures block this one too. Raises DirectoryRefused.
    """
    if directory.find_structure(structure) is None:
        directory.register_structure(finess=structure, name=name)
    key = oauth.make_key()
    client = directory.create_client(
        structure=structure, vendor=vendor, product=product, version=version,
        keys=oauth.public_part(key), strict=strict,
    )  # fmt: skip
    block_structures([client.structure])
    return client, replace(_with_token(client), key={"client_id": str(client.id), **key})


def renew_token(client: ClientCard, ring: Ring | None) -> Ring:
    """Return the ring with another token of thirty minutes."""
    fresh = _with_token(client)
    return replace(fresh, key=ring.key) if ring else fresh


def without_key(ring: Ring) -> Ring:
    """Return the ring once its key was downloaded."""
    return replace(ring, key=None)


def keep(response: HttpResponse, ring: Ring) -> None:
    """Put the ring into the cookie of the vendor's pages."""
    facts = [str(ring.client_id), ring.token, ring.expires_at, ring.key]
    sealed = base64.urlsafe_b64encode(crypto.seal_system(_PURPOSE, orjson.dumps(facts))).decode()
    response.set_cookie(
        COOKIE, sealed, max_age=directory.LIFE_SECONDS, path=_PATH, httponly=True, samesite="Strict"
    )


def find(request: HttpRequest, client_id: UUID) -> Ring | None:
    """Return the ring of that client, None when the cookie holds none, another's, or one that has ended."""
    try:
        sealed = base64.urlsafe_b64decode(request.COOKIES.get(COOKIE, ""))
        known, token, expires_at, key = orjson.loads(crypto.open_system(_PURPOSE, sealed))
    except (binascii.Error, ValueError):
        return None
    ended = expires_at <= clock.real_now().timestamp()
    return Ring(client_id, token, expires_at, key) if known == str(client_id) and not ended else None


def _with_token(client: ClientCard) -> Ring:
    token = directory.issue_token(client)
    expires_at = int(clock.real_now().timestamp()) + token.expires_in
    return Ring(client.id, token.access_token, expires_at)
