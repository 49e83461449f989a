"""The daily jobs of the room."""

from datetime import date

import structlog

from carnet.access import delegations, passes
from carnet.access.guard import baselines
from carnet.platform.daily import daily

log = structlog.get_logger("carnet.access")


@daily("access.end_delegations", role="app")
def end_delegations(day: date) -> None:
    """End the delegations to caregivers whose last day is past."""
    log.info("ended_delegations", delegations=delegations.end_due(day))


@daily("access.forget_passes", role="app")
def forget_passes(_day: date) -> None:
    """Delete the codes and launches that have ended: they open nothing any more."""
    log.info("forgot_passes", passes=passes.forget_ended())


@daily("access.guard_baselines", role="app")
def make_guard_baselines(day: date) -> None:
    """Make the baseline of each profession from what was read in the last thirty days."""
    log.info("made_guard_baselines", professions=baselines.make_baselines(day))
