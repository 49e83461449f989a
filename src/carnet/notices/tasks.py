"""The daily job of notices."""

from datetime import date

import structlog

from carnet.notices import digest
from carnet.platform.daily import daily

log = structlog.get_logger("carnet.notices")


@daily("notices.digest", role="app")
def plan_digest(day: date) -> None:
    """Plan the e-mails that gather what came before that day."""
    log.info("planned_digest", any=digest.plan(day))
