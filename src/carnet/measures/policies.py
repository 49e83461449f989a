"""What a measure may be: refused, asked again, or taken. Pure; values in the UCUM unit of their kind."""

import math
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from carnet.measures.catalogue import KINDS, MG_PER_MMOL, Kind, KindInfo, Part
from carnet.measures.refusals import MeasureRefused, MeasureUnlikely
from carnet.measures.units import show_number
from carnet.platform.clock import PARIS

LONGEST_COMMENT: Final = 500
MOST_DAYS: Final = 366
_UNSEEN: Final = frozenset({"Cc", "Cs", "Co"})  # nor may they stand in XML or FHIR
_ARMS_LENGTH_CM: Final = 100  # metres typed as centimetres


@dataclass(frozen=True, slots=True)
class Entry:
    """What is proposed, before anything is written."""

    kind: Kind
    at: datetime
    value: float
    second: float | None = None
    context: str = ""
    days: int | None = None
    comment: str = ""


def check(entry: Entry, *, birth_date: date, now: datetime, confirmed: bool) -> None:
    """Pass an entry that may be kept for somebody born that day.

    Raises MeasureRefused on the first rule broken (facts/mes.md 2.3), MeasureUnlikely beyond the usual
    unless `confirmed`.
    """
    info = KINDS[entry.kind]
    if info.computed:
        raise MeasureRefused("kind", "L’IMC ne se saisit pas : il se calcule avec le poids et la taille.")
    _check_numbers(info, entry)
    _check_questions(info, entry)
    check_moment(entry.at, birth_date=birth_date, now=now)
    if not confirmed:
        _check_usual(info, entry)


def check_moment(at: datetime, *, birth_date: date, now: datetime) -> None:
    """Pass a moment between the birth and now; raises MeasureRefused("at", …)."""
    if at.tzinfo is None:
        raise MeasureRefused("at", "La date et l’heure doivent porter un fuseau.")
    if at > now:
        raise MeasureRefused("at", "Cette date est dans le futur.")
    if at.astimezone(PARIS).date() < birth_date:
        raise MeasureRefused("at", f"Cette date est avant la naissance ({birth_date:%d/%m/%Y}).")


def check_target(kind: Kind, low: float | None, high: float | None) -> None:
    """Pass a target; raises MeasureRefused("target", …). Only HbA1c has one (facts/mes.md 2.2)."""
    info = KINDS[kind]
    if not info.has_target:
        raise MeasureRefused("target", f"{info.label} : cette mesure n’a pas d’objectif personnel.")
    least, most = info.parts[0].hard
    if any(one is not None and not least <= one <= most for one in (low, high)):
        raise MeasureRefused(
            "target", f"L’objectif se situe entre {_words(kind, least)} et {_words(kind, most)}."
        )
    if low is not None and high is not None and low >= high:
        raise MeasureRefused("target", "Le bas de l’objectif doit être plus petit que le haut.")


def _check_numbers(info: KindInfo, entry: Entry) -> None:
    pair = len(info.parts) > 1
    if pair != (entry.second is not None):
        missing = (
            f"{info.label} : les deux chiffres sont nécessaires." if pair else "Un seul chiffre est attendu."
        )
        raise MeasureRefused("second", missing)
    for field, part, value in _numbers(info, entry):
        _check_hard(info, field, part, value)
    if entry.second is not None and entry.value <= entry.second:
        raise MeasureRefused(
            "second", "La diastolique (le petit chiffre) doit être plus basse que la systolique."
        )


def _numbers(info: KindInfo, entry: Entry) -> list[tuple[str, Part, float]]:
    values = [entry.value] if entry.second is None else [entry.value, entry.second]
    return list(zip(("value", "second"), info.parts, values, strict=False))


def _check_hard(info: KindInfo, field: str, part: Part, value: float) -> None:
    least, most = part.hard
    if not math.isfinite(value):
        raise MeasureRefused(field, "Écrivez un nombre.")
    if not least <= value <= most:
        said = _suggestion(info, value) or _limits(info, part.hard)
        raise MeasureRefused(field, f"{_words(info.kind, value)}, ce n’est pas possible{said}")
    if not info.units[0].decimals and len(info.units) == 1 and value != int(value):
        raise MeasureRefused(field, "Écrivez un nombre entier, sans virgule.")


def _suggestion(info: KindInfo, value: float) -> str:
    """Guess the unit that slipped: 175 m, 110 g/L, 1,1 mg/dL."""
    least, most = info.parts[0].soft
    guesses: tuple[tuple[float, str], ...] = ()
    if info.kind is Kind.HEIGHT:
        guesses = ((value / _ARMS_LENGTH_CM, "{m} m"),)
    elif len(info.units) > 1:
        guesses = ((value / 100, "{v} mg/dL"), (value * 100, "{g} g/L"), (value * MG_PER_MMOL, "{x} mmol/L"))
    for guess, pattern in guesses:
        if least <= guess <= most:
            words = pattern.format(
                m=_french(guess / 100, 2), v=_french(guess, 0), g=_french(value, 2), x=_french(value, 1)
            )
            return f". Vouliez-vous écrire {words} ?"
    return ""


def _limits(info: KindInfo, limits: tuple[float, float]) -> str:
    return f" (de {_words(info.kind, limits[0])} à {_words(info.kind, limits[1])})."


def _check_questions(info: KindInfo, entry: Entry) -> None:
    codes = {code for code, _ in info.contexts}
    if entry.context and entry.context not in codes:
        raise MeasureRefused("context", "Choisissez une des réponses proposées.")
    if info.context_required and not entry.context:
        raise MeasureRefused("context", "Dites à quel moment : c’est nécessaire pour lire cette mesure.")
    if info.days != (entry.days is not None):
        words = (
            "Dites sur combien de jours." if info.days else "Cette mesure ne porte pas sur plusieurs jours."
        )
        raise MeasureRefused("days", words)
    if entry.days is not None and not 1 <= entry.days <= MOST_DAYS:
        raise MeasureRefused("days", f"Le nombre de jours va de 1 à {MOST_DAYS}.")
    if len(entry.comment) > LONGEST_COMMENT:
        raise MeasureRefused("comment", f"Le commentaire compte {LONGEST_COMMENT} caractères au plus.")
    if any(unicodedata.category(sign) in _UNSEEN and sign not in "\n\r\t" for sign in entry.comment):
        raise MeasureRefused("comment", "Un caractère invisible n’est pas accepté : retapez le commentaire.")


def _check_usual(info: KindInfo, entry: Entry) -> None:
    for field, part, value in _numbers(info, entry):
        least, most = part.soft
        if not least <= value <= most:
            usual = f"de {_words(info.kind, least)} à {_words(info.kind, most)}"
            raise MeasureUnlikely(
                field, f"{_words(info.kind, value)}, c’est inhabituel (d’ordinaire {usual}). Vérifiez."
            )


def _words(kind: Kind, value: float) -> str:
    return show_number(kind, value, fewest=0)


def _french(number: float, decimals: int) -> str:
    return f"{number:.{decimals}f}".replace(".", ",")
