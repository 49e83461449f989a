"""Professionals one by one: found in the annuaire, blocked, unblocked, named administrator doctor."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from carnet.access import api as access
from carnet.access.api import AdministratorRefused, Change
from carnet.directory import api as directory
from carnet.directory.api import ProfessionalCard
from carnet.journal.api import EventType, Purpose
from carnet.portal.previewing import Preview, is_confirmed, preview
from carnet.portal.rights import FORMS, get_professional, told, trail_to
from carnet.portal.space import actor_of, governed, in_space, visitor_of
from carnet.terminology.api import profession_words

_DOCTOR: Final = "10"
_MOST: Final = 20
_LONGEST: Final = 100
_BLOCK_NOTE: Final = (
    "Même votre accord donné de vive voix ne lui ouvrira plus votre espace, tant qu’il est bloqué."
    " Il n’est pas prévenu. Il peut encore déposer des documents : la loi l’y oblige (R1111-47)."
)
_ADMINISTRATOR_NOTE: Final = (
    "Le médecin administrateur voit aussi ce que vous cachez aux autres soignants (R1111-49)."
    " Il n’y en a qu’un à la fois ; vous pouvez le retirer à tout moment."
)


@require_safe
@governed
@in_space
def block_search(request: HttpRequest) -> HttpResponse:
    """Find whom to block, by name or RPPS number."""
    return _search(request, "Bloquer un professionnel", "portal:block_professional", doctors=False)


@require_safe
@governed
@in_space
def administrator_search(request: HttpRequest) -> HttpResponse:
    """Find the doctor to designate."""
    return _search(request, "Choisir mon médecin administrateur", "portal:name_administrator", doctors=True)


def _search(request: HttpRequest, title: str, then: str, *, doctors: bool) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:_LONGEST]
    found = directory.search_professionals(words, limit=_MOST) if words else []
    shown = [one for one in found if not doctors or _is_doctor(one)]
    context = {
        "title": title,
        "words": words,
        "found": [_found(one, reverse(then, args=[one.id])) for one in shown],
        "full": len(found) == _MOST,
        "doctors": doctors,
        "trail": trail_to(title),
    }
    return render(request, "portal/rights/search.html", context)


def _is_doctor(card: ProfessionalCard) -> bool:
    return card.profession == _DOCTOR and card.category != "E"


def _found(card: ProfessionalCard, href: str) -> dict[str, Any]:
    places = ", ".join(dict.fromkeys(place.structure_name for place in directory.list_places(card.id)))
    return {"title": card.name, "text": profession_words(card.profession), "meta": places, "href": href}


@require_http_methods(FORMS)
@governed
@in_space
def block(request: HttpRequest, professional_id: UUID) -> HttpResponse:
    """Block a professional wherever he acts."""
    card = get_professional(professional_id)
    if not is_confirmed(request):
        page = Preview(f"Bloquer {card.name} ?", "Bloquer ce professionnel", reverse("portal:rights"),
                       danger=True, note=_BLOCK_NOTE, trail=trail_to("Bloquer un professionnel"))  # fmt: skip
        return preview(request, Change(blocked=card.id), page)
    with _managing(request, EventType.PROFESSIONAL_BLOCKED, card) as a:
        access.must_govern(a)
        access.block_professional(a.person_id, professional_id=card.id, by=a.by)
    return told("bloque")


@require_http_methods(FORMS)
@governed
@in_space
def unblock(request: HttpRequest, professional_id: UUID) -> HttpResponse:
    """Let a professional enter again as the rules allow."""
    card = get_professional(professional_id)
    if not is_confirmed(request):
        page = Preview(f"Débloquer {card.name} ?", "Débloquer", reverse("portal:rights"),
                       trail=trail_to("Débloquer un professionnel"))  # fmt: skip
        return preview(request, Change(unblocked=card.id), page)
    with _managing(request, EventType.PROFESSIONAL_UNBLOCKED, card) as a:
        access.must_govern(a)
        access.unblock_professional(a.person_id, professional_id=card.id)
    return told("debloque")


@require_http_methods(FORMS)
@governed
@in_space
def name_administrator(request: HttpRequest, professional_id: UUID) -> HttpResponse:
    """Designate a doctor, in the place of whoever was."""
    card = get_professional(professional_id)
    if not is_confirmed(request):
        page = Preview(f"Désigner {card.name} ?", "Désigner ce médecin", reverse("portal:rights"),
                       note=_ADMINISTRATOR_NOTE, trail=trail_to("Médecin administrateur"))  # fmt: skip
        return preview(request, Change(administrator=card.id), page)
    visitor = visitor_of(request)
    try:
        with access.open(
            visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE,
            event=EventType.ADMINISTRATOR_NAMED, late=True,
        ) as a:  # fmt: skip
            access.name_administrator(a, professional_id=card.id)
    except AdministratorRefused as refused:
        context = {"problem": refused.message_fr, "trail": trail_to("Médecin administrateur")}
        return render(request, "portal/rights/refused.html", context, status=409)
    return told("administrateur")


@require_http_methods(FORMS)
@governed
@in_space
def remove_administrator(request: HttpRequest) -> HttpResponse:
    """Have no administrator doctor any more."""
    if not is_confirmed(request):
        page = Preview("Retirer votre médecin administrateur ?", "Retirer", reverse("portal:rights"),
                       trail=trail_to("Médecin administrateur"))  # fmt: skip
        return preview(request, Change(no_administrator=True), page)
    with _managing(request, EventType.ADMINISTRATOR_REMOVED) as a:
        access.remove_administrator(a)
    return told("retire")


def _managing(request: HttpRequest, event: EventType, card: ProfessionalCard | None = None) -> Any:
    visitor = visitor_of(request)
    personal = {"professional": card.name} if card else None
    return access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=event, personal=personal
    )
