"""The console: what each call of a vendor's software was, and the true reasons of its answer.

`record` listens to carnet.platform.calls (settings.CARNET_CALLS). It exists only where nobody is real: what a
uniform answer hides from software is told here.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from carnet.platform import clock
from carnet.platform.calls import Call
from carnet.platform.ids import uuid7

KEPT: Final = 500
"""How many calls are kept of each client, and as many of those that nobody was recognised in."""

_SWEEP_EVERY: Final = 16
_INSERT: Final = (
    "insert into sandbox_call (id, client_id, at, method, route, status, facts)"
    " values (%s, %s, %s, %s, %s, %s, %s)"
)
_SWEEP: Final = (
    "delete from sandbox_call where client_id is not distinct from %(client)s and id <= (select id from"
    " sandbox_call where client_id is not distinct from %(client)s order by id desc offset %(kept)s limit 1)"
)
_KINDS: Final = {"acceptes": (200, 399), "refuses": (400, 499), "pannes": (500, 599)}


@dataclass(frozen=True, slots=True)
class Told:
    """A call as the console tells it. Sizes in bytes; `issues`: what the answer said, rule by rule."""

    id: UUID
    at: datetime
    method: str
    route: str
    status: int
    software: str
    milliseconds: float
    received: int
    sent: int
    decision: str
    reasons: tuple[str, ...]
    issues: tuple[dict[str, Any], ...]


def record(call: Call) -> None:
    """Keep one call, and from time to time drop what is older than the last 500 of its client."""
    call_id = uuid7()
    facts = {
        "software": call.software, "milliseconds": round(call.milliseconds, 1), "received": call.received,
        "sent": call.sent, "decision": call.decision, "reasons": call.reasons, "issues": call.issues,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [call_id, call.client_id, clock.real_now(), call.method, call.route, call.status,
             orjson.dumps(facts).decode().replace(r"\u0000", r"\ufffd")],  # jsonb holds no NUL
        )  # fmt: skip
        if _is_swept(call_id):
            cursor.execute(_SWEEP, {"client": call.client_id, "kept": KEPT})


def _is_swept(call_id: UUID) -> bool:
    """Tell whether this call's turn is to sweep: one in sixteen, drawn by the identifier's own chance."""
    return call_id.int % _SWEEP_EVERY == 0


def list_calls(
    client_id: UUID | None, *, kind: str = "", before: UUID | None = None, limit: int = 50
) -> list[Told]:
    """Return the latest calls of a client first; of None: those in which nobody was recognised.

    `kind`: "acceptes", "refuses" or "pannes", by the status of the answer; anything else: all.
    """
    least, most = _KINDS.get(kind, (0, 999))
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, at, method, route, status, facts from sandbox_call"
            " where client_id is not distinct from %s and status between %s and %s"
            " and (%s::uuid is null or id < %s) order by id desc limit %s",
            [client_id, least, most, before, before, min(limit, KEPT)],
        )
        return [_told(row[:5], row[5]) for row in cursor.fetchall()]


def _told(columns: tuple[Any, ...], facts: str) -> Told:
    known: dict[str, Any] = orjson.loads(facts)
    return Told(*columns, **known | {name: tuple(known[name]) for name in ("reasons", "issues")})
