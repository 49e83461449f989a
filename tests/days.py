"""Living through days in a test: no worker runs, so the test does each role's daily jobs itself."""

from datetime import date, timedelta

from carnet.platform import clock, daily
from tests.conftest import acting_as


def run_as_worker(role: str) -> None:
    """Do this role's due jobs, as its worker would."""
    with acting_as(f"carnet_{role}"):
        daily.run_due(role)


def live_until(day: date) -> None:
    """Move the clock to `day`, doing every day's jobs."""
    daily.advance_to(day, run=run_as_worker)


def live(days: int) -> None:
    """Let that many days go by."""
    live_until(clock.today() + timedelta(days=days))
