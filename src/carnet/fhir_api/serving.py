"""What every call passes, in this order: method, length, who calls, how often, what is sent and wanted.

Then the route does its part. Whatever comes of it, the answer is FHIR, it is recorded, and tells nothing of
what failed inside. Source of the statuses: facts/interop.md 2.8; FHIR R4, http.html; RFC 9110.
"""

import time
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from carnet.directory.api import Caller, OAuthRefused, read_token
from carnet.fhir_api import negotiation, outcomes, parameters, rates, refusals
from carnet.fhir_api.exchange import Exchange, Route, pairs_of
from carnet.fhir_api.negotiation import FORM
from carnet.fhir_api.oauth.certificate import certificate_of
from carnet.fhir_api.outcomes import Refused, refuse
from carnet.platform import calls
from carnet.platform.calls import Call
from carnet.platform.http import announced_bytes

_CHALLENGE: Final = 'Bearer realm="carnet"'


def _never(_exchange: Exchange) -> HttpResponse:
    raise AssertionError("a method without route is refused before")


_NO_ROUTE: Final = Route(name="", method="", path="", summary="", handle=_never)


class Address:
    """The view of one address: its routes by method."""

    csrf_exempt = True  # no cookie tells who calls

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = {route.method: route for route in routes}
        self._allow = ", ".join(sorted([*self._routes, *(["HEAD"] if "GET" in self._routes else [])]))

    def __call__(self, request: HttpRequest, id: str = "") -> HttpResponse:  # noqa: A002 - FHIR's own word
        began = time.perf_counter()
        method = str(request.method)
        route = self._routes.get("GET" if method == "HEAD" else method)
        exchange = Exchange(request, route or _NO_ROUTE, id)
        try:
            if route is None:
                raise self._method_refused(method)
            response = _admit_and_handle(exchange)
        except Refused as refused:
            response = outcomes.answer(refused)
            _record(exchange, response, began, refused)
        else:
            _record(exchange, response, began, None)
        return _finish(response, method)

    def _method_refused(self, method: str) -> Refused:
        return refuse(
            405, "not-supported", f"La méthode {method[:20]} n’existe pas à cette adresse, qui connaît :"
            f" {self._allow or 'aucune'}.",
            rule="http.method", headers={"Allow": self._allow},
        )  # fmt: skip


def _admit_and_handle(exchange: Exchange) -> HttpResponse:
    try:
        _admit(exchange)
        return _handle(exchange)
    except Refused:
        raise
    except Exception as error:
        raise refusals.of_error(error) from error


def _admit(exchange: Exchange) -> None:
    """Look at everything that needs no record: nothing of the body is read before its sender is known."""
    request, route = exchange.request, exchange.route
    _check_length(request, route.most_bytes)
    if route.scopes:
        exchange.caller = _identify(request)
        _check_scopes(exchange.caller, route.scopes)
        _check_rate(exchange.caller.client_id)
    if route.takes and not _is_empty_form(exchange):
        exchange.media_type = negotiation.check_sent(
            exchange.header("Content-Type"), exchange.header("Content-Encoding"), route.takes
        )
    exchange.values = parameters.check_known(pairs_of(exchange), route.names)
    if route.checks_format:
        negotiation.check_json_wanted(exchange.header("Accept"), exchange.values.get("_format", [""])[0])
    if exchange.header("If-None-Exist"):
        raise refuse(
            400, "not-supported", "If-None-Exist n’est pas pris : masterIdentifier suffit, un envoi répété ne"
            " fait rien en double.",
            rule="http.if-none-exist",
        )  # fmt: skip


def _is_empty_form(exchange: Exchange) -> bool:
    """A search posted without a form has its parameters in the address, and no type to say."""
    return (
        FORM in exchange.route.takes
        and not exchange.header("Content-Type")
        and not announced_bytes(exchange.request)
    )


def _handle(exchange: Exchange) -> HttpResponse:
    """Have the route answer; once more when the connection was lost, if that can do no harm."""
    try:
        return exchange.route.handle(exchange)
    except (OperationalError, InterfaceError):
        connection.close()
        if not exchange.route.repeatable:
            raise
    return exchange.route.handle(exchange)


def _check_length(request: HttpRequest, most: int) -> None:
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if request.headers.get("Transfer-Encoding"):
        raise refuse(
            411, "required", "Annoncez la longueur du contenu (Content-Length) : rien n’est lu par morceaux.",
            rule="http.content-length",
        )  # fmt: skip
    if not (announced.isascii() and announced.isdigit()):
        raise refuse(400, "structure", "Content-Length : un nombre d’octets.", rule="http.content-length")
    if len(announced) > 15 or int(announced) > max(most, 0):  # noqa: PLR2004 - a petabyte
        if not most:
            raise refuse(400, "structure", "Cette adresse ne prend aucun contenu.", rule="http.body")
        raise refuse(
            413, "too-long", f"Le contenu dépasse {most // 1_000_000 or 1} Mo : rien n’en a été lu.",
            rule="http.content-length",
        )  # fmt: skip


def _identify(request: HttpRequest) -> Caller:
    scheme, _, token = str(request.headers.get("Authorization", "")).partition(" ")
    if scheme.lower() != "bearer":
        raise refuse(
            401, "login", "Aucun jeton : demandez-en un à /oauth/token (« Authorization: Bearer … »).",
            rule="oauth.token", clause="RFC 6750, 3", headers={"WWW-Authenticate": _CHALLENGE},
        )  # fmt: skip
    try:
        return read_token(token.strip(), certificate=certificate_of(request))
    except OAuthRefused as refused:
        raise refuse(
            401, "expired" if refused.expired else "login", refused.message_fr,
            rule=f"oauth.{refused.error}", clause="RFC 6750, 3.1",
            headers={"WWW-Authenticate": refused.challenge},
        ) from refused  # fmt: skip


def _check_scopes(caller: Caller, scopes: Iterable[tuple[str, str]]) -> None:
    for resource, letter in scopes:
        if not caller.may(resource, letter):
            needed = f"system/{resource}.{letter}"
            raise refuse(
                403, "forbidden", f"Ce jeton n’a pas la portée {needed}.", rule="oauth.insufficient_scope",
                clause="RFC 6750, 3.1",
                headers={"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope", scope="{needed}"'},
            )  # fmt: skip


def _check_rate(client: UUID) -> None:
    most = settings.CARNET_API_CALLS_PER_MINUTE
    wait = rates.seconds_to_wait(client, most=most)
    if wait:
        raise refuse(
            429, "throttled", f"Plus de {most} appels en une minute : reprenez dans {wait} s.",
            rule="http.rate", headers={"Retry-After": str(wait)},
        )  # fmt: skip


def _finish(response: HttpResponse, method: str) -> HttpResponse:
    """What every answer bears; the answer to HEAD has no content, and says how long it would be."""
    response.setdefault("Cache-Control", "no-store")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Length"] = str(len(response.content))
    if method == "HEAD":
        response.content = b""
    return response


def _record(exchange: Exchange, response: HttpResponse, began: float, refused: Refused | None) -> None:
    """Tell the call to whoever listens: its pattern and its verdict, nothing of what was sent."""
    if not settings.CARNET_CALLS:
        return
    caller, request = exchange.caller, exchange.request
    match = request.resolver_match
    issues = refused.issues if refused else exchange.warnings
    calls.record(
        Call(
            client_id=caller.client_id if caller else None,
            software=caller.software if caller else "",
            method=str(request.method),
            route=match.route if match else "",
            status=response.status_code,
            milliseconds=round((time.perf_counter() - began) * 1000, 1),
            received=announced_bytes(request),
            sent=len(response.content),
            decision=_decision(response.status_code),
            reasons=(*exchange.reasons, *(refused.reasons if refused else ())),
            issues=tuple(_told(issue) for issue in issues),
        )
    )


def _decision(status: int) -> str:
    if status >= 500:  # noqa: PLR2004
        return "failed"
    return "refused" if status >= 400 else "accepted"  # noqa: PLR2004


def _told(issue: Any) -> dict[str, str]:
    return {
        name: getattr(issue, name)
        for name in ("severity", "code", "rule", "clause", "expression", "message_fr", "xds")
    }
