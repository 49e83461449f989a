"""The daily jobs of the room."""

from datetime import date

import structlog

from carnet.access import delegations
from carnet.platform.daily import daily

log = structlog.get_logger("carnet.access")


@daily("access.end_delegations", role="app")
def end_delegations(day: date) -> None:
    """End the delegations to caregivers whose last day is past."""
    log.info("ended_delegations", delegations=delegations.end_due(day))
