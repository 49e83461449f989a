"""A FranceConnect that runs on this machine: the same protocol, the same refusals, invented identities.

It behaves as FranceConnect v2 does (facts/interop.md 6): signed userinfo, pivot identity without INS. The
protocol itself is `carnet.sandbox.provider`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.urls import reverse

from carnet.sandbox.provider import ALGORITHM, Authorization, Provider, RefusedError

LEVELS = ("eidas1", "eidas2", "eidas3")
FRANCE = "99100"
CLAIMS = {
    "given_name": ("given_name",), "family_name": ("family_name",), "birthdate": ("birthdate",),
    "gender": ("gender",), "birthplace": ("birthplace",), "birthcountry": ("birthcountry",),
    "email": ("email",), "preferred_username": ("preferred_username",),
    "profile": ("given_name", "family_name", "birthdate", "gender", "preferred_username"),
    "birth": ("birthplace", "birthcountry"),
    "identite_pivot": ("given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry"),
}  # fmt: skip
PROVIDER = Provider(
    name="franceconnect",
    levels=LEVELS,
    scopes=frozenset(CLAIMS),
    redirect_uri=lambda: settings.CARNET_BASE_URL + reverse("portal:franceconnect_callback"),
    logout_uri=lambda: settings.CARNET_BASE_URL + reverse("portal:login"),
    amr=("fc",),
)


@dataclass(frozen=True)
class Identity:
    """An identity of the simulator."""

    login: str
    sub: str
    given_names: str
    family_name: str
    birth_date: str
    gender: str
    birth_place: str
    email: str

    @property
    def claims(self) -> dict[str, Any]:
        """The pivot identity. Who was born abroad has a country and no place."""
        abroad = self.birth_place.startswith("99")
        return {
            "given_name": self.given_names,
            "family_name": self.family_name,
            "birthdate": self.birth_date,
            "gender": self.gender,
            "birthplace": "" if abroad else self.birth_place,
            "birthcountry": self.birth_place if abroad else FRANCE,
            "email": self.email,
        }


def metadata() -> dict[str, Any]:
    """Return the discovery document."""
    here = PROVIDER.issuer
    return {
        "issuer": here,
        "authorization_endpoint": f"{here}/api/v2/authorize",
        "token_endpoint": f"{here}/api/v2/token",
        "userinfo_endpoint": f"{here}/api/v2/userinfo",
        "end_session_endpoint": f"{here}/api/v2/session/end",
        "jwks_uri": f"{here}/api/v2/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "code_challenge_methods_supported": ["S256"],
        "subject_types_supported": ["pairwise"],
        "scopes_supported": ["openid", *CLAIMS],
        "claims_supported": ["sub", *sorted({claim for claims in CLAIMS.values() for claim in claims})],
        "acr_values_supported": list(LEVELS),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "userinfo_signing_alg_values_supported": [ALGORITHM],
        "authorization_response_iss_parameter_supported": True,
    }


def list_identities() -> list[Identity]:
    """Return the identities of the simulator, by login."""
    return _identities("order by login", [])


def find_identity(login: str) -> Identity | None:
    """Return an identity, or None."""
    return next(iter(_identities("where login = %s", [login])), None)


def issue_code(authorization: Authorization, identity: Identity, *, acr: str) -> str:
    """Return a code for one use within a minute; raises RefusedError for a level below what was asked for."""
    return PROVIDER.issue_code(authorization, identity.login, acr=acr)


def exchange(form: Mapping[str, str], authorization: str) -> dict[str, Any]:
    """Return the answer of the token endpoint; raises RefusedError."""
    grant = PROVIDER.read_grant(form, authorization)
    identity = find_identity(grant["login"])
    if identity is None:
        raise RefusedError("invalid_grant", "the identity is gone")
    return PROVIDER.tokens(grant, identity.sub)


def userinfo(authorization: str) -> str:
    """Return the signed claims that the scopes of an access token give; raises RefusedError (401)."""
    grant = PROVIDER.read_access(authorization)
    identity = find_identity(grant["login"])
    if identity is None:
        raise RefusedError("invalid_token", "the identity is gone", status=401)
    wanted = {claim for scope in grant["scope"].split() for claim in CLAIMS.get(scope, ())}
    claims = {name: value for name, value in identity.claims.items() if name in wanted}
    return PROVIDER.sign(claims | PROVIDER.frame(identity.sub))


def _identities(clause: str, values: list[str]) -> list[Identity]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select login, sub, given_names, family_name, birth_date::text, gender, birth_place, email"  # noqa: S608
            f" from sandbox_franceconnectidentity {clause}",
            values,
        )
        return [Identity(*row) for row in cursor.fetchall()]
