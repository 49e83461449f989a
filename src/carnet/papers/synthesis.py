"""The synthesis of the medical profile: chosen sections on a paper, tagged and accessible (facts/mes.md 2.1).

What is not filled, what is declared as not concerned and what is not joined are said in three ways.
"""

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from carnet.documents import api as documents
from carnet.documents.api import Deposited
from carnet.journal.api import Actor, EventType
from carnet.papers.sections import RUBRICS, Line, Section, SectionView
from carnet.people.api import PersonCard
from carnet.platform.typesetting import day_text, make_pdf
from carnet.profile.api import State, definition_of

TYPE_CODE: Final = "DOCPAT08"
TITLE: Final = "Synthèse du profil médical"
_TEMPLATE: Final = Path(__file__).parent / "synthesis.typ"
_HEADERS: Final = {
    Section.MEASURES: ("Mesure", "Valeur", "Saisie par, le"),
    Section.ADMINISTRATIVE_DOCUMENTS: ("Document", "Précisions", "Déposé par, le"),
}
_ANY_HEADERS: Final = ("Élément", "Précisions", "Écrit par, le")


class NothingChosenError(ValueError):
    """A synthesis without any section would say nothing."""


def make_synthesis(
    person: PersonCard, views: Sequence[SectionView], chosen: Collection[Section], *, day: date
) -> bytes:
    """Return the synthesis as a PDF/UA-1: `views` as `read_sections` gives them, those of `chosen` shown.

    Raises NothingChosenError.
    """
    shown = [view for view in views if view.section in chosen]
    if not shown:
        raise NothingChosenError
    born = f"{'née' if person.sex == 'F' else 'né'} le {day_text(person.birth_date)}"
    data = {
        "title": TITLE,
        "person": person.display_name,
        "born": day_text(person.birth_date),
        "made": day_text(day),
        "foot": f"{person.display_name}, {born}",
        "sections": [_section(view) for view in shown],
        "left_out": [view.section.label for view in views if view.section not in chosen],
    }
    return make_pdf(_TEMPLATE, data, day)


def save_synthesis(person_id: UUID, *, by: Actor, pdf: bytes, day: date, masked: bool) -> Deposited:
    """Put a synthesis among the person's documents, as a new version of the last one."""
    return documents.add_made(
        person_id, by=by, type_code=TYPE_CODE, title=f"{TITLE} du {day_text(day)}", pdf=pdf,
        replaces_previous=True, masked=masked, event=EventType.SYNTHESIS_MADE,
    )  # fmt: skip


def _section(view: SectionView) -> dict[str, Any]:
    return {
        "label": view.section.label,
        "note": note_of(view),
        "headers": _HEADERS.get(view.section, _ANY_HEADERS),
        "rows": [_row(line) for line in view.lines],
    }


def note_of(view: SectionView) -> str:
    """Say that a section holds nothing, and whether that means that there is nothing."""
    match view.state:
        case State.NONE_DECLARED:
            on = f"le {day_text(view.unconcerned_on)}" if view.unconcerned_on else "auparavant"
            nothing = definition_of(RUBRICS[view.section]).empty_fr
            return f"{nothing} : « je ne suis pas concerné(e) », déclaré {on}."
        case State.NOT_FILLED:
            return "Non renseigné. Cela ne veut pas dire qu’il n’y a rien à signaler."
    return ""


def _row(line: Line) -> dict[str, Any]:
    return {
        "title": line.title,
        "when": line.when,
        "facts": [f"{label} : {value}" if label else value for label, value in line.facts],
        "by": f"{line.author[:1].upper()}{line.author[1:]}",
        "day": day_text(line.day),
    }
