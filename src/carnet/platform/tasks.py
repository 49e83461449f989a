"""The ground's own jobs: each role's daily run, and in the sandbox the move of the clock."""

from datetime import date

from carnet.platform import clock, daily
from carnet.platform.jobs import ROLES, Job, Role, job


def _daily_run(*, role: Role) -> None:
    daily.run_due(role)


# One attempt: the worker asks again by itself while something is due.
run_daily: dict[Role, Job] = {
    role: job(f"platform.daily.{role}", role=role, attempts=1)(_daily_run) for role in ROLES
}


@job("platform.clock", role="app", attempts=2)
def move_clock(*, to: str) -> None:
    """Move the sandbox's clock to the day `to` (ISO 8601); nothing when it is there already."""
    day = date.fromisoformat(to)
    if day > clock.today():
        daily.advance_to(day)
