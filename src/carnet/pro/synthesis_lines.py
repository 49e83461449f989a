"""The lines of a synthesis as a doctor types them, and as the document holds them. Pure.

One line an element: « Asthme (2015) », « Pneumopathie (2018-03 à 2018-04) », « Bisoprolol : 2,5 mg ».
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from carnet.standards.cda.model import Code
from carnet.standards.cda.synthesis import Problem, Treatment

MOST_LINES: Final = 200
MOST_CHARACTERS: Final = 1200
"""More than any line of the profile has, its comments apart: what the record says must pass."""
_DAY: Final = r"\d{4}(?:-\d{2}(?:-\d{2})?)?"
_DATED: Final = re.compile(
    rf"(?P<label>.+?)\s*\((?P<since>{_DAY})?(?:\s*à\s*(?P<until>{_DAY}))?\)\s*", re.ASCII
)
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class LineRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """A line was not understood. The message is the rule, in French."""


def split(text: str) -> list[str]:
    """Return the lines of a field, without the empty ones. Raises LineRefused: too many, or too long."""
    lines = [" ".join(_UNSEEN.sub(" ", line).split()) for line in text.splitlines()]
    kept = [line.removeprefix("- ") for line in lines if line.strip("- ")]
    if len(kept) > MOST_LINES:
        raise LineRefused(f"{MOST_LINES} lignes au plus ; il y en a {len(kept)}.")
    long = next((line for line in kept if len(line) > MOST_CHARACTERS), None)
    if long:
        raise LineRefused(
            f"{MOST_CHARACTERS} caractères au plus par ligne : « {long[:40]}… » en compte {len(long)}."
        )
    return kept


def read_problems(text: str) -> list[Problem]:
    """Return diseases from their lines, each with its dates between brackets if they are known."""
    return [_problem(line) for line in split(text)]


def read_treatments(text: str, codes: Mapping[str, Code]) -> list[Treatment]:
    """Return treatments from their lines. `codes`: of the labels that the record has a code for."""
    return [_treatment(line, codes) for line in split(text)]


def say_problem(label: str, since: str = "", until: str = "") -> str:
    """Return the line of a disease, as `read_problems` reads it."""
    dates = " à ".join([since, *([until] if until else [])]).strip()
    return f"{label} ({dates})" if dates else label


def say_treatment(label: str, dosage: str = "", since: str = "") -> str:
    """Return the line of a treatment, as `read_treatments` reads it."""
    line = f"{label} : {' '.join(dosage.split())}" if dosage.strip() else label
    return f"{line} ({since})" if since else line


def join(lines: Iterable[str]) -> str:
    """Return lines as a field shows them."""
    kept = [line if len(line) <= MOST_CHARACTERS else f"{line[: MOST_CHARACTERS - 1]}…" for line in lines]
    return "\n".join(kept[:MOST_LINES])


def _problem(line: str) -> Problem:
    found = _DATED.fullmatch(line)
    if found is None:
        return Problem(label=line)
    since, until = _checked(found["since"] or "", line), _checked(found["until"] or "", line)
    return Problem(label=found["label"], since=since, until=until)


def _treatment(line: str, codes: Mapping[str, Code]) -> Treatment:
    found = _DATED.fullmatch(line)
    words, since = (found["label"], found["since"] or "") if found else (line, "")
    label, _, dosage = words.partition(" : ")
    label = label.strip()
    return Treatment(label=label, dosage=dosage.strip(), code=codes.get(label), since=_checked(since, line))


def _checked(day: str, line: str) -> str:
    """Refuse a month or a day that does not exist."""
    parts = [int(part) for part in day.split("-")] if day else []
    month, number = [*parts, 1, 1, 1][1], [*parts, 1, 1, 1][2]
    if not 1 <= month <= 12 or not 1 <= number <= 31:  # noqa: PLR2004 - a calendar
        raise LineRefused(f"La date de « {line[:60]} » n’existe pas : écrivez AAAA, AAAA-MM ou AAAA-MM-JJ.")
    return day
