"""The patient whose record a professional has before her: who, by which purpose, and a door that stays shut.

Every page of a record is wrapped by `in_record`: the token of the address is followed, a refusal explained,
what is absent or hidden is the same 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from carnet.access import api as access
from carnet.access.api import Rule, Scope
from carnet.directory.api import ProVisitor
from carnet.documents.api import DocumentUnknownError
from carnet.journal.api import Actor, Purpose
from carnet.platform.http import requires
from carnet.pro import page
from carnet.pro.guard import guard_answer
from carnet.pro.middleware import professional_of

View = Callable[..., HttpResponse]
_BY_TITLE: Final = frozenset(
    {Rule.NO_RELATION, Rule.NOT_INFORMED, Rule.EXPRESS_ONLY, Rule.EMERGENCY_REFUSED, Rule.SAMU_REFUSED}
)
"""Refusals that end when she says as what she enters; all others stand whatever she says."""


@dataclass(frozen=True)
class Patient:
    """Whose record, under which token of this session, for which purpose it is opened."""

    person_id: UUID
    token: str
    visitor: ProVisitor
    purpose: Purpose

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.visitor.actor

    def link(self, name: str, *more: object) -> str:
        """Return the address of a page about this patient."""
        return reverse(f"pro:{name}", args=[self.token, *more])


def in_record(view: View) -> View:
    """Wrap a view of a patient's record: it is given the Patient instead of the token."""

    @requires(kinds=("professional",))
    @wraps(view)
    def wrapped(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        patient = _find(request, token)
        try:
            return view(request, patient, *args, **kwargs)
        except access.Refused as refused:
            return refuse(request, patient, refused.scope)
        except DocumentUnknownError as unknown:
            raise Http404 from unknown

    return wrapped


def find_url(name: str, *args: object) -> str:
    """Return the address of a page of the room, "" where its subject is not installed."""
    try:
        return reverse(f"pro:{name}", args=args)
    except NoReverseMatch:
        return ""


def refuse(request: HttpRequest, patient: Patient, scope: Scope) -> HttpResponse:
    """Say why the door stayed shut, and what she may do. Never about one document."""
    if answer := guard_answer(scope.rule):
        return answer
    urgent = access.decide(patient.person_id, by=patient.actor, purpose=Purpose.BREAK_GLASS)
    request.carnet_emergency = None  # type: ignore[attr-defined]  # what is shut is not said to be open
    context = {
        "explanation": scope.explanation,
        "remedies": [remedy.words for remedy in access.remedies(scope.rule)],
        "consent_href": find_url("enter_as", patient.token) if scope.rule in _BY_TITLE else "",
        "emergency_href": find_url("emergency", patient.token) if urgent.rule is Rule.NOT_ENTERED else "",
        "deposit_href": find_url("writing", patient.token),
        "day_href": reverse("pro:day"),
        "help_href": find_url("help"),
    }
    return page.show(request, "pro/record/refused.html", context, status=403)


def _find(request: HttpRequest, token: str) -> Patient:
    """Follow the token; an emergency access that stands decides the purpose, and is kept for the banner."""
    visitor = professional_of(request)
    person_id = page.read(token, visitor)
    emergency = access.find_emergency(person_id, by=visitor.actor)
    request.carnet_emergency = emergency  # type: ignore[attr-defined]
    return Patient(person_id, token, visitor, emergency.purpose if emergency else Purpose.CONSULT)
