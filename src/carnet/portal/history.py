"""The history of a space: every act, by whom, why, allowed or refused (CSP R1111-43, L1111-19)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.access.api import LineUnknownError
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.journal.api import ActorKind, EventType, Line, Purpose
from carnet.people.api import Visitor
from carnet.portal.acts import Teller, references_of
from carnet.portal.history_forms import NAMES, FilterForm
from carnet.portal.space import actor_of, find_url, in_space, visitor_of
from carnet.support import api as support

_PAGE: Final = 40
_PEOPLE: Final = (ActorKind.PATIENT, ActorKind.LEGAL_REPRESENTATIVE, ActorKind.CAREGIVER)


@dataclass(frozen=True)
class _Tab:
    """Whose acts. `mine`: the reader's own, others' only, or either (None)."""

    label: str
    kinds: tuple[ActorKind, ...] = ()
    mine: bool | None = None


TABS: Final[dict[str, _Tab]] = {
    "": _Tab("Tous"),
    "moi": _Tab("Moi", _PEOPLE, mine=True),
    "professionnels": _Tab("Professionnels", (ActorKind.HEALTHCARE_PROFESSIONAL,)),
    "structures": _Tab("Structures et logiciels", (ActorKind.HEALTHCARE_FACILITY,)),
    "proches": _Tab("Représentants et aidants", _PEOPLE, mine=False),
    "support": _Tab("Le 3422", (ActorKind.SUPPORT,)),
    "service": _Tab("Le service", (ActorKind.SYSTEM, ActorKind.ENROLMENT, ActorKind.INSURER)),
}
"""Facts/mes.md 4.4: me, professionals, structures, representatives; no service is synchronised yet."""


@dataclass(frozen=True)
class _Page:
    lines: list[Line]
    titles: Mapping[UUID, str]
    form: FilterForm
    more: bool


@require_safe
@in_space
def history(request: HttpRequest) -> HttpResponse:
    """One page of the history; reading it is itself an act, and stands on the next page asked for."""
    visitor = visitor_of(request)
    chosen = request.GET.get("par", "")
    if chosen not in TABS:
        raise Http404
    page = _read(request, visitor, TABS[chosen])
    teller = _teller(visitor, page.lines, page.titles)
    kept = _kept(request)
    context = {
        "entries": teller.entries(page.lines),
        "tabs": [(one.label, _link(kept, par=name), name == chosen) for name, one in TABS.items()],
        "form": page.form,
        "narrowed": page.form.narrows,
        "opened": page.form.narrows or bool(page.form.errors),
        "hidden": [("par", chosen)] if chosen else [],
        "reset_href": _link({}, par=chosen),
        "next": _link(kept, par=chosen, avant=str(page.lines[-1].id)) if page.more else "",
        "first": _link(kept, par=chosen) if "avant" in request.GET else "",
        "export_href": "" if visitor.caregiver else find_url("history_export"),
    }
    return render(request, "portal/history/history.html", context)


@require_safe
@in_space
def line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """One act with all that the journal keeps of it (facts/interop.md 10), and what one may do about it."""
    visitor = visitor_of(request)
    try:
        found, titles = read_line(visitor, line_id)
    except LineUnknownError as unknown:
        raise Http404 from unknown
    teller = _teller(visitor, [found], titles)
    context = {
        "title": teller.what(found),
        "badge": ("Autorisé", "success") if found.allowed else ("Refusé", "error"),
        "facts": facts_of(teller, found),
        "document_href": teller.document_href(found),
        "report_href": find_url("report_access", found.id)
        if support.may_report(found, visitor.owner_id)
        else "",
        **_block(found),
        "trail": [
            ("Accueil", reverse("portal:home")),
            ("Historique", reverse("portal:history")),
            ("Un acte", ""),
        ],
    }
    return render(request, "portal/history/line.html", context)


def read_line(visitor: Visitor, line_id: UUID) -> tuple[Line, Mapping[UUID, str]]:
    """Read one line behind the door, with the titles that it needs; raises access.LineUnknownError."""
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.HISTORY_READ
    ) as a:
        found = access.find_history_line(a, line_id, hidden=documents.list_hidden(a))
        titles = documents.list_titles(a, references_of([found])) if found else {}
    if found is None:  # outside the door: the history was looked into, and that line stays
        raise LineUnknownError(str(line_id))
    return found, titles


def facts_of(teller: Teller, found: Line) -> list[tuple[str, str]]:
    """Return when, what, about what, by whom and how, as label and value."""
    when, what, *rest = teller.account(found)
    details = teller.details(found)
    return [when, what, *([("Sur", details)] if details else []), *rest]


def _read(request: HttpRequest, visitor: Visitor, tab: _Tab) -> _Page:
    """Read a page behind the door. What is hidden from the reader is spoken of nowhere."""
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.HISTORY_READ
    ) as a:
        hidden = documents.list_hidden(a)
        known = directory.name_professionals(access.list_who_acted(a, hidden=hidden))
        form = FilterForm(request.GET, known)
        lines = access.list_history(
            a, hidden=hidden, filters=form.filters(**_whose(visitor, tab)), last=_last(request),
            oldest_first=form.oldest_first, limit=_PAGE + 1,
        )  # fmt: skip
        titles = documents.list_titles(a, references_of(lines))
    return _Page(lines[:_PAGE], titles, form, len(lines) > _PAGE)


def _whose(visitor: Visitor, tab: _Tab) -> dict[str, Any]:
    return {
        "kinds": tab.kinds,
        "actor": visitor.owner_id if tab.mine is True else None,
        "but_actor": visitor.owner_id if tab.mine is False else None,
    }


def _teller(visitor: Visitor, lines: list[Line], titles: Mapping[UUID, str]) -> Teller:
    return Teller.knowing(visitor.owner_id, visitor.profile_id, lines, titles)


def _block(found: Line) -> dict[str, str]:
    """The way to block who acted, where there is one."""
    actor = found.actor
    if actor.kind is ActorKind.HEALTHCARE_PROFESSIONAL and actor.id:
        return {
            "block_href": find_url("block_professional", actor.id),
            "block_words": "Bloquer ce professionnel",
        }
    if actor.kind is ActorKind.HEALTHCARE_FACILITY:
        return {"block_href": find_url("block"), "block_words": "Bloquer cette structure"}
    return {"block_href": "", "block_words": ""}


def _last(request: HttpRequest) -> UUID | None:
    token = request.GET.get("avant")
    if token is None:
        return None
    try:
        return UUID(token)
    except ValueError as error:
        raise Http404 from error


def _kept(request: HttpRequest) -> dict[str, str]:
    """The filters of the address, to be kept by the links of the page."""
    return {name: value for name in NAMES if (value := request.GET.get(name, ""))}


def _link(kept: Mapping[str, str], **more: str) -> str:
    query = urlencode({**kept, **{name: value for name, value in more.items() if value}})
    return reverse("portal:history") + (f"?{query}" if query else "")
