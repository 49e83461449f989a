"""A biology report of level 3: CR-BIO, 11502-2 (facts/interop.md 4).

Each chapter is a section whose narrative a person reads, and an entry with every result coded in LOINC and
UCUM, its reference range and its interpretation (IHE XD-LAB as the French profile uses it).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from lxml import etree

from carnet.standards.cda.elements import LOINC, add, add_code, add_value, checked
from carnet.standards.cda.model import TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, Code, Header
from carnet.standards.cda.sections import Cell, Section, Table
from carnet.standards.cda.timestamp import format_timestamp
from carnet.standards.cda.writer import write_n3

REPORT: Final = Code("11502-2", LOINC, "CR d'examens biologiques")
TEMPLATES: Final = (
    TEMPLATE_HL7_FRANCE,
    TEMPLATE_STRUCTMIN,
    "1.3.6.1.4.1.19376.1.3.3",
    "1.2.250.1.213.1.1.1.55",
)

Interpretation = Literal["", "N", "L", "H", "LL", "HH", "A", "POS", "NEG"]
_INTERPRETATIONS: Final[dict[str, str]] = {
    "N": "Normal",
    "L": "Anormalement bas",
    "H": "Anormalement haut",
    "LL": "Bas, seuil critique",
    "HH": "Haut, seuil critique",
    "A": "Anormal",
    "POS": "Positif",
    "NEG": "Négatif",
}
_INTERPRETATION_OID: Final = "2.16.840.1.113883.5.83"
_CHAPTER: Final = ("1.3.6.1.4.1.19376.1.3.3.2.1", "1.2.250.1.213.1.1.2.70")
_RESULTS: Final = ("1.3.6.1.4.1.19376.1.3.3.2.2", "1.2.250.1.213.1.1.2.71")
_ENTRY: Final = ("1.3.6.1.4.1.19376.1.3.1", "1.2.250.1.213.1.1.3.21")
_OBSERVATION: Final = ("1.3.6.1.4.1.19376.1.3.1.6", "1.2.250.1.213.1.1.3.80")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One analysis. `value` is a decimal number with a point when `unit` (UCUM) is given, else words.

    `low` and `high` are the bounds of reference in the same unit; either may be absent.
    """

    code: Code
    value: str
    unit: str = ""
    low: str = ""
    high: str = ""
    interpretation: Interpretation = ""
    shown_unit: str = ""

    @property
    def shown(self) -> str:
        """The value as a person reads it: decimal comma, unit after it."""
        return f"{_comma(self.value)} {self.shown_unit or self.unit}" if self.unit else self.value

    @property
    def reference(self) -> str:
        """The bounds of reference as a person reads them; empty when there are none."""
        low, high = _comma(self.low), _comma(self.high)
        if low and high:
            return f"{low} à {high}"
        return f"plus de {low}" if low else f"moins de {high}" if high else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of the report: a discipline, its results, and what the biologist says of them."""

    title: str
    code: Code
    results: Sequence[Result]
    comment: str = ""


def write_biology(header: Header, chapters: Sequence[Chapter], *, sampled_at: datetime) -> bytes:
    """Return a biology report; its code and its templates are those of CR-BIO, whatever the header says.

    Raises ValueError for a header that the rules would refuse, a number that is none, no chapter.
    """
    sections = [_chapter(number, chapter, sampled_at) for number, chapter in enumerate(chapters, 1)]
    return write_n3(replace(header, code=REPORT, template_ids=TEMPLATES), sections)


def _chapter(number: int, chapter: Chapter, sampled_at: datetime) -> Section:
    names = [f"resultat-{number}-{rank}" for rank in range(1, len(chapter.results) + 1)]
    inner = Section(
        title=chapter.title,
        code=chapter.code,
        templates=_RESULTS,
        blocks=(_table(chapter, names), *([chapter.comment] if chapter.comment else [])),
        entries=(lambda section: _write_entry(section, chapter, names, sampled_at),),
    )
    return Section(title=chapter.title, code=chapter.code, templates=_CHAPTER, blocks=(), sections=(inner,))


def _table(chapter: Chapter, names: Sequence[str]) -> Table:
    return Table(
        headings=("Analyse", "Résultat", "Valeurs de référence", "Interprétation"),
        rows=[
            (
                Cell(result.code.display, name),
                result.shown,
                result.reference,
                _INTERPRETATIONS.get(result.interpretation, ""),
            )
            for result, name in zip(chapter.results, names, strict=True)
        ],
    )


def _write_entry(section: etree._Element, chapter: Chapter, names: Sequence[str], at: datetime) -> None:
    entry = add(section, "entry", typeCode="DRIV")
    for template in _ENTRY:
        add(entry, "templateId", root=template)
    act = add(entry, "act", classCode="ACT", moodCode="EVN")
    add_code(act, "code", chapter.code)
    add(act, "statusCode", code="completed")
    for result, name in zip(chapter.results, names, strict=True):
        _write_observation(add(act, "entryRelationship", typeCode="COMP"), result, name, at)


def _write_observation(parent: etree._Element, result: Result, name: str, at: datetime) -> None:
    observation = add(parent, "observation", classCode="OBS", moodCode="EVN")
    for template in _OBSERVATION:
        add(observation, "templateId", root=template)
    add_code(observation, "code", result.code, reference=name)
    add(observation, "statusCode", code="completed")
    add(observation, "effectiveTime", value=format_timestamp(at))
    _write_value(observation, result)
    if result.interpretation:
        add_code(observation, "interpretationCode", _interpretation(result.interpretation))
    if result.low or result.high:
        _write_reference(observation, result)


def _write_value(observation: etree._Element, result: Result) -> None:
    if result.unit:
        add_value(observation, "PQ", value=_number(result.value), unit=result.unit)
    else:
        value = add_value(observation, "ST")
        value.text = checked(result.value)


def _write_reference(observation: etree._Element, result: Result) -> None:
    reference = add(observation, "referenceRange", typeCode="REFV")
    bounds = add(reference, "observationRange", classCode="OBS", moodCode="EVN.CRT")
    interval = add_value(bounds, "IVL_PQ")
    for name, bound in (("low", result.low), ("high", result.high)):
        if bound:
            add(interval, name, value=_number(bound), unit=result.unit)
    add_code(bounds, "interpretationCode", _interpretation("N"))


def _interpretation(code: str) -> Code:
    return Code(code, _INTERPRETATION_OID, _INTERPRETATIONS[code])


def _number(text: str) -> str:
    if not text.lstrip("-").replace(".", "", 1).isdecimal():
        raise ValueError(f"not a decimal number: {text[:20]!r}")
    return text


def _comma(number: str) -> str:
    return number.replace(".", ",")
