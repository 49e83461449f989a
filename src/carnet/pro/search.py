"""Search over the whole record of a patient: documents, profile, measures, care reimbursed, in one door."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from carnet.access import api as access
from carnet.access.api import Access, NotSharedError
from carnet.documents import api as documents
from carnet.documents.api import Filters, SearchPage
from carnet.histories import api as histories
from carnet.histories.api import Episode
from carnet.journal.api import EventType
from carnet.measures import api as measures
from carnet.measures.api import KINDS, Kind, Value
from carnet.platform.clock import PARIS
from carnet.platform.typesetting import day_text
from carnet.pro.page import show
from carnet.pro.patient import Patient, in_record
from carnet.pro.record import frame
from carnet.pro.record_documents import item_of
from carnet.pro.record_parts import act_of, entry_of
from carnet.profile import api as profile
from carnet.profile.api import RubricView
from carnet.standards.words import normalise
from carnet.summaries import api as summaries
from carnet.summaries.api import Names

_DOCUMENTS: Final = 20
_LONGEST: Final = 200
_ACTS: Final = 2_000  # acts looked through, latest first
_ACTS_SHOWN: Final = 10


@dataclass(frozen=True)
class _Found:
    """What was read behind the door."""

    page: SearchPage
    unread: frozenset[Any]
    views: list[RubricView]
    values: list[Value]
    acts: list[Episode]


@require_safe
@in_record
def search(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What has every word typed, wherever it stands in what she may read."""
    words = request.GET.get("q", "").strip()[:_LONGEST]
    with access.open(
        patient.person_id, by=patient.actor, purpose=patient.purpose, event=EventType.DOCUMENTS_SEARCHED
    ) as a:
        found = _read(a, words)
    names = summaries.name_authors(patient.person_id, found.views, found.values)
    asked = normalise(words).split()
    groups = (
        ("Profil", _entries(found.views, names, asked, patient)),
        ("Mesures", [_value(one, names, patient) for one in found.values]),
        ("Documents", [_document(card, found, patient) for card in found.page.cards]),
        ("Soins remboursés", [act_of(one) for one in found.acts]),
    )
    context = frame(patient) | {
        "words": words,
        "groups": [(title, [{"tone": "new"} | one for one in items]) for title, items in groups if items],
        "more": found.page.last is not None,
    }
    return show(request, "pro/record/search.html", context)


def has_all(text: str, asked: Iterable[str]) -> bool:
    """Say whether a text has every normal word, each at the beginning of one of its own."""
    own = normalise(text).split()
    return all(any(one.startswith(word) for one in own) for word in asked)


def _read(a: Access, words: str) -> _Found:
    asked = normalise(words).split()
    if not asked:
        return _Found(SearchPage((), {}, {}), frozenset(), [], [], [])
    page = documents.search(a, words, Filters(), limit=_DOCUMENTS)
    unread = documents.list_unread(a, [card.id for card in page.cards])
    return _Found(page, frozenset(unread), profile.list_rubrics(a), _values(a, asked), _acts(a, asked))


def _values(a: Access, asked: list[str]) -> list[Value]:
    kinds = [kind for kind, info in KINDS.items() if not info.computed and has_all(info.label, asked)]
    try:
        return measures.list_lasts(a, [Kind(kind) for kind in kinds]) if kinds else []
    except NotSharedError:
        return []


def _acts(a: Access, asked: list[str]) -> list[Episode]:
    try:
        acts = histories.list_days(a, limit=_ACTS)
    except NotSharedError:
        return []
    words = (f"{one.label} {one.detail} {one.professional} {one.place} {one.category.label}" for one in acts)
    return [one for one, text in zip(acts, words, strict=True) if has_all(text, asked)][:_ACTS_SHOWN]


def _entries(
    views: list[RubricView], names: Names, asked: list[str], patient: Patient
) -> list[dict[str, str]]:
    """Return the lines of the profile that answer, each said to be of its rubric."""
    found = []
    for view in views:
        for entry in view.entries:
            line = entry_of(entry, names)
            if asked and has_all(f"{view.rubric.label} {line['title']} {line['text']}", asked):
                found.append(line | {"meta": f"{view.rubric.label} · {line['meta']}",
                                     "href": patient.link("record_profile")})  # fmt: skip
    return found


def _value(value: Value, names: Names, patient: Patient) -> dict[str, str]:
    info = KINDS[value.kind]
    return {
        "href": patient.link("record_measure", info.slug),
        "title": f"{info.label} : {measures.show(value)}",
        "text": f"le {day_text(value.at.astimezone(PARIS).date())}",
        "meta": names.of_value(value),
        "icon": info.icon,
        "badge": "",
    }


def _document(card: documents.DocumentCard, found: _Found, patient: Patient) -> dict[str, Any]:
    """A result says first where the words stand."""
    item = item_of(patient, card, unread=card.id in found.unread)
    item["title"] = found.page.titles.get(card.id, item["title"])
    if snippet := found.page.snippets.get(card.id):
        item |= {"text": snippet, "meta": f"{item['text']} · {item['meta']}"}
    return item
