"""The first page: the landing for whoever is not logged in, her space for whoever is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.access.api import HistoryFilters
from carnet.documents import api as documents
from carnet.enrolment.api import SpaceCard
from carnet.journal.api import EventType, Line, Purpose
from carnet.notices import api as notices
from carnet.people.api import Visitor
from carnet.platform.clock import PARIS
from carnet.platform.http import public
from carnet.portal.acts import Teller
from carnet.portal.context import profiles_of
from carnet.portal.documents import item_of
from carnet.portal.essentials import find_warning, read_essentials, tell_essentials
from carnet.portal.notices import target_of
from carnet.portal.space import actor_of, find_url, in_space, visitor_of
from carnet.profile.api import RubricView
from carnet.ui.page import Bell

_LATEST = 5
_LOOKS = 3
_TOLD = 20
_NAMED = 5
_GOVERNED = frozenset({"code", "copies"})
"""Quick ways to what a caregiver does not decide (docs/caregivers.md)."""
_LOOKING = (
    EventType.SPACE_CONSULTED,
    EventType.HISTORY_READ,
    EventType.DOCUMENT_READ,
    EventType.DOCUMENT_DOWNLOADED,
    EventType.SUMMARY_READ,
    EventType.EMERGENCY_ENTERED,
    EventType.REGULATION_ENTERED,
    EventType.FOUND_BY_SUPPORT,
)


@dataclass(frozen=True)
class _Entered:
    """What was read behind the door."""

    overview: documents.Overview
    looks: Sequence[Line]
    space: SpaceCard
    essentials: Sequence[RubricView]


@public
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The landing, or the home page of the space that the visitor looks at."""
    visitor: Visitor | None = request.visitor  # type: ignore[attr-defined]
    if visitor is None or visitor.kind != "person":
        return render(request, "portal/home/landing.html", _doors())
    return _space(request)


@in_space
def _space(request: HttpRequest) -> HttpResponse:
    visitor = visitor_of(request)
    entered = _enter(visitor)
    teller = Teller.knowing(visitor.owner_id, visitor.profile_id, entered.looks)
    overview = entered.overview
    context = {
        "own": visitor.profile_id == visitor.owner_id,
        "items": [item_of(card) for card in overview.latest],
        "total": overview.total,
        "unread": overview.unread,
        "unread_words": f"{overview.unread} nouveaux",
        "notices_href": reverse("portal:notices_read"),
        "centre_href": reverse("portal:notices"),
        "more": overview.total > len(overview.latest),
        "looks": [_look(teller, line) for line in entered.looks],
        **_news(request, overview),
        "choices": _choices(entered.space),
        "choices_href": "" if visitor.caregiver else find_url("choices"),
        "essentials": tell_essentials(entered.essentials),
        "essentials_warning": find_warning(entered.essentials),
        "profile_href": reverse("portal:profile"),
        "tiles": _tiles(governs=not visitor.caregiver),
    }
    return render(request, "portal/home/space.html", context)


def _enter(visitor: Visitor) -> _Entered:
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        overview = documents.overview(a, limit=_LATEST)
        filters = HistoryFilters(events=_LOOKING, but_actor=visitor.owner_id)
        looks = access.list_history(a, hidden=overview.hidden, filters=filters, limit=_LOOKS)
        return _Entered(overview, looks, a.space, read_essentials(a))


def _look(teller: Teller, line: Line) -> dict[str, Any]:
    who = teller.who(line)
    at = line.at.astimezone(PARIS)
    return {
        "title": capfirst(who),
        "text": teller.what(line),
        "meta": f"le {at:%d/%m/%Y} à {at:%H} h {at:%M}",
        "icon": "hospital" if line.actor.structure else "people",
    }


def _news(request: HttpRequest, overview: documents.Overview) -> dict[str, Any]:
    """The unread notices about this space: how many, and the latest that the list of documents does not show.

    One whose document was hidden since is left out. The bell counts those of the other spaces too.
    """
    visitor = visitor_of(request)
    spaces = [one.id for one in profiles_of(request, visitor)]
    unread = notices.list_unread(
        visitor.owner_id,
        about_id=visitor.profile_id,
        hidden=overview.hidden,
        others=[space for space in spaces if space != visitor.profile_id],
        limit=_TOLD,
    )
    listed, count = {card.id for card in overview.latest}, unread.count
    others = [notice for notice in unread.latest if notice.reference not in listed]
    return {
        "told": count,
        "ui_bell": Bell(reverse("portal:notices"), count + unread.elsewhere),
        "told_words": "1 nouveauté" if count == 1 else f"{count} nouveautés",
        "others": [_other(notice) for notice in others[:_NAMED]],
    }


def _other(notice: notices.NoticeCard) -> dict[str, str]:
    return {
        "title": notice.title,
        # a thing of the space marks its notices as read by itself
        "href": target_of(notice) if notice.reference else reverse("portal:notice", args=[notice.id]),
        "meta": f"le {notice.at.astimezone(PARIS):%d/%m/%Y à %H h %M}",
    }


def _choices(space: SpaceCard) -> list[tuple[str, str]]:
    """The state of the space, in words."""
    since = space.activated_at.astimezone(PARIS).strftime("%d/%m/%Y") if space.activated_at else ""
    masked = "cachés aux soignants" if space.documents_masked else "visibles par les soignants"
    return [
        ("État", f"activé depuis le {since}" if since else "activé"),
        ("Nouveaux documents", masked),
        ("Accès en cas d’urgence", "autorisé" if space.emergency_access else "refusé"),
        ("Accès du SAMU (15)", "autorisé" if space.samu_access else "refusé"),
    ]


def _tiles(*, governs: bool) -> list[dict[str, str]]:
    """The quick ways, those whose page is there. `governs`: False for a caregiver, whom some refuse."""
    wanted = (
        ("documents", "Tous mes documents", "Les retrouver, les lire, les télécharger.", "document"),
        ("profile", "Profil médical", "Traitements, allergies, maladies, proches.", "heart"),
        ("measures", "Mesures", "Tension, poids, glycémie et leurs courbes.", "pulse"),
        ("care_history", "Histoire de santé", "Les soins remboursés, par jour, mois et année.", "hospital"),
        ("code", "Montrer un code", "Ouvrir cet espace à un professionnel que vous consultez.", "key"),
        ("history", "Qui a fait quoi ?", "Chaque acte sur cet espace, par qui et pourquoi.", "history"),
        ("rights", "Qui voit quoi", "Vos soignants, vos proches : ce que chacun voit.", "eye"),
        ("family", "Ma famille", "L’espace de mes enfants, le partage.", "people"),
        ("copies", "Copie de mes données", "Tout télécharger, lisible sans connexion.", "download"),
        ("security", "Ma sécurité", "Mot de passe, double vérification, appareils.", "lock"),
    )
    tiles = [
        {"href": find_url(name), "title": title, "text": text, "icon": icon}
        for name, title, text, icon in wanted
        if governs or name not in _GOVERNED
    ]
    return [tile for tile in tiles if tile["href"]]


def _doors() -> dict[str, str]:
    """The three doors of the landing."""
    return {
        "activate_href": find_url("activate"),
        "login_href": find_url("login"),
        "object_href": find_url("object"),
    }
