"""What documents do every day."""

from datetime import date

from carnet.documents import arriving, releasing
from carnet.platform.daily import daily


@daily("documents.show_passed", role="app")
def show_passed(day: date) -> None:
    """Show the results whose day has come, announced or not."""
    releasing.show_passed(day)


@daily("documents.forget_arrivals", role="app")
def forget_arrivals(day: date) -> None:
    """Forget what arrived too long ago to be told as new."""
    arriving.forget_old(day)
