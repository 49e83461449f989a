"""What every page of the desk has in common: who is there, what he may open, whom he is looking at.

The person found stands in the address as a token signed for this session, good for half an hour: after that
the agent asks for the identifiers again.
"""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carnet.journal.api import Actor, ActorKind
from carnet.people import api as people
from carnet.platform.pointers import follow, point
from carnet.ui.page import Account, NavItem

ADVISING: Final = ("adviser", "supervisor")
ADMINISTERING: Final = ("administrator",)
AUDITING: Final = ("auditor", "supervisor")
LOOK_SECONDS: Final = 30 * 60
PERSON: Final = "carnet.desk.person"
TICKET: Final = "carnet.desk.ticket"
REVIEW: Final = "carnet.desk.review"
_MENU: Final = (
    ("desk:home", "Trouver une personne", "search", ADVISING),
    ("desk:tickets", "Signalements", "mail", ADVISING),
    ("desk:agents", "Agents", "people", ADMINISTERING),
    ("desk:reviews", "Contrôles", "warning", AUDITING),
    ("desk:audit", "Actes du 3422", "history", AUDITING),
)


def visitor_of(request: HttpRequest) -> people.Visitor:
    """Return the agent behind a request; the gate has let him through."""
    visitor = request.visitor  # type: ignore[attr-defined]
    assert isinstance(visitor, people.Visitor)
    return visitor


def actor_of(visitor: people.Visitor) -> Actor:
    """Return who acts: the support, in the person of this agent."""
    return Actor(ActorKind.SUPPORT, visitor.owner_id)


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a page of the desk with its menu."""
    return render(request, template, _frame(request) | context, status=status)


def sign(about_id: UUID, visitor: people.Visitor, *, what: str = PERSON) -> str:
    """Return the token under which this session may look at a person, or a report, for half an hour."""
    return point(about_id, visitor.session_id, what=what)


def read(token: str, visitor: people.Visitor, *, what: str = PERSON) -> UUID:
    """Return whom or what a token is about; raises Http404 when it is not this session's, or too old."""
    return follow(token, visitor.session_id, what=what, seconds=LOOK_SECONDS)


def _frame(request: HttpRequest) -> dict[str, Any]:
    visitor = visitor_of(request)
    menu = [
        NavItem(label, reverse(name), icon, current=request.path == reverse(name))
        for name, label, icon, roles in _MENU
        if visitor.roles & set(roles)
    ]
    name = people.get_account(visitor.account_id).name
    return {
        "ui_nav": menu,
        "ui_account": Account(name, reverse("desk:home"), reverse("desk:logout")),
        "ui_space": None,
    }
