"""The rules of a deposit, pure: whose document it is, of what type, who may see it.

Refusals carry the application codes of the French HL7 v2 profile (facts/mes.md 3.7), which software knows.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from carnet.access.api import Visibility
from carnet.journal.api import Actor, ActorKind
from carnet.standards.cda.model import CdaRefused, Document
from carnet.standards.cda.rules import Finding
from carnet.standards.finess import FinessError, parse_finess
from carnet.standards.ins import InsError, Matricule, Traits, same_traits
from carnet.terminology import api as terminology

MAX_BYTES: Final = 5_000_000
"""The bound of the person's own files (facts/mes.md 3.4), held for everybody's files."""

MAX_CDA_BYTES: Final = 7_000_000
"""The bound of a CDA: a file of 5,000,000 bytes in base64 (6,666,668 characters) and a header around it."""


class Code(StrEnum):
    """Why a deposit was refused (facts/mes.md 3.7)."""

    WRONG_VERSION = "900"
    AUTHOR_NOT_ALLOWED = "901"
    UNKNOWN_PATIENT = "902"
    INS_MISSING = "903"
    INS_DIFFERS = "904"
    INS_INCOMPLETE = "905"
    OTHER = "906"


class DepositRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """A document was not taken in. `field`: what is at fault; `message_fr`: the rule, for people."""

    def __init__(self, code: Code, field: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.code = code
        self.field = field
        self.message_fr = message_fr


TRAITS_FR: Final = {
    "birth_name": "nom de naissance",
    "first_given_name": "premier prénom de naissance",
    "given_names": "liste des prénoms de naissance",
    "birth_date": "date de naissance",
    "sex": "sexe",
    "birth_place": "lieu de naissance (code INSEE)",
}
_IDENTITY_RULES: Final = frozenset(
    {"patient", "patientRole", "ins", "traits", "birthTime", "administrativeGenderCode"}
)


def check_depositor(structure: str, by: Actor) -> Actor:
    """Return who deposits: the structure of that FINESS number. Raises DepositRefused 901."""
    if by.kind not in {ActorKind.HEALTHCARE_FACILITY, ActorKind.SYSTEM}:
        raise DepositRefused(
            Code.AUTHOR_NOT_ALLOWED, "structure", "Seule une structure de soins dépose ainsi."
        )
    try:
        finess = parse_finess(structure)
    except FinessError as error:
        raise DepositRefused(Code.AUTHOR_NOT_ALLOWED, "structure", error.message_fr) from error
    return Actor(ActorKind.HEALTHCARE_FACILITY, by.id, finess)


def refusal_of(error: CdaRefused) -> DepositRefused:
    """Return the refusal of a document that could not be read."""
    code = Code.INS_INCOMPLETE if error.rule in _IDENTITY_RULES else Code.OTHER
    return DepositRefused(code, error.rule, error.message_fr)


def check_header(findings: Sequence[Finding]) -> None:
    """Refuse, 906, a document whose header breaks rules: the first is named, the others are counted."""
    if findings:
        first, others = findings[0], len(findings) - 1
        more = f" Autres écarts relevés : {others}." if others else ""
        raise DepositRefused(Code.OTHER, first.rule, f"{first.message_fr} ({first.clause}){more}")


def check_matricule(document: Document, trusted_oids: tuple[str, ...]) -> Matricule:
    """Return the matricule of the patient; raises DepositRefused 903, 904 or 905."""
    try:
        matricule = document.patient.find_matricule()
    except InsError as error:
        raise DepositRefused(Code.INS_INCOMPLETE, "ins", error.message_fr) from error
    if matricule is None:
        raise DepositRefused(Code.INS_MISSING, "ins", "Le document ne porte pas le matricule INS du patient.")
    if matricule.oid not in trusted_oids:
        raise DepositRefused(
            Code.INS_DIFFERS,
            "ins",
            "Le matricule INS du document vient d’une autorité que ce service ignore.",
        )
    return matricule


def check_traits(of_document: Traits, of_register: Traits) -> None:
    """Compare the five traits, as must be done before any act (interop 0.1); refuses with 904 or 905.

    The register's values are never told: only which trait differs.
    """
    if not of_document.birth_place.strip():
        raise DepositRefused(
            Code.INS_INCOMPLETE, "birth_place", f"Il manque un trait d’identité : {TRAITS_FR['birth_place']}."
        )
    different = same_traits(of_document, of_register)
    if different:
        names = ", ".join(TRAITS_FR[name] for name in different)
        raise DepositRefused(
            Code.INS_DIFFERS, different[0], f"L’identité du document diffère de celle du registre : {names}."
        )


def check_type(document: Document) -> terminology.DocumentType:
    """Return the type of a document; refuses (906) what is not in JDV_J07, or is technical."""
    try:
        found = terminology.get_document_type(document.code.code)
    except terminology.UnknownCodeError as error:
        raise DepositRefused(Code.OTHER, "code", f"Le type du document est inconnu : {error}.") from error
    if found.category is terminology.Category.TECHNICAL:
        raise DepositRefused(Code.OTHER, "code", f"« {found.label} » n’est pas un document de santé.")
    return found


def check_visibility(document: Document, said: Visibility, *, masked_by_default: bool) -> Visibility:
    """Return who may not see the document: as the depositor, the document and the person's default say.

    A depositor may not hide a document both from professionals and from the patient: nobody would see it
    (906; facts/mes.md 3.6, requirement EX_2.1-1050). The person's own default to hide hers from
    professionals (R1111-49) holds whatever the depositor says.
    """
    code = document.confidentiality.code
    try:
        terminology.get_confidentiality(code)
    except terminology.UnknownCodeError as error:
        raise DepositRefused(Code.OTHER, "confidentialityCode", f"{error}.") from error
    masked = said.masked or code == "MASQUE_PS"
    invisible = said.invisible_patient or code == "INVISIBLE_PATIENT"
    if masked and invisible:
        raise DepositRefused(
            Code.OTHER,
            "confidentialityCode",
            "Un document ne peut être caché à la fois aux professionnels et au patient.",
        )
    return Visibility(
        masked=masked or masked_by_default,
        invisible_patient=invisible,
        invisible_representatives=said.invisible_representatives or code == "INVISIBLE_REPRESENTANTS_LEGAUX",
    )
