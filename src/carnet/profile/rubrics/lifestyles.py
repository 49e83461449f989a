"""The questions about habits: sections, questions and conditions, from the file beside this one.

A line of the rubric is one section with its answers; earlier answers stay in it (profile/actions.py).
"""

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Final

from carnet.profile.fields import COMMENT_LENGTH, Choice, Field, Kind

SECTIONS: Final = {
    "FOOD": "Alimentation",
    "PHYSICAL_ACTIVITY": "Activité physique",
    "SLEEP": "Sommeil",
    "SCREEN": "Écrans",
    "ALCOHOL": "Alcool",
    "TOBACCO": "Tabac et cigarette électronique",
}
_KINDS: Final = {"RADIO": Kind.CHOICE, "TEXT": Kind.LONG, "NUMBER": Kind.NUMBER}


def fields_of_section(section: str) -> tuple[Field, ...]:
    """Return the questions of a section, in their order; none for an unknown one."""
    return _questions().get(section, ())


@lru_cache(maxsize=1)
def _questions() -> dict[str, tuple[Field, ...]]:
    text = files("carnet.profile.rubrics").joinpath("lifestyles.csv").read_text(encoding="utf-8")
    found: dict[str, tuple[Field, ...]] = dict.fromkeys(SECTIONS, ())
    for row in csv.DictReader(text.splitlines()):
        found[row["section"]] += (_question(row),)
    return found


def _question(row: dict[str, str]) -> Field:
    kind = _KINDS[row["kind"]]
    pairs = [answer.partition("=") for answer in row["answers"].split("|") if answer]
    return Field(
        name=row["question"],
        label=row["label"],
        kind=kind,
        hint=row["hint"],
        most=int(row["most"]) if row["most"] else COMMENT_LENGTH,
        choices=tuple(Choice(code, label) for code, _, label in pairs),
        shown_if=_condition(row["shown_if"]),
    )


def _condition(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Read "question=ANSWER|ANSWER"."""
    question, _, answers = text.partition("=")
    return (question, tuple(answers.split("|"))) if question else None
