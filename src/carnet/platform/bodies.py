"""Reads what a client sends, and stops waiting for one that stopped sending.

The server reads a body in the thread that answers. A client whose network dies in the middle of sending would
hold that thread for hours, and as many of them as there are threads the whole process. So another thread
reads, and whoever answers waits only as long as something comes.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Final

from django.http import HttpRequest
from django.http.request import UnreadablePostError

PATIENCE_SECONDS: Final = 15.0
"""How long nothing may come."""

_PIECE: Final = 262_144
_readers = ThreadPoolExecutor(max_workers=64, thread_name_prefix="body")


class BodyStalledError(Exception):
    """The client stopped sending before the end that it had announced."""


class BodyBrokenError(Exception):
    """The client went away, or sent less than it had announced."""


def read_body(request: HttpRequest, *, patience: float = PATIENCE_SECONDS) -> bytes:
    """Return the whole body, whose length was announced and is bounded by who calls.

    `patience`: seconds during which nothing may come. Raises BodyStalledError, BodyBrokenError. It reads what
    `request.body` would: either, once.
    """
    announced = int(request.META.get("CONTENT_LENGTH") or 0)
    if not announced:
        return b""
    reading = _Reading(request)
    _readers.submit(reading.run)
    data = reading.wait(patience)
    if len(data) != announced:
        raise BodyBrokenError(f"{len(data)} bytes of {announced}")
    return data


class _Reading:
    """One body being read by another thread."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._pieces: list[bytes] = []
        self._progress = Event()
        self._ended = False

    def run(self) -> None:
        try:
            while piece := self._request.read(_PIECE):
                self._pieces.append(piece)
                self._progress.set()
        except (UnreadablePostError, OSError):
            pass  # what came is less than was announced: that says it
        finally:
            self._ended = True
            self._progress.set()

    def wait(self, patience: float) -> bytes:
        while not self._ended:
            if not self._progress.wait(patience):
                raise BodyStalledError(f"nothing came for {patience:g} s")
            self._progress.clear()
        return b"".join(self._pieces)
