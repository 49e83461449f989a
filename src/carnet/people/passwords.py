"""How passwords are kept: argon2id, 19 MiB, two passes, one lane (OWASP's first choice).

A hash costs a core for some 30 ms. At most settings.CARNET_HASHES_AT_ONCE run at a time in a process and
a few more wait; whoever comes after is told to come back (TooBusyError: 503 with Retry-After), so that a
rush on the login page never starves the pages of those who are in.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from django.conf import settings
from prometheus_client import Counter

REFUSED = Counter("carnet_hashes_refused_total", "Password checks refused because too many were waiting")
UNUSABLE = "!"  # no password opens this: set when its owner says that she did not choose it
QUEUE = 8
WAIT_SECONDS = 3.0
RETRY_AFTER_SECONDS = 5

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)


class TooBusyError(Exception):
    """Too many passwords are being checked. `retry_after`: seconds."""

    def __init__(self, retry_after: int = RETRY_AFTER_SECONDS) -> None:
        super().__init__("too many password checks at once")
        self.retry_after = retry_after


class Turnstile:
    """Lets `at_once` through at a time and `queue` wait, each for `wait_seconds` at most."""

    def __init__(self, at_once: int, queue: int = QUEUE, wait_seconds: float = WAIT_SECONDS) -> None:
        self._places = threading.BoundedSemaphore(at_once)
        self._inside = threading.BoundedSemaphore(at_once + queue)
        self._wait_seconds = wait_seconds

    @contextmanager
    def pass_through(self) -> Iterator[None]:
        """Hold one of the places; raises TooBusyError when the queue is full or the wait too long."""
        if not self._inside.acquire(blocking=False):
            REFUSED.inc()
            raise TooBusyError
        try:
            if not self._places.acquire(timeout=self._wait_seconds):
                REFUSED.inc()
                raise TooBusyError
            try:
                yield
            finally:
                self._places.release()
        finally:
            self._inside.release()


@lru_cache(maxsize=1)
def turnstile() -> Turnstile:
    """Return the one turnstile of this process."""
    return Turnstile(settings.CARNET_HASHES_AT_ONCE)


def hash_password(password: str) -> str:
    """Return the hash to keep; raises TooBusyError."""
    with turnstile().pass_through():
        return str(_hasher.hash(password))


def verify(stored: str | None, password: str) -> bool:
    """Say whether the password is the one that was hashed; raises TooBusyError.

    Without an account (None), or with an unusable password, the same work is done and the answer is
    no: the time it takes tells nothing.
    """
    usable = stored is not None and stored != UNUSABLE
    with turnstile().pass_through():
        try:
            return bool(_hasher.verify(stored if usable else _dummy(), password)) and usable
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Say whether a hash was made with other costs than today's."""
    return bool(_hasher.check_needs_rehash(stored))


@lru_cache(maxsize=1)
def _dummy() -> str:
    return str(_hasher.hash("nobody has this password"))
