"""The console of a vendor's calls: what each came to, and why in truth."""

import re
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from carnet.access.api import reason_words
from carnet.platform import clock
from carnet.platform.http import public
from carnet.sandbox import console
from carnet.sandbox.console import Told
from carnet.sandbox.vendors.views import get_client, trail

_PAGE: Final = 25
_KINDS: Final = (("", "Tous"), ("acceptes", "Acceptés"), ("refuses", "Refusés"), ("pannes", "Pannes"))
_SERVER_ERROR, _CLIENT_ERROR = 500, 400
_DECISIONS: Final = {"accepted": "Accepté", "refused": "Refusé", "failed": "Panne"}
_VARIABLE: Final = re.compile(r"<(?:\w+:)?(\w+)>")


@public
@require_safe
@never_cache
def console_page(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """The calls of one client, newest first."""
    client = get_client(client_id)
    context = {
        "trail": trail(client, "Console"), "title": "Console",
        "lead": f"{client.software}, pour {client.structure_name}.",
        "others": (reverse("sandbox:unknown_calls"), "Appels non reconnus"),
    }  # fmt: skip
    return _page(request, client_id, context)


@public
@require_safe
@never_cache
def unknown_calls(request: HttpRequest) -> HttpResponse:
    """The calls that no client was recognised in: without a token, or with a bad one."""
    context = {
        "trail": trail(page="Appels non reconnus"), "title": "Appels non reconnus",
        "lead": "Sans jeton, ou avec un jeton expiré, faux ou révoqué : on ne sait pas de quel logiciel.",
    }  # fmt: skip
    return _page(request, None, context)


def _page(request: HttpRequest, client_id: UUID | None, context: dict[str, Any]) -> HttpResponse:
    """Show a page of calls, or its list alone to the script that keeps it fresh."""
    kind, before = request.GET.get("etat", ""), _before(request)
    calls = console.list_calls(client_id, kind=kind, before=before, limit=_PAGE + 1)
    narrowed = f"etat={kind}&" if kind else ""
    newest = str(calls[0].id) if calls else ""
    fresh = bool(request.headers.get("HX-Request"))
    if fresh and request.GET.get("vu") == newest:
        return HttpResponse(status=204)  # nothing new: what is open on the page stays open
    context |= {
        "calls": [_line(call) for call in calls[:_PAGE]],
        "ways": [(words, f"?etat={name}" if name else "?", name == kind) for name, words in _KINDS],
        "refresh": f"?{narrowed}vu={newest}",
        "live": before is None,
        "next": f"?{narrowed}avant={calls[_PAGE - 1].id}" if len(calls) > _PAGE else "",
        "kept": console.KEPT,
    }
    return render(request, f"sandbox/vendors/{'calls' if fresh else 'console'}.html", context)


def _line(call: Told) -> dict[str, Any]:
    at, told = call.at.astimezone(clock.PARIS), {issue.get("rule") for issue in call.issues}
    return {
        "title": f"{call.method} {_route_words(call.route)}",
        "decision": _DECISIONS.get(call.decision, ""),
        "at": f"{at:%d/%m/%Y à %H:%M:%S}",
        "status": str(call.status),
        "kind": _kind(call.status),
        "meta": f"{call.milliseconds:.0f} ms, {_size(call.received)} reçus, {_size(call.sent)} rendus",
        "reasons": [_reason(code) for code in call.reasons if code not in told],
        "issues": call.issues,
    }


def _route_words(route: str) -> str:
    """Return a route as the guides write it: without the base, its variable part between braces."""
    return _VARIABLE.sub(r"{\1}", route).removeprefix("fhir/") or "/"


def _kind(status: int) -> str:
    if status >= _SERVER_ERROR:
        return "error"
    return "warning" if status >= _CLIENT_ERROR else "success"


def _reason(code: str) -> str:
    """Say a reason in words after its code, when there are words for it."""
    words = reason_words(code)
    return f"{code} : {words}" if words else code


def _size(octets: int) -> str:
    return f"{octets} o" if octets < 10_000 else f"{octets // 1000} ko"  # noqa: PLR2004


def _before(request: HttpRequest) -> UUID | None:
    text = request.GET.get("avant", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None
