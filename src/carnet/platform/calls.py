"""What is told of each call of software, to whoever listens (settings.CARNET_CALLS): the sandbox's console.

Nothing about anybody: no INS, no body, no name. The true reasons behind an answer that tells nothing are in
`reasons`; they are for a world where nobody is real, so nobody listens in production.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

log = structlog.get_logger("carnet.calls")


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `client_id`: None when nobody was recognised. `route`: the pattern, never the address.

    `received`, `sent`: bytes of the bodies. `decision`: "accepted", "refused" or "failed". `issues`: what
    the answer said, one {severity, code, rule, clause, expression, message_fr} each.
    """

    client_id: UUID | None
    software: str
    method: str
    route: str
    status: int
    milliseconds: float
    received: int
    sent: int
    decision: str
    reasons: tuple[str, ...] = ()
    issues: tuple[dict[str, Any], ...] = ()


Listener = Callable[[Call], None]


def record(call: Call) -> None:
    """Tell a call to the listener, if there is one; what fails there fails nothing here."""
    listener = _listener(settings.CARNET_CALLS)
    if listener is None:
        return
    try:
        listener(call)
    except Exception:
        log.exception("call not recorded")


@lru_cache(maxsize=4)
def _listener(path: str) -> Listener | None:
    return import_string(path) if path else None
