"""Partial dates: the year is known, the month and the day perhaps (facts/mes.md 2.1).

Kept as "YYYY", "YYYY-MM" or "YYYY-MM-DD" (the shapes of ISO 8601 and of FHIR's dateTime).
"""

import re
from calendar import monthrange
from datetime import date
from typing import Final

_SHAPE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
_MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
    "novembre", "décembre",
)  # fmt: skip
_DECEMBER: Final = 12


class ValueRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """A value that may not be kept. The message is the rule, in French."""


def check(text: str, *, birth_date: date, today: date) -> str:
    """Return a partial date as it is kept; raises ValueRefused.

    Never before birth and never in the future: what is not said is taken at its most favourable.
    """
    first, last = bounds(text)
    if last < birth_date:
        raise ValueRefused(f"la date ne peut pas précéder la naissance, le {show(birth_date.isoformat())}.")
    if first > today:
        raise ValueRefused("la date ne peut pas être dans l’avenir.")
    return text


def bounds(text: str) -> tuple[date, date]:
    """Return the first and the last day that a partial date may mean; raises ValueRefused."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise ValueRefused(
            "écrivez l’année avec ses quatre chiffres ; le mois et le jour peuvent rester vides."
        )
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        raise ValueRefused(f"le {text} n’existe pas.") from None
    if day:
        return first, first
    last_month = month or _DECEMBER
    return first, date(year, last_month, monthrange(year, last_month)[1])


def follows(end: str, start: str) -> bool:
    """Say whether `end` may come at or after `start`, as far as both are known."""
    return bounds(end)[1] >= bounds(start)[0]


def show(text: str) -> str:
    """Return a partial date in words: "2021", "mars 2021", "1er mars 2021"."""
    year, _, rest = text.partition("-")
    if not rest:
        return year
    month, _, day = rest.partition("-")
    words = f"{_MONTHS[int(month) - 1]} {year}"
    if not day:
        return words
    return f"{'1er' if day == '01' else int(day)} {words}"


def show_since(text: str) -> str:
    """Return "depuis 2021", "depuis mars 2021", "depuis le 1er mars 2021"."""
    return f"depuis {'le ' if _has_day(text) else ''}{show(text)}"


def show_from(text: str) -> str:
    """Return "de 2021", "de mars 2021", "d’avril 2021", "du 1er mars 2021"."""
    words = show(text)
    if _has_day(text):
        return f"du {words}"
    return f"d’{words}" if words[0] in "ao" else f"de {words}"


def show_to(text: str) -> str:
    """Return "à 2021", "à mars 2021", "au 1er mars 2021"."""
    return f"{'au' if _has_day(text) else 'à'} {show(text)}"


def _has_day(text: str) -> bool:
    return text.count("-") > 1
