"""One structured line per request: route, status, time. Never a query string, an INS or a name."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("carnet.http")


class RequestLogMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            route=match.route if match else "",
            method=request.method,
            status=response.status_code,
            milliseconds=round((time.perf_counter() - began) * 1000),
        )
        return response
