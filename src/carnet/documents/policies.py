"""The rules of a deposit, pure: whose document it is, of what type, who may see it.

Refusals carry the application codes of the French HL7 v2 profile (facts/mes.md 3.7), which software knows.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import Final

from carnet.access.api import Visibility
from carnet.journal.api import Actor, ActorKind
from carnet.platform import clock
from carnet.standards.cda.model import CdaRefused, Document
from carnet.standards.cda.rules import Finding
from carnet.standards.finess import FinessError, parse_finess
from carnet.standards.ins import InsError, Matricule, Traits, same_traits
from carnet.terminology import api as terminology

MAX_BYTES: Final = 5_000_000
"""The bound of the person's own files (facts/mes.md 3.4), held for everybody's files."""

MAX_CDA_BYTES: Final = 7_000_000
"""The bound of a CDA: a file of 5,000,000 bytes in base64 (6,666,668 characters) and a header around it."""


LEVELS: Final = frozenset({"N", "R", "V"})
"""Levels of confidentiality (facts/mes.md 3.6), each above the one before, as their letters are."""

_AHEAD: Final = timedelta(days=1)


class Code(StrEnum):
    """Why a deposit was refused (facts/mes.md 3.7)."""

    WRONG_VERSION = "900"
    AUTHOR_NOT_ALLOWED = "901"
    UNKNOWN_PATIENT = "902"
    INS_MISSING = "903"
    INS_DIFFERS = "904"
    INS_INCOMPLETE = "905"
    OTHER = "906"
    # What that profile has no number for:
    DUPLICATE = "duplicate"  # its own uniqueId again, with other bytes or for another person
    NOT_FOUND = "not_found"  # what is named is not there, or not its own: never told apart
    WITHDRAWN = "withdrawn"  # its own, taken back before


class DepositRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """A document was not taken in. `field`: what is at fault; `message_fr`: the rule, for people.

    `index`: which one of those sent together. `reason`: what the journal keeps. `private`: it speaks of the
    person's space or of the register, which software may not learn: `as_unknown` is what it is told.
    """

    def __init__(
        self, code: Code, field: str, message_fr: str, *, reason: str = "", private: bool = False
    ) -> None:
        super().__init__(message_fr)
        self.code = code
        self.field = field
        self.message_fr = message_fr
        self.index = 0
        self.reason = reason or f"{code}:{field}"
        self.private = private


def as_unknown(refused: DepositRefused) -> DepositRefused:
    """Return the one refusal that covers an unknown matricule, other traits, a space that is not open."""
    told = DepositRefused(
        Code.UNKNOWN_PATIENT,
        "patient",
        "Aucun espace ne peut recevoir ce document pour l’identité donnée.",
        reason=refused.reason,
    )
    told.index = refused.index
    return told


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


@contextmanager
def naming(index: int) -> Iterator[None]:
    """Say which document a refusal is about."""
    try:
        yield
    except DepositRefused as refused:
        refused.index = index
        raise


def duplicate() -> DepositRefused:
    """Return the refusal of a uniqueId that its depositor has used for something else."""
    return DepositRefused(
        Code.DUPLICATE,
        "uniqueId",
        "Un autre document de votre structure porte déjà cet identifiant (uniqueId).",
    )


def not_yours() -> DepositRefused:
    """Return the refusal of an act on what neither he nor his structure deposited; absent is the same."""
    return DepositRefused(
        Code.AUTHOR_NOT_ALLOWED,
        "document",
        "Seul l’auteur d’un document, ou sa structure, le remplace ou le retire (erreur 901).",
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


def check_complete(of_document: Traits) -> None:
    """Refuse, 905, a CDA whose patient misses the one trait that it can be read without."""
    if not of_document.birth_place.strip():
        raise DepositRefused(
            Code.INS_INCOMPLETE, "birth_place", f"Il manque un trait d’identité : {TRAITS_FR['birth_place']}."
        )


def check_traits(of_document: Traits, of_register: Traits) -> None:
    """Compare the five traits, as must be done before any act (interop 0.1); refuses with 904.

    The register's values are never told: only which trait differs, and that not to software.
    """
    different = _differing(of_document, of_register)
    if different:
        names = ", ".join(TRAITS_FR[name] for name in different)
        raise DepositRefused(
            Code.INS_DIFFERS,
            different[0],
            f"L’identité du document diffère de celle du registre : {names}.",
            reason=f"traits:{different[0]}",
            private=True,
        )


def check_beside(document: Document, matricule: str, oid: str, traits: Traits | None) -> None:
    """Refuse, 904, a document whose patient is not the one that is named beside it."""
    patient = document.patient
    if (patient.ins, patient.ins_oid) != (matricule, oid):
        raise _beside("ins", "matricule INS")
    different = _differing(traits, patient.traits) if traits is not None else ()
    if different:
        raise _beside(different[0], ", ".join(TRAITS_FR[name] for name in different))


def _differing(given: Traits, known: Traits) -> tuple[str, ...]:
    """Return the traits that differ; who may leave out the birth place is compared by the four others."""
    left_out = () if given.birth_place.strip() else ("birth_place",)
    return tuple(name for name in same_traits(given, known) if name not in left_out)


def _beside(field: str, names: str) -> DepositRefused:
    return DepositRefused(
        Code.INS_DIFFERS, field, f"L’identité annoncée diffère de celle que porte le document : {names}."
    )


_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def normal_id(text: str) -> str:
    """Return a uniqueId as it is kept, as a CDA says it: `root^extension` or `root`, UUID in capitals.

    What FHIR writes as `urn:oid:…` or `urn:uuid:…` is thus the same name.
    """
    text = text.strip()
    for scheme in ("urn:oid:", "urn:uuid:"):
        if text[: len(scheme)].lower() == scheme:
            text = text[len(scheme) :]
    root, mark, extension = text.partition("^")
    return (root.upper() if _UUID.fullmatch(root) else root) + mark + extension


def check_type(document: Document) -> terminology.DocumentType:
    """Return the type of a document; refuses (906) what is not in JDV_J07, or is technical."""
    try:
        found = terminology.get_document_type(document.code.code)
    except terminology.UnknownCodeError as error:
        raise DepositRefused(Code.OTHER, "code", f"Le type du document est inconnu : {error}.") from error
    if found.category is terminology.Category.TECHNICAL:
        raise DepositRefused(Code.OTHER, "code", f"« {found.label} » n’est pas un document de santé.")
    return found


def check_moment(document: Document) -> None:
    """Refuse, 906, a document that says it is made after tomorrow: clocks and zones differ by less."""
    if document.effective_time > clock.now() + _AHEAD:
        raise DepositRefused(
            Code.OTHER, "effectiveTime", "La date du document ne peut pas être dans le futur."
        )


def check_visibility(document: Document, said: Visibility) -> Visibility:
    """Return who may not see the document, as its depositor and the document itself say.

    A depositor may not hide a document both from professionals and from the patient: nobody would see it
    (906; facts/mes.md 3.6, requirement EX_2.1-1050).
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
        masked=masked,
        invisible_patient=invisible,
        invisible_representatives=said.invisible_representatives or code == "INVISIBLE_REPRESENTANTS_LEGAUX",
        level=max(said.level, code if code in LEVELS else "N"),
    )
