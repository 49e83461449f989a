"""OpenID Connect as a client speaks it: discovery, code flow with PKCE, signed answers, logging out.

Sources: OpenID Connect Core 1.0 (3.1 and 5.3), Discovery 1.0, RP-Initiated Logout 1.0, RFC 7636 (PKCE),
RFC 9207 (issuer in the answer). Every doubt about an answer is a refusal. Real time.
"""

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from carnet.platform import clock
from carnet.platform.provider_http import Answer, Http, UnreachableError, basic, is_trustworthy

ALGORITHMS = ("ES256", "RS256")
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600
_KEPT_SECONDS = 600.0
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
_OK = 200
_HEADER_PAYLOAD_SIGNATURE = 3


class AnswerError(Exception):
    """The provider's answer is not to be believed. `rule`: code of what is wrong, for the log."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class CancelledError(Exception):
    """The person, or the provider for her, has interrupted it (RFC 6749, 4.1.2.1: access_denied)."""


class StateError(Exception):
    """The return answers no departure of this browser (RFC 6749, 10.12)."""


@dataclass(frozen=True)
class Attempt:
    """What left with the browser and must come back, and what only this service knows."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def fresh(cls) -> "Attempt":
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))

    @property
    def facts(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Proven:
    """What the provider has signed: who (`claims` of userinfo), how surely (`acr`), and the ID token.

    `proven_at`: when she proved it (auth_time, seconds since 1970), 0 when the provider does not say.
    """

    claims: dict[str, Any]
    acr: str
    id_token: str
    proven_at: int = 0


@dataclass(frozen=True)
class Client:
    """Our service as one provider has registered it.

    `discovery_url`: where the provider describes itself, when that is not below its issuer's usual name (Pro
    Santé Connect, facts/interop.md 6). `plain_userinfo`: it answers userinfo as JSON (Core, 5.3.2), believed
    because of TLS and of the access token; else only what it has signed is believed.
    """

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    http: Http
    discovery_url: str = ""
    plain_userinfo: bool = False

    def authorization_url(self, attempt: Attempt, *, scope: str, acr: str, again: bool = False) -> str:
        """Return where to send the browser; raises UnreachableError, AnswerError.

        `again`: identity must be proven now, whatever session the provider has (Core, 3.1.2.1: prompt=login,
        and max_age, with which the provider must say when it was proven).
        """
        from authlib.oauth2.rfc7636 import create_s256_code_challenge  # half a second: not at every start

        query = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": scope,
            "acr_values": acr,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        }
        if again:
            query |= {"prompt": "login", "max_age": "0"}
        return _with_query(self._metadata()["authorization_endpoint"], query)

    def finish(self, attempt: Attempt, query: Mapping[str, str]) -> Proven:
        """Turn the browser's return into what the provider has signed.

        Raises StateError, CancelledError, AnswerError, UnreachableError.
        """
        code = self._read_return(attempt, query)
        tokens = self._exchange(code, attempt.verifier)
        claims = self._check_id_token(tokens["id_token"], tokens["access_token"], attempt.nonce)
        userinfo = self._fetch_userinfo(tokens["access_token"])
        if userinfo.get("sub") != claims["sub"]:
            raise AnswerError("userinfo_sub")  # Core, 5.3.2: it would speak of somebody else
        return Proven(
            userinfo, str(claims.get("acr", "")), tokens["id_token"], _time(claims.get("auth_time"))
        )

    def logout_url(self, id_token: str, *, back_to: str, state: str) -> str | None:
        """Return where the browser ends its session at the provider, or None if it has no such page."""
        endpoint = self._metadata().get("end_session_endpoint")
        if not endpoint:
            return None
        query = {"id_token_hint": id_token, "post_logout_redirect_uri": back_to, "state": state}
        return _with_query(endpoint, query)

    # -- the return of the browser

    def _read_return(self, attempt: Attempt, query: Mapping[str, str]) -> str:
        if not hmac.compare_digest(query.get("state", "").encode(), attempt.state.encode()):
            raise StateError
        declared = bool(self._metadata().get("authorization_response_iss_parameter_supported"))
        if ("iss" in query or declared) and query.get("iss") != self.issuer:
            raise AnswerError("return_iss")  # RFC 9207, 2.4: another provider answers in its place
        if error := query.get("error"):
            raise CancelledError if error == "access_denied" else AnswerError("return_error")
        if not query.get("code"):
            raise AnswerError("return_code")
        return query["code"]

    # -- calls of the service itself

    def _exchange(self, code: str, verifier: str) -> dict[str, str]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
            "client_id": self.client_id,
        }
        authorization = ""
        methods = self._metadata().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_post" in methods:
            form["client_secret"] = self.client_secret
        else:
            authorization = basic(self.client_id, self.client_secret)
        answer = self.http.send(self._metadata()["token_endpoint"], form=form, authorization=authorization)
        tokens = _read_json(answer, "token")
        if not all(isinstance(tokens.get(name), str) for name in ("id_token", "access_token")):
            raise AnswerError("token_content")
        if str(tokens.get("token_type", "")).lower() != "bearer":
            raise AnswerError("token_type")
        return tokens

    def _fetch_userinfo(self, access_token: str) -> dict[str, Any]:
        """Return the claims of userinfo: signed (FranceConnect v2), or JSON where the client takes it."""
        url = self._metadata()["userinfo_endpoint"]
        answer = self.http.send(url, authorization=f"Bearer {access_token}")
        if self.plain_userinfo and answer.kind == "application/json":
            return _read_json(answer, "userinfo")
        if answer.status != _OK or answer.kind != "application/jwt":
            raise AnswerError("userinfo_answer")
        claims = self._open(answer.body.decode("ascii", "replace").strip(), "userinfo").claims
        self._check_userinfo(claims)
        return claims

    def _check_userinfo(self, claims: Mapping[str, Any]) -> None:
        """Check that signed claims are of this provider, for this client, now (Core, 5.3.2)."""
        audience = claims.get("aud")
        if claims.get("iss") != self.issuer:
            raise AnswerError("userinfo_iss")
        if self.client_id not in (audience if isinstance(audience, list) else [audience]):
            raise AnswerError("userinfo_aud")
        expires = claims.get("exp")
        if expires is not None and not (_is_time(expires) and expires > _now() - LEEWAY_SECONDS):
            raise AnswerError("userinfo_exp")

    # -- signatures and claims

    def _check_id_token(self, text: str, access_token: str, nonce: str) -> dict[str, Any]:
        """Return the claims of an ID token (Core, 3.1.3.7), signed, ours, fresh, for this attempt."""
        from authlib.oidc.core import CodeIDToken

        token = self._open(text, "id_token")
        options = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {"nonce": nonce, "client_id": self.client_id, "access_token": access_token}
        now = _now()
        try:
            CodeIDToken(token.claims, token.header, options, params).validate(now=now, leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            rule = getattr(error, "claim", "") or getattr(error, "error", "") or type(error).__name__
            raise AnswerError(f"id_token_{rule}") from error
        if now - token.claims["iat"] > OLDEST_SECONDS:
            raise AnswerError("id_token_iat")
        if not isinstance(token.claims["sub"], str) or not token.claims["sub"]:
            raise AnswerError("id_token_sub")
        return token.claims

    def _open(self, text: str, what: str) -> jwt.Token:
        """Return a token whose signature is right; the provider's keys are read again once, if need be."""
        if len(text.split(".")) != _HEADER_PAYLOAD_SIGNATURE:
            raise AnswerError(f"{what}_form")
        jwks_uri = self._metadata()["jwks_uri"]
        try:
            return jwt.decode(text, self._keys(jwks_uri), algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError):
            _kept.pop(jwks_uri, None)  # the provider may have a new key
        try:
            return jwt.decode(text, self._keys(jwks_uri), algorithms=ALGORITHMS)
        except (JoseError, ValueError, TypeError) as error:
            raise AnswerError(f"{what}_signature") from error

    def _keys(self, jwks_uri: str) -> KeySet:
        document = _keep(jwks_uri, lambda: _read_json(self.http.send(jwks_uri), "jwks"))
        keys = document.get("keys")
        if not isinstance(keys, list):
            raise AnswerError("jwks_content")
        return KeySet.import_key_set({"keys": [key for key in keys if _signs(key)]})

    def _metadata(self) -> dict[str, Any]:
        """Return the discovery document, read again every ten minutes (Discovery, 4)."""
        url = self.discovery_url or f"{self.issuer}/.well-known/openid-configuration"
        return _keep(url, lambda: self._fetch_metadata(url))

    def _fetch_metadata(self, url: str) -> dict[str, Any]:
        document = _read_json(self.http.send(url), "discovery")
        if document.get("issuer") != self.issuer:
            raise AnswerError("discovery_issuer")  # Discovery, 4.3: exactly the same
        if not all(is_trustworthy(str(document.get(name, ""))) for name in _ENDPOINTS):
            raise AnswerError("discovery_endpoint")
        return document


# -- what is kept of a provider between two visitors

_kept: dict[str, tuple[float, dict[str, Any]]] = {}


def forget_providers() -> None:
    """Forget what was read of the providers."""
    _kept.clear()


def _keep(url: str, read: Any) -> dict[str, Any]:
    read_at, document = _kept.get(url, (float("-inf"), {}))
    if time.monotonic() - read_at > _KEPT_SECONDS:
        document = read()
        _kept[url] = (time.monotonic(), document)
    return document


def _read_json(answer: Answer, what: str) -> dict[str, Any]:
    try:
        document = orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise UnreachableError(f"{what} {answer.status}") from error
    if not isinstance(document, dict):
        raise AnswerError(f"{what}_content")
    if answer.status != _OK:
        raise AnswerError(f"{what}_{answer.status}")
    return document


def _with_query(endpoint: str, query: Mapping[str, str]) -> str:
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def _now() -> int:
    return int(clock.real_now().timestamp())


def _signs(key: object) -> bool:
    """Tell whether a published key is one that signatures are checked with; other kinds are left aside."""
    return isinstance(key, dict) and key.get("kty") in {"EC", "RSA"} and key.get("use", "sig") == "sig"


def _time(value: object) -> int:
    return int(value) if _is_time(value) else 0  # type: ignore[call-overload]


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
