"""What the simulators of identity providers have in common: the code flow, and all that it refuses.

Code flow, PKCE, state and nonce compulsory, one-use codes of a minute. Nothing is kept but that a code has
served: codes and access tokens carry their own sealed content. Sources: RFC 6749, RFC 6750, RFC 7636,
RFC 9207, OpenID Connect Core 1.0, Discovery 1.0 and RP-Initiated Logout 1.0.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote
from uuid import uuid4

import orjson
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError

from carnet.platform import clock, crypto
from carnet.platform.limits import Limit
from carnet.sandbox.provider_key import signing_key

ALGORITHM: Final = "ES256"
CODE_SECONDS: Final = 60
TOKEN_SECONDS: Final = 60
PAGE_SECONDS: Final = 900
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636, 4.1
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")


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
    """A request for authorization that was found good. `levels`: at which she may identify herself."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str
    nonce: str
    challenge: str
    acr: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Provider:
    """One simulator. `name`: of its key, of its seals and of its settings (CARNET_<NAME>_ISSUER…).

    `scopes`: those that it knows beside openid. `redirect_uri`, `logout_uri`: the addresses that are
    declared. `amr`: how it says that she was identified.
    """

    name: str
    levels: tuple[str, ...]
    scopes: frozenset[str]
    redirect_uri: Callable[[], str]
    logout_uri: Callable[[], str]
    amr: tuple[str, ...] = field(default=())

    @property
    def issuer(self) -> str:
        """The simulator's name, as the client knows it."""
        return self._setting("ISSUER")

    @property
    def client_id(self) -> str:
        """The one client that is registered."""
        return self._setting("CLIENT_ID")

    def jwks(self) -> dict[str, Any]:
        """Return the public key."""
        public = signing_key(self.name).as_dict(private=False)
        return {"keys": [public | {"use": "sig", "alg": ALGORITHM}]}

    # -- authorize

    def read_client(self, query: Mapping[str, str]) -> str:
        """Return the declared address of return of a known client; raises UntrustedClientError."""
        if query.get("client_id") != self.client_id:
            raise UntrustedClientError("client_id")
        if query.get("redirect_uri") != self.redirect_uri():
            raise UntrustedClientError("redirect_uri")
        return query["redirect_uri"]

    def read_authorization(self, query: Mapping[str, str]) -> Authorization:
        """Return a request whose client was read; raises RefusedError, to be told to the client."""
        for name in ("response_type", "scope", "state", "nonce", "acr_values"):
            if not query.get(name):
                raise RefusedError("invalid_request", f"{name} is required")
        if query["response_type"] != "code":
            raise RefusedError("unsupported_response_type", "code is the only response type")
        scopes = query["scope"].split()
        if "openid" not in scopes or any(scope not in {"openid", *self.scopes} for scope in scopes):
            raise RefusedError("invalid_scope", "openid is required, other scopes must be known")
        if query["acr_values"] not in self.levels:
            raise RefusedError("invalid_request", f"acr_values is one of {', '.join(self.levels)}")
        challenge = query.get("code_challenge", "")
        if query.get("code_challenge_method") != "S256" or not _CHALLENGE.fullmatch(challenge):
            raise RefusedError("invalid_request", "PKCE with S256 is required")
        if query.get("prompt") == "none":
            raise RefusedError("login_required", "nobody is identified yet")
        return Authorization(
            client_id=query["client_id"], redirect_uri=query["redirect_uri"], scope=" ".join(scopes),
            state=query["state"], nonce=query["nonce"], challenge=challenge, acr=query["acr_values"],
            levels=self.levels[self.levels.index(query["acr_values"]) :],
        )  # fmt: skip

    def issue_code(self, authorization: Authorization, login: str, *, acr: str) -> str:
        """Return a code for one use within a minute; raises RefusedError for a level below what was asked."""
        if acr not in authorization.levels:
            raise RefusedError("access_denied", "this identity is not sure enough")
        return self.seal("code", CODE_SECONDS, {
            "id": uuid4().hex, "client_id": authorization.client_id, "acr": acr, "login": login,
            "redirect_uri": authorization.redirect_uri, "scope": authorization.scope,
            "nonce": authorization.nonce, "challenge": authorization.challenge,
        })  # fmt: skip

    # -- token, userinfo, end of session

    def read_grant(self, form: Mapping[str, str], authorization: str) -> dict[str, Any]:
        """Return what a request to the token endpoint may have; raises RefusedError."""
        self._check_client(form, authorization)
        if form.get("grant_type") != "authorization_code":
            raise RefusedError("unsupported_grant_type", "authorization_code is the only grant")
        for name in ("code", "redirect_uri", "code_verifier"):
            if not form.get(name):
                raise RefusedError("invalid_request", f"{name} is required")
        return self._redeem(form)

    def tokens(self, grant: Mapping[str, Any], sub: str) -> dict[str, Any]:
        """Return the answer of the token endpoint to a grant, for a subject."""
        access_token = self.seal("access", TOKEN_SECONDS, {"login": grant["login"], "scope": grant["scope"]})
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "id_token": self._id_token(sub, grant, access_token),
        }

    def read_access(self, authorization: str) -> dict[str, Any]:
        """Return what an access token gives; raises RefusedError (401)."""
        scheme, _, token = authorization.partition(" ")
        grant = self.unseal("access", token.strip()) if scheme.lower() == "bearer" else None
        if grant is None:
            raise RefusedError("invalid_token", "unknown or expired access token", status=401)
        return grant

    def read_logout(self, query: Mapping[str, str]) -> str:
        """Return the declared address where the browser goes after the end of its session.

        Raises RefusedError when the hint was not signed here or the address is not declared.
        """
        try:
            jwt.decode(query.get("id_token_hint", ""), signing_key(self.name), algorithms=[ALGORITHM])
        except (JoseError, ValueError) as error:
            raise RefusedError("invalid_request", "id_token_hint is not one of ours") from error
        back_to = query.get("post_logout_redirect_uri", "")
        if back_to != self.logout_uri():
            raise RefusedError("invalid_request", "post_logout_redirect_uri is not declared")
        return back_to

    def sign(self, claims: dict[str, Any]) -> str:
        """Return claims as a signed token."""
        key = signing_key(self.name)
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key)

    def frame(self, sub: str) -> dict[str, Any]:
        """Return what every signed answer says: by whom, of whom, for whom, until when."""
        now = _now()
        return {"iss": self.issuer, "sub": sub, "aud": self.client_id, "iat": now, "exp": now + TOKEN_SECONDS}

    # -- sealed contents

    def seal(self, purpose: str, seconds: int, facts: dict[str, Any]) -> str:
        """Return facts as an opaque text, good for so many seconds and for this purpose only."""
        sealed = crypto.seal_system(
            f"{self.name}-{purpose}", orjson.dumps(facts | {"until": _now() + seconds})
        )
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def unseal(self, purpose: str, text: str) -> dict[str, Any] | None:
        """Return the facts of an opaque text, or None if it is not one of ours or its time has passed."""
        try:
            sealed = base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4))
            facts: dict[str, Any] = orjson.loads(crypto.open_system(f"{self.name}-{purpose}", sealed))
        except (ValueError, crypto.SealBrokenError):
            return None
        return facts if facts["until"] >= _now() else None

    # -- within

    @cached_property
    def _used_code(self) -> Limit:
        return Limit(f"{self.name}-code", most=1, window=timedelta(seconds=2 * CODE_SECONDS))

    def _setting(self, name: str) -> str:
        return str(getattr(settings, f"CARNET_{self.name.upper()}_{name}"))

    def _redeem(self, form: Mapping[str, str]) -> dict[str, Any]:
        from authlib.oauth2.rfc7636 import create_s256_code_challenge

        grant = self.unseal("code", form["code"])
        if grant is None or not self._used_code.hit(grant["id"]):
            raise RefusedError("invalid_grant", "unknown, expired or used code")
        if (grant["client_id"], grant["redirect_uri"]) != (self.client_id, form["redirect_uri"]):
            raise RefusedError("invalid_grant", "the code was issued to another client or address")
        verifier = form["code_verifier"]
        right = _VERIFIER.fullmatch(verifier) and create_s256_code_challenge(verifier) == grant["challenge"]
        if not right:
            raise RefusedError("invalid_grant", "the code_verifier is wrong")
        return grant

    def _check_client(self, form: Mapping[str, str], authorization: str) -> None:
        """Check who calls (RFC 6749, 2.3.1): by the form or by Basic, never both."""
        posted = (form.get("client_id", ""), form.get("client_secret", ""))
        if authorization and posted[1]:
            raise RefusedError("invalid_request", "one method of authentication at a time")
        client_id, secret = _basic(authorization) if authorization else posted
        right = hmac.compare_digest(secret.encode(), self._setting("CLIENT_SECRET").encode())
        if client_id != self.client_id or not right:
            raise RefusedError("invalid_client", "client authentication failed", status=401)

    def _id_token(self, sub: str, grant: Mapping[str, Any], access_token: str) -> str:
        from authlib.oidc.core.util import create_half_hash

        return self.sign(self.frame(sub) | {
            "nonce": grant["nonce"], "acr": grant["acr"], "amr": list(self.amr), "auth_time": _now(),
            "at_hash": create_half_hash(access_token, ALGORITHM).decode(),
        })  # fmt: skip


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, value = authorization.partition(" ")
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (unquote(user), unquote(password)) if scheme.lower() == "basic" else ("", "")


def _now() -> int:
    return int(clock.real_now().timestamp())
