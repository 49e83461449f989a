"""Who sees what: all those who may enter this space, since when, by which rule; and ending it (L1111-19)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_safe

from carnet.access import api as access
from carnet.access.api import Basis, Change, ConsentCard, HistoryFilters, RelationCard
from carnet.directory import api as directory
from carnet.directory.api import ProfessionalCard
from carnet.documents import api as documents
from carnet.enrolment.api import SpaceCard
from carnet.journal.api import ActorKind, EventType, Line, Purpose
from carnet.people.api import Visitor, find_names, find_person, is_minor, list_representatives
from carnet.platform.clock import PARIS
from carnet.portal.acts import Teller
from carnet.portal.previewing import Preview, is_confirmed, preview
from carnet.portal.space import actor_of, find_url, governed, in_space, visitor_of
from carnet.terminology.api import profession_words

FORMS: Final = ["GET", "HEAD", "POST"]
_LOOKS: Final = 5
_DONE: Final = {
    "fin": "C’est fait : cet accès est terminé.",
    "bloque": "Ce professionnel est bloqué : il ne lit plus rien de cet espace.",
    "debloque": "Ce professionnel n’est plus bloqué.",
    "administrateur": "Votre médecin administrateur est enregistré.",
    "retire": "Il n’y a plus de médecin administrateur.",
    "aidant-fin": "L’accès de cet aidant est terminé.",
}
_BASES: Final = {
    Basis.TREATING: "médecin traitant",
    Basis.TEAM: "équipe de soins",
    Basis.DECLARED: "a déclaré vous prendre en charge",
}


@dataclass(frozen=True)
class _Seen:
    """What was read behind the door."""

    relations: list[RelationCard]
    consents: list[ConsentCard]
    administrator: access.AdministratorCard | None
    blocked: list[access.BlockedProfessional]
    structures: list[access.BlockCard]
    lines: list[Line]
    space: SpaceCard


@require_safe
@in_space
def rights(request: HttpRequest) -> HttpResponse:
    """All those who may enter, by what right, and the last who did."""
    visitor = visitor_of(request)
    seen = _read(visitor)
    cards = directory.name_professionals(_professionals(seen))
    places = directory.name_structures(_structures(seen))
    context = {
        "governs": not visitor.caregiver,
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "team": _team(seen, cards, places),
        "administrator": _administrator(seen, cards),
        "blocked": [_blocked(one, cards) for one in seen.blocked if one.professional_id in cards],
        "structures": [_blocked_structure(one, places) for one in seen.structures],
        "others": _others(visitor),
        "emergency": _emergency(seen.space),
        "choices_href": find_url("choices"),
        "looks": _looks(visitor, seen.lines),
        "history_href": find_url("history"),
        "trail": [("Accueil", reverse("portal:home")), ("Qui voit quoi", "")],
    }
    return render(request, "portal/rights/rights.html", context)


def _read(visitor: Visitor) -> _Seen:
    filters = HistoryFilters(kinds=(ActorKind.HEALTHCARE_PROFESSIONAL,))
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        return _Seen(
            access.list_relations(a.person_id, with_secret=access.tells_secret(a)),
            access.list_consents(a.person_id, with_secret=access.tells_secret(a)),
            access.find_administrator(a.person_id),
            access.list_blocked_professionals(a.person_id),
            access.list_blocks(a.person_id),
            access.list_history(a, hidden=documents.list_hidden(a), filters=filters, limit=_LOOKS),
            a.space,
        )


def _professionals(seen: _Seen) -> list[UUID]:
    ids = [one.professional_id for one in seen.relations if one.professional_id]
    ids += [one.professional_id for one in seen.consents] + [one.professional_id for one in seen.blocked]
    return [*ids, seen.administrator.professional_id] if seen.administrator else ids


def _structures(seen: _Seen) -> list[str]:
    found = [one.structure for one in seen.relations] + [one.structure for one in seen.consents]
    return [one for one in [*found, *(block.structure for block in seen.structures)] if one]


# -- the lines of the page


def _team(
    seen: _Seen, cards: Mapping[UUID, ProfessionalCard], places: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return those who have a tie: one line each for a relation and for a consent."""
    blocked = {one.professional_id for one in seen.blocked}
    lines = [_relation(one, cards, places) for one in seen.relations if one.professional_id not in blocked]
    consents = [one for one in seen.consents if one.professional_id not in blocked]
    return [one for one in lines if one] + [_consent(one, cards, places) for one in consents]


def _relation(
    one: RelationCard, cards: Mapping[UUID, ProfessionalCard], places: Mapping[str, str]
) -> dict[str, Any]:
    place = places.get(one.structure, one.structure)
    words = _BASES[one.basis] if one.informed else f"{_BASES[one.basis]}, vous n’en êtes pas encore informé"
    until = f" jusqu’au {_day(one.until)}" if one.until else ""
    meta = f"{words}, depuis le {_day(one.since)}{until}"
    if one.professional_id is None:
        end = reverse("portal:rights_end_structure", args=[one.id])
        return {"title": place, "text": "tous les professionnels de cette structure, pendant vos soins",
                "meta": meta, "icon": "hospital", "end_href": end}  # fmt: skip
    card = cards.get(one.professional_id)
    return _professional_line(card, place, meta) if card else {}


def _consent(
    one: ConsentCard, cards: Mapping[UUID, ProfessionalCard], places: Mapping[str, str]
) -> dict[str, Any]:
    until = one.until.astimezone(PARIS)
    meta = f"vous avez donné votre accord pour cette consultation, jusqu’au {until:%d/%m/%Y à %H h %M}"
    card = cards[one.professional_id]
    return _professional_line(card, places.get(one.structure, one.structure), meta)


def _professional_line(card: ProfessionalCard, place: str, meta: str) -> dict[str, Any]:
    return {
        "title": card.name,
        "text": ", ".join(part for part in (profession_words(card.profession), place) if part),
        "meta": meta,
        "icon": "account",
        "see_href": reverse("portal:rights_view", args=[card.id]),
        "end_href": reverse("portal:rights_end", args=[card.id]),
        "block_href": reverse("portal:block_professional", args=[card.id]),
    }


def _administrator(seen: _Seen, cards: Mapping[UUID, ProfessionalCard]) -> dict[str, Any] | None:
    if seen.administrator is None or seen.administrator.professional_id not in cards:
        return None
    card = cards[seen.administrator.professional_id]
    return {
        "title": card.name,
        "text": "Voit aussi ce que vous cachez aux autres soignants.",
        "meta": f"depuis le {_day(seen.administrator.since)}",
        "see_href": reverse("portal:rights_view", args=[card.id]),
    }


def _blocked(one: access.BlockedProfessional, cards: Mapping[UUID, ProfessionalCard]) -> dict[str, Any]:
    card = cards[one.professional_id]
    return {
        "title": card.name,
        "text": profession_words(card.profession),
        "meta": f"bloqué depuis le {_day(one.since)}",
        "unblock_href": reverse("portal:unblock_professional", args=[card.id]),
    }


def _blocked_structure(one: access.BlockCard, places: Mapping[str, str]) -> dict[str, str]:
    return {
        "title": places.get(one.structure, "") or f"Structure FINESS {one.structure}",
        "meta": f"structure bloquée depuis le {_day(one.since)}",
    }


def _others(visitor: Visitor) -> list[dict[str, str]]:
    """Those who enter as the person does: her representatives, her caregivers."""
    shown = find_person(visitor.profile_id)
    found = (
        list_representatives(visitor.profile_id) if shown and (is_minor(shown) or shown.protection) else []
    )
    caregivers = access.list_caregivers(visitor.profile_id)
    names = find_names(caregivers)
    return [{"title": one.display_name, "text": "représentant légal"} for one in found] + [
        {"title": names[one], "text": "aidant, qui voit ce que vous voyez"}
        for one in caregivers
        if one in names
    ]


def _emergency(space: SpaceCard) -> list[tuple[str, str]]:
    return [
        ("En urgence (bris de glace)", "autorisé" if space.emergency_access else "refusé"),
        ("SAMU (15)", "autorisé" if space.samu_access else "refusé"),
        ("Documents cachés, en urgence", "visibles" if space.emergency_masked else "restent cachés"),
    ]


def _looks(visitor: Visitor, lines: Iterable[Line]) -> list[dict[str, str]]:
    """The last accesses, each with the way to report it."""
    found = list(lines)
    teller = Teller.knowing(visitor.owner_id, visitor.profile_id, found)
    return [
        {
            "title": capfirst(teller.who(line)),
            "text": f"{teller.what(line)}, {teller.why(line)}",
            "meta": f"le {line.at.astimezone(PARIS):%d/%m/%Y à %H h %M}",
            "report_href": find_url("report_access", line.id),
        }
        for line in found
    ]


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(PARIS):%d/%m/%Y}"


# -- ending a tie


@require_http_methods(FORMS)
@governed
@in_space
def end(request: HttpRequest, professional_id: UUID) -> HttpResponse:
    """End every relation and consent with one professional."""
    card = get_professional(professional_id)
    if not is_confirmed(request):
        page = _ending(f"Mettre fin à l’accès de {card.name} ?")
        return preview(request, Change(ended=card.id), page)
    visitor = visitor_of(request)
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=EventType.RELATION_ENDED,
        personal={"professional": card.name},
    ) as a:  # fmt: skip
        access.must_govern(a)
        for one in access.list_relations(a.person_id):
            if one.professional_id == card.id:
                access.end_relation(a.person_id, relation_id=one.id)
        access.end_consents_with(a.person_id, professional_id=card.id)
    return told("fin")


@require_http_methods(FORMS)
@governed
@in_space
def end_structure(request: HttpRequest, relation_id: UUID) -> HttpResponse:
    """End what lets a whole structure in."""
    visitor = visitor_of(request)
    found = next((one for one in access.list_relations(visitor.profile_id) if one.id == relation_id), None)
    if found is None or found.professional_id is not None:
        raise Http404
    name = directory.name_structures([found.structure]).get(found.structure, found.structure)
    if not is_confirmed(request):
        page = _ending(f"Mettre fin à l’accès de : {name} ?")
        return preview(request, Change(ended_structure=found.structure), page)
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.MANAGE, event=EventType.RELATION_ENDED,
        reference=relation_id, personal={"structure": name},
    ) as a:  # fmt: skip
        access.must_govern(a)
        access.end_relation(a.person_id, relation_id=relation_id)
    return told("fin")


def _ending(title: str) -> Preview:
    return Preview(
        title, "Mettre fin à cet accès", reverse("portal:rights"), trail=trail_to("Mettre fin à un accès"),
        note="Cet accès pourra reprendre avec une nouvelle prise en charge. Pour l’empêcher, bloquez.",
    )  # fmt: skip


def get_professional(professional_id: UUID) -> ProfessionalCard:
    """Return a professional of the annuaire; 404 for nobody."""
    card = directory.find_professional(professional_id)
    if card is None:
        raise Http404
    return card


def told(done: str) -> HttpResponse:
    """Go back to the page, which says what was done."""
    return HttpResponseRedirect(f"{reverse('portal:rights')}?fait={done}")


def trail_to(last: str) -> list[tuple[str, str]]:
    """Return the way to a page under this one."""
    return [("Accueil", reverse("portal:home")), ("Qui voit quoi", reverse("portal:rights")), (last, "")]
