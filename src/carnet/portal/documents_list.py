"""Finding documents: the list with its filters and its search, and what there is by category.

The address says what is shown, so that it can be kept, sent to oneself and gone back to; it never says a
word of health but those typed in the search, which stay in this browser (no log keeps a query).
"""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import Filters, Position, SearchPage, Shelf
from carnet.journal.api import EventType, Purpose
from carnet.platform.clock import PARIS
from carnet.portal.documents import DONE, REFUSED, item_of
from carnet.portal.documents_forms import NAMES, FilterForm
from carnet.portal.space import actor_of, find_url, in_space, visitor_of

_PAGE: Final = 20
_LONGEST: Final = 200


@dataclass(frozen=True)
class _Found:
    """What was read behind the door."""

    shelf: Shelf
    form: FilterForm
    page: SearchPage


@require_safe
@in_space
def document_list(request: HttpRequest) -> HttpResponse:
    """The documents, all or narrowed, or those that have the words typed; lines to tick when asked for."""
    words = request.GET.get("q", "").strip()[:_LONGEST]
    found = _find(request, words)
    kept = dict(_kept(request.GET))
    context = {
        "items": [_item(card, found.page) for card in found.page.cards],
        "words": words,
        "form": found.form,
        "narrowed": found.form.words(),
        "empty_space": not found.shelf.total,
        "done": DONE.get(request.GET.get("fait", ""), ""),
        "refused": REFUSED.get(request.GET.get("refus", ""), ""),
        "picking": "choisir" in request.GET,
        "folders": [(str(one.id), one.name) for one in found.shelf.folders],
        "views": list_views("documents"),
        **_links(request, kept, found.page),
    }
    return render(request, "portal/documents/list.html", context)


@require_safe
@in_space
def categories(request: HttpRequest) -> HttpResponse:
    """How many documents there are of each category (facts/mes.md 3.1)."""
    visitor = visitor_of(request)
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT) as a:
        shelf = documents.get_shelf(a)
    tiles = [(_address({"rubrique": one.value}), one.label, count_words(n)) for one, n in shelf.categories]
    context = {"tiles": tiles, "views": list_views("document_categories"), **add_links()}
    return render(request, "portal/documents/categories.html", context)


def list_views(present: str) -> list[tuple[str, str, bool]]:
    """Return the ways of looking at the documents, the present one marked."""
    ways = (("documents", "Tous"), ("document_categories", "Par rubrique"), ("folders", "Par dossier"))
    return [(words, reverse(f"portal:{name}"), name == present) for name, words in ways]


def add_links() -> dict[str, str]:
    """Return the addresses where documents are added, "" where that subject is not installed."""
    return {"add_href": find_url("document_add"), "photos_href": find_url("document_photos")}


def count_words(count: int) -> str:
    """Say how many documents."""
    return "1 document" if count == 1 else f"{count} documents"


def _find(request: HttpRequest, words: str) -> _Found:
    visitor, before = visitor_of(request), _read_position(request.GET.get("avant", ""))
    event = EventType.DOCUMENTS_SEARCHED if words else EventType.SPACE_CONSULTED
    with access.open(visitor.profile_id, by=actor_of(visitor), purpose=Purpose.CONSULT, event=event) as a:
        shelf = documents.get_shelf(a)
        form = FilterForm(request.GET, shelf)
        form.is_valid()
        page = _read(a, words, form.filters(), before)
    return _Found(shelf, form, page)


def _read(a: access.Access, words: str, filters: Filters, before: Position | None) -> SearchPage:
    if words:
        return documents.search(a, words, filters, limit=_PAGE, before=before)
    cards = documents.list_documents(a, filters, limit=_PAGE + 1, before=before)
    last = Position.of(cards[_PAGE - 1]) if len(cards) > _PAGE else None
    return SearchPage(tuple(cards[:_PAGE]), {}, {}, last)


def _item(card: documents.DocumentCard, page: SearchPage) -> dict[str, Any]:
    """A line; a result says first where the words stand."""
    item = item_of(card)
    if card.id in page.titles:
        item["title"] = page.titles[card.id]
    if snippet := page.snippets.get(card.id):
        item |= {"text": snippet, "meta": f"{item['text']} · {item['meta']}"}
    return item


def _links(request: HttpRequest, kept: dict[str, str], page: SearchPage) -> dict[str, Any]:
    picking = {"choisir": "1"} if "choisir" in request.GET else {}
    here = dict(kept)
    if token := request.GET.get("avant"):
        here["avant"] = token
    following = _address(kept | picking | {"avant": _write_position(page.last)}) if page.last else ""
    narrowing = [(name, value) for name, value in kept.items() if name != "q"]
    return {
        "next": following,
        "first": _address(kept | picking) if "avant" in request.GET else "",
        "all_href": reverse("portal:documents"),
        "pick_href": _address(here | {"choisir": "1"}),
        "leave_href": _address(here),
        "kept": [(name, value) for name, value in kept.items() if name == "q"],
        "narrowing": narrowing,
        "back": urlencode(here),
        "arrange_href": reverse("portal:documents_arrange"),
        **add_links(),
    }


def _kept(query: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in ("q", *NAMES):
        if value := query.get(name, "").strip()[:_LONGEST]:
            yield name, value


def address_of(back: str) -> str:
    """Return the address of the list that a form came from: only what a list understands is kept of it."""
    query = QueryDict(back[:2000])
    kept = dict(_kept(query))
    if token := query.get("avant", ""):
        kept["avant"] = token
    return _address(kept)


def _address(query: Mapping[str, str]) -> str:
    return reverse("portal:documents") + (f"?{urlencode(query)}" if query else "")


def _write_position(position: Position) -> str:
    """Return an opaque token of where a page ends."""
    text = f"{position.pinned:d} {position.created_on.isoformat()} {position.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_position(token: str) -> Position | None:
    """Return what `_write_position` wrote, None for no token; a broken one is a 404."""
    if not token:
        return None
    try:
        pinned, moment, identifier = (
            base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(" ")
        )
        position = Position(datetime.fromisoformat(moment), UUID(identifier), pinned == "1")
        position.created_on.astimezone(PARIS)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise Http404 from error
    return position
