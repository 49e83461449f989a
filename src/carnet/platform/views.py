"""What watches the service: is it alive, may it take requests, how much does it do. Nothing about anybody."""

import hmac

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from carnet.platform import metrics
from carnet.platform.http import public
from carnet.platform.schema import list_pending_migrations

_TEXT = "text/plain; charset=utf-8"


@public
@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("alive\n", content_type=_TEXT)


@public
@require_safe
@never_cache
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers to this role and has this version's tables; otherwise 503."""
    try:
        connection.ensure_connection()
        pending = list_pending_migrations()
    except DatabaseError:
        return _not_ready("database")
    return _not_ready("migrations") if pending else HttpResponse("ready\n", content_type=_TEXT)


@public
@require_safe
@never_cache
def metrics_page(request: HttpRequest) -> HttpResponse:
    """The figures, for this machine itself or for who bears CARNET_METRICS_TOKEN."""
    if not (_bears_token(request) or _is_from_here(request)):
        raise PermissionDenied
    return HttpResponse(metrics.render(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _not_ready(what: str) -> HttpResponse:
    return HttpResponse(f"not ready: {what}\n", status=503, content_type=_TEXT, headers={"Retry-After": "5"})


def _bears_token(request: HttpRequest) -> bool:
    token = settings.CARNET_METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _is_from_here(request: HttpRequest) -> bool:
    """Tell a caller of this machine; behind a proxy everybody seems to be one, so its headers deny it."""
    if any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")):
        return False
    return request.META.get("REMOTE_ADDR", "") in ("127.0.0.1", "::1")
