"""How the page says who wrote a line, how old somebody is, what is known of a rubric."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from carnet.access.api import structure_words
from carnet.directory.api import ProfessionalCard
from carnet.documents.api import DocumentCard
from carnet.measures.api import Value
from carnet.platform.clock import PARIS
from carnet.platform.typesetting import day_text
from carnet.profile.api import Entry, RubricView, definition_of
from carnet.summaries.model import Said
from carnet.terminology import api as terminology

_YEARS_IN_MONTHS: Final = 3  # a younger child is told in months
_UNSIGNED: Final = {"DEVICE": "un appareil connecté", "ORGANISATION": "l’Assurance Maladie"}
_NOBODY: Final = UUID(int=0)
_NOTES: Final = {
    Said.NOT_FILLED: "Rien n’est indiqué : cela ne veut pas dire qu’il n’y a rien.",
    Said.NOT_SHARED: "La personne ne montre pas cette partie aux professionnels.",
    Said.NOT_GIVEN: "Les règles d’accès ne donnent pas cette partie à votre profession.",
}


@dataclass(frozen=True)
class Names:
    """Names of those who wrote: persons, professionals, structures. `person_id`: whose record it is."""

    person_id: UUID
    people: Mapping[UUID, str]
    professionals: Mapping[UUID, ProfessionalCard]
    structures: Mapping[str, str]

    def of_entry(self, entry: Entry) -> str:
        """Say who wrote a line of the profile."""
        return self._who(entry.author_kind, entry.author_id, entry.structure)

    def of_value(self, value: Value) -> str:
        """Say who measured or entered a value."""
        if value.device:
            return value.device
        if value.author:
            return value.author
        return self._who(value.author_kind, value.author_id, value.structure)

    def of_professional(self, professional_id: UUID | None) -> str:
        """Return the name of a professional, "" for nobody."""
        known = self.professionals.get(professional_id or _NOBODY)
        return known.name if known else ""

    def _who(self, kind: str, author_id: UUID | None, structure: str) -> str:
        known = self.professionals.get(author_id or _NOBODY)
        if known:
            return f"{known.name}, {terminology.profession_words(known.profession)}"
        match kind:
            case "PERSON" if author_id in {self.person_id, None}:
                return "la personne"
            case "PERSON":
                return self.people.get(author_id or _NOBODY, "un proche")
        return self._where(structure) or _UNSIGNED.get(kind, "un professionnel de santé")

    def _where(self, structure: str) -> str:
        return self.structures.get(structure) or (structure_words(structure, "") if structure else "")


def of_document(card: DocumentCard) -> str:
    """Say whose document it is: its first author, or its organisation, or who put it there."""
    if card.own:
        return "déposé par la personne"
    if card.authors:
        return card.authors[0]
    return card.organisation or structure_words(card.structure, card.structure_name)


def age_of(born: date, today: date) -> str:
    """Say an age: in years, in months for a small child, in days for a newborn."""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 1:
        days = (today - born).days
        return f"{days} jour{'s' if days > 1 else ''}"
    if months < _YEARS_IN_MONTHS * 12:
        return f"{months} mois"
    return f"{months // 12} ans"


def note_of(said: Said, view: RubricView | None = None) -> str:
    """Say what a state without any line means."""
    if said is Said.NONE_DECLARED and view is not None:
        on = f" le {day_text(view.unconcerned_on)}" if view.unconcerned_on else ""
        return f"{definition_of(view.rubric).empty_fr} : déclaré par la personne{on}."
    return _NOTES.get(said, "")


def day_of(moment: datetime) -> date:
    """Return the day of an instant in France."""
    return moment.astimezone(PARIS).date()
