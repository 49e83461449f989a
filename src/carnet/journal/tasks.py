"""The journal's months are made ahead: a line beyond the last one would be refused."""

from datetime import date, timedelta

from carnet.journal import api
from carnet.platform.daily import daily

# More than three whole months: a service that nobody restarts or watches still has room.
AHEAD = timedelta(days=100)


@daily("journal.months", role="loader")
def keep_months_ahead(day: date) -> None:
    """Make the partitions of the months from `day` to a hundred days later."""
    api.ensure_months(day, day + AHEAD)
