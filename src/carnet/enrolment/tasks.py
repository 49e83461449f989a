"""The daily jobs of the life cycle, each as the role that it needs."""

from datetime import date

import structlog

from carnet.enrolment import drafts
from carnet.enrolment.actions import opening
from carnet.enrolment.erasure import execute_due
from carnet.platform import limits
from carnet.platform.daily import daily

log = structlog.get_logger("carnet.enrolment")


@daily("enrolment.close_deceased", role="batch")
def close_deceased(day: date) -> None:
    """Close the spaces of the deceased, before any is opened."""
    log.info("closed_deceased", spaces=opening.close_deceased(day))


@daily("enrolment.open_silent", role="batch")
def open_silent(day: date) -> None:
    """Open the spaces of those who stayed silent for six weeks."""
    log.info("opened_silent", spaces=opening.open_silent_spaces(day))


@daily("enrolment.close_suspended", role="batch")
def close_suspended(day: date) -> None:
    """Close what was suspended six weeks ago."""
    log.info("closed_suspended", spaces=opening.close_suspended(day))


@daily("enrolment.end_archives", role="batch")
def end_archives(day: date) -> None:
    """Have erased what was closed ten years ago."""
    log.info("ended_archives", spaces=opening.end_archives(day))


@daily("enrolment.execute_erasures", role="loader")
def execute_erasures(day: date) -> None:
    """Execute the erasures that are due."""
    log.info("erased", spaces=execute_due(day))


@daily("enrolment.forget_drafts", role="app")
def forget_drafts(_day: date) -> None:
    """Drop unfinished activations and the windows of attempts that have ended."""
    log.info("forgot", drafts=drafts.forget_expired(), limits=limits.forget_ended())
