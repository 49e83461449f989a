"""A rubric of the medical profile, declared as data (facts/mes.md 2.1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from carnet.profile.fields import Field

Values = Mapping[str, Any]
Errors = dict[str, str]


class Group(StrEnum):
    """How rubrics are gathered on the page; the value is what people read."""

    CARE = "Suivi médical"
    TRAITS = "Caractéristiques"
    ACTORS = "Acteurs de ma santé"
    CIRCLE = "Entourage et volontés"


class Rubric(StrEnum):
    """The rubrics of the profile. Measures, documents and the care history are rooms of their own."""

    TREATMENTS = "TREATMENTS"
    DISEASES = "DISEASES"
    HOSPITALIZATIONS = "HOSPITALIZATIONS"
    VACCINATIONS = "VACCINATIONS"
    BLOOD_GROUP = "BLOOD_GROUP"
    ALLERGIES = "ALLERGIES"
    DISABILITIES = "DISABILITIES"
    FAMILY_HISTORIES = "FAMILY_HISTORIES"
    LIFESTYLES = "LIFESTYLES"
    PROFESSIONALS = "PROFESSIONALS"
    CONTACTS = "CONTACTS"
    WISHES = "WISHES"

    @property
    def label(self) -> str:
        """The words of the rubric, in French."""
        return _LABELS[self]


class LinkKind(StrEnum):
    """What a line may be tied to (facts/mes.md 2.1, LinkType)."""

    DOCUMENT = "DOCUMENT"
    FOLDER = "FOLDER"
    DISEASE = "DISEASE"
    TREATMENT = "TREATMENT"
    HOSPITALIZATION = "HOSPITALIZATION"
    ALLERGY = "ALLERGY"
    MEASURE = "MEASURE"


RUBRIC_OF_LINK = {
    LinkKind.DISEASE: Rubric.DISEASES,
    LinkKind.TREATMENT: Rubric.TREATMENTS,
    LinkKind.HOSPITALIZATION: Rubric.HOSPITALIZATIONS,
    LinkKind.ALLERGY: Rubric.ALLERGIES,
}
"""The links whose target is another line of the profile."""

_LABELS = {
    Rubric.TREATMENTS: "Traitements",
    Rubric.DISEASES: "Maladies et sujets de santé",
    Rubric.HOSPITALIZATIONS: "Hospitalisations et opérations",
    Rubric.VACCINATIONS: "Vaccinations",
    Rubric.BLOOD_GROUP: "Groupe sanguin",
    Rubric.ALLERGIES: "Allergies",
    Rubric.DISABILITIES: "Handicaps",
    Rubric.FAMILY_HISTORIES: "Antécédents familiaux",
    Rubric.LIFESTYLES: "Habitudes de vie",
    Rubric.PROFESSIONALS: "Professionnels et établissements",
    Rubric.CONTACTS: "Contacts",
    Rubric.WISHES: "Volontés",
}


def _no_slot(_values: Values) -> str | None:
    return None


def _no_check(_values: Values) -> Errors:
    return {}


def _no_completion(values: dict[str, Any]) -> Errors:  # noqa: ARG001 - the shape of `complete`
    return {}


@dataclass(frozen=True)
class Definition:
    """All that one rubric is made of.

    `title`, `when`: words of a line from its values. `slot`: the code of what there may be one of only,
    and `slot_taken_fr` what is said when it is taken. `complete`: fills fields from others before they
    are checked (a DataMatrix); `check`: what one field alone does not show. `unconcerned`: whether
    "je ne suis pas concerné(e)" may be declared. `years`: the age from which the rubric is open.
    """

    rubric: Rubric
    group: Group
    one_fr: str  # "un traitement"
    add_fr: str  # "Ajouter un traitement"
    empty_fr: str  # what none declared means: "Aucun traitement"
    fields: tuple[Field, ...]
    title: Callable[[Values], str]
    when: Callable[[Values], str]
    slot: Callable[[Values], str | None] = _no_slot
    slot_taken_fr: str = ""
    complete: Callable[[dict[str, Any]], Errors] = _no_completion
    check: Callable[[Values], Errors] = _no_check
    fields_of: Callable[[Values], tuple[Field, ...]] | None = None
    unconcerned: bool = False
    years: int = 0
    links: tuple[LinkKind, ...] = ()
    note_fr: str = ""

    def list_fields(self, values: Values) -> tuple[Field, ...]:
        """Return the fields of a line; in some rubrics they depend on what it is about."""
        return self.fields_of(values) if self.fields_of else self.fields

    @property
    def single(self) -> bool:
        """Whether the rubric holds one line at most."""
        return self.slot({}) is not None
