"""Who comes: sets `request.visitor` and keeps every view closed that is not marked public."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse

from carnet.people import sessions
from carnet.people.limits import LimitsDownError
from carnet.people.passwords import TooBusyError
from carnet.platform.http import gate_of

LOGIN_PAGES = {"person": "portal:login", "agent": "desk:login"}


class VisitorMiddleware:
    """Resolve the session's cookie, then let `carnet.platform.http.Gate` decide, view by view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request.COOKIES.get(sessions.COOKIE)
        request.visitor = sessions.find(token) if token else None  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.visitor is not None:  # type: ignore[attr-defined]
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        gate = gate_of(view)
        visitor: sessions.Visitor | None = request.visitor  # type: ignore[attr-defined]
        if gate.public or "professional" in gate.kinds:
            return None  # professionals have sessions and a middleware of their own (carnet.pro)
        if visitor is None:
            kind = "agent" if "agent" in gate.kinds else "person"
            return _to(LOGIN_PAGES[kind], request)
        if visitor.kind not in gate.kinds or (gate.roles and not gate.roles & visitor.roles):
            raise PermissionDenied
        if gate.fresh and not visitor.fresh:
            return _to("portal:prove" if visitor.kind == "person" else "desk:prove", request)
        return None

    def process_exception(self, _request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 503 with Retry-After: too many passwords at once, or attempts cannot be counted."""
        if not isinstance(exception, (TooBusyError, LimitsDownError)):
            return None
        response = HttpResponse(render_to_string("503.html", request=None), status=503)
        response["Retry-After"] = str(exception.retry_after)
        response["Cache-Control"] = "no-store"
        return response


def _to(name: str, request: HttpRequest) -> HttpResponse:
    """Send to a page that comes back here; a form that was being posted comes back empty."""
    there = request.path if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'suite': there})}")
