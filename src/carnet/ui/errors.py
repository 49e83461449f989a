"""Error pages for what is refused or fails before or beside a view."""

from http import HTTPStatus

from django.http import HttpResponse
from django.template.loader import render_to_string

PAGES = frozenset({400, 403, 404, 429, 500, 503})


class NoSuchPageError(LookupError):
    """There is no page for this status."""


def render_error(
    status: int, *, reference: str = "", retry_after: int | None = None, home_href: str = ""
) -> HttpResponse:
    """The page of a status (400, 403, 404, 429, 500, 503), rendered without session, account or database.

    ``reference`` is shown to be quoted by telephone; ``retry_after`` is in seconds (RFC 9110, 10.2.3);
    ``home_href`` is where the visitor goes on, the home page of the site when it is not given.
    Raises NoSuchPageError for another status.
    """
    if status not in PAGES:
        raise NoSuchPageError(f"no error page for {status} {HTTPStatus(status).phrase}")
    html = render_to_string(f"{status}.html", {"error_reference": reference, "home_href": home_href})
    response = HttpResponse(html, status=status)
    response["Cache-Control"] = "no-store"
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response
