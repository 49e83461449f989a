"""The centre of notices: what she was told about every space that she manages, or about the one shown.

A notice says what kind of thing happened, never of what: that is read behind the door of the space.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.notices import api as notices
from carnet.notices.api import NoticeCard, NoticeCode, Outcome
from carnet.people import api as people
from carnet.people.api import Visitor
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.portal.context import profiles_of
from carnet.portal.space import find_url, visitor_of

_PAGE: Final = 30
_VIEWS: Final = ("", "non-lus", "ici")
_ICONS: Final = {
    NoticeCode.DOCUMENT_ADDED: "document",
    NoticeCode.DOCUMENT_REPLACED: "document",
    NoticeCode.DOCUMENT_WITHDRAWN: "cross",
    NoticeCode.REPORT_RECEIVED: "phone",
    NoticeCode.REPORT_ANSWERED: "phone",
    NoticeCode.ACCESS_REPORT_RECEIVED: "phone",
    NoticeCode.CARE_HISTORY_FIRST_FED: "hospital",
    NoticeCode.DIRECTIVES_REVIEW: "edit",
    NoticeCode.COPY_READY: "download",
    NoticeCode.PROFESSIONAL_ACCESS: "eye",
    NoticeCode.CARE_TEAM_JOINED: "people",
    NoticeCode.EMERGENCY_ACCESS: "warning",
    NoticeCode.ADMINISTRATOR_NAMED: "shield",
    NoticeCode.ADMINISTRATOR_REMOVED: "shield",
    NoticeCode.PROFESSIONAL_BLOCKED: "shield",
    NoticeCode.CAREGIVER_INVITED: "people",
    NoticeCode.CAREGIVER_ACCEPTED: "people",
    NoticeCode.CAREGIVER_REFUSED: "people",
    NoticeCode.CAREGIVER_ENDED: "people",
    NoticeCode.RESULT_SHOWN: "flask",
    NoticeCode.VACCINATION_ADDED: "shield",
}
_PAGES: Final = {
    NoticeCode.REPORT_RECEIVED: "report",
    NoticeCode.REPORT_ANSWERED: "report",
    NoticeCode.ACCESS_REPORT_RECEIVED: "report",
    NoticeCode.COPY_READY: "copy",
}
_SUBJECTS: Final = {
    NoticeCode.CARE_HISTORY_FIRST_FED: "care_history",
    NoticeCode.DIRECTIVES_REVIEW: "directives",
    NoticeCode.PROFESSIONAL_ACCESS: "history",
    NoticeCode.EMERGENCY_ACCESS: "history",
    NoticeCode.CARE_TEAM_JOINED: "rights",
    NoticeCode.ADMINISTRATOR_NAMED: "rights",
    NoticeCode.ADMINISTRATOR_REMOVED: "rights",
    NoticeCode.PROFESSIONAL_BLOCKED: "rights",
    NoticeCode.CAREGIVER_INVITED: "caregivers",
    NoticeCode.CAREGIVER_ACCEPTED: "caregivers",
    NoticeCode.CAREGIVER_REFUSED: "caregivers",
    NoticeCode.CAREGIVER_ENDED: "caregivers",
}
"""What is told about a whole subject, whatever it refers to."""

_DONE: Final = {
    "lu": "C’est marqué comme lu.",
    "efface": "L’avis est effacé. Ce dont il parlait n’a pas changé.",
    "effaces": "Les avis lus sont effacés. Ce dont ils parlaient n’a pas changé.",
}


@dataclass(frozen=True)
class _Spaces:
    """The spaces that the visitor may show today, with the words for each."""

    shown: UUID
    names: Mapping[UUID, str]

    @property
    def several(self) -> bool:
        return len(self.names) > 1

    def among(self, view: str) -> list[UUID]:
        """Return the spaces that a view of the centre is about."""
        return [self.shown] if view == "ici" else list(self.names)


@require_safe
def centre(request: HttpRequest) -> HttpResponse:
    """One page of notices, latest first, by day; in a day those not read come first."""
    visitor, view = visitor_of(request), _view(request.GET.get("vue", ""))
    spaces = _spaces(request)
    before = _before(request)
    found = notices.list_page(
        visitor.owner_id,
        about_ids=spaces.among(view),
        unread_only=view == "non-lus",
        before=before,
        limit=_PAGE + 1,
    )
    shown = found[:_PAGE]
    context = {
        "days": _days(shown, spaces),
        "views": _links(view, spaces),
        "view": view,
        "unread": any(not one.read for one in shown),
        "read": any(one.read for one in shown),
        "done": _DONE.get(request.GET.get("fait", ""), ""),
        "next": _address(view, avant=shown[-1].id) if len(found) > _PAGE else "",
        "first": _address(view) if before else "",
        "trail": [("Accueil", reverse("portal:home")), ("Avis", "")],
    }
    return render(request, "portal/notices/centre.html", context)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Mark as read or clear: one notice, or those of the view that is shown."""
    visitor, view = visitor_of(request), _view(request.POST.get("vue", ""))
    owner, about = visitor.owner_id, _spaces(request).among(view)
    match request.POST.get("geste", ""):
        case "lire":
            notices.mark_one_read(owner, notice_id=_id(request))
        case "effacer":
            notices.clear(owner, notice_id=_id(request))
            return HttpResponseRedirect(_address(view, fait="efface"))
        case "tout-lire":
            notices.mark_all_read(owner, about_ids=about)
        case "effacer-lus":
            notices.clear_read(owner, about_ids=about)
            return HttpResponseRedirect(_address(view, fait="effaces"))
        case _:
            raise Http404
    return HttpResponseRedirect(_address(view, fait="lu"))


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark every notice about the space shown as read, from the first page."""
    visitor = visitor_of(request)
    notices.mark_all_read(visitor.owner_id, about_ids=[visitor.profile_id])
    return HttpResponseRedirect(reverse("portal:home"))


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Go to what a notice is about, and mark it as read. Showing another space for it needs a POST."""
    visitor = visitor_of(request)
    try:
        card = notices.get_notice(visitor.owner_id, notice_id)
    except notices.NoticeUnknownError as unknown:
        raise Http404 from unknown
    if card.about_id != visitor.profile_id:
        if card.about_id not in _spaces(request).names:
            raise Http404
        if request.method != "POST":
            return HttpResponseRedirect(reverse("portal:notices"))
        if not _opens(card.about_id, visitor):
            return HttpResponseRedirect(reverse("portal:family"))
        people.sessions.choose_profile(
            visitor.session_id,
            card.about_id,
            caregiver=_as(card.about_id, visitor).kind is ActorKind.CAREGIVER,
        )
    notices.mark_one_read(visitor.owner_id, notice_id=card.id)
    return HttpResponseRedirect(target_of(card))


def target_of(card: NoticeCard) -> str:
    """Return the address of what a notice is about: one thing of the space, or a whole subject of it."""
    if card.reference and card.code not in _SUBJECTS:
        return find_url(_PAGES.get(card.code, "document"), card.reference) or reverse("portal:home")
    return find_url(_SUBJECTS.get(card.code, "")) or reverse("portal:home")


def _opens(person_id: UUID, visitor: Visitor) -> bool:
    """Say whether the door of another space would open: it is asked again, with its line, by its page."""
    return access.decide(person_id, by=_as(person_id, visitor), purpose=Purpose.CONSULT).allowed


def _as(person_id: UUID, visitor: Visitor) -> Actor:
    """Return as what she would enter another space."""
    if person_id == visitor.owner_id:
        return Actor(ActorKind.PATIENT, visitor.owner_id)
    helps = access.is_caregiver(person_id, visitor.owner_id)
    return Actor(ActorKind.CAREGIVER if helps else ActorKind.LEGAL_REPRESENTATIVE, visitor.owner_id)


def _spaces(request: HttpRequest) -> _Spaces:
    visitor = visitor_of(request)
    names = {
        card.id: "Mon espace" if card.id == visitor.owner_id else card.display_name
        for card in profiles_of(request, visitor)
    }
    return _Spaces(visitor.profile_id, names)


def _days(found: Iterable[NoticeCard], spaces: _Spaces) -> list[dict[str, Any]]:
    today = clock.today()
    return [
        {
            "words": _day_words(day, today),
            "items": [_item(card, spaces) for card in sorted(cards, key=lambda card: card.read)],
        }
        for day, cards in groupby(found, key=lambda card: card.at.astimezone(PARIS).date())
    ]


def _item(card: NoticeCard, spaces: _Spaces) -> dict[str, Any]:
    here = card.about_id == spaces.shown
    address = reverse("portal:notice", args=[card.id])
    space = spaces.names[card.about_id]
    return {
        "id": str(card.id),
        "title": card.title,
        "text": space if spaces.several else "",
        "meta": f"{card.at.astimezone(PARIS):%H h %M} · {_mail_words(card)}",
        "icon": _ICONS[card.code],
        "read": card.read,
        "badge": "" if card.read else "Non lu",
        "href": address if here else "",
        "switch_href": "" if here else address,
        "switch_words": "Voir dans mon espace" if space == "Mon espace" else f"Voir l’espace de {space}",
    }


def _mail_words(card: NoticeCard) -> str:
    """Say what became of the e-mail that speaks of a notice (the delivery log)."""
    if not card.mailed:
        return "e-mail à venir" if card.waits else "sans e-mail"
    match card.outcome:
        case Outcome.SENT if card.settled_at:
            return f"e-mail parti {_moment(card.settled_at)}"
        case Outcome.FAILED:
            return "e-mail non parti : vérifiez votre adresse"
        case Outcome.IN_DOUBT:
            return "e-mail peut-être parti"
        case _:
            return "e-mail en cours d’envoi"


def _moment(moment: Any) -> str:
    at = moment.astimezone(PARIS)
    return f"le {at:%d/%m/%Y} à {at:%H h %M}"


def _day_words(day: date, today: date) -> str:
    if day == today:
        return "Aujourd’hui"
    return "Hier" if day == today - timedelta(days=1) else date_format(day, "l j F Y").capitalize()


def _links(view: str, spaces: _Spaces) -> list[tuple[str, str, bool]]:
    words = {"": "Tous", "non-lus": "Non lus"}
    if spaces.several and spaces.shown in spaces.names:
        words["ici"] = spaces.names[spaces.shown]
    return [(label, _address(name), name == view) for name, label in words.items()]


def _address(view: str, **more: Any) -> str:
    query = urlencode(({"vue": view} if view else {}) | more)
    return reverse("portal:notices") + (f"?{query}" if query else "")


def _view(view: str) -> str:
    if view not in _VIEWS:
        raise Http404
    return view


def _before(request: HttpRequest) -> UUID | None:
    return _read_id(request.GET["avant"]) if "avant" in request.GET else None


def _id(request: HttpRequest) -> UUID:
    return _read_id(request.POST.get("avis", ""))


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
