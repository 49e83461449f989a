"""One structured line per request: route, status, time. Never a query string, an INS or a name."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from carnet.platform import metrics

log = structlog.get_logger("carnet.http")


class RequestLogMiddleware:
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
