"""Antivirus: what comes from outside is shown to clamd before it is kept, when one is configured.

`CARNET_CLAMD`: the path of a unix socket, or `host:port`; empty: nothing is scanned, and that is said
wherever a document is shown. A scanner that does not answer refuses nothing: care cannot wait for it; what
came meanwhile is scanned later (`carnet documents scan`).
"""

import socket
from enum import StrEnum
from typing import Final

import structlog
from django.conf import settings
from prometheus_client import Counter

_SECONDS: Final = 30.0
_CHUNK: Final = 1 << 16
_MAX_REPLY: Final = 4_096

_log = structlog.get_logger(__name__)
scans = Counter("carnet_scans_total", "Files shown to the antivirus, by outcome.", ["outcome"])


class State(StrEnum):
    """What is known of a content that is kept."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"
    INFECTED = "infected"  # found later: taken away


class InfectedError(Exception):
    """The scanner knows this content. `name`: what it calls it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def configured() -> bool:
    """Say whether there is a scanner to ask."""
    return bool(settings.CARNET_CLAMD)


def scan(*contents: bytes) -> State:
    """Show contents to the scanner; clean only if all are. Raises InfectedError.

    Empty contents are not shown. Without a scanner, or when it does not answer: NOT_SCANNED.
    """
    if not configured():
        return State.NOT_SCANNED
    try:
        found = [_ask(content) for content in contents if content]
    except OSError as error:
        scans.labels("unreachable").inc()
        _log.warning("antivirus.unreachable", why=type(error).__name__)
        return State.NOT_SCANNED
    return State.CLEAN if all(found) else State.NOT_SCANNED


def _ask(content: bytes) -> bool:
    """Return True for clean, False when the scanner could not say; raises InfectedError, OSError."""
    with _connect() as link:
        link.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), _CHUNK):
            piece = content[start : start + _CHUNK]
            link.sendall(len(piece).to_bytes(4) + piece)
        link.sendall(bytes(4))
        reply = _reply(link)
    if reply.endswith("FOUND"):
        scans.labels("infected").inc()
        raise InfectedError(reply.removeprefix("stream: ").removesuffix(" FOUND")[:100])
    clean = reply == "stream: OK"
    scans.labels("clean" if clean else "error").inc()
    if not clean:
        _log.warning("antivirus.undecided", reply=reply[:100])
    return clean


def _connect() -> socket.socket:
    where = str(settings.CARNET_CLAMD)
    host, _, port = where.rpartition(":")
    if not where.startswith("/") and port.isdecimal():
        return socket.create_connection((host, int(port)), timeout=_SECONDS)
    link = socket.socket(socket.AF_UNIX)
    try:
        link.settimeout(_SECONDS)
        link.connect(where)
    except OSError:
        link.close()
        raise
    return link


def _reply(link: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _MAX_REPLY:
        part = link.recv(_MAX_REPLY)
        if not part:
            break
        said += part
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
