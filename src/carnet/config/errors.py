"""What is shown when a page is refused, absent or fails: the design system's pages, without any detail.

A failure has a reference, shown and logged, to be quoted by telephone. When the service is only too busy,
or its database away, it says so: 503 with Retry-After (RFC 9110, 15.6.4), so that browsers come back.
"""

import secrets
import sys

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from carnet.people.api import TooBusyError
from carnet.ui.errors import render_error

log = structlog.get_logger("carnet.http")

_DATABASE_RETRY_SECONDS = 5
_HOMES = ("/pro/", "/bureau/")
"""Where those go on who are not at the portal: a professional, an agent."""


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """The request cannot be read (400)."""
    return render_error(400, home_href=_home(request))


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """The visitor may not (403)."""
    return render_error(403, home_href=_home(request))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django names it
    """There is no such page, or nothing that this visitor may see: the same words (404)."""
    return render_error(404, home_href=_home(request))


def failed(request: HttpRequest) -> HttpResponse:
    """A page failed: 503 if it may pass by itself, else 500 with a reference."""
    error = sys.exc_info()[1]
    match error:
        case TooBusyError():
            log.warning("too busy")
            return render_error(503, retry_after=error.retry_after, home_href=_home(request))
        case OperationalError() | InterfaceError():
            log.error("database away", exc_info=error)
            return render_error(503, retry_after=_DATABASE_RETRY_SECONDS, home_href=_home(request))
    reference = secrets.token_hex(4).upper()
    log.error("failed", reference=reference, exc_info=error)
    return render_error(500, reference=reference, home_href=_home(request))


def _home(request: HttpRequest) -> str:
    """Return where the visitor of an address goes on, "" for the portal. The address alone says it."""
    return next((home for home in _HOMES if request.path_info.startswith(home)), "")
