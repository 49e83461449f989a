"""Daily: assertions that have expired, and sessions that have ended, are forgotten."""

from datetime import date

from carnet.directory import sessions
from carnet.directory.assertions import forget_used
from carnet.platform.daily import daily


@daily("directory.forget_used", role="app")
def forget_used_assertions(_day: date) -> None:
    """Delete the identifiers of assertions whose own time has passed: they open nothing any more."""
    forget_used()


@daily("directory.forget_sessions", role="app")
def forget_ended_sessions(_day: date) -> None:
    """Delete the sessions of professionals that have ended by themselves, with their sealed ID tokens."""
    sessions.forget_ended()
