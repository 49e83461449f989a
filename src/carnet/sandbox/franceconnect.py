"""A FranceConnect that runs on this machine: the same protocol, the same refusals, invented identities.

It behaves as FranceConnect v2 does (facts/interop.md 6): code flow, PKCE, state and nonce compulsory, one-use
codes of a minute, signed userinfo, pivot identity without INS. Nothing is kept but that a code has served:
codes and access tokens carry their own sealed content. Sources: RFC 6749, RFC 6750, RFC 7636, RFC 9207,
OpenID Connect Core 1.0, Discovery 1.0 and RP-Initiated Logout 1.0.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import orjson
from django.conf import settings
from django.db import connection
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import JoseError

from carnet.platform import clock, crypto
from carnet.platform.limits import Limit
from carnet.sandbox.franceconnect_key import signing_key

ALGORITHM = "ES256"
LEVELS = ("eidas1", "eidas2", "eidas3")
CODE_SECONDS = TOKEN_SECONDS = 60
PAGE_SECONDS = 900
FRANCE = "99100"
CLAIMS = {
    "given_name": ("given_name",), "family_name": ("family_name",), "birthdate": ("birthdate",),
    "gender": ("gender",), "birthplace": ("birthplace",), "birthcountry": ("birthcountry",),
    "email": ("email",), "preferred_username": ("preferred_username",),
    "profile": ("given_name", "family_name", "birthdate", "gender", "preferred_username"),
    "birth": ("birthplace", "birthcountry"),
    "identite_pivot": ("given_name", "family_name", "birthdate", "gender", "birthplace", "birthcountry"),
}  # fmt: skip
_USED_CODE = Limit("franceconnect-code", most=1, window=timedelta(seconds=2 * CODE_SECONDS))
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, 4.1
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


class RefusedError(Exception):
    """A request is refused. `error`: the code of the RFC; `status`: of a direct answer."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


class UntrustedClientError(Exception):
    """Unknown client or undeclared address: the browser must not be sent there (RFC 6749, 4.1.2.1)."""


@dataclass(frozen=True)
class Authorization:
    """A request for authorization that was found good."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str
    nonce: str
    challenge: str
    acr: str

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels at which she may identify herself: what was asked for, or better."""
        return LEVELS[LEVELS.index(self.acr) :]


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


def issuer() -> str:
    """Return the simulator's name, as the client knows it."""
    return str(settings.CARNET_FRANCECONNECT_ISSUER)


def metadata() -> dict[str, Any]:
    """Return the discovery document."""
    here = issuer()
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


def jwks() -> dict[str, Any]:
    """Return the public key."""
    return {"keys": [signing_key().as_dict(private=False) | {"use": "sig", "alg": ALGORITHM}]}


def list_identities() -> list[Identity]:
    """Return the identities of the simulator, by login."""
    return _identities("order by login", [])


def find_identity(login: str) -> Identity | None:
    """Return an identity, or None."""
    return next(iter(_identities("where login = %s", [login])), None)


# -- authorize


def read_client(query: Mapping[str, str]) -> str:
    """Return the declared address of return of a known client; raises UntrustedClientError."""
    if query.get("client_id") != settings.CARNET_FRANCECONNECT_CLIENT_ID:
        raise UntrustedClientError("client_id")
    if query.get("redirect_uri") != settings.CARNET_BASE_URL + reverse("portal:franceconnect_callback"):
        raise UntrustedClientError("redirect_uri")
    return query["redirect_uri"]


def read_authorization(query: Mapping[str, str]) -> Authorization:
    """Return a request whose client was read; raises RefusedError, to be told to the client."""
    for name in ("response_type", "scope", "state", "nonce", "acr_values"):
        if not query.get(name):
            raise RefusedError("invalid_request", f"{name} is required")
    if query["response_type"] != "code":
        raise RefusedError("unsupported_response_type", "code is the only response type")
    scopes = query["scope"].split()
    if "openid" not in scopes or any(scope not in {"openid", *CLAIMS} for scope in scopes):
        raise RefusedError("invalid_scope", "openid is required, other scopes must be known")
    if query["acr_values"] not in LEVELS:
        raise RefusedError("invalid_request", "acr_values is one of eidas1, eidas2, eidas3")
    challenge = query.get("code_challenge", "")
    if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
        raise RefusedError("invalid_request", "PKCE with S256 is required")
    if query.get("prompt") == "none":
        raise RefusedError("login_required", "nobody is identified yet")
    return Authorization(
        client_id=query["client_id"], redirect_uri=query["redirect_uri"], scope=" ".join(scopes),
        state=query["state"], nonce=query["nonce"], challenge=challenge, acr=query["acr_values"],
    )  # fmt: skip


def issue_code(authorization: Authorization, identity: Identity, *, acr: str) -> str:
    """Return a code for one use within a minute; raises RefusedError for a level below what was asked for."""
    if acr not in authorization.levels:
        raise RefusedError("access_denied", "this identity is not sure enough")
    return seal("code", CODE_SECONDS, {
        "id": uuid4().hex, "client_id": authorization.client_id, "redirect_uri": authorization.redirect_uri,
        "scope": authorization.scope, "nonce": authorization.nonce, "challenge": authorization.challenge,
        "login": identity.login, "acr": acr,
    })  # fmt: skip


# -- token, userinfo, end of session


def exchange(form: Mapping[str, str], authorization: str) -> dict[str, Any]:
    """Return the answer of the token endpoint; raises RefusedError."""
    _check_client(form, authorization)
    if form.get("grant_type") != "authorization_code":
        raise RefusedError("unsupported_grant_type", "authorization_code is the only grant")
    for name in ("code", "redirect_uri", "code_verifier"):
        if not form.get(name):
            raise RefusedError("invalid_request", f"{name} is required")
    grant = _redeem(form)
    identity = find_identity(grant["login"])
    if identity is None:
        raise RefusedError("invalid_grant", "the identity is gone")
    access_token = seal("access", TOKEN_SECONDS, {"login": identity.login, "scope": grant["scope"]})
    return {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "id_token": _id_token(identity, grant, access_token),
    }


def userinfo(authorization: str) -> str:
    """Return the signed claims that the scopes of an access token give; raises RefusedError (401)."""
    scheme, _, token = authorization.partition(" ")
    grant = unseal("access", token.strip()) if scheme.lower() == "bearer" else None
    identity = find_identity(grant["login"]) if grant else None
    if grant is None or identity is None:
        raise RefusedError("invalid_token", "unknown or expired access token", status=401)
    wanted = {claim for scope in grant["scope"].split() for claim in CLAIMS.get(scope, ())}
    claims = {name: value for name, value in identity.claims.items() if name in wanted}
    return sign(claims | _frame(identity, TOKEN_SECONDS))


def read_logout(query: Mapping[str, str]) -> str:
    """Return the declared address where the browser goes after the end of its session.

    Raises RefusedError when the hint was not signed here or the address is not declared.
    """
    try:
        jwt.decode(query.get("id_token_hint", ""), signing_key(), algorithms=[ALGORITHM])
    except (JoseError, ValueError) as error:
        raise RefusedError("invalid_request", "id_token_hint is not one of ours") from error
    back_to = query.get("post_logout_redirect_uri", "")
    if back_to != settings.CARNET_BASE_URL + reverse("portal:login"):
        raise RefusedError("invalid_request", "post_logout_redirect_uri is not declared")
    return back_to


def sign(claims: dict[str, Any]) -> str:
    """Return claims as a signed token."""
    key = signing_key()
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key)


def _redeem(form: Mapping[str, str]) -> dict[str, Any]:
    from authlib.oauth2.rfc7636 import create_s256_code_challenge

    grant = unseal("code", form["code"])
    if grant is None or not _USED_CODE.hit(grant["id"]):
        raise RefusedError("invalid_grant", "unknown, expired or used code")
    if (grant["client_id"], grant["redirect_uri"]) != (_client_id(), form["redirect_uri"]):
        raise RefusedError("invalid_grant", "the code was issued to another client or address")
    verifier = form["code_verifier"]
    right = _VERIFIER.fullmatch(verifier) and create_s256_code_challenge(verifier) == grant["challenge"]
    if not right:
        raise RefusedError("invalid_grant", "the code_verifier is wrong")
    return grant


def _check_client(form: Mapping[str, str], authorization: str) -> None:
    """Check who calls (RFC 6749, 2.3.1): by the form or by Basic, never both."""
    posted = (form.get("client_id", ""), form.get("client_secret", ""))
    if authorization and posted[1]:
        raise RefusedError("invalid_request", "one method of authentication at a time")
    client_id, secret = _basic(authorization) if authorization else posted
    expected = settings.CARNET_FRANCECONNECT_CLIENT_SECRET
    if client_id != _client_id() or not hmac.compare_digest(secret.encode(), expected.encode()):
        raise RefusedError("invalid_client", "client authentication failed", status=401)


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, value = authorization.partition(" ")
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (unquote(user), unquote(password)) if scheme.lower() == "basic" else ("", "")


def _id_token(identity: Identity, grant: dict[str, Any], access_token: str) -> str:
    from authlib.oidc.core.util import create_half_hash

    claims = _frame(identity, TOKEN_SECONDS) | {
        "nonce": grant["nonce"],
        "acr": grant["acr"],
        "amr": ["fc"],
        "auth_time": _now(),
        "at_hash": create_half_hash(access_token, ALGORITHM).decode(),
    }
    return sign(claims)


def _frame(identity: Identity, seconds: int) -> dict[str, Any]:
    now = _now()
    return {"iss": issuer(), "sub": identity.sub, "aud": _client_id(), "iat": now, "exp": now + seconds}


def _client_id() -> str:
    return str(settings.CARNET_FRANCECONNECT_CLIENT_ID)


# -- sealed contents


def seal(purpose: str, seconds: int, facts: dict[str, Any]) -> str:
    """Return facts as an opaque text, good for so many seconds and for this purpose only."""
    content = orjson.dumps(facts | {"until": _now() + seconds})
    return (
        base64.urlsafe_b64encode(crypto.seal_system(f"franceconnect-{purpose}", content)).decode().rstrip("=")
    )


def unseal(purpose: str, text: str) -> dict[str, Any] | None:
    """Return the facts of an opaque text, or None if it is not one of ours or its time has passed."""
    try:
        sealed = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
        facts: dict[str, Any] = orjson.loads(crypto.open_system(f"franceconnect-{purpose}", sealed))
    except (ValueError, crypto.SealBrokenError):
        return None
    return facts if facts["until"] >= _now() else None


def _identities(clause: str, values: list[str]) -> list[Identity]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select login, sub, given_names, family_name, birth_date::text, gender, birth_place, email"  # noqa: S608
            f" from sandbox_franceconnectidentity {clause}",
            values,
        )
        return [Identity(*row) for row in cursor.fetchall()]


def _now() -> int:
    return int(clock.real_now().timestamp())
