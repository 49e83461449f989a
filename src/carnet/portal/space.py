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
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.people.api import Visitor
from carnet.support.api import TicketUnknownError

View = Callable[..., HttpResponse]
Answer = TypeVar("Answer", bound=HttpResponseBase)

_NOT_A_CAREGIVER = (
    "Un aidant agit dans l’espace, mais ne décide ni de qui d’autre y entre, ni de sa fermeture, ni de la"
    " copie des données. La personne que vous aidez le fait elle-même, ou avec le 3422."
)
_CLOSED = {Rule.CLOSED, Rule.OBJECTED, Rule.ERASED, Rule.NO_SPACE}


def visitor_of(request: HttpRequest) -> Visitor:
    """Return who is behind a request that is not public."""
    visitor = request.visitor  # type: ignore[attr-defined]
    assert isinstance(visitor, Visitor)
    return visitor


def actor_of(visitor: Visitor) -> Actor:
    """Return who acts in the space that is shown: its holder, a legal representative, a caregiver."""
    if visitor.profile_id == visitor.owner_id:
        return Actor(ActorKind.PATIENT, visitor.owner_id)
    kind = ActorKind.CAREGIVER if visitor.caregiver else ActorKind.LEGAL_REPRESENTATIVE
    return Actor(kind, visitor.owner_id)


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


def governed(view: Callable[..., Answer]) -> Callable[..., Answer | HttpResponse]:
    """Wrap a view by which one decides who else enters, closes or copies: a caregiver reads why he may not.

    Facts/mes.md 1.8. His attempt stands in the history of the space.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Answer | HttpResponse:
        visitor = visitor_of(request)
        if not visitor.caregiver:
            return view(request, *args, **kwargs)
        try:
            return _refuse_caregiver(request, visitor)
        except access.Refused as refused:
            return _explain(request, refused)

    return wrapped


def _refuse_caregiver(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, late=True) as a:
        a.refuse(EventType.SPACE_CONSULTED, reason=Rule.NOT_FOR_THIS)
    context = {"explanation": _NOT_A_CAREGIVER, "own_id": visitor.owner_id, "switch_href": find_url("switch")}
    return render(request, "portal/home/shut.html", context, status=403)


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
