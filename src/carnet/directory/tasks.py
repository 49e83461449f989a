"""Daily: assertions that have expired are forgotten."""

from datetime import date

from carnet.directory.assertions import forget_used
from carnet.platform.daily import daily


@daily("directory.forget_used", role="app")
def forget_used_assertions(_day: date) -> None:
    """Delete the identifiers of assertions whose own time has passed: they open nothing any more."""
    forget_used()
