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
from carnet.journal.api import EventType, Purpose
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
    asked = _asked(places, request.GET.get("lieu", ""))
    place, seen = _read(visitor, card, places, asked)
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
    return render(request, "portal/rights/view.html", context | seen)


def _asked(places: list[PlaceCard], asked: str) -> PlaceCard | None:
    """Return the place that the address asks for, None for none; 404 for what is none of his."""
    found = next((one for one in places if str(one.id) == asked), None)
    if asked and found is None:
        raise Http404
    return found


def _read(
    visitor: Visitor, card: ProfessionalCard, places: list[PlaceCard], asked: PlaceCard | None
) -> tuple[PlaceCard | None, dict[str, Any]]:
    """Return at which place he is looked at, and what he sees there.

    To a minor's representatives neither his visits nor his readings are told: those of her confidential care
    are among them.
    """
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.RIGHTS_SIMULATED
    ) as a:
        place = asked or _choose(a, places, card.id)
        if place is None:
            return None, {}
        seen = access.as_seen_by(a, directory.actor_of(card, place, authentication="psc"))
        if not seen.scope.allowed:
            return place, {"why": reason_words(seen.scope.rule), "back": reverse("portal:rights")}
        known = access.tells_secret(a)
        page = summaries.read_page(
            seen, profession=card.profession, professional_id=card.id if known else None,
            since=access.find_visit(a.person_id, card.id) if known else None,
            treating_id=summaries.find_treating(a.person_id),
        )  # fmt: skip
        return place, {
            "rule": reason_words(seen.scope.rule), "summary": summaries.tell(page, summaries.Links())
        }  # fmt: skip


def _choose(a: Access, places: list[PlaceCard], professional_id: UUID) -> PlaceCard | None:
    """Return the first place where he takes care of the person, as far as it is told; else any."""
    secret = access.tells_secret(a)
    relations = access.list_relations(a.person_id, with_secret=secret)
    consents = access.list_consents(a.person_id, with_secret=secret)
    where = {one.structure for one in relations if one.professional_id == professional_id}
    where |= {one.structure for one in consents if one.professional_id == professional_id}
    return next((one for one in places if one.structure in where), places[0] if places else None)
