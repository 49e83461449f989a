"""Access for software: a signed assertion against an access token (RFC 7523, private_key_jwt).

The key file is a private JWK with one more member, `client_id`, as `carnet clients create --make-key` writes
it. An assertion is used once; an access token is kept until it is refused.
"""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2
import orjson

from carnet.standards import oauth

DISCOVERY: Final = "/.well-known/oauth-authorization-server"
_MAX_KEY_BYTES: Final = 20_000


class KeyRefused(ValueError):  # noqa: N818 - said to a person
    """The key file cannot be used; the message says why, in French."""


class TokenRefused(Exception):  # noqa: N818 - the server's answer
    """The server gave no token. `error`: its OAuth2 code (RFC 6749 5.2), or the HTTP status."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(f"{error} : {description}" if description else error)
        self.error = error


@dataclass(frozen=True, slots=True)
class Key:
    """The account of a software, and the private key by which it proves itself."""

    client_id: str
    jwk: dict[str, Any] = field(repr=False)

    def sign(self, *, audience: str) -> str:
        """Return an assertion for that token endpoint, good once and for two minutes."""
        return oauth.sign_assertion(self.jwk, audience=audience, now=time.time(), client_id=self.client_id)


def read_key(path: Path) -> Key:
    """Return the account and key of a file. Raises KeyRefused, or OSError when there is no such file."""
    with path.open("rb") as opened:
        data = opened.read(_MAX_KEY_BYTES)
    try:
        found = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise KeyRefused(f"Le fichier {path} n’est pas du JSON.") from error
    if not isinstance(found, dict) or not isinstance(found.get("client_id"), str):
        raise KeyRefused(f"Le fichier {path} ne dit pas pour quel compte il vaut (« client_id »).")
    key = Key(found["client_id"], found)
    try:
        key.sign(audience="")
    except oauth.KeyUnusableError as error:
        raise KeyRefused(f"Le fichier {path} ne porte pas une clé privée (JWK) utilisable.") from error
    return key


class Tokens:
    """The access token of one account, asked for when needed and shared by all threads."""

    def __init__(self, client: httpx2.Client, api: str, key: Key) -> None:
        self._client, self._api, self._key = client, api, key
        self._lock = threading.Lock()
        self._endpoint = self._token = ""

    def get(self) -> str:
        """Return a token that has not been refused yet. Raises TokenRefused or httpx2.HTTPError."""
        with self._lock:
            if not self._token:
                self._token = self._ask()
            return self._token

    def forget(self, token: str) -> None:
        """Say that the server refused it: the next `get` asks for another, once for all threads."""
        with self._lock:
            if self._token == token:
                self._token = ""

    def _ask(self) -> str:
        self._endpoint = self._endpoint or self._discover()
        assertion = self._key.sign(audience=self._endpoint)
        return _read(self._client.post(self._endpoint, data=oauth.token_form(assertion)), "access_token")

    def _discover(self) -> str:
        return _read(self._client.get(f"{self._api}{DISCOVERY}"), "token_endpoint")


def _read(answer: httpx2.Response, member: str) -> str:
    """Return a member of a JSON answer. Raises TokenRefused; httpx2.HTTPStatusError when it may pass."""
    if answer.status_code == httpx2.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        answer.raise_for_status()
    try:
        found = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        found = None
    found = found if isinstance(found, dict) else {}
    if answer.is_success and isinstance(found.get(member), str):
        return str(found[member])
    error = str(found.get("error") or f"HTTP {answer.status_code}")
    raise TokenRefused(error, str(found.get("error_description") or ""))
