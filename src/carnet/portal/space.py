"""The space that a visitor looks at: who acts in it, and what is said when its door stays shut."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from carnet.access import api as access
from carnet.access.api import Rule
from carnet.documents.api import DocumentUnknownError
from carnet.journal.api import Actor, ActorKind
from carnet.people.api import Visitor
from carnet.support.api import TicketUnknownError

View = Callable[..., HttpResponse]
Answer = TypeVar("Answer", bound=HttpResponseBase)

_CLOSED = {Rule.CLOSED, Rule.OBJECTED, Rule.ERASED, Rule.NO_SPACE}


def visitor_of(request: HttpRequest) -> Visitor:
    """Return who is behind a request that is not public."""
    visitor = request.visitor  # type: ignore[attr-defined]
    assert isinstance(visitor, Visitor)
    return visitor


def actor_of(visitor: Visitor) -> Actor:
    """Return who acts in the space that is shown: its holder, or a legal representative."""
    own = visitor.profile_id == visitor.owner_id
    return Actor(ActorKind.PATIENT if own else ActorKind.LEGAL_REPRESENTATIVE, visitor.owner_id)


def find_url(name: str, *args: Any, room: str = "portal") -> str:
    """Return the address of a page, "" where its subject is not installed."""
    try:
        return reverse(f"{room}:{name}", args=args)
    except NoReverseMatch:
        return ""


def in_space(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
    """Wrap a view that enters a space: a shut door is explained, what is absent or hidden is a 404."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer | HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except access.Refused as refused:
            return _explain(request, refused)
        except (DocumentUnknownError, TicketUnknownError) as unknown:
            raise Http404 from unknown

    return wrapped


def _explain(request: HttpRequest, refused: access.Refused) -> HttpResponse:
    visitor = visitor_of(request)
    own = visitor.profile_id == visitor.owner_id
    closed_page = find_url("closed")
    if closed_page and refused.scope.rule in (_CLOSED if own else {Rule.CLOSED}):
        return HttpResponseRedirect(closed_page)
    context = {
        "explanation": refused.scope.explanation,
        "own": own,
        "own_id": visitor.owner_id,
        "activate_href": find_url("activate") if refused.scope.rule is Rule.NOT_ACTIVATED else "",
        "switch_href": "" if own else find_url("switch"),
    }
    return render(request, "portal/home/shut.html", context, status=403)
