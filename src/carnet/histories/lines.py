"""One line of a file of the insurer: its fields, their rules, what is refused and why (docs/histories.md).

Pure. A reason never quotes the value: the file of rejected lines tells nothing of anybody.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from carnet.histories.policies import Action, Category
from carnet.standards.ins import InsError, parse_matricule

REQUIRED = ("matricule", "reference", "category", "day", "label")
OPTIONAL = ("action", "until", "detail", "place", "professional")
FIELDS = frozenset((*REQUIRED, *OPTIONAL))
LENGTHS = {"reference": 100, "label": 300, "detail": 3000, "place": 300, "professional": 300}
"""Longest values, in characters."""
OLDEST = date(1900, 1, 1)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class LineRejectedError(ValueError):
    """A line is not taken. `field`: which; `reason`: in French, without the value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was understood. Of a withdrawal, only matricule and reference count."""

    matricule: str
    reference: str
    action: Action
    category: Category = Category.MEDICAL_DENTAL_CARE
    day: date = OLDEST
    until: date | None = None
    label: str = ""
    detail: str = ""
    place: str = ""
    professional: str = ""


def read_line(raw: bytes, *, today: date) -> Line:
    """Return what a line (JSON, UTF-8) says. Raises LineRejectedError with the first rule broken."""
    cells = _cells(raw)
    action = _action(cells.get("action", ""))
    matricule, reference = _matricule(cells), _text("reference", cells, required=True)
    if action is Action.DELETE:
        return Line(matricule, reference, action)
    day = _date("day", cells.get("day", ""), last=today)
    return Line(
        matricule=matricule,
        reference=reference,
        action=action,
        category=_category(cells.get("category", "")),
        day=day,
        until=_until(cells.get("until", ""), day),
        label=_text("label", cells, required=True),
        detail=_text("detail", cells),
        place=_text("place", cells),
        professional=_text("professional", cells),
    )


def check_birth(line: Line, birth_date: date) -> None:
    """Raise LineRejectedError for an act before the person was born."""
    if line.action is not Action.DELETE and line.day < birth_date:
        raise LineRejectedError("day", "date antérieure à la naissance")


def _cells(raw: bytes) -> Mapping[str, str]:
    try:
        found: Any = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise LineRejectedError("", "ligne illisible : un objet JSON en UTF-8 est attendu") from None
    if not isinstance(found, dict):
        raise LineRejectedError("", "un objet JSON est attendu sur chaque ligne")
    for name, value in found.items():
        if name not in FIELDS:
            raise LineRejectedError("", f"champ inconnu ; attendus : {', '.join((*REQUIRED, *OPTIONAL))}")
        if value is not None and not isinstance(value, str):
            raise LineRejectedError(name, "un texte entre guillemets est attendu")
    return {name: value for name, value in found.items() if value is not None}


def _action(text: str) -> Action:
    try:
        return Action(text.strip() or Action.ADD)
    except ValueError:
        raise LineRejectedError("action", f"action inconnue ; attendu : {', '.join(Action)}") from None


def _category(text: str) -> Category:
    try:
        return Category(text.strip())
    except ValueError:
        raise LineRejectedError("category", f"catégorie inconnue ; attendu : {', '.join(Category)}") from None


def _matricule(cells: Mapping[str, str]) -> str:
    try:
        return parse_matricule(cells.get("matricule", "")).value
    except InsError as error:
        raise LineRejectedError("matricule", error.message_fr) from error


def _text(field: str, cells: Mapping[str, str], *, required: bool = False) -> str:
    text = " ".join(unicodedata.normalize("NFC", cells.get(field, "")).split())
    if required and not text:
        raise LineRejectedError(field, "champ absent ou vide")
    if len(text) > LENGTHS[field]:
        raise LineRejectedError(field, f"plus de {LENGTHS[field]} caractères")
    if any(unicodedata.category(char) in {"Cc", "Cs", "Co", "Cn"} for char in text):
        raise LineRejectedError(field, "caractère de contrôle ou sans signification")
    return text


def _date(field: str, text: str, *, last: date | None = None) -> date:
    text = text.strip()
    if not _DATE.fullmatch(text):
        raise LineRejectedError(field, "date attendue sous la forme AAAA-MM-JJ")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise LineRejectedError(field, "ce jour n’existe pas (29 février, 31 du mois ?)") from None
    if last is not None and found > last:
        raise LineRejectedError(field, "date dans le futur")
    if found < OLDEST:
        raise LineRejectedError(field, "date avant 1900")
    return found


def _until(text: str, day: date) -> date | None:
    """The last day; it may be to come (an illness that is covered until then)."""
    if not text.strip():
        return None
    until = _date("until", text)
    if until < day:
        raise LineRejectedError("until", "la fin est avant le début")
    return until
