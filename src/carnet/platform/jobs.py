"""Timed and long jobs: kept in the database, run by the worker of one database role.

    @job("enrolment.export", role="app")
    def export(*, person_id: str) -> None: ...

    export.defer(person_id=str(person_id))        # in the present transaction: rolled back, no job

At least once: a worker killed in the middle leaves the job to another one, so a job is written to be run
again. The arguments are JSON, lie in clear in the database, and name nobody: identifiers only.
"""

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, wraps
from typing import Any, Literal

import structlog
from django.db import connection, transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import JobDeferrer
from procrastinate.manager import JobManager

log = structlog.get_logger("carnet.jobs")

Role = Literal["app", "batch", "loader"]
ROLES: tuple[Role, ...] = ("app", "batch", "loader")

# A worker says that it lives every few seconds; silent for longer, its jobs go to another.
HEARTBEAT_SECONDS = 2.0
STALLED_SECONDS = 10.0
_ATTEMPTS = 5


@dataclass(frozen=True)
class Job:
    """A registered job; calling `run` does it here and now."""

    name: str
    role: Role
    run: Callable[..., None]
    _task: Any

    def defer(self, **arguments: Any) -> int:
        """Write the job in the present transaction; returns its number."""
        return self._defer({}, arguments)

    def defer_once(self, **arguments: Any) -> None:
        """Write the job unless the same one, with the same arguments, is waiting to be started."""
        same = ":".join([self.name, *(f"{key}={arguments[key]}" for key in sorted(arguments))])
        # The savepoint: a conflict would abort the transaction around.
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            self._defer({"queueing_lock": same}, arguments)

    def _defer(self, options: dict[str, Any], arguments: dict[str, Any]) -> int:
        """Write through Django's connection, also inside a worker, whose own loop uses another."""
        deferrer = self._task.configure(**options)
        return int(JobDeferrer(job=deferrer.job, job_manager=_manager()).defer(**arguments))


def job(name: str, *, role: Role, attempts: int = _ATTEMPTS) -> Callable[[Callable[..., None]], Job]:
    """Register the decorated function as a job run by the worker of `role`, tried `attempts` times."""

    def register(function: Callable[..., None]) -> Job:
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=4)
        task = app.task(name=name, queue=role, retry=retry)(_told(name, function))
        return Job(name, role, function, task)

    return register


def _told(name: str, function: Callable[..., None]) -> Callable[..., None]:
    """Say in the log what a job raises, at each try: the queue keeps the fact, not the cause."""

    @wraps(function)
    def told(**arguments: Any) -> None:
        try:
            function(**arguments)
        except Exception:
            log.exception("job failed", job=name)
            raise

    return told


@cache
def _manager() -> JobManager:
    return JobManager(DjangoConnector())


def revive_stalled(role: Role) -> int:
    """Give the jobs of dead workers of this role back to the living; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select j.id from procrastinate_jobs j left join procrastinate_workers w on w.id = j.worker_id"
            " where j.status = 'doing' and j.queue_name = %s"
            " and (w.id is null or w.last_heartbeat < now() - make_interval(secs => %s))",
            [role, STALLED_SECONDS],
        )
        stalled = [row[0] for row in cursor.fetchall()]
    for number in stalled:
        _manager().retry_job_by_id(number, retry_at=datetime.now(UTC))
    return len(stalled)


def count_active(name: str, role: Role) -> tuple[int, int]:
    """Return how many jobs of this name are (waiting, under way) for this role."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) filter (where status = 'todo'), count(*) filter (where status = 'doing')"
            " from procrastinate_jobs where task_name = %s and queue_name = %s",
            [name, role],
        )
        waiting, under_way = cursor.fetchone() or (0, 0)
    return int(waiting), int(under_way)


def list_arguments(name: str, *, active: bool) -> list[dict[str, Any]]:
    """Return the arguments of the jobs of this name: waiting or under way, or else those that failed."""
    states = ["todo", "doing"] if active else ["failed"]
    with connection.cursor() as cursor:
        cursor.execute(
            "select args from procrastinate_jobs where task_name = %s and status::text = any(%s) order by id",
            [name, states],
        )
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def count_by_state() -> dict[tuple[str, str], int]:
    """Return the number of jobs by (role, state), for the metrics."""
    with connection.cursor() as cursor:
        cursor.execute("select queue_name, status::text, count(*) from procrastinate_jobs group by 1, 2")
        return {(row[0], row[1]): row[2] for row in cursor.fetchall()}


def count_living_workers() -> int:
    """Return how many workers gave a sign of life lately."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_workers"
            " where last_heartbeat > now() - make_interval(secs => %s)",
            [STALLED_SECONDS],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0
