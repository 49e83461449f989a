"""Events and letters: written in the transaction that causes them, handed over by the pump after it.

At least once, idempotent by `key`; a handler registered `transactional` runs in the transaction that
removes the row, so it happens exactly once. Handlers are registered by each room's `events.py`, and run by
the worker of one role (`carnet.platform.pump`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.platform.jobs import Role

CHANNEL = "carnet_outbox"


@dataclass(frozen=True)
class Event:
    """What a handler receives: `facts` is the JSON object that was emitted."""

    id: UUID
    topic: str
    key: str
    person_id: UUID | None
    facts: dict[str, Any]
    attempts: int


class Outcome(StrEnum):
    """How a hand-over ended. `IN_DOUBT`: it may have arrived, nobody can say."""

    SENT = "sent"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"


@dataclass(frozen=True)
class Handler:
    """A function for one topic. `transactional`: it only writes to the database.

    `role`: whose worker runs it. `settled`, if any, is told the outcome in the transaction that records it.
    """

    run: Callable[[Event], None]
    transactional: bool
    role: Role = "app"
    settled: Callable[[Event, Outcome], None] | None = None


handlers: dict[str, Handler] = {}


def handles(
    topic: str,
    *,
    transactional: bool,
    role: Role = "app",
    settled: Callable[[Event, Outcome], None] | None = None,
) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Register the decorated function as the one handler of `topic`."""

    def register(function: Callable[[Event], None]) -> Callable[[Event], None]:
        if topic in handlers:
            raise RuntimeError(f"two handlers for {topic}")
        handlers[topic] = Handler(function, transactional, role, settled)
        return function

    return register


def emit(
    topic: str,
    *,
    key: str,
    facts: dict[str, Any],
    person_id: UUID | None = None,
    due_at: datetime | None = None,
) -> None:
    """Write one event in the present transaction; the same `key` twice is one event.

    The payload is sealed: a code or an address in it never lies in clear in the database.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is written in the transaction of the act that causes it")
    payload = crypto.seal_system("outbox", orjson.dumps(facts))
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_outbox (id, topic, key, person_id, payload, state, attempts, due_at, error)"  # noqa: S608 - a constant
            " values (%s, %s, %s, %s, %s, 'ready', 0, %s, '') on conflict (key) do nothing;"
            f" notify {CHANNEL}",
            [uuid7(), topic, key, person_id, payload, due_at or clock.real_now()],
        )


def read_payload(sealed: bytes) -> dict[str, Any]:
    """Return the facts of a stored row."""
    facts: dict[str, Any] = orjson.loads(crypto.open_system("outbox", bytes(sealed)))
    return facts
