"""Daily jobs: one run a day of the field and a name, in the order of the days, whatever happened.

    @daily("enrolment.open_silent", role="batch")
    def open_silent(day: date) -> None: ...

A job whose worker was killed runs again for the same day (its row is written after it), so it is written to
be run again. Days during which nothing ran are made up for in order. `day` is the day to work for: on a late
run it is not today.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta

import structlog
from django.conf import settings
from django.db import connection

from carnet.platform import clock, jobs
from carnet.platform.jobs import ROLES, Role

log = structlog.get_logger("carnet.daily")

Progress = Callable[[date], object]
Runner = Callable[[Role], None]

_POLL_SECONDS = 0.02
_WORKER_ABSENT_SECONDS = 45.0
_TRIES = 3
_LOCK = 0x4341_5244  # advisory lock, with the role's number: one run at a time for each role


class DailyJobError(Exception):
    """Some daily jobs failed or cannot run; the message names them and says what to do."""


@dataclass(frozen=True)
class DailyJob:
    """A registered daily job."""

    name: str
    role: Role
    run: Callable[[date], None]


_registry: dict[str, DailyJob] = {}


def daily(name: str, *, role: Role) -> Callable[[Callable[[date], None]], Callable[[date], None]]:
    """Register the decorated function as the daily job `name`, run by the worker of `role`.

    The first day is the one on which it is first seen. Jobs of one role run in the order of registration.
    """

    def register(function: Callable[[date], None]) -> Callable[[date], None]:
        if name in _registry:
            raise RuntimeError(f"two daily jobs are named {name}")
        _registry[name] = DailyJob(name, role, function)
        return function

    return register


def list_jobs(role: Role | None = None) -> list[DailyJob]:
    """Return the registered daily jobs, in order, of one role or of all."""
    return [found for found in _registry.values() if role in (None, found.role)]


def is_due(role: Role) -> bool:
    """Tell whether a daily job of this role has a day to run."""
    return any(first <= clock.today() for first in _first_days(list_jobs(role)).values())


def run_due(role: Role) -> int:
    """Run this role's jobs for every day that lacks one, up to today, in order; returns how many ran.

    A job that fails stops for its later days, not the others; DailyJobError names it at the end. While
    another process runs the same role's jobs, nothing is done here.
    """
    clock.forget()
    with _alone(role) as alone:
        return _run_all(role) if alone else 0


def list_missing(day: date) -> list[DailyJob]:
    """Return the registered jobs not yet run for that day."""
    with connection.cursor() as cursor:
        cursor.execute("select name from platform_dailyrun where day = %s", [day])
        done = {row[0] for row in cursor.fetchall()}
    return [found for found in _registry.values() if found.name not in done]


def advance_to(day: date, progress: Progress | None = None, *, run: Runner | None = None) -> None:
    """Move the sandbox's clock to `day`, day by day: each day's jobs of every role are done before the next.

    `progress` is told each day done. `run` does a role's jobs (tests); by default its worker does.
    ValueError where the clock does not move or `day` is not after today; DailyJobError when jobs fail or no
    worker answers: the clock then stays on the day that could not be finished.
    """
    if not settings.CARNET_CLOCK_MOVABLE:
        raise ValueError("L’horloge ne se déplace que dans le bac à sable.")
    if day <= clock.today():
        raise ValueError("L’horloge n’avance que vers le futur.")
    _finish(clock.today(), run)
    while (following := clock.today() + timedelta(days=1)) <= day:
        clock.advance_to(following)
        _finish(following, run)
        if progress:
            progress(following)


def _finish(day: date, run: Runner | None) -> None:
    """Have every job of that day done, here or by the workers."""
    roles = [role for role in ROLES if any(missing.role == role for missing in list_missing(day))]
    if run is None:
        _ask_workers(day, roles)
    else:
        for role in roles:
            run(role)
    if missing := list_missing(day):
        raise DailyJobError(_names_not_done(missing, day))


def _ask_workers(day: date, roles: list[Role]) -> None:
    """Ask these roles' workers, all at once, and wait until they are done; what failed is asked thrice."""
    from carnet.platform.tasks import run_daily

    for _ in range(_TRIES):
        for role in roles:
            run_daily[role].defer_once(role=role)
        for role in roles:
            _wait_while_active(run_daily[role].name, role)
        roles = [role for role in roles if any(missing.role == role for missing in list_missing(day))]
        if not roles:
            return


def _wait_while_active(name: str, role: Role) -> None:
    waiting_since = time.monotonic()
    while True:
        waiting, under_way = jobs.count_active(name, role)
        if not waiting and not under_way:
            return
        if under_way:
            waiting_since = time.monotonic()
        if time.monotonic() - waiting_since > _WORKER_ABSENT_SECONDS:
            raise DailyJobError(
                f"Aucun processus ne fait les travaux du jour ({role}) : lancez « carnet serve »,"
                f" ou « carnet worker --role {role} »."
            )
        time.sleep(_POLL_SECONDS)


def _names_not_done(missing: list[DailyJob], day: date) -> str:
    names = ", ".join(sorted(found.name for found in missing))
    return f"Travaux du {day:%d/%m/%Y} non faits : {names}. La cause est dans le journal du processus."


def _run_all(role: Role) -> int:
    first_days = _first_days(list_jobs(role))
    today, ran = clock.today(), 0
    failed: list[str] = []
    day = min(first_days.values(), default=today + timedelta(days=1))
    while day <= today:
        for found in list_jobs(role):
            if found.name in failed or day < first_days[found.name]:
                continue
            try:
                _run_one(found, day)
                ran += 1
            except Exception:  # whatever a job raises, the others still run
                log.exception("daily job failed", job=found.name, day=day.isoformat())
                failed.append(found.name)
        day += timedelta(days=1)
    if failed:
        raise DailyJobError(f"Travaux en échec : {', '.join(failed)}.")
    return ran


def _run_one(found: DailyJob, day: date) -> None:
    began = time.perf_counter()
    found.run(day)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into platform_dailyrun (name, day, done_at) values (%s, %s, %s) on conflict do nothing",
            [found.name, day, clock.real_now()],
        )
    log.info("daily job", job=found.name, day=day.isoformat(), seconds=round(time.perf_counter() - began, 2))


def _first_days(found: list[DailyJob]) -> dict[str, date]:
    """Return the first day that each job still has to run: the one after its last, or today."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select name, max(day) from platform_dailyrun where name = any(%s) group by name",
            [[each.name for each in found]],
        )
        last: dict[str, date] = dict(cursor.fetchall())
    today = clock.today()
    return {each.name: last[each.name] + timedelta(days=1) if each.name in last else today for each in found}


@contextmanager
def _alone(role: Role) -> Iterator[bool]:
    """Hold the role's lock for the session; False when another process holds it."""
    number = ROLES.index(role)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [_LOCK, number])
        alone = cursor.fetchone() == (True,)
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [_LOCK, number])
