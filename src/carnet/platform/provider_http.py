"""How the service itself calls an identity provider: a few small answers over HTTPS, nothing else.

No redirection is followed (these endpoints have none), no large answer is read, no proxy stands before the
loopback. Plain HTTP is for the simulator of the same machine only.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from carnet.platform.loopback import is_loopback

TIMEOUT_SECONDS = 5.0
MOST_BYTES = 256 * 1024


class UnreachableError(Exception):
    """The provider does not answer, or not as a provider would. The person may try again later."""


@dataclass(frozen=True)
class Answer:
    """What came back. `kind`: the media type without its parameters, in lower case."""

    status: int
    kind: str
    body: bytes


class Http(Protocol):
    """The port: one request, one answer. Raises UnreachableError."""

    def send(self, url: str, *, form: Mapping[str, str] | None = None, authorization: str = "") -> Answer: ...


class DirectHttp:
    """The adapter over the standard library. `form`: makes it a POST."""

    def send(self, url: str, *, form: Mapping[str, str] | None = None, authorization: str = "") -> Answer:
        """Send one request and return its answer, whatever its status; raises UnreachableError."""
        if not is_trustworthy(url):
            raise UnreachableError("address")
        request = Request(url, data=urlencode(form).encode() if form else None)  # noqa: S310 - checked above
        request.add_header("Accept", "application/json, application/jwt")
        if authorization:
            request.add_unredirected_header("Authorization", authorization)
        try:
            return _send(_opener(url), request)
        except (OSError, HTTPException, ValueError) as error:
            raise UnreachableError(type(error).__name__) from error


def is_trustworthy(url: str) -> bool:
    """Tell whether an address may be called: HTTPS, or HTTP on this machine; without credentials in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname or parts.username or parts.password:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def basic(user: str, password: str) -> str:
    """Return the Authorization header of a client and its secret (RFC 6749, 2.3.1)."""
    return "Basic " + base64.b64encode(f"{quote(user, safe='')}:{quote(password, safe='')}".encode()).decode()


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


def _opener(url: str) -> OpenerDirector:
    proxies = ProxyHandler({}) if is_loopback(urlsplit(url).hostname or "") else ProxyHandler()
    return build_opener(proxies, _NoRedirect)


def _send(opener: OpenerDirector, request: Request) -> Answer:
    try:
        response = opener.open(request, timeout=TIMEOUT_SECONDS)
    except HTTPError as error:
        response = error  # an answer like another: the caller reads its status
    with response:
        body = response.read(MOST_BYTES + 1)
        kind = response.headers.get_content_type()
        status = int(response.status)
        announced = response.headers.get("Content-Length", "")
    if len(body) > MOST_BYTES:
        raise UnreachableError("size")
    if announced.isdecimal() and len(body) < int(announced):
        raise UnreachableError("cut")
    return Answer(status, kind, body)
