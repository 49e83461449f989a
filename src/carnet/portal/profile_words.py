"""How the profile is told on its pages: states, authors, addresses of rubrics."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format

from carnet.platform.clock import PARIS
from carnet.portal.acts import structure_words
from carnet.profile import api as profile
from carnet.profile.api import AuthorKind, Definition, Description, Entry, Rubric, RubricView, State

SLUGS: Final = {
    Rubric.TREATMENTS: "traitements",
    Rubric.DISEASES: "maladies",
    Rubric.HOSPITALIZATIONS: "hospitalisations",
    Rubric.VACCINATIONS: "vaccinations",
    Rubric.BLOOD_GROUP: "groupe-sanguin",
    Rubric.ALLERGIES: "allergies",
    Rubric.DISABILITIES: "handicaps",
    Rubric.FAMILY_HISTORIES: "antecedents-familiaux",
    Rubric.LIFESTYLES: "habitudes-de-vie",
    Rubric.PROFESSIONALS: "professionnels",
    Rubric.CONTACTS: "contacts",
    Rubric.WISHES: "volontes",
}
RUBRICS: Final = {slug: rubric for rubric, slug in SLUGS.items()}
ICONS: Final = {
    Rubric.TREATMENTS: "flask",
    Rubric.DISEASES: "heart",
    Rubric.HOSPITALIZATIONS: "hospital",
    Rubric.VACCINATIONS: "shield",
    Rubric.BLOOD_GROUP: "pulse",
    Rubric.ALLERGIES: "warning",
    Rubric.DISABILITIES: "account",
    Rubric.FAMILY_HISTORIES: "people",
    Rubric.LIFESTYLES: "clock",
    Rubric.PROFESSIONALS: "hospital",
    Rubric.CONTACTS: "phone",
    Rubric.WISHES: "document",
}
_NAMED: Final = 3  # lines that the overview names
_FACTS: Final = 2  # facts that a list tells of a line
_SHORT: Final = 60  # characters of such a fact


@dataclass(frozen=True)
class Reader:
    """Who reads, so that her own lines are "par vous"; `names`: of the other persons."""

    person_id: UUID
    names: Mapping[UUID, str]

    def author(self, entry: Entry) -> str:
        """Say who wrote a line."""
        if entry.author_kind is AuthorKind.PERSON:
            own = entry.author_id == self.person_id
            return "vous" if own else self.names.get(entry.author_id or UUID(int=0), "une autre personne")
        if entry.author_kind is AuthorKind.DEVICE:
            return "un appareil connecté"
        if entry.structure:
            return structure_words(entry.structure, "")
        professional = entry.author_kind is AuthorKind.PROFESSIONAL
        return "un professionnel de santé" if professional else "l’Assurance Maladie"

    def guarantor(self, entry: Entry) -> str:
        """Say who wrote or confirmed a locked line."""
        return structure_words(entry.structure, "") if entry.structure else self.author(entry)

    def signed(self, entry: Entry) -> str:
        """Say who wrote a line and when."""
        verb = "Ajouté" if entry.changed_at == entry.created_at else "Modifié"
        return f"{verb} par {self.author(entry)} le {day_words(entry.changed_at)}"


def day_words(at: datetime) -> str:
    """Return the day of an instant in France."""
    return date_format(at.astimezone(PARIS), "j F Y")


def authors_of(entries: Iterable[Entry]) -> list[UUID]:
    """Return the persons who wrote lines, to be named."""
    people = {one.author_id for one in entries if one.author_kind is AuthorKind.PERSON and one.author_id}
    return sorted(people)


def rubric_url(name: str, rubric: Rubric) -> str:
    """Return the address of a page about a rubric."""
    return reverse(f"portal:{name}", args=[SLUGS[rubric]])


def badge_of(view: RubricView) -> tuple[str, str]:
    """Return the words and the kind of the badge of a rubric: each state has its own."""
    match view.state:
        case State.FILLED:
            count = len(view.entries)
            return (f"{count}", "info") if count > 1 or not _single(view.rubric) else ("Renseigné", "info")
        case State.NONE_DECLARED:
            return "Non concerné(e)", "success"
        case State.NOT_SHARED:
            return "Caché", "warning"
        case _:
            return "Non renseigné", "neutral"


def sentence_of(view: RubricView) -> str:
    """Say what is known of a rubric."""
    definition = profile.definition_of(view.rubric)
    match view.state:
        case State.FILLED:
            return _titles(view)
        case State.NONE_DECLARED:
            assert view.unconcerned_on is not None
            return f"{definition.empty_fr}, déclaré le {date_format(view.unconcerned_on, 'j F Y')}."
        case State.NOT_SHARED:
            return "Non partagé : les soignants ne savent pas si cette rubrique est remplie."
        case _:
            return "Rien n’est indiqué : cela ne veut pas dire qu’il n’y a rien."


def changed_words(view: RubricView) -> str:
    """Say when a rubric was changed last, "" when it has no line."""
    if not view.entries:
        return ""
    return f"Modifié le {day_words(max(one.changed_at for one in view.entries))}"


def item_of(entry: Entry, reader: Reader) -> dict[str, Any]:
    """Return a line as an item of a list."""
    told = profile.describe(entry)
    facts = [told.when, *_short(told)]
    return {
        "href": reverse("portal:profile_entry", args=[entry.id]),
        "title": told.title,
        "text": " · ".join(fact for fact in facts if fact),
        "meta": reader.signed(entry),
        "badge": "Verrouillé" if entry.locked else "",
        "icon": ICONS[entry.rubric],
    }


def can_add(definition: Definition, view: RubricView) -> bool:
    """Say whether a further line may be added."""
    return not (definition.single and view.entries)


def _single(rubric: Rubric) -> bool:
    return profile.definition_of(rubric).single


def _titles(view: RubricView) -> str:
    titles = [profile.describe(one).title for one in view.entries]
    rest = len(titles) - _NAMED
    others = "" if rest <= 0 else f" et {rest} {'autre' if rest == 1 else 'autres'}"
    return ", ".join(titles[:_NAMED]) + others


def _short(told: Description) -> list[str]:
    """Return the first facts that fit on a line and that the period does not say already."""
    facts = [
        f"{label} {value}" if label.endswith("?") else f"{label} : {value}"
        for label, value in told.lines
        if len(value) <= _SHORT and "\n" not in value and value not in told.when
    ]
    return facts[:_FACTS]
