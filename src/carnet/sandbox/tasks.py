"""The sandbox's daily job: whoever got a space since gets a life of care."""

from datetime import date

import structlog

from carnet.platform.daily import daily
from carnet.sandbox.care import running

log = structlog.get_logger("carnet.sandbox")

MOST_A_DAY = 200
"""A day of the clock is a matter of seconds: `carnet world care` lays down what is left."""


@daily("sandbox.care", role="loader")
def lay_lives(_day: date) -> None:
    """Lay down the lives of those whose space was opened; nothing while the command is at it."""
    try:
        cared = running.care(seed=running.find_seed(), processes=1, spaces=False, most=MOST_A_DAY)
    except running.CareUnderWayError:
        return
    log.info("lives laid down", lives=cared.lives)
