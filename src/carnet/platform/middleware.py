"""One structured line per request; and a bound on what a request may carry, before anything of it is read."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from carnet.platform import metrics
from carnet.platform.http import announced_bytes

log = structlog.get_logger("carnet.http")


class RequestLogMiddleware:
    """Log route, status, time. Never a query string, an INS or a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        match = request.resolver_match
        route = match.route if match else ""
        method = str(request.method)
        log.info(
            "request",
            route=route,
            method=method,
            status=response.status_code,
            milliseconds=round(seconds * 1000),
        )
        metrics.observe(route=route, method=method, status=response.status_code, seconds=seconds)
        return response


class BodyLimitMiddleware:
    """Answer 413 to a body that announces more bytes than its view takes (`platform.http.accepts_body`).

    Stands before whatever reads the body. A body without announced length is read by nobody: WSGI has none
    to give, and Django then reads nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        most = getattr(view, "most_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if announced_bytes(request) <= most:
            return None
        response = HttpResponse(render_to_string("413.html", {"most": most // 1_000_000}), status=413)
        response["Cache-Control"] = "no-store"
        return response
