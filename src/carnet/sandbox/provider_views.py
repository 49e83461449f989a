"""What the pages and endpoints of the simulators share: how they answer, and send the browser back."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render

from carnet.sandbox.provider import (
    PAGE_SECONDS,
    Authorization,
    Provider,
    RefusedError,
    UntrustedClientError,
)


def read_request(request: HttpRequest, provider: Provider, refused: str) -> Authorization | HttpResponse:
    """Return a good request for authorization, or the answer to one that is not.

    `refused`: the template shown where the browser must not be sent back; otherwise it goes back to the
    client with its error.
    """
    try:
        redirect_uri = provider.read_client(request.GET.dict())
    except UntrustedClientError as error:
        return render(request, refused, {"what": str(error)}, status=400)
    try:
        refuse_doubles(request.GET)
        return provider.read_authorization(request.GET.dict())
    except RefusedError as error:
        return back(
            provider, redirect_uri, request.GET.get("state", ""),
            error=error.error, error_description=error.description,
        )  # fmt: skip


def answer(make: Callable[[], HttpResponse], scheme: str, realm: str) -> HttpResponse:
    """Return an answer, or its refusal as JSON, never kept by anybody (RFC 6749, 5.1 and 5.2)."""
    try:
        response = make()
    except RefusedError as error:
        facts = {"error": error.error, "error_description": error.description}
        response = JsonResponse(facts, status=error.status)
        if error.status == 401:  # noqa: PLR2004 - RFC 9110, 15.5.2
            response["WWW-Authenticate"] = f'{scheme} realm="{realm}", error="{error.error}"'
    response["Cache-Control"] = "no-store"
    response["Pragma"] = "no-cache"
    return response


def end(request: HttpRequest, provider: Provider, refused: str) -> HttpResponse:
    """End a session: back to the client, or the refusal."""
    try:
        back_to = provider.read_logout(request.GET.dict())
    except RefusedError as error:
        return render(request, refused, {"what": error.description}, status=error.status)
    state = request.GET.get("state", "")
    return HttpResponseRedirect(f"{back_to}?{urlencode({'state': state})}" if state else back_to)


def authorization_of(facts: Mapping[str, Any] | None) -> Authorization | None:
    """Return the request that a page carried, or None."""
    if not facts:
        return None
    named = {name: facts[name] for name in Authorization.__dataclass_fields__}
    return Authorization(**named | {"levels": tuple(named["levels"])})


def carry(provider: Provider, facts: dict[str, Any], purpose: str = "page") -> str:
    """Return the facts of a page for its hidden field."""
    return provider.seal(purpose, PAGE_SECONDS, facts)


def denied(provider: Provider, authorization: Authorization) -> HttpResponse:
    """Send the browser back: the person has refused."""
    return back(
        provider, authorization.redirect_uri, authorization.state,
        error="access_denied", error_description="the person has refused",
    )  # fmt: skip


def back(provider: Provider, redirect_uri: str, state: str, **facts: str) -> HttpResponse:
    """Send the browser back with the issuer's name (RFC 9207)."""
    query = facts | ({"state": state} if state else {}) | {"iss": provider.issuer}
    return HttpResponseRedirect(f"{redirect_uri}?{urlencode(query)}")


def refuse_doubles(query: QueryDict) -> None:
    """Refuse a parameter that is given twice (RFC 6749, 3.1); raises RefusedError."""
    if any(len(values) > 1 for _, values in query.lists()):
        raise RefusedError("invalid_request", "a parameter is given twice")
