"""The server at the other end: one document sent, and sent again while the failure may pass.

Tried again, with a growing pause or the one that the server asks for: no connection, 408, 425, 429, 5xx. A
refused token is changed once. A document on which the server fails by itself (500) is given up after a few
times, for one document must not hold up all others. Everything else is an answer. After `patience` seconds
without one, `ServerGone`.
"""

import random
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

import httpx2
import orjson

from carnet.config.sending.tokens import Key, TokenRefused, Tokens

_JSON: Final = "application/fhir+json"
_MAY_PASS: Final = frozenset({408, 425, 429, 502, 503, 504})
_TRIES: Final = {401: 1, 500: 4}  # how often an answer of this kind is asked again
_FIRST_PAUSE, _LONGEST_PAUSE, _LONGEST_ASKED = 0.2, 20.0, 120.0
_TIMEOUT: Final = httpx2.Timeout(60.0, connect=10.0)
_MOST_RULES, _LONGEST_RULE = 10, 400


class ServerGone(Exception):  # noqa: N818 - said to a person
    """No answer for too long, or no access: the sending stops here. The message is in French."""


class Stopped(Exception):  # noqa: N818 - asked for
    """The sending was interrupted while this document waited to be tried again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said about one document. `rules`: element, rule and clause of each issue."""

    status: int
    location: str = ""
    rules: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        return self.status in {httpx2.codes.OK, httpx2.codes.CREATED}


class Server:
    """A FHIR server, spoken to as one software by several threads over connections that are kept."""

    def __init__(self, api: str, key: Key, *, at_once: int, ca: str = "", patience: float) -> None:
        limits = httpx2.Limits(max_connections=at_once + 1, max_keepalive_connections=at_once + 1)
        verify = ssl.create_default_context(cafile=ca) if ca else True
        by_proxy = api.startswith("https:")  # never what goes to this machine
        self._client = httpx2.Client(limits=limits, timeout=_TIMEOUT, verify=verify, trust_env=by_proxy)
        self._url = f"{api}/fhir/DocumentReference"
        self._tokens = Tokens(self._client, api, key)
        self._patience = patience
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def stop(self) -> None:
        """Let nothing be tried again: those that wait raise Stopped."""
        self._stop.set()

    def publish(self, body: bytes) -> Answer:
        """Send one DocumentReference with its content (ITI-105). Raises ServerGone or Stopped."""
        deadline, pauses = time.monotonic() + self._patience, _pauses()
        tried: Counter[int] = Counter()
        while not self._stop.is_set():
            try:
                answer = self._exchange(body)
            except _NotYet as later:
                if time.monotonic() > deadline:
                    raise ServerGone(f"Le serveur ne répond plus ({later}).") from later
                self._stop.wait(next(pauses) if later.seconds is None else later.seconds)
                continue
            if tried[answer.status] >= _TRIES.get(answer.status, 0):
                return _unless_closed(answer)
            tried[answer.status] += 1
            if answer.status != httpx2.codes.UNAUTHORIZED:  # else there is another token already
                self._stop.wait(next(pauses))
        raise Stopped

    def _exchange(self, body: bytes) -> Answer:
        """Ask once. Raises _NotYet, or ServerGone when the server gives this account no token."""
        try:
            token = self._tokens.get()
            headers = {"Authorization": f"Bearer {token}", "Content-Type": _JSON, "Accept": _JSON,
                       "Prefer": "return=minimal"}  # fmt: skip
            answer = self._client.post(self._url, content=body, headers=headers)
        except TokenRefused as refused:
            raise ServerGone(f"Le serveur ne donne pas d’accès à ce logiciel ({refused}).") from refused
        except httpx2.HTTPStatusError as failed:
            raise _NotYet.after(failed.response) from failed
        except (httpx2.TransportError, httpx2.DecodingError) as failed:
            raise _NotYet(type(failed).__name__) from failed
        if answer.status_code in _MAY_PASS:
            raise _NotYet.after(answer)
        if answer.status_code == httpx2.codes.UNAUTHORIZED:
            self._tokens.forget(token)
        return _read(answer)


class _NotYet(Exception):  # noqa: N818 - tried again
    """No answer yet. `seconds`: how long the server asks to wait, None when it does not say."""

    def __init__(self, why: str, seconds: float | None = None) -> None:
        super().__init__(why)
        self.seconds = seconds

    @classmethod
    def after(cls, answer: httpx2.Response) -> Self:
        text = answer.headers.get("Retry-After", "")
        asked = min(float(text), _LONGEST_ASKED) if text.isascii() and text.isdigit() else None
        return cls(f"HTTP {answer.status_code}", asked)


def _pauses() -> Iterator[float]:
    """Yield seconds that grow, a little different for each so that not all come back at once."""
    pause = _FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1)  # noqa: S311 - nothing secret
        pause = min(pause * 2, _LONGEST_PAUSE)


def _unless_closed(answer: Answer) -> Answer:
    if answer.status == httpx2.codes.UNAUTHORIZED:
        raise ServerGone("Le serveur refuse l’accès de ce logiciel (401).")
    return answer


def _read(answer: httpx2.Response) -> Answer:
    location = answer.headers.get("Location", "")
    rules = () if answer.is_success else _rules(answer.content)
    return Answer(answer.status_code, location, rules)


def _rules(content: bytes) -> tuple[str, ...]:
    """Return the issues of an OperationOutcome, one text each; the start of anything else."""
    try:
        issues = orjson.loads(content)["issue"]
        texts = [_issue(issue) for issue in issues[:_MOST_RULES]]
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError):
        texts = [content[:_LONGEST_RULE].decode("utf-8", "replace")]
    return tuple(text[:_LONGEST_RULE] for text in texts if text)


def _issue(issue: dict[str, Any]) -> str:
    words: list[Callable[[], Any]] = [
        lambda: issue["code"],
        lambda: issue["expression"][0],
        lambda: issue.get("diagnostics") or issue["details"]["text"],
    ]
    return " : ".join(str(text) for text in map(_or_nothing, words) if text)


def _or_nothing(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (LookupError, TypeError, AttributeError):
        return ""
