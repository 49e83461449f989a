"""Hands the outbox over: each ready row to the handler of its topic, as the worker of the handler's role.

A transactional handler runs in the transaction that removes the row: exactly once. Any other is claimed and
committed, run, then removed: whoever dies in between leaves a row whose outcome nobody can know. Such a row
becomes `in_doubt`: counted, shown by `carnet doctor`, settled by a person (`carnet outbox`), never repeated
by itself. The claimer holds an advisory lock on the row: a row claimed whose lock is free has lost its owner.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import structlog
from django.db import InterfaceError, OperationalError, close_old_connections, connection, transaction

from carnet.platform import clock, outbox
from carnet.platform.crypto import SealBrokenError
from carnet.platform.jobs import Role
from carnet.platform.outbox import Event, Handler, Outcome, handlers
from carnet.platform.post import RefusedError, UnknownOutcomeError

log = structlog.get_logger("carnet.pump")

MAX_ATTEMPTS = 12
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 5, 3600
_POLL_SECONDS = 1.0
_ORPHANS_EVERY_SECONDS = 10.0
_BATCH = 20
_COLUMNS = "id, topic, key, person_id, payload, attempts"
_BIGINT = 1 << 64


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait before the next try: 5 s, doubled each time, at most an hour."""
    doubled = _FIRST_PAUSE_SECONDS << min(max(attempts - 1, 0), 20)
    return timedelta(seconds=min(doubled, _LONGEST_PAUSE_SECONDS))


class Pump:
    """The pump of one role's worker. `run` until `stop`; one thread, one connection of its own."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self._stop = threading.Event()
        self._listening: Any = None

    def stop(self) -> None:
        """Ask it to end after the row under way."""
        self._stop.set()

    def run(self) -> None:
        """Hand over until stopped, woken by the notices of new rows, or each second."""
        swept_at = float("-inf")
        while not self._stop.is_set():
            try:
                if time.monotonic() - swept_at > _ORPHANS_EVERY_SECONDS:
                    mark_orphans(self.role)
                    swept_at = time.monotonic()
                if not hand_over(self.role):
                    self._wait()
            except (OperationalError, InterfaceError, psycopg.OperationalError):
                log.warning("the database does not answer; trying again")
                close_old_connections()
                self._stop.wait(_POLL_SECONDS)
        connection.close()

    def _wait(self) -> None:
        """Sleep until a notice of a new row, at most a second."""
        connection.ensure_connection()
        if self._listening is not connection.connection:
            with connection.cursor() as cursor:
                cursor.execute(f"listen {outbox.CHANNEL}")
            self._listening = connection.connection
            return  # what came before we listened is looked at first
        for _ in self._listening.notifies(timeout=_POLL_SECONDS, stop_after=1):
            return


def hand_over(role: Role) -> int:
    """Hand over what is ready for this role, a batch of each kind at most; returns how many rows it took."""
    exact, other = topics_of(role, transactional=True), topics_of(role, transactional=False)
    taken = _hand_over_exactly_once(exact) if exact else 0
    if other:
        taken += _hand_over_one(other)
    return taken


def topics_of(role: Role, *, transactional: bool) -> list[str]:
    """Return the topics whose handler runs as this role."""
    return [
        topic
        for topic, handler in handlers.items()
        if handler.role == role and handler.transactional is transactional
    ]


def mark_orphans(role: Role) -> int:
    """Mark as in doubt the claimed rows whose claimer has died; returns how many."""
    topics = topics_of(role, transactional=False)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from platform_outbox"  # noqa: S608 - our own columns
            " where state = 'claimed' and topic = any(%s)",
            [topics],
        )
        rows = cursor.fetchall()
    claimed = [event for row in rows if (event := _readable(row))]
    return sum(_mark_if_orphan(event) for event in claimed)


def settle_in_doubt(row_id: UUID, *, repeat: bool) -> bool:
    """Hand over again, or drop, a row in doubt or failed, as a person decided. False if there is none."""
    change = (
        "update platform_outbox set state = 'ready', attempts = 0, due_at = %s where id = %s"
        if repeat
        else "delete from platform_outbox where %s is not null and id = %s"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{change} and state in ('in_doubt', 'failed')", [clock.real_now(), row_id])
        settled = bool(cursor.rowcount == 1)
        cursor.execute(f"notify {outbox.CHANNEL}")
    return settled


@dataclass(frozen=True)
class Unsettled:
    """A row that waits for a person's decision. Nothing here says to whom it goes."""

    id: UUID
    topic: str
    state: str
    attempts: int
    error: str


def list_unsettled() -> list[Unsettled]:
    """Return the rows in doubt or failed, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, topic, state, attempts, error from platform_outbox"
            " where state in ('in_doubt', 'failed') order by id"
        )
        return [Unsettled(*row) for row in cursor.fetchall()]


def count_by_state() -> dict[tuple[str, str], int]:
    """Return the number of rows by (topic, state)."""
    with connection.cursor() as cursor:
        cursor.execute("select topic, state, count(*) from platform_outbox group by 1, 2")
        return {(row[0], row[1]): row[2] for row in cursor.fetchall()}


# -- exactly once: handler and removal in one transaction


def _hand_over_exactly_once(topics: Sequence[str]) -> int:
    with transaction.atomic():
        events = _claim_rows(topics, _BATCH)
        for event in events:
            handler = handlers[event.topic]
            try:
                with transaction.atomic():
                    handler.run(event)
                    _remove(event, handler)
            except Exception as error:  # whatever a handler raises, the others still run
                if connection.connection is None or connection.connection.closed:
                    raise  # with the connection, the whole batch is undone
                _postpone_or_fail(event, handler, error)
    return len(events)


# -- at most once by itself: claimed, handed over, removed


def _hand_over_one(topics: Sequence[str]) -> int:
    with transaction.atomic():
        events = _claim_rows(topics, 1)
        for event in events:
            _lock(event)
            _set(event, "state = 'claimed'")
    for event in events:
        try:
            _hand_over_claimed(event, handlers[event.topic])
        finally:
            _unlock(event)
    return len(events)


def _hand_over_claimed(event: Event, handler: Handler) -> None:
    try:
        handler.run(event)
    except UnknownOutcomeError as error:
        with transaction.atomic():
            _end(event, handler, Outcome.IN_DOUBT, error)
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the pump goes on
        with transaction.atomic():
            _postpone_or_fail(event, handler, error)
    else:
        with transaction.atomic():
            _remove(event, handler)


def _mark_if_orphan(event: Event) -> bool:
    """Mark the row in doubt if nobody holds its lock and it is still claimed."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [_lock_number(event)])
        if cursor.fetchone() != (True,):
            return False
        cursor.execute(
            "select 1 from platform_outbox where id = %s and state = 'claimed' for update", [event.id]
        )
        if cursor.fetchone() is None:
            return False
        _end(event, handlers[event.topic], Outcome.IN_DOUBT, UnknownOutcomeError("processus interrompu"))
    return True


def _claim_rows(topics: Sequence[str], most: int) -> list[Event]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from platform_outbox"  # noqa: S608 - our own columns
            " where state = 'ready' and due_at <= %s and topic = any(%s)"
            " order by due_at, id limit %s for update skip locked",
            [clock.real_now(), list(topics), most],
        )
        rows = cursor.fetchall()
    return [event for row in rows if (event := _readable(row))]


def _readable(row: tuple[Any, ...]) -> Event | None:
    """Return the event of a row; one sealed under other keys is set aside, or it would stop the others."""
    try:
        return _event(row)
    except SealBrokenError as error:
        log.exception("unreadable row", topic=row[1])
        with connection.cursor() as cursor:
            cursor.execute(
                "update platform_outbox set state = 'failed', error = %s where id = %s",
                [_code_of(error), row[0]],
            )
        return None


def _remove(event: Event, handler: Handler) -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from platform_outbox where id = %s", [event.id])
        gone = cursor.rowcount == 0
    _settle(event, handler, Outcome.SENT, gone=gone)


def _postpone_or_fail(event: Event, handler: Handler, error: Exception) -> None:
    attempts = event.attempts + 1
    if isinstance(error, RefusedError) or attempts >= MAX_ATTEMPTS:
        _end(event, handler, Outcome.FAILED, error)
        return
    log.warning("hand-over postponed", topic=event.topic, attempts=attempts, error=_code_of(error))
    due_at = clock.real_now() + pause_after(attempts)
    _set(event, "state = 'ready', attempts = %s, due_at = %s, error = %s", attempts, due_at, _code_of(error))


def _end(event: Event, handler: Handler, outcome: Outcome, error: Exception) -> None:
    log.error("hand-over ended", topic=event.topic, outcome=outcome, error=_code_of(error))
    change = "state = %s, attempts = %s, error = %s"
    gone = not _set(event, change, outcome.value, event.attempts + 1, _code_of(error))
    _settle(event, handler, outcome, gone=gone)


def _settle(event: Event, handler: Handler, outcome: Outcome, *, gone: bool) -> None:
    """Tell the outcome; of a row that an erasure took away meanwhile nothing may be kept."""
    if handler.settled and not gone:
        handler.settled(event, outcome)


def _code_of(error: Exception) -> str:
    """Return what may be kept of an error: its kind, and the rule that a refusal names; nothing personal."""
    said = f" {error}" if isinstance(error, RefusedError | UnknownOutcomeError) else ""
    return f"{type(error).__name__}{said}"[:200]


def _set(event: Event, change: str, *values: Any) -> bool:
    """Change the row; False if it is there no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"update platform_outbox set {change} where id = %s",  # noqa: S608 - our own words
            [*values, event.id],
        )
        return bool(cursor.rowcount)


def _event(row: tuple[Any, ...]) -> Event:
    row_id, topic, key, person_id, payload, attempts = row
    return Event(row_id, topic, key, person_id, outbox.read_payload(payload), attempts)


def _lock(event: Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [_lock_number(event)])


def _unlock(event: Event) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock(%s)", [_lock_number(event)])


def _lock_number(event: Event) -> int:
    """Return the random half of the row's id as PostgreSQL's signed number."""
    number = event.id.int % _BIGINT
    return number - _BIGINT if number >= _BIGINT // 2 else number
