"""What the synthesis may be made of: the sections of the profile, in words (facts/mes.md 2.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from carnet.access.api import Access, structure_words
from carnet.documents import api as documents
from carnet.measures import api as measures
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.platform.typesetting import day_text
from carnet.profile import api as profile
from carnet.profile.api import Entry, Rubric, RubricView, State
from carnet.terminology.api import Category

_MOST_DOCUMENTS: Final = 100


class Section(StrEnum):
    """A part of the synthesis, with the code of the national service."""

    TREATMENTS = "TREATMENTS"
    ALLERGIES = "ALLERGIES"
    DISEASES = "DISEASES"
    HOSPITALIZATIONS = "HOSPITALIZATIONS"
    VACCINES = "VACCINES"
    MEASURES = "MEASURES"
    BLOOD_GROUP = "BLOOD_GROUP"
    DISABILITIES = "DISABILITIES"
    FAMILY_HISTORY = "FAMILY_HISTORY"
    LIFESTYLES = "LIFESTYLES"
    HEALTH_PROFESSIONALS = "HEALTH_PROFESSIONALS"
    ENTOURAGE_CONTACT = "ENTOURAGE_CONTACT"
    WISHES = "WISHES"
    ADMINISTRATIVE_DOCUMENTS = "ADMINISTRATIVE_DOCUMENTS"

    @property
    def label(self) -> str:
        """The words for a person."""
        rubric = RUBRICS.get(self)
        return rubric.label if rubric else _LABELS[self]


RUBRICS: Final = {
    Section.TREATMENTS: Rubric.TREATMENTS,
    Section.ALLERGIES: Rubric.ALLERGIES,
    Section.DISEASES: Rubric.DISEASES,
    Section.HOSPITALIZATIONS: Rubric.HOSPITALIZATIONS,
    Section.VACCINES: Rubric.VACCINATIONS,
    Section.BLOOD_GROUP: Rubric.BLOOD_GROUP,
    Section.DISABILITIES: Rubric.DISABILITIES,
    Section.FAMILY_HISTORY: Rubric.FAMILY_HISTORIES,
    Section.LIFESTYLES: Rubric.LIFESTYLES,
    Section.HEALTH_PROFESSIONALS: Rubric.PROFESSIONALS,
    Section.ENTOURAGE_CONTACT: Rubric.CONTACTS,
    Section.WISHES: Rubric.WISHES,
}
_LABELS: Final = {
    Section.MEASURES: "Dernières mesures",
    Section.ADMINISTRATIVE_DOCUMENTS: "Pièces administratives",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section, in words. `facts`: label and value; `author`, `day`: who wrote it, and when."""

    title: str
    when: str
    facts: tuple[tuple[str, str], ...]
    author: str
    day: date


@dataclass(frozen=True, slots=True)
class SectionView:
    """A section as it stands. `shared`: whether professionals see it; None where that is not decided here."""

    section: Section
    state: State
    shared: bool | None
    unconcerned_on: date | None
    lines: tuple[Line, ...]


def read_sections(a: Access, person: people.PersonCard) -> list[SectionView]:
    """Return every section with its lines, in the order of the paper; not what she is too young for.

    Of measures, the latest of each kind, whether or not its tile is shown on her page.
    """
    rubrics = {view.rubric: view for view in profile.list_rubrics(a)}
    lasts = [tile.last for tile in measures.overview(a) if tile.last]
    names = people.find_names(_authors(rubrics.values(), lasts))
    found = {section: _of_rubric(section, rubrics[rubric], names) for section, rubric in RUBRICS.items()}
    found[Section.MEASURES] = _plain(Section.MEASURES, tuple(_measure(one, names) for one in lasts))
    found[Section.ADMINISTRATIVE_DOCUMENTS] = _plain(Section.ADMINISTRATIVE_DOCUMENTS, _documents(a))
    return [found[section] for section in Section if found[section].lines or _is_open(section, person)]


def _is_open(section: Section, person: people.PersonCard) -> bool:
    rubric = RUBRICS.get(section)
    return rubric is None or profile.is_open(
        profile.definition_of(rubric), birth_date=person.birth_date, today=clock.today()
    )


def _of_rubric(section: Section, view: RubricView, names: dict[UUID, str]) -> SectionView:
    lines = tuple(_entry(entry, names) for entry in view.entries)
    return SectionView(section, view.state, view.shared, view.unconcerned_on, lines)


def _plain(section: Section, lines: tuple[Line, ...]) -> SectionView:
    return SectionView(section, State.FILLED if lines else State.NOT_FILLED, None, None, lines)


def _entry(entry: Entry, names: dict[UUID, str]) -> Line:
    said = profile.describe(entry)
    author = author_words(entry.author_kind, entry.author_id, entry.structure, names)
    return Line(said.title, said.when, said.lines, author, _day(entry.changed_at))


def _measure(value: measures.Value, names: dict[UUID, str]) -> Line:
    days = f"{value.days} jour{'s' if value.days > 1 else ''}" if value.days else ""
    facts = [
        ("", measures.show(value)),
        ("Moment ou endroit", value.context_label),
        ("Moyenne sur", days),
        ("Remarque", value.comment),
    ]
    author = author_words(value.author_kind, value.author_id, value.structure, names)
    at = _day(value.at)
    return Line(
        measures.KINDS[value.kind].label,
        f"le {day_text(at)}",
        tuple(pair for pair in facts if pair[1]),
        author,
        _day(value.recorded_at),
    )


def _documents(a: Access) -> tuple[Line, ...]:
    """Titles on a paper are read by whoever reads the paper: none of a document hidden from somebody."""
    filters = documents.Filters(category=Category.ADMINISTRATIVE, open=True)
    cards = documents.list_documents(a, filters, limit=_MOST_DOCUMENTS)
    return tuple(
        Line(
            title=card.title,
            when=f"du {day_text(_day(card.created_on))}",
            facts=(),
            author="la personne" if card.own else structure_words(card.structure, card.structure_name),
            day=_day(card.deposited_at),
        )
        for card in cards
    )


def author_words(kind: str, author_id: UUID | None, structure: str, names: dict[UUID, str]) -> str:
    """Say who wrote a line."""
    if author_id in names:
        return names[author_id]
    where = f", {structure_words(structure, '')}" if structure else ""
    match kind:
        case "PROFESSIONAL":
            return f"un professionnel de santé{where}"
        case "DEVICE":
            return "un appareil connecté"
        case "ORGANISATION":
            return f"un organisme{where}"
    return "la personne"


def _authors(views: Iterable[RubricView], values: Iterable[measures.Value]) -> Sequence[UUID]:
    written = {entry.author_id for view in views for entry in view.entries}
    return sorted(one for one in written | {value.author_id for value in values} if one)


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()
