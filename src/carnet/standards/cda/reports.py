"""Reports of level 3 made of words and tables: consultation, discharge letter, imaging, prescription.

They claim the general model of medical documents of IHE PCC, and not the French model of their kind: that one
wants coded entries which a report of plain words does not have.
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from carnet.standards.cda.elements import LOINC
from carnet.standards.cda.model import TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, Code, Header
from carnet.standards.cda.sections import Section, Table
from carnet.standards.cda.writer import write_n3

TEMPLATES: Final = (TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, "1.3.6.1.4.1.19376.1.5.3.1.1.1")


class Report(Enum):
    """The kinds of report, each with its code of type (facts/interop.md 4)."""

    CONSULTATION = Code("11488-4", LOINC, "CR ou fiche de consultation ou de visite")
    DISCHARGE = Code("11490-0", LOINC, "Lettre de liaison à la sortie d'un établissement de soins")
    IMAGING = Code("18748-4", LOINC, "CR d'imagerie médicale")
    PRESCRIPTION = Code("57833-6", LOINC, "Prescription de produits de santé")


class Part(Enum):
    """The sections that these reports are made of, each with its code."""

    REASON = Code("42349-1", LOINC, "Motif")
    HISTORY = Code("11348-0", LOINC, "Antécédents médicaux")
    CLINICAL = Code("55752-0", LOINC, "Informations cliniques")
    EXAMINATION = Code("29545-1", LOINC, "Examen clinique")
    TECHNIQUE = Code("55111-9", LOINC, "Technique")
    RESULTS = Code("59776-5", LOINC, "Résultats")
    STAY = Code("42545-4", LOINC, "Synthèse du séjour")
    MEDICINES = Code("57828-6", LOINC, "Prescription de médicaments")
    TREATMENTS = Code("10183-2", LOINC, "Traitements à la sortie")
    CONCLUSION = Code("19005-8", LOINC, "Conclusion")
    PLAN = Code("18776-5", LOINC, "Suites à donner")


def part(kind: Part, *blocks: str | Table, title: str = "") -> Section:
    """Return a section of a report: its words and tables, under the title of its kind or one of its own."""
    return Section(title=title or kind.value.display, code=kind.value, blocks=blocks)


def write_report(header: Header, kind: Report, sections: Sequence[Section]) -> bytes:
    """Return a report; its code is that of its kind, whatever the header says.

    Raises ValueError for a header that the rules would refuse, or no section.
    """
    return write_n3(replace(header, code=kind.value, template_ids=TEMPLATES), sections)
