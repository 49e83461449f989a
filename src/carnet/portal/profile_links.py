"""What a line of the profile is tied to: names of both ends, and what may be chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.formats import date_format

from carnet.access.api import Access
from carnet.documents import api as documents
from carnet.measures import api as measures
from carnet.measures.api import MeasureUnknownError
from carnet.platform.clock import PARIS
from carnet.portal.profile_forms import LinkOption, option
from carnet.portal.space import find_url
from carnet.profile import api as profile
from carnet.profile.api import RUBRIC_OF_LINK, Definition, Entry, Link, LinkKind, RubricView

_DOCUMENTS: Final = 20  # proposed, latest first; what is tied already is always there
_LINES: Final = 60
_WORDS: Final = {
    LinkKind.DOCUMENT: "Document",
    LinkKind.FOLDER: "Dossier",
    LinkKind.DISEASE: "Maladie",
    LinkKind.TREATMENT: "Traitement",
    LinkKind.HOSPITALIZATION: "Hospitalisation",
    LinkKind.ALLERGY: "Allergie",
    LinkKind.MEASURE: "Mesure",
}


@dataclass(frozen=True)
class Tie:
    """One end of a link, named, with its page ("" where it has none)."""

    kind: LinkKind
    target_id: UUID
    title: str
    href: str
    label: str = ""

    @property
    def words(self) -> str:
        """What it is, and its name."""
        return f"{self.label or _WORDS[self.kind]} : {self.title}"


def name_links(a: Access, links: Iterable[Link], entries: Iterable[Entry]) -> list[Tie]:
    """Return links with the names of what they lead to; what is gone or hidden is left out."""
    links = list(links)
    ties = _entries(links, entries)
    ties += _documents(a, [link.target_id for link in links if link.kind is LinkKind.DOCUMENT])
    wanted = {link.target_id for link in links if link.kind is LinkKind.FOLDER}
    ties += [tie for tie in (_folders(a) if wanted else []) if tie.target_id in wanted]
    ties += _measures(a, [link.target_id for link in links if link.kind is LinkKind.MEASURE])
    return ties


def list_leading_to(entry: Entry, entries: Iterable[Entry]) -> list[Tie]:
    """Return the lines that are tied to this one, each once, unless this one says so already."""
    if entry.rubric not in RUBRIC_OF_LINK.values():
        return []
    told = {link.target_id for link in entry.links}
    kind = next(kind for kind, rubric in RUBRIC_OF_LINK.items() if rubric is entry.rubric)
    return [
        Tie(kind, one.id, profile.describe(one).title, find_url("profile_entry", one.id), one.rubric.label)
        for one in entries
        if one.id not in told and any(link.target_id == entry.id for link in one.links)
    ]


def list_options(
    a: Access, definition: Definition, views: Sequence[RubricView], entry: Entry | None
) -> list[LinkOption]:
    """Return what a line of this rubric may be tied to, and all that it is tied to already."""
    entries = [one for view in views for one in view.entries if entry is None or one.id != entry.id]
    ties = [tie for tie in _entries_of(entries) if tie.kind in definition.links][:_LINES]
    if LinkKind.DOCUMENT in definition.links:
        recent = documents.list_recent(a, limit=_DOCUMENTS)
        ties += [Tie(LinkKind.DOCUMENT, card.id, _document_words(card), "") for card in recent]
    if LinkKind.FOLDER in definition.links:
        ties += _folders(a)
    if LinkKind.MEASURE in definition.links:
        ties += _latest_measures(a)
    known = {tie.target_id for tie in ties}
    older = [link for link in (entry.links if entry else ()) if link.target_id not in known]
    ties += name_links(a, older, entries)
    return [option(tie.kind, tie.target_id, tie.words) for tie in ties]


def keep_known(a: Access, links: Sequence[tuple[LinkKind, UUID]]) -> list[tuple[LinkKind, UUID]]:
    """Return the links whose target is there; lines of the profile are checked by their own room."""
    others = [Link(kind, target) for kind, target in links if kind not in RUBRIC_OF_LINK]
    known = {(tie.kind, tie.target_id) for tie in name_links(a, others, ())}
    return [link for link in links if link[0] in RUBRIC_OF_LINK or link in known]


def _entries(links: Sequence[Link], entries: Iterable[Entry]) -> list[Tie]:
    wanted = {(link.kind, link.target_id) for link in links}
    return [tie for tie in _entries_of(entries) if (tie.kind, tie.target_id) in wanted]


def _entries_of(entries: Iterable[Entry]) -> list[Tie]:
    rubrics = {rubric: kind for kind, rubric in RUBRIC_OF_LINK.items()}
    return [
        Tie(rubrics[one.rubric], one.id, profile.describe(one).title, find_url("profile_entry", one.id))
        for one in entries
        if one.rubric in rubrics
    ]


def _documents(a: Access, ids: Sequence[UUID]) -> list[Tie]:
    titles = documents.list_titles(a, ids)
    return [Tie(LinkKind.DOCUMENT, one, title, find_url("document", one)) for one, title in titles.items()]


def _document_words(card: documents.DocumentCard) -> str:
    return f"{card.title}, {date_format(card.created_on.astimezone(PARIS), 'j F Y')}"


def _folders(a: Access) -> list[Tie]:
    return [
        Tie(LinkKind.FOLDER, one.id, one.name, find_url("folder", one.id))
        for one in documents.list_folders(a)
    ]


def _latest_measures(a: Access) -> list[Tie]:
    return [_measure(tile.last) for tile in measures.overview(a) if tile.last is not None]


def _measures(a: Access, ids: Sequence[UUID]) -> list[Tie]:
    found = []
    for one in ids:
        try:
            found.append(_measure(measures.get_value(a, one)))
        except MeasureUnknownError:
            continue
    return found


def _measure(value: measures.Value) -> Tie:
    label = measures.KINDS[value.kind].label
    day = date_format(value.at.astimezone(PARIS), "j F Y")
    return Tie(LinkKind.MEASURE, value.id, f"{label} {measures.show(value)}, {day}", find_url("measures"))
