"""The coded elements of a document: its type, class, format, place, and labels, held against the lists.

Their invariants (`constr-bind-*`) are words in the guides (facts/interop.md 2.10). The lists come from
outside, as `Bindings`: this package holds none.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final, Protocol

from carnet.standards.cda.model import Code
from carnet.standards.pdsm.deviations import (
    CATEGORY_OF_ANOTHER_TYPE,
    CODE_SYSTEM,
    FACILITY_OF_ANOTHER_LIST,
    FORMAT_BY_MEDIA_TYPE,
    SETTING_OF_ANOTHER_LIST,
    Deviation,
)
from carnet.standards.pdsm.findings import Findings
from carnet.standards.pdsm.identifiers import is_oid

_NOS: Final = "https://mos.esante.gouv.fr/NOS"


def _nos(table: str) -> str:
    return f"{_NOS}/{table}/FHIR/{table.replace('_', '-')}"


SYSTEMS: Final = {
    "2.16.840.1.113883.6.1": "http://loinc.org",
    "1.2.250.1.213.1.1.4.12": _nos("TRE_A05-TypeDocComplementaire"),
    "ASTM": _nos("TRE_A12-NomenclatureASTM"),
    "1.2.250.1.213.1.1.4.1": _nos("TRE_A03-ClasseDocument"),
    "1.2.250.1.213.1.1.4.2.282": _nos("TRE_A06-FormatCodeComplementaire"),
    "1.3.6.1.4.1.19376.1.2.3": _nos("TRE_A11-IheFormatCode"),
    "1.2.250.1.71.4.2.4": _nos("TRE_R02-SecteurActivite"),
    "1.2.250.1.213.1.1.4.6": _nos("TRE_A00-ProducteurDocNonPS"),
    "1.2.250.1.213.1.1.4.9": _nos("TRE_A01-CadreExercice"),
    "1.2.250.1.213.1.1.4.13": _nos("TRE_A07-StatusVisibiliteDocument"),
    "2.16.840.1.113883.5.25": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "2.16.840.1.113883.6.96": "http://snomed.info/sct",
}
"""The FHIR name of each code system, by its OID."""

_OIDS: Final = {url: oid for oid, url in SYSTEMS.items()} | {
    _nos("TRE_A07-StatutVisibiliteDocument"): "1.2.250.1.213.1.1.4.13",
    "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode": "1.3.6.1.4.1.19376.1.2.3",
}
_CLASS: Final = "1.2.250.1.213.1.1.4.1"
_CONFIDENTIALITY: Final = "2.16.840.1.113883.5.25"
_VISIBILITY: Final = "1.2.250.1.213.1.1.4.13"
_FORMAT: Final = ("1.2.250.1.213.1.1.4.2.282", "1.3.6.1.4.1.19376.1.2.3")
BY_MEDIA_TYPE: Final = "urn:ihe:iti:xds:2017:mimeTypeSufficient"

MAX_CODE: Final = 129
MAX_DISPLAY: Final = 500

LEVELS: Final = frozenset({"N", "R", "V"})
"""Confidentiality of HL7: one of them, N when none is said."""
HIDDEN: Final = frozenset({"MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"})
"""Who may not see a document: beside the confidentiality, several of them (facts/interop.md 2.7)."""


class Bindings(Protocol):
    """The code lists that a document is held against (carnet.terminology.api.BINDINGS)."""

    def find_type_system(self, code: str) -> str | None:
        """The OID of the system of a document type (JDV_J07), None when it is not in the list."""

    def is_health(self, code: str) -> bool:
        """Whether a type of document is one of care; style sheets and signatures are not."""

    def class_of(self, type_code: str) -> str | None:
        """The class of a type (associations X04 and X16), None when none is published."""

    def has_class(self, code: str) -> bool:
        """Whether a code is a class of documents (TRE_A03)."""

    def has_format(self, code: str) -> bool:
        """Whether a code is a format of documents (JDV_J60 and associations A11, A12)."""

    def format_of(self, media_type: str, template_ids: tuple[str, ...]) -> str:
        """The format of a file, or of a CDA of these templates; "" when no association says it."""

    def has_facility(self, code: str) -> bool:
        """Whether a code is a type of health facility (JDV_J02)."""

    def has_setting(self, code: str) -> bool:
        """Whether a code is a practice setting (JDV_J04)."""


def oid_of(system: str) -> str:
    """Return the OID of a code system by its FHIR name, "" when it is unknown here."""
    oid = system.removeprefix("urn:oid:")
    return oid if oid != system and is_oid(oid) else _OIDS.get(system, "")


def read_code(concept: dict[str, Any]) -> Code | None:
    """Return the first coding of a concept that has a code."""
    for coding in concept.get("coding", ()):
        if len(coding.get("code", "")) in range(1, MAX_CODE):
            display = " ".join(coding.get("display", "").split())[:MAX_DISPLAY]
            return Code(coding["code"], oid_of(coding.get("system", "")), display)
    return None


def read_type(resource: dict[str, Any], findings: Findings, bindings: Bindings, *, path: str) -> str:
    """Return the type code of a document (JDV_J07), "" when it says none or it is refused."""
    code = _read(resource, "type", findings, "pdsm.type.JDV_J07", path)
    if code is None:
        return ""
    system = bindings.find_type_system(code.code)
    where = f"{path}.type"
    if system is None:
        findings.fault("pdsm.type.JDV_J07", where, f"« {code.code[:40]} » n’est pas un type de document.")
        return ""
    _check_system(code, (system,), findings, where)
    if not bindings.is_health(code.code):
        findings.fault("pdsm.type.health", where, "Ce type n’est pas celui d’un document de santé.")
    return code.code


def read_category(
    resource: dict[str, Any], findings: Findings, bindings: Bindings, *, path: str, type_code: str
) -> str:
    """Return the class code of a document: that of its type, which the one sent must be."""
    proper = bindings.class_of(type_code) or ""
    where = f"{path}.category[0]"
    categories = resource.get("category", [])
    if len(categories) > 1:
        findings.fault("pdsm.category.1..1", f"{path}.category", "Un document a une classe et une seule.")
    if not categories:
        return proper
    code = read_code(categories[0])
    if code is None or not bindings.has_class(code.code):
        told = f"« {code.code[:40]} »" if code else "La catégorie"
        findings.fault("pdsm.category.JDV_J06", where, f"{told} n’est pas une classe de document.")
        return proper
    _check_system(code, (_CLASS,), findings, where)
    if proper and code.code != proper:
        findings.deviate(
            CATEGORY_OF_ANOTHER_TYPE, where, f"La classe de ce type est {proper}, et non {code.code}."
        )
        return proper
    return code.code


def read_format(content: dict[str, Any], findings: Findings, bindings: Bindings, *, path: str) -> str:
    """Return the format code of a document, "" when it says none or it is refused."""
    coding = content.get("format", {})
    code, where = coding.get("code", ""), f"{path}.format"
    if not coding:
        return ""
    if code == BY_MEDIA_TYPE:
        findings.deviate(
            FORMAT_BY_MEDIA_TYPE, where, "Ce format ne dit rien de plus que la nature du fichier."
        )
        return ""
    if not bindings.has_format(code):
        told = f"« {code[:80]} »" if code else "Le format"
        findings.fault("pdsm.format.JDV_J10", where, f"{told} n’est pas un format de document.")
        return ""
    _check_system(Code(code, oid_of(coding.get("system", ""))), _FORMAT, findings, where)
    return str(code)


@dataclass(frozen=True, slots=True)
class _Place:
    """An element that says where care was given: its name, its systems, what lenient mode lets through."""

    name: str
    systems: tuple[str, str]
    otherwise: Deviation

    def read(
        self, context: dict[str, Any], findings: Findings, known: Callable[[str], bool], *, path: str
    ) -> Code | None:
        """Return its code, None when it says none or it is refused."""
        code = _read(context, self.name, findings, self.otherwise.rule, path)
        where = f"{path}.{self.name}"
        if code is None:
            return None
        if known(code.code):
            _check_system(code, self.systems, findings, where)
            return Code(code.code, code.system or self.systems[0], code.display)
        message_fr = f"« {code.code[:40]} » n’est pas dans la liste attendue."
        if not code.system or code.system in self.systems:
            findings.fault(self.otherwise.rule, where, message_fr)
            return None
        findings.deviate(self.otherwise, where, message_fr)
        return code


_NON_PROFESSIONAL: Final = "1.2.250.1.213.1.1.4.6"
FACILITY: Final = _Place("facilityType", ("1.2.250.1.71.4.2.4", _NON_PROFESSIONAL), FACILITY_OF_ANOTHER_LIST)
"""Where the act was done: healthcareFacilityTypeCode of XDS (JDV_J02)."""
SETTING: Final = _Place(
    "practiceSetting", ("1.2.250.1.213.1.1.4.9", _NON_PROFESSIONAL), SETTING_OF_ANOTHER_LIST
)
"""The setting of the act: practiceSettingCode of XDS (JDV_J04)."""


def read_labels(concepts: list[dict[str, Any]], findings: Findings, *, path: str) -> frozenset[str]:
    """Return the security labels of a document: one level (N when none is said), and who may not see it."""
    labels = [
        label
        for index, concept in enumerate(concepts)
        if (label := read_label(concept, findings, f"{path}[{index}]"))
    ]
    return settle_labels(labels, findings, path=path)


def settle_labels(labels: Collection[str], findings: Findings, *, path: str) -> frozenset[str]:
    """Return labels that agree with one another, N added when no level is said. Reports those that do not."""
    found = frozenset(labels)
    if len(found & LEVELS) > 1:
        findings.fault("pdsm.securityLabel.one", path, "Un document est N, R ou V, pas plusieurs à la fois.")
    if found >= {"MASQUE_PS", "INVISIBLE_PATIENT"}:
        findings.fault(
            "pdsm.securityLabel.hidden",
            path,
            "Un document ne peut être caché à la fois aux professionnels et au patient.",
        )
    return found if found & LEVELS else found | {"N"}


def read_label(concept: dict[str, Any], findings: Findings, where: str) -> str:
    """Return the label of one concept. One that is unknown is refused: it could not be obeyed."""
    code = read_code(concept)
    if code is None or code.code not in LEVELS | HIDDEN:
        told = f"« {code.code[:40]} »" if code else "Cette étiquette"
        findings.fault("pdsm.securityLabel.JDV_J08", where, f"{told} n’est pas une étiquette connue.")
        return ""
    _check_system(code, (_CONFIDENTIALITY if code.code in LEVELS else _VISIBILITY,), findings, where)
    return code.code


def _read(parent: dict[str, Any], name: str, findings: Findings, rule: str, path: str) -> Code | None:
    if name not in parent:
        return None
    code = read_code(parent[name])
    if code is None:
        findings.fault(rule, f"{path}.{name}", "Cet élément n’a pas de code.")
    return code


def _check_system(code: Code, systems: tuple[str, ...], findings: Findings, where: str) -> None:
    if code.system not in systems:
        names = " ou ".join(SYSTEMS.get(oid, oid) for oid in systems)
        findings.deviate(CODE_SYSTEM, where, f"Le système de « {code.code[:40]} » doit être {names}.")
