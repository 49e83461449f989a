"""A Pro Santé Connect that runs on this machine: its claims, its odd discovery path, its refusals.

As the real one (facts/interop.md 6): it describes itself under another name than usual, the browser goes to
another address than the issuer's, userinfo is JSON. Each identity keeps its claims whole, so that one that
the annuaire does not know, or without structure, is as easy to try as a good one. The protocol itself is
`carnet.sandbox.provider`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.conf import settings
from django.db import connection
from django.urls import reverse

from carnet.sandbox.provider import ALGORITHM, Provider, RefusedError

LEVELS: Final = ("eidas1", "eidas2", "eidas3")
REALM: Final = "550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd"
PROVIDER: Final = Provider(
    name="psc",
    levels=LEVELS,
    scopes=frozenset({"scope_all"}),
    redirect_uri=lambda: settings.CARNET_BASE_URL + reverse("pro:callback"),
    logout_uri=lambda: settings.CARNET_BASE_URL + reverse("pro:login"),
    amr=("cps",),
)


@dataclass(frozen=True)
class Identity:
    """An identity of the simulator. `claims`: what userinfo says of her, `sub` apart."""

    login: str
    national_id: str
    use: str
    claims: dict[str, Any]

    @property
    def sub(self) -> str:
        """The subject, in the form that Pro Santé Connect gives it."""
        return f"f:{REALM}:{self.national_id}"

    @property
    def name(self) -> str:
        """As the page shows her."""
        return f"{self.claims.get('given_name', '')} {self.claims.get('family_name', '')}".strip()


def metadata() -> dict[str, Any]:
    """Return the discovery document: another host for the browser, the endpoints of Keycloak below."""
    here = PROVIDER.issuer
    below = f"{here}/protocol/openid-connect"
    return {
        "issuer": here,
        "authorization_endpoint": settings.CARNET_BASE_URL + reverse("sandbox:psc_authorize"),
        "token_endpoint": f"{below}/token",
        "userinfo_endpoint": f"{below}/userinfo",
        "end_session_endpoint": f"{below}/logout",
        "jwks_uri": f"{below}/certs",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid", "scope_all"],
        "acr_values_supported": list(LEVELS),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "authorization_response_iss_parameter_supported": True,
    }


def list_identities() -> list[Identity]:
    """Return the identities of the simulator, in their order."""
    return _identities("order by position, login", [])


def find_identity(login: str) -> Identity | None:
    """Return an identity, or None."""
    return next(iter(_identities("where login = %s", [login])), None)


def exchange(form: Mapping[str, str], authorization: str) -> dict[str, Any]:
    """Return the answer of the token endpoint; raises RefusedError."""
    grant = PROVIDER.read_grant(form, authorization)
    identity = find_identity(grant["login"])
    if identity is None:
        raise RefusedError("invalid_grant", "the identity is gone")
    return PROVIDER.tokens(grant, identity.sub)


def userinfo(authorization: str) -> dict[str, Any]:
    """Return the claims that an access token gives, all or the subject alone; raises RefusedError (401)."""
    grant = PROVIDER.read_access(authorization)
    identity = find_identity(grant["login"])
    if identity is None:
        raise RefusedError("invalid_token", "the identity is gone", status=401)
    everything = "scope_all" in grant["scope"].split()
    return (identity.claims if everything else {}) | {"sub": identity.sub}


def add_identity(
    login: str, *, national_id: str, use: str, claims: Mapping[str, Any], position: int = 0
) -> None:
    """Write an identity, or what has changed of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into sandbox_pscidentity (login, national_id, use, claims, position)"
            " values (%s, %s, %s, %s, %s) on conflict (login) do update set"
            " national_id = excluded.national_id, use = excluded.use, claims = excluded.claims,"
            " position = excluded.position",
            [login, national_id, use, orjson.dumps(dict(claims)).decode(), position],
        )


def _identities(clause: str, values: list[str]) -> list[Identity]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select login, national_id, use, claims::text from sandbox_pscidentity {clause}",  # noqa: S608
            values,
        )
        rows = cursor.fetchall()
    return [Identity(login, number, use, orjson.loads(claims)) for login, number, use, claims in rows]
