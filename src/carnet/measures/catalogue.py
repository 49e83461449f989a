"""The measures that a person may keep (facts/mes.md 2.3): codes, units, limits, questions. Data, no rule.

The limits are not published: hard ones (refused) and soft ones (asked again) are ours, docs/adr/0010.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

Range = tuple[float, float]
MG_PER_MMOL: Final = 18.016  # glucose, 180.16 g/mol: 1 mmol/L in mg/dL
OTHER_DAYS: Final = "GEN-092.08.05"
DAYS_CODES: Final = {7: "GEN-275", 14: "GEN-276", 30: "GEN-277", 90: "GEN-278"}  # JDV_J164


class Kind(StrEnum):
    """What is measured: the codes of the national service."""

    WEIGHT = "WEIGHT"
    HEIGHT = "HEIGHT"
    BODY_MASS_INDEX = "BODY_MASS_INDEX"
    BLOOD_PRESSURE = "BLOOD_PRESSURE"
    HEART_RATE = "HEART_RATE"
    GLUCOSE = "GLUCOSE"
    GLYCATED_HEMOGLOBIN = "GLYCATED_HEMOGLOBIN"
    INTERSTITIAL_GLUCOSE = "INTERSTITIAL_GLUCOSE"
    HEMOGLOBIN_GLYCATION_INDEX = "HEMOGLOBIN_GLYCATION_INDEX"
    BODY_TEMPERATURE = "BODY_TEMPERATURE"
    PAIN_SEVERITY = "PAIN_SEVERITY"
    STEPS_BY_DAY = "STEPS_BY_DAY"
    WAIST_CIRCUMFERENCE = "WAIST_CIRCUMFERENCE"
    HEAD_CIRCUMFERENCE = "HEAD_CIRCUMFERENCE"


@dataclass(frozen=True, slots=True)
class Part:
    """One number of a measure, in its UCUM unit. `hard`: refused outside; `soft`: asked again outside."""

    label: str
    loinc: str
    ucum: str
    hard: Range
    soft: Range


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in which a person may type: `factor` brings it to the UCUM unit that is kept."""

    code: str
    label: str
    factor: float
    decimals: int


@dataclass(frozen=True, slots=True)
class KindInfo:
    """One line of the catalogue.

    `units`: the first is the one shown. `fewest`: decimals always shown. `timed`: the hour matters.
    `contexts`: (code, words) of the companion value set `value_set` (NOS), asked with `question`.
    `days`: the number of days that a mean spans must be said. `computed`: never entered.
    `has_target`: the person may keep a target of her own.
    """

    kind: Kind
    label: str
    slug: str
    parts: tuple[Part, ...]
    units: tuple[Unit, ...]
    loinc: str
    max_length: int
    fewest: int = 0
    timed: bool = False
    value_set: str = ""
    question: str = ""
    contexts: tuple[tuple[str, str], ...] = ()
    context_required: bool = False
    days: bool = False
    computed: bool = False
    has_target: bool = False
    icon: str = "pulse"

    @property
    def ucum(self) -> str:
        """The unit kept, "" for a panel."""
        return self.parts[0].ucum if len(self.parts) == 1 else ""

    @property
    def ui_unit(self) -> str:
        """The unit shown."""
        return self.units[0].label


def _one(label: str, loinc: str, ucum: str, hard: Range, soft: Range) -> tuple[Part, ...]:
    return (Part(label, loinc, ucum, hard, soft),)


def _unit(label: str, decimals: int, *, factor: float = 1, code: str = "") -> tuple[Unit, ...]:
    return (Unit(code or label, label, factor, decimals),)


_MOMENTS: Final = (
    ("53049-3", "à jeun"),
    ("88365-2", "avant un repas"),
    ("16915-1", "après un repas"),
    ("LA11865-5", "après un exercice"),
    ("MED-1278", "lors d’un malaise"),
    ("LA46-8", "autre moment"),
)
_THERMOMETER_SITES: Final = (
    ("52795006", "front"),
    ("117590005", "oreille"),
    ("450721000", "tempe"),
    ("123851003", "bouche"),
    ("91470000", "aisselle"),
    ("34402009", "rectum"),
)
_CUFF_SITES: Final = (("53120007", "bras"), ("8205005", "poignet"))
_GLUCOSE_UNITS: Final = (
    Unit("mg/dL", "mg/dL", 1, 0),
    Unit("g/L", "g/L", 100, 2),
    Unit("mmol/L", "mmol/L", MG_PER_MMOL, 1),
)

_LIST: Final = (
    KindInfo(
        Kind.BLOOD_PRESSURE, "Tension artérielle", "tension",
        (
            Part("Systolique", "8480-6", "mm[Hg]", (40, 300), (80, 200)),
            Part("Diastolique", "8462-4", "mm[Hg]", (20, 200), (40, 120)),
        ),
        _unit("mmHg", 0), "85354-9", 3, timed=True, value_set="J149", question="Mesurée où ?",
        contexts=_CUFF_SITES, icon="heart",
    ),
    KindInfo(
        Kind.HEART_RATE, "Fréquence cardiaque", "frequence-cardiaque",
        _one("Fréquence cardiaque", "8867-4", "/min", (20, 300), (40, 200)),
        _unit("bpm", 0), "8867-4", 3, timed=True,
    ),
    KindInfo(
        Kind.WEIGHT, "Poids", "poids", _one("Poids", "29463-7", "kg", (0.2, 650), (2, 250)),
        _unit("kg", 3), "29463-7", 7, timed=True, icon="account",
    ),
    KindInfo(
        Kind.HEIGHT, "Taille", "taille", _one("Taille", "8302-2", "cm", (20, 275), (40, 220)),
        _unit("m", 3, factor=100), "8302-2", 7, fewest=2, icon="account",
    ),
    KindInfo(
        Kind.BODY_MASS_INDEX, "IMC", "imc",
        _one("IMC", "39156-5", "kg/m2", (10, 70), (10, 70)),
        _unit("kg/m²", 1), "39156-5", 7, fewest=1, timed=True, computed=True, icon="account",
    ),
    KindInfo(
        Kind.GLUCOSE, "Glycémie", "glycemie", _one("Glycémie", "2345-7", "mg/dL", (10, 1000), (50, 400)),
        _GLUCOSE_UNITS, "2345-7", 7, timed=True, value_set="J157", question="À quel moment ?",
        contexts=_MOMENTS, context_required=True, icon="flask",
    ),
    KindInfo(
        Kind.GLYCATED_HEMOGLOBIN, "HbA1c", "hba1c",
        _one("HbA1c", "4548-4", "%", (3, 20), (4, 14)),
        _unit("%", 1), "4548-4", 4, fewest=1, has_target=True, icon="flask",
    ),
    KindInfo(
        Kind.INTERSTITIAL_GLUCOSE, "Glucose interstitiel", "glucose-interstitiel",
        _one("Glucose interstitiel", "MED-969", "mg/dL", (20, 600), (50, 400)),
        _GLUCOSE_UNITS, "MED-969", 7, days=True, value_set="J164", icon="flask",
    ),
    KindInfo(
        Kind.HEMOGLOBIN_GLYCATION_INDEX, "Index de gestion de glycémie", "igg",
        _one("IGG", "MED-972", "%", (3, 20), (4, 14)),
        _unit("%", 1), "MED-972", 4, fewest=1, days=True, value_set="J164", icon="flask",
    ),
    KindInfo(
        Kind.BODY_TEMPERATURE, "Température", "temperature",
        _one("Température", "8310-5", "Cel", (25, 45), (35, 41)),
        _unit("°C", 1), "8310-5", 4, fewest=1, timed=True, value_set="J151", question="Prise où ?",
        contexts=_THERMOMETER_SITES,
    ),
    KindInfo(
        Kind.PAIN_SEVERITY, "Douleur", "douleur", _one("Douleur", "72514-3", "1", (0, 10), (0, 10)),
        _unit("sur 10", 0), "72514-3", 2, timed=True, icon="heart",
    ),
    KindInfo(
        Kind.STEPS_BY_DAY, "Pas par jour", "pas",
        _one("Pas", "41950-7", "1/(24.h)", (0, 150_000), (0, 60_000)),
        _unit("pas", 0), "41950-7", 7, icon="people",
    ),
    KindInfo(
        Kind.WAIST_CIRCUMFERENCE, "Tour de taille", "tour-de-taille",
        _one("Tour de taille", "8280-0", "cm", (20, 300), (40, 200)),
        _unit("cm", 1), "8280-0", 5, icon="account",
    ),
    KindInfo(
        Kind.HEAD_CIRCUMFERENCE, "Périmètre crânien", "perimetre-cranien",
        _one("Périmètre crânien", "8287-5", "cm", (15, 75), (28, 62)),
        _unit("cm", 1), "8287-5", 4, icon="child",
    ),
)  # fmt: skip

KINDS: Final[dict[Kind, KindInfo]] = {info.kind: info for info in _LIST}
_BY_SLUG: Final = {info.slug: info for info in _LIST}


def find_by_slug(slug: str) -> KindInfo | None:
    """Return the kind whose page has this address, or None."""
    return _BY_SLUG.get(slug)


def days_code(days: int) -> str:
    """Return the code of a number of days (JDV_J164): 7, 14, 30, 90 or "other"."""
    return DAYS_CODES.get(days, OTHER_DAYS)
