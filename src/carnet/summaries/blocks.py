"""Blocks of the page from what was read: what comes first, what there is room for. Pure."""

from collections.abc import Sequence
from typing import Final

from carnet.documents.api import Desk, SeenCard
from carnet.measures import api as measures
from carnet.measures.api import KINDS, Value
from carnet.platform import clock
from carnet.profile import api as profile
from carnet.profile.api import Entry, Rubric, RubricView
from carnet.summaries.interests import is_anticoagulant
from carnet.summaries.model import Block, Code, Line, Said
from carnet.summaries.wording import Names, day_of, note_of, of_document

RUBRIC_OF: Final = {
    Code.ALLERGIES: Rubric.ALLERGIES,
    Code.TREATMENTS: Rubric.TREATMENTS,
    Code.DISEASES: Rubric.DISEASES,
    Code.CONTACTS: Rubric.CONTACTS,
    Code.VACCINATIONS: Rubric.VACCINATIONS,
    Code.STAYS: Rubric.HOSPITALIZATIONS,
}
_TITLES: Final = {
    Code.ALLERGIES: "Allergies",
    Code.TREATMENTS: "Traitements en cours",
    Code.DISEASES: "Maladies et antécédents",
    Code.CONTACTS: "Personne de confiance, urgence",
    Code.VACCINATIONS: "Dernières vaccinations",
    Code.STAYS: "Hospitalisations, opérations",
    Code.MEASURES: "Dernières mesures",
    Code.LATEST: "Derniers courriers et résultats",
    Code.NEWS: "Nouveau pour vous",
}
_MOST: Final = {
    Code.ALLERGIES: 5, Code.TREATMENTS: 7, Code.DISEASES: 5, Code.CONTACTS: 3, Code.VACCINATIONS: 3,
    Code.STAYS: 2,
}  # fmt: skip
_SAID_IN_LINE: Final = {
    Rubric.ALLERGIES: ("comment", "date"),
    Rubric.TREATMENTS: ("posology",),
    Rubric.CONTACTS: ("relation", "mobile"),
}
_CONTACT_RANK: Final = {"TRUSTED_CONTACT": 0, "EMERGENCY_CONTACT": 1}
_LATEST_FIRST: Final = {Rubric.VACCINATIONS: "date", Rubric.HOSPITALIZATIONS: "date"}


def of_rubric(code: Code, view: RubricView, names: Names) -> Block:
    """Return the block of a rubric of the profile: present things, the most dangerous first."""
    said = Said(view.state.value.lower())
    present = sorted((one for one in view.entries if not _is_over(one)), key=_rank)
    shown = [_line(entry, names) for entry in present[: _MOST[code]]]
    note = note_of(said, view)
    if said is Said.FILLED and not shown:
        note = "Rien en cours. Ce qui est terminé se lit dans le profil."
    return Block(code, _TITLES[code], said, note, tuple(shown), len(view.entries) - len(shown))


def of_measures(values: Sequence[Value], said: Said, names: Names) -> Block:
    """Return the block of the latest measures."""
    lines = tuple(
        Line(
            title=KINDS[value.kind].label,
            text=measures.show(value),
            author=names.of_value(value),
            day=day_of(value.at),
            measure=KINDS[value.kind].slug,
        )
        for value in values
    )
    return Block(Code.MEASURES, _TITLES[Code.MEASURES], said, note_of(said), lines)


def of_latest(desk: Desk) -> Block:
    """Return the block of the latest document of each kind."""
    lines = tuple(_document(one) for one in desk.latest)
    said = Said.FILLED if lines else Said.NOT_FILLED
    note = "" if lines else "Aucun document de ces types."
    return Block(Code.LATEST, _TITLES[Code.LATEST], said, note, lines)


def of_news(desk: Desk, *, all_of_them: bool) -> Block:
    """Return the block of what came since her last visit; on the first, less what stands above already."""
    above = set() if all_of_them else {one.card.id for one in desk.latest}
    lines = tuple(_document(one) for one in desk.news if one.card.id not in above)
    said = Said.FILLED if lines else Said.NOT_FILLED
    note = "" if lines else "Rien de nouveau."
    return Block(Code.NEWS, _TITLES[Code.NEWS], said, note, lines, desk.news_total - len(desk.news))


def find_doctor(view: RubricView) -> str:
    """Return the name of the médecin traitant that the profile gives, "" when it gives none."""
    found = [one for one in view.entries if one.values.get("role") == "MEDECIN_TRAITANT"]
    return str(found[0].values.get("name", "")) if found else ""


def find_blood_group(view: RubricView) -> str:
    """Return the blood group that the profile gives, "" when it gives none."""
    return profile.describe(view.entries[0]).title if view.entries else ""


def _line(entry: Entry, names: Names) -> Line:
    told = profile.describe(entry)
    return Line(
        title=told.title,
        text=_text(entry, told),
        author=names.of_entry(entry),
        day=day_of(entry.changed_at),
        mark=_mark(entry),
    )


def _text(entry: Entry, told: profile.Description) -> str:
    """Say what goes with the title on one line: the dose, the reaction, the telephone, else the period."""
    definition = profile.definition_of(entry.rubric)
    wanted = _SAID_IN_LINE.get(entry.rubric, ())
    labels = {field.label for field in definition.list_fields(entry.values) if field.name in wanted}
    said = [value.rstrip(".") for label, value in told.lines if label in labels]
    if entry.rubric is Rubric.CONTACTS:
        return ", ".join([told.when, *said])
    return ", ".join(said) or told.when


def _mark(entry: Entry) -> str:
    if entry.rubric is Rubric.TREATMENTS and is_anticoagulant(str(entry.values.get("name", ""))):
        return "Anticoagulant"
    return ""


def _rank(entry: Entry) -> tuple[int, str]:
    """Order lines: anticoagulants, trusted persons first; then what began last; else as they were written."""
    if entry.rubric is Rubric.TREATMENTS:
        return (0 if _mark(entry) else 1), ""
    if entry.rubric is Rubric.CONTACTS:
        return _CONTACT_RANK.get(str(entry.values.get("kind")), 2), ""
    dated = _LATEST_FIRST.get(entry.rubric, "")
    return 0, _backwards(str(entry.values.get(dated, "")) if dated else "")


def _backwards(text: str) -> str:
    """Return a key that puts the latest partial date first."""
    return "".join(chr(ord("9") - int(one)) if one.isdigit() else one for one in text) if text else "~"


def _is_over(entry: Entry) -> bool:
    """Say whether the last day of a treatment or of a disease is before today, as far as it is known."""
    if entry.rubric not in {Rubric.TREATMENTS, Rubric.DISEASES}:
        return False
    end = str(entry.values.get("end", ""))
    return bool(end) and end < clock.today().isoformat()[: len(end)]


def _document(seen: SeenCard) -> Line:
    card = seen.card
    return Line(
        title=card.title,
        text=card.type.label,
        author=of_document(card),
        day=day_of(card.created_on),
        unread=seen.unread,
        document_id=card.id,
    )
