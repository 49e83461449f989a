"""The French calendar of vaccinations, as it stood for each year of birth (simplified).

Source: calendrier des vaccinations; compulsory for those born from 2018 on: the eleven vaccinations of
decree 2018-42, and from 2025 on meningococci ACWY and B.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

HEXA: Final = "Hexavalent (DTCaP, Hib, hépatite B)"
DTCAP: Final = "Diphtérie, tétanos, coqueluche, polio (dTcaP)"
DTP: Final = "Diphtérie, tétanos, poliomyélite (dTP)"
ROR: Final = "Rougeole, oreillons, rubéole (ROR)"
_BASE: Final = "diphtérie, tétanos, poliomyélite"
_MANDATORY_SINCE: Final = date(2018, 1, 1)
_MENINGOCOCCI_SINCE: Final = date(2025, 1, 1)
_LAST_RANK_OF_CHILDHOOD: Final = 3


@dataclass(frozen=True, slots=True)
class Due:
    """A vaccination of the calendar: at which age in months, and between which days of birth it is due."""

    name: str
    against: str
    months: float
    rank: int
    injection: str = "INITIMMUNIZ"
    born_from: date = date(1900, 1, 1)
    born_before: date = date(2100, 1, 1)
    mandatory: bool = False


def _infant(name: str, against: str, months: tuple[float, ...], since: date, before: date = date(2100, 1,
1), *,
            mandatory: bool = True) -> tuple[Due, ...]:  # fmt: skip
    return tuple(
        Due(name, against, age, rank, "INITIMMUNIZ", since, before, mandatory)
        for rank, age in enumerate(months, 1)
    )


_HEXA_WORDS: Final = f"{_BASE}, coqueluche, Haemophilus influenzae b, hépatite B"
_PENTA: Final = "Pentavalent (DTCaP, Hib)"
_2008, _2010, _2013 = date(2008, 1, 1), date(2010, 1, 1), date(2013, 3, 1)

CALENDAR: Final = (
    *_infant(HEXA, _HEXA_WORDS, (2, 4, 11), _2013),
    *_infant(HEXA, _HEXA_WORDS, (2, 4, 16), _2008, _2013),
    *_infant(_PENTA, f"{_BASE}, coqueluche, Haemophilus influenzae b", (2, 3, 4), date(1993, 1, 1), _2008),
    *_infant(DTP, _BASE, (3, 4, 5), date(1950, 1, 1), date(1993, 1, 1)),
    *_infant("Pneumocoque", "pneumocoque", (2.1, 4.1, 11.1), _2010),
    *_infant("Rougeole, oreillons, rubéole (ROR)", "rougeole, oreillons, rubéole", (12, 17), _2010),
    *_infant(ROR, "rougeole, oreillons, rubéole", (14, 40), date(1990, 1, 1), _2010, mandatory=False),
    *_infant("Méningocoque C", "méningocoque C", (5, 12.1), date(2017, 1, 1), _MENINGOCOCCI_SINCE),
    *_infant("Méningocoques ACWY", "méningocoques A, C, W, Y", (6, 12.1), _MENINGOCOCCI_SINCE),
    *_infant("Méningocoque B", "méningocoque B", (3, 5, 12.2), date(2022, 4, 1), mandatory=False),
    *_infant("BCG (tuberculose)", "tuberculose", (3.5,), date(1950, 1, 1), date(2007, 7, 1)),
    Due(DTCAP, f"{_BASE}, coqueluche", 73, 4, "BOOSTER", date(2007, 1, 1)),
    Due(DTP, _BASE, 73, 4, "BOOSTER", date(1950, 1, 1), date(2007, 1, 1)),
    Due(DTCAP, f"{_BASE}, coqueluche", 139, 5, "BOOSTER", date(1992, 1, 1)),
    *_infant("Papillomavirus (HPV)", "papillomavirus", (138, 145), date(2010, 1, 1), mandatory=False),
    Due(DTCAP, f"{_BASE}, coqueluche", 304, 6, "BOOSTER", date(1985, 1, 1)),
    Due(DTP, _BASE, 545, 7, "BOOSTER", date(1950, 1, 1)),
    Due(DTP, _BASE, 785, 8, "BOOSTER", date(1930, 1, 1)),
)  # fmt: skip


def list_due(birth_date: date) -> list[Due]:
    """Return what the calendar gives to who was born that day, whether the age is reached or not.

    What was compulsory: DTP for all, the others for those born from 2018 on.
    """
    return [due for due in CALENDAR if due.born_from <= birth_date < due.born_before]


def is_mandatory(due: Due, birth_date: date) -> bool:
    """Say whether a vaccination was compulsory for who was born that day."""
    if birth_date >= _MANDATORY_SINCE:
        return due.mandatory and due.name != "BCG (tuberculose)"
    return due.name == DTP and due.rank <= _LAST_RANK_OF_CHILDHOOD
