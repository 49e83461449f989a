"""Which professional comes: sets `request.professional`, and keeps every page of the room closed.

As for people (carnet.people.middleware), `carnet.platform.http.Gate` decides view by view. A professional
acts at a place: until she has chosen one, every page but the choice sends her there.
"""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from carnet.directory.api import ProVisitor, sessions
from carnet.platform.http import gate_of

ANYWHERE: Final = frozenset({"pro:place", "pro:logout"})
"""What needs no place: choosing one, and leaving."""


class ProfessionalMiddleware:
    """Resolve the cookie of professionals; then the gate decides."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.professional = None  # type: ignore[attr-defined]
        response = self.get_response(request)
        if request.professional is not None:  # type: ignore[attr-defined]
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        gate = gate_of(view)
        if "professional" not in gate.kinds:
            return None
        token = request.COOKIES.get(sessions.COOKIE)
        visitor = sessions.find(token) if token else None
        request.professional = visitor  # type: ignore[attr-defined]
        if visitor is None:
            return _to("pro:login", request)
        if gate.roles and visitor.professional.profession not in gate.roles:
            raise PermissionDenied
        match = request.resolver_match
        if visitor.place is None and not (match and match.view_name in ANYWHERE):
            return _to("pro:place", request)
        if gate.fresh and not visitor.fresh:
            return _to("pro:login", request, again="1")
        return None


def professional_of(request: HttpRequest) -> ProVisitor:
    """Return the professional behind a request; the gate has let her through."""
    visitor = getattr(request, "professional", None)
    assert isinstance(visitor, ProVisitor)
    return visitor


def _to(name: str, request: HttpRequest, **more: str) -> HttpResponse:
    there = request.get_full_path() if request.method == "GET" else "/pro/"
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'suite': there, **more})}")
