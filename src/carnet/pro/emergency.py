"""Entering in emergency: who, why, then the same page of the record under a banner (docs/emergency.md).

Neither a number nor a name ever stands in an address. Searches are counted: twenty in ten minutes.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.access import api as access
from carnet.access.api import EmergencyCard, Mode, ReasonError, Refused, Rule, Scope
from carnet.directory import api as directory
from carnet.directory.api import ProVisitor
from carnet.journal.api import Purpose
from carnet.people import api as people
from carnet.platform.clock import PARIS
from carnet.platform.http import requires
from carnet.platform.limits import Limit
from carnet.pro.emergency_forms import IdentityForm, ReasonForm, RegulationForm
from carnet.pro.middleware import professional_of
from carnet.pro.page import read, read_found, show, sign, sign_found

SEARCHES: Final = Limit("emergency-search", 20, timedelta(minutes=10))
_READS: Final = ["GET", "HEAD", "POST"]
_NOBODY: Final = (
    "Nous ne trouvons pas une seule personne avec ces informations."
    " Vérifiez-les, ou ajoutez le matricule INS."
)
_ABSENT: Final = frozenset({Rule.NO_SPACE, Rule.OBJECTED, Rule.CLOSED, Rule.SUSPENDED, Rule.ERASED})
_NOTHING: Final = "Aucun dossier n’est ouvert pour cette personne."
_MODES: Final = {Mode.BREAK_GLASS: "urgence", Mode.REGULATION: "régulation du SAMU"}


@requires(kinds=("professional",))
@require_http_methods(_READS)
def find(request: HttpRequest) -> HttpResponse:
    """Say who the person is, before saying why."""
    visitor, form = professional_of(request), IdentityForm(request.POST or None)
    person_id = _identify(form, visitor) if request.method == "POST" else None
    if person_id:
        return HttpResponseRedirect(reverse("pro:emergency", args=[sign_found(person_id, visitor)]))
    context = {"form": form, "ended": request.GET.get("fait") == "fin"}
    return show(request, "pro/emergency/find.html", context)


@requires(kinds=("professional",))
@require_http_methods(_READS)
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """What an emergency access is and who is told; the reason is typed, and the record opens."""
    visitor = professional_of(request)
    person_id = read_found(token, visitor)
    scope = access.decide(person_id, by=visitor.actor, purpose=Purpose.BREAK_GLASS)
    if scope.allowed:
        return _to_record(person_id, visitor)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if scope.rule is not Rule.NOT_ENTERED and request.method != "POST":
        return _refuse(request, scope)
    if form.is_valid():
        try:
            access.enter_emergency(person_id, by=visitor.actor, reason=form.cleaned_data["reason"])
        except ReasonError as error:
            form.add_error(error.field, error.message_fr)
        except Refused as refused:
            return _refuse(request, refused.scope)
        else:
            return _to_record(person_id, visitor)
    context = {"form": form, "person": people.get_person(person_id), "back": reverse("pro:home")}
    return show(request, "pro/emergency/enter.html", context)


@requires(kinds=("professional",))
@require_POST
def end(request: HttpRequest, token: str) -> HttpResponse:
    """End the access before its four hours."""
    visitor = professional_of(request)
    access.end_emergency(read(token, visitor), by=visitor.actor)
    return HttpResponseRedirect(f"{reverse('pro:emergency_find')}?fait=fin")


@requires(kinds=("professional",))
@require_http_methods(_READS)
def regulation(request: HttpRequest) -> HttpResponse:
    """The regulator's own page: who is on the line, and the record, in one step."""
    visitor, form = professional_of(request), RegulationForm(request.POST or None)
    if visitor.place is None or not visitor.place.regulator:
        return show(request, "pro/emergency/not_regulator.html", {}, status=403)
    person_id = _identify(form, visitor) if request.method == "POST" else None
    if person_id:
        try:
            access.regulate(person_id, by=visitor.actor, call=form.cleaned_data["call"])
        except Refused as refused:
            return _refuse(request, refused.scope)
        return _to_record(person_id, visitor)
    return show(request, "pro/emergency/regulation.html", {"form": form})


@requires(kinds=("professional",))
@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """The emergency accesses to the patients of a médecin traitant, in the last thirty days (R1111-48)."""
    visitor = professional_of(request)
    return show(request, "pro/emergency/told.html", {"rows": list_told(visitor)})


def list_told(visitor: ProVisitor, *, days: int = 30, limit: int = 50) -> list[dict[str, Any]]:
    """Return what a médecin traitant is told, ready to be shown: also for the first page of his day."""
    if visitor.training:
        return []
    cards = access.list_told_to(visitor.professional.id, days=days, limit=limit)
    names = people.find_names(sorted({card.person_id for card in cards}))
    doctors = directory.name_professionals({card.professional_id for card in cards})
    places = directory.name_structures({card.structure for card in cards})
    return [
        {
            "patient": names.get(card.person_id, "patient absent du registre"),
            "href": reverse("pro:record", args=[sign(card.person_id, visitor)]),
            "by": doctors[card.professional_id].name if card.professional_id in doctors else "",
            "where": places.get(card.structure, card.structure),
            "when": _moment(card),
            "mode": _MODES[card.mode],
        }
        for card in cards
    ]


def _identify(form: IdentityForm, visitor: ProVisitor) -> UUID | None:
    """Return the one person described; what stands against it is said on the form, uniformly."""
    if not form.is_valid():
        return None
    if not form.identifiers.enough:
        form.add_error(
            None, "Il faut le nom, le prénom et la date de naissance ; ou le matricule et un trait."
        )
        return None
    if not SEARCHES.hit(str(visitor.professional.id)):
        form.add_error(None, "Trop de recherches. Réessayez dans quelques minutes.")
        return None
    found = people.find_for_emergency(form.identifiers)
    if found is None:
        form.add_error(None, _NOBODY)
        return None
    return found.id


def _refuse(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Say why; of a space that is not open, not why: whether somebody objected is hers to tell (R1111-28)."""
    absent = scope.rule in _ABSENT
    context = {
        "explanation": _NOTHING if absent else scope.explanation,
        "remedies": [] if absent else [remedy.words for remedy in access.remedies(scope.rule)],
    }
    return show(request, "pro/emergency/refused.html", context, status=403)


def _to_record(person_id: UUID, visitor: ProVisitor) -> HttpResponse:
    return HttpResponseRedirect(reverse("pro:record", args=[sign(person_id, visitor)]))


def _moment(card: EmergencyCard) -> str:
    return date_format(card.since.astimezone(PARIS), "j F Y à G \\h i")
