"""The move of the clock as the clock's page shows it: where it goes, whether it stopped on the way."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from carnet.platform import clock, daily, jobs
from carnet.platform.tasks import move_clock


@dataclass(frozen=True)
class Move:
    """`target`: the day asked for, if a move is under way. `stuck`: the jobs that stopped the last one."""

    today: date
    target: date | None
    stuck: tuple[str, ...] = ()

    @property
    def days_left(self) -> int:
        return (self.target - self.today).days if self.target else 0


def read_move() -> Move:
    """Return how far the clock is."""
    clock.forget()
    today = clock.today()
    targets = [date.fromisoformat(each["to"]) for each in jobs.list_arguments(move_clock.name, active=True)]
    failed = [date.fromisoformat(each["to"]) for each in jobs.list_arguments(move_clock.name, active=False)]
    if targets:
        return Move(today, max(targets))
    stuck = tuple(job.name for job in daily.list_missing(today)) if any(day > today for day in failed) else ()
    return Move(today, None, stuck)


def ask_move(to: date) -> None:
    """Have the clock moved to that day by the worker."""
    with transaction.atomic():
        move_clock.defer_once(to=to.isoformat())
