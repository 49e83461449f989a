"""The room's jobs: making a copy, and every day deleting those whose time is over."""

from datetime import date
from uuid import UUID

import structlog

from carnet.exports import actions
from carnet.exports.preparing import prepare
from carnet.platform import clock
from carnet.platform.daily import daily
from carnet.platform.jobs import job

log = structlog.get_logger("carnet.exports")


@job(actions.PREPARE, role="app")
def prepare_copy(*, copy_id: str) -> None:
    """Prepare one copy."""
    prepare(UUID(copy_id))


@daily("exports.end_copies", role="app")
def end_copies(_day: date) -> None:
    """Delete the copies whose time is over."""
    log.info("ended_copies", copies=actions.end_due(clock.now()))
