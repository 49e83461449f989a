"""« Que voit ce médecin de moi ? »: the very page of a professional, shown to the person it is about."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.access.api import Access, reason_words
from carnet.directory import api as directory
from carnet.directory.api import PlaceCard, ProfessionalCard
from carnet.journal.api import Actor, EventType, Purpose
from carnet.people.api import Visitor
from carnet.portal.rights import get_professional, trail_to
from carnet.portal.space import actor_of, in_space, visitor_of
from carnet.summaries import api as summaries


@require_safe
@in_space
def view(request: HttpRequest, professional_id: UUID) -> HttpResponse:
    """What a professional sees at one of his places; his own visits and readings are left as they are."""
    card, visitor = get_professional(professional_id), visitor_of(request)
    places = directory.list_places(card.id)
    place = _choose(visitor, places, request.GET.get("lieu", ""), card)
    context = {
        "name": card.name,
        "places": [
            (one.structure_name, f"{request.path}?lieu={one.id}", place is not None and one.id == place.id)
            for one in places
        ],
        "trail": trail_to(f"Ce que voit {card.name}"),
    }
    if place is None:
        return render(
            request, "portal/rights/view.html", context | {"why": "absent de l’annuaire des professionnels"}
        )
    seen = _read(visitor, card, directory.actor_of(card, place, authentication="psc"))
    return render(request, "portal/rights/view.html", context | seen)


def _choose(
    visitor: Visitor, places: list[PlaceCard], asked: str, card: ProfessionalCard
) -> PlaceCard | None:
    """Return the place asked for, else one where he takes care of the person, else any."""
    if asked:
        found = next((one for one in places if str(one.id) == asked), None)
        if found is None:
            raise Http404
        return found
    ties = {
        one.structure for one in access.list_relations(visitor.profile_id) if one.professional_id == card.id
    }
    ties |= {
        one.structure for one in access.list_consents(visitor.profile_id) if one.professional_id == card.id
    }
    return next((one for one in places if one.structure in ties), places[0] if places else None)


def _read(visitor: Visitor, card: ProfessionalCard, actor: Actor) -> dict[str, Any]:
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.RIGHTS_SIMULATED
    ) as a:
        scope = access.as_seen_by(a, actor).scope
        if not scope.allowed or not _may_know(a, card.id):
            rule = scope.rule if not scope.allowed else access.Rule.NO_RELATION
            return {"why": reason_words(rule), "back": reverse("portal:rights")}
        seen = access.as_seen_by(a, actor)
        visit = access.find_visit(a.person_id, card.id)
        page = summaries.read_page(seen, profession=card.profession, professional_id=card.id, since=visit)
        return {"rule": reason_words(scope.rule), "summary": summaries.tell(page, summaries.Links())}


def _may_know(a: Access, professional_id: UUID) -> bool:
    """Say whether who looks is told of the tie: not a minor's representatives of her confidential care."""
    if access.tells_secret(a):
        return True
    ties = {one.professional_id for one in access.list_relations(a.person_id, with_secret=False)}
    consents = {one.professional_id for one in access.list_consents(a.person_id, with_secret=False)}
    return professional_id in ties | consents
