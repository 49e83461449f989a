"""The history of a space: every act, by whom, why, allowed or refused (CSP R1111-43, L1111-19)."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.journal.api import ActorKind, EventType, Line, Purpose, list_lines
from carnet.people.api import Visitor, find_names
from carnet.platform.crypto import KeyMissingError, PersonKey
from carnet.portal.acts import Teller, actors_of, references_of
from carnet.portal.space import actor_of, in_space, visitor_of

_PAGE: Final = 40
_PEOPLE: Final = (ActorKind.PATIENT, ActorKind.LEGAL_REPRESENTATIVE)


@dataclass(frozen=True)
class _Filter:
    """One choice of the reader: whose acts. `mine`: her own, others' only, or either (None)."""

    label: str
    kinds: tuple[ActorKind, ...] = ()
    mine: bool | None = None


FILTERS: Final[dict[str, _Filter]] = {
    "": _Filter("Tous"),
    "moi": _Filter("Les miens", _PEOPLE, mine=True),
    "proches": _Filter("Autres représentants", _PEOPLE, mine=False),
    "soignants": _Filter("Professionnels et structures", (ActorKind.HEALTHCARE_FACILITY,)),
    "support": _Filter("Le 3422", (ActorKind.SUPPORT,)),
    "service": _Filter("Le service", (ActorKind.SYSTEM, ActorKind.ENROLMENT, ActorKind.INSURER)),
}


@dataclass(frozen=True)
class _Page:
    lines: list[Line]
    titles: dict[UUID, str]
    more: bool


@require_safe
@in_space
def history(request: HttpRequest) -> HttpResponse:
    """One page of the history; reading it is itself an act, and stands on the next page asked for."""
    visitor = visitor_of(request)
    chosen = request.GET.get("par", "")
    if chosen not in FILTERS:
        raise Http404
    page = _read(visitor, FILTERS[chosen], _before(request))
    teller = Teller(
        visitor.owner_id,
        visitor.profile_id,
        find_names(actors_of(page.lines)),
        page.titles,
        software=directory.find_software(access.clients_of(page.lines)),
        structures=directory.name_structures(access.structures_of(page.lines)),
    )
    context = {
        "entries": teller.entries(page.lines),
        "filters": _links(chosen),
        "filter_words": f"Actes montrés : {FILTERS[chosen].label.lower()}",
        "next": _link(chosen, avant=page.lines[-1].id) if page.more else "",
        "first": _link(chosen) if "avant" in request.GET else "",
    }
    return render(request, "portal/history/history.html", context)


def _read(visitor: Visitor, chosen: _Filter, before: UUID | None) -> _Page:
    """Read a page behind the door. What is hidden from the reader is spoken of nowhere."""
    with access.open(
        visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=EventType.HISTORY_READ
    ) as a:
        lines = list_lines(
            a.person_id,
            key=_find_key(a),
            before=before,
            kinds=chosen.kinds,
            actor=visitor.owner_id if chosen.mine is True else None,
            but_actor=visitor.owner_id if chosen.mine is False else None,
            hidden=documents.list_hidden(a),
            limit=_PAGE + 1,
        )
        titles = documents.list_titles(a, references_of(lines))
    return _Page(lines[:_PAGE], titles, len(lines) > _PAGE)


def _find_key(a: access.Access) -> PersonKey | None:
    """The person's key, None when nothing was ever sealed for her (a child without document)."""
    try:
        return a.key()
    except KeyMissingError:
        return None


def _before(request: HttpRequest) -> UUID | None:
    token = request.GET.get("avant")
    if token is None:
        return None
    try:
        return UUID(token)
    except ValueError as error:
        raise Http404 from error


def _links(chosen: str) -> list[dict[str, Any]]:
    return [
        {"label": one.label, "href": _link(name), "kind": "primary" if name == chosen else "tertiary"}
        for name, one in FILTERS.items()
    ]


def _link(chosen: str, **more: Any) -> str:
    query = urlencode(({"par": chosen} if chosen else {}) | more)
    return reverse("portal:history") + (f"?{query}" if query else "")
