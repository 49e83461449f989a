"""Blood tests: what is measured, its usual values, what moves it; and the chapters of a report."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from carnet.sandbox.care.facts import Die
from carnet.standards.cda.biology import Chapter, Result
from carnet.standards.cda.elements import LOINC
from carnet.standards.cda.model import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """One analysis. `usual`: mean and spread of who is well, men then women. Bounds as printed."""

    loinc: str
    label: str
    ucum: str
    shown: str
    decimals: int
    men: tuple[float, float]
    women: tuple[float, float] | None = None
    low: float | None = None
    high: float | None = None
    women_low: float | None = None
    women_high: float | None = None

    def bounds(self, *, male: bool) -> tuple[float | None, float | None]:
        """Return the bounds of reference for a man or a woman."""
        low = self.low if male or self.women_low is None else self.women_low
        high = self.high if male or self.women_high is None else self.women_high
        return low, high


ANALYTES: Final = {
    "haemoglobin": Analyte(loinc="718-7", label="Hémoglobine", ucum="g/dL", shown="g/dL", decimals=1,
                           men=(14.9, 0.7), women=(13.4, 0.7), low=13.0, high=17.0, women_low=12.0,
                           women_high=16.0),
    "leukocytes": Analyte(loinc="6690-2", label="Leucocytes", ucum="10*9/L", shown="G/L", decimals=1,
                          men=(6.6, 1.2), low=4.0, high=10.0),
    "platelets": Analyte(loinc="777-3", label="Plaquettes", ucum="10*9/L", shown="G/L", decimals=0,
                         men=(245, 40), low=150, high=400),
    "volume": Analyte(loinc="787-2", label="Volume globulaire moyen", ucum="fL", shown="fL", decimals=0,
                      men=(90, 3), low=80, high=100),
    "creatinine": Analyte(loinc="14682-9", label="Créatinine", ucum="umol/L", shown="µmol/L", decimals=0,
                          men=(84, 9), women=(67, 8), low=59, high=104, women_low=45, women_high=84),
    "sodium": Analyte(loinc="2951-2", label="Sodium", ucum="mmol/L", shown="mmol/L", decimals=0,
                      men=(140, 1.5), low=136, high=145),
    "potassium": Analyte(loinc="2823-3", label="Potassium", ucum="mmol/L", shown="mmol/L", decimals=1,
                         men=(4.2, 0.25), low=3.5, high=5.1),
    "glucose": Analyte(loinc="14771-0", label="Glycémie à jeun", ucum="mmol/L", shown="mmol/L", decimals=1,
                       men=(5.0, 0.35), low=3.9, high=6.1),
    "hba1c": Analyte(loinc="4548-4", label="Hémoglobine glyquée (HbA1c)", ucum="%", shown="%", decimals=1,
                     men=(5.3, 0.2), low=4.0, high=6.0),
    "cholesterol": Analyte(loinc="14647-2", label="Cholestérol total", ucum="mmol/L", shown="mmol/L",
                           decimals=2,
                           men=(4.7, 0.5), high=5.2),
    "hdl": Analyte(loinc="14646-4", label="Cholestérol HDL", ucum="mmol/L", shown="mmol/L", decimals=2,
                   men=(1.3, 0.18), women=(1.5, 0.2), low=1.0),
    "ldl": Analyte(loinc="39469-2", label="Cholestérol LDL", ucum="mmol/L", shown="mmol/L", decimals=2,
                   men=(2.8, 0.35), high=4.1),
    "triglycerides": Analyte(loinc="14927-8", label="Triglycérides", ucum="mmol/L", shown="mmol/L",
                             decimals=2,
                             men=(1.1, 0.3), high=1.7),
    "alat": Analyte(loinc="1742-6", label="Transaminases ALAT", ucum="U/L", shown="UI/L", decimals=0,
                    men=(26, 7), women=(20, 6), high=45, women_high=35),
    "ggt": Analyte(loinc="2324-2", label="Gamma GT", ucum="U/L", shown="UI/L", decimals=0, men=(30, 9),
                   women=(20, 6), high=60, women_high=40),
    "tsh": Analyte(loinc="3016-3", label="TSH", ucum="m[IU]/L", shown="mUI/L", decimals=2, men=(1.9, 0.6),
                   low=0.4, high=4.0),
    "vitamin_d": Analyte(loinc="62292-8", label="Vitamine D (25-OH D2 + D3)", ucum="nmol/L", shown="nmol/L",
                         decimals=0, men=(78, 14), low=50, high=150),
    "ferritin": Analyte(loinc="2276-4", label="Ferritine", ucum="ug/L", shown="µg/L", decimals=0, men=(130,
                        50),
                        women=(60, 22), low=30, high=300, women_low=15, women_high=150),
}  # fmt: skip

PANELS: Final = {
    "count": ("haemoglobin", "leukocytes", "platelets", "volume"),
    "kidney": ("creatinine", "sodium", "potassium"),
    "diabetes": ("glucose", "hba1c"),
    "lipids": ("cholesterol", "hdl", "ldl", "triglycerides"),
    "liver": ("alat", "ggt"),
    "thyroid": ("tsh",),
    "vitamin": ("vitamin_d",),
    "iron": ("ferritin",),
}
_CHAPTERS: Final = (
    ("Hématologie", Code("18723-7", LOINC, "Hématologie"), ("count",)),
    ("Biochimie", Code("18719-5", LOINC, "Biochimie"),
     ("kidney", "diabetes", "lipids", "liver", "thyroid", "vitamin", "iron")),
)  # fmt: skip
_SHIFTS: Final[Mapping[str, Mapping[str, float]]] = {
    "gout": {"creatinine": 14},
    "heart_failure": {"creatinine": 26, "haemoglobin": -0.8},
    "hypertension": {"creatinine": 5},
    "afib": {"creatinine": 6},
    "diabetes2": {"triglycerides": 0.6, "hdl": -0.15, "ggt": 12},
}
_UNTREATED: Final[Mapping[str, Mapping[str, float]]] = {
    "cholesterol": {"ldl": 1.9},
    "hypothyroidism": {"tsh": 6.4},
    "osteoporosis": {"vitamin_d": -38},
}
_RESIDUE: Final = 0.15
"""What stays of a shift once the disease is treated."""


def draw(die: Die, panels: Collection[str], *, male: bool, ill: Collection[str], treated: Collection[str],
         hba1c: float | None) -> dict[str, float]:  # fmt: skip
    """Return the values of some panels for somebody with these illnesses, of which some are treated.

    `hba1c`: that of a diabetic, in percent; the fasting glucose follows from it.
    """
    found: dict[str, float] = {}
    for panel in PANELS:
        if panel in panels:
            found |= {key: _value(die, key, male=male, ill=ill, treated=treated) for key in PANELS[panel]}
    if "ldl" in found:  # Friedewald, in mmol/L
        found["cholesterol"] = round(found["ldl"] + found["hdl"] + found["triglycerides"] / 2.2, 2)
    if "hba1c" in found and hba1c is not None:
        found["hba1c"] = hba1c
        found["glucose"] = round(max(4.2, 1.59 * hba1c - 2.59 + die.gauss(-0.8, 0.5)), 1)
    return found


def chapters_of(values: Mapping[str, float], *, male: bool) -> list[Chapter]:
    """Return the chapters of the report of these values, each with its bounds and its interpretation."""
    found = []
    for title, code, panels in _CHAPTERS:
        keys = [key for panel in panels for key in PANELS[panel] if key in values]
        if keys:
            results = [_result(ANALYTES[key], values[key], male=male) for key in keys]
            odd = [one for one in results if one.interpretation in {"L", "H"}]
            found.append(Chapter(title=title, code=code, results=results, comment=_comment(odd)))
    return found


def shown(key: str, value: float) -> str:
    """Return a value as a letter writes it: "7,4 %"."""
    analyte = ANALYTES[key]
    return f"{value:.{analyte.decimals}f} {analyte.shown}".replace(".", ",")


def _value(die: Die, key: str, *, male: bool, ill: Collection[str], treated: Collection[str]) -> float:
    analyte = ANALYTES[key]
    mean, spread = analyte.men if male or analyte.women is None else analyte.women
    shift = sum(_SHIFTS.get(one, {}).get(key, 0.0) for one in ill)
    for one in ill:
        whole = _UNTREATED.get(one, {}).get(key, 0.0)
        shift += whole * (_RESIDUE if one in treated else 1)
    drawn = mean + max(-2.1, min(2.1, die.gauss(0, 1))) * spread + shift
    return round(max(drawn, mean * 0.2), analyte.decimals)


def _result(analyte: Analyte, value: float, *, male: bool) -> Result:
    low, high = analyte.bounds(male=male)
    interpretation: Literal["N", "L", "H"] = "N"
    if low is not None and value < low:
        interpretation = "L"
    elif high is not None and value > high:
        interpretation = "H"
    places = analyte.decimals
    return Result(
        code=Code(analyte.loinc, LOINC, analyte.label), value=f"{value:.{places}f}", unit=analyte.ucum,
        shown_unit=analyte.shown, low="" if low is None else f"{low:.{places}f}",
        high="" if high is None else f"{high:.{places}f}", interpretation=interpretation,
    )  # fmt: skip


def _comment(odd: list[Result]) -> str:
    if not odd:
        return ""
    names = ", ".join(one.code.display for one in odd)
    return f"Hors des valeurs de référence : {names}. À interpréter avec le médecin prescripteur."
