"""The door of terminology: the code lists that documents are described with.

The lists are the files of `data/` (data/SOURCES.md), read once per process.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from carnet.terminology.value_sets import MeasureCode, list_measure_codes

__all__ = ["BINDINGS", "Category", "DocumentType", "MeasureCode", "Speciality", "Term",
           "UnknownCodeError", "find_format", "find_term", "get_confidentiality", "get_document_type",
           "list_document_types",
           "list_measure_codes", "list_names", "list_professions", "list_specialities",
           "list_terms", "profession_words"]  # fmt: skip


class UnknownCodeError(LookupError):
    """The code is not in the list. The message names the list."""


class Category(StrEnum):
    """How documents are filed for the person (facts/mes.md 3.1)."""

    SYNTHESIS = "SYNTHESE"
    PRESCRIPTIONS = "ORD_SOIN"
    IMAGING = "RADIO_SC"
    BIOLOGY = "BIOLOGIE"
    REPORTS = "CPT_REND"
    SCREENING = "DEPISTAG"
    CERTIFICATES = "CERT_MED"
    ADMINISTRATIVE = "DOC_ADM"
    OTHER = "AUTR_DOC"
    PROFILE = "SYNTH_PML"
    ADVANCE_DIRECTIVES = "DIR_ANT"
    VACCINATION = "CAR_VAC"
    WISHES = "VDP"
    REIMBURSEMENTS = "REMB"
    QUESTIONNAIRES = "QUEST_SANTE"
    TECHNICAL = ""  # style sheets and signatures: never shown

    @property
    def label(self) -> str:
        """The words under which the person finds it."""
        return _CATEGORY_LABELS[self]


_CATEGORY_LABELS = {
    Category.SYNTHESIS: "Ma santé en résumé",
    Category.PRESCRIPTIONS: "Ordonnances et soins",
    Category.IMAGING: "Radio, écho, scanner, IRM",
    Category.BIOLOGY: "Résultats de biologie",
    Category.REPORTS: "Comptes rendus",
    Category.SCREENING: "Prévention et dépistages",
    Category.CERTIFICATES: "Certificats médicaux",
    Category.ADMINISTRATIVE: "Pièces administratives",
    Category.OTHER: "Autres documents",
    Category.PROFILE: "Profil médical",
    Category.ADVANCE_DIRECTIVES: "Directives anticipées",
    Category.VACCINATION: "Carnet de vaccination",
    Category.WISHES: "Volontés et droits du patient",
    Category.REIMBURSEMENTS: "Données de remboursement",
    Category.QUESTIONNAIRES: "Questionnaires de santé",
    Category.TECHNICAL: "Documents techniques",
}
_NAMES = frozenset({"treatments", "diseases", "allergens", "vaccines"})
_CATEGORY_OF_TYPE = {
    "DOCPAT08": Category.PROFILE,
    "EXPPAT_1": Category.WISHES,
    "EXPPAT_3": Category.ADVANCE_DIRECTIVES,
    "11369-6": Category.VACCINATION,
    "87273-9": Category.VACCINATION,
    "74465-6": Category.QUESTIONNAIRES,
    "11502-2": Category.BIOLOGY,
    "DOCPAT05": Category.BIOLOGY,
    "75492-9": Category.SCREENING,
    "75482-0": Category.SCREENING,
    "83869-8": Category.SCREENING,
    "DOCPAT06": Category.SCREENING,
    "101881-1": Category.OTHER,  # carte d’implant: newer than the association of classes
}
_CATEGORY_OF_CLASS = {
    "10": Category.REPORTS,
    "11": Category.SYNTHESIS,
    "31": Category.IMAGING,
    "42": Category.PRESCRIPTIONS,
    "43": Category.PRESCRIPTIONS,
    "44": Category.PRESCRIPTIONS,
    "45": Category.PRESCRIPTIONS,
    "52": Category.CERTIFICATES,
    "60": Category.REIMBURSEMENTS,
    "90": Category.OTHER,
    "95": Category.ADMINISTRATIVE,
}


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of document (JDV_J07), its class (TRE_A03; empty when none is published) and its category."""

    code: str
    label: str
    class_code: str
    class_label: str
    category: Category


def get_document_type(code: str) -> DocumentType:
    """Return a document type by its code (LOINC or TRE_A05); raises UnknownCodeError."""
    try:
        return _types()[code]
    except KeyError:
        raise UnknownCodeError(f"{code} n’est pas un type de document (JDV_J07)") from None


def list_document_types() -> list[DocumentType]:
    """Return every document type, by class then code."""
    return sorted(_types().values(), key=lambda one: (one.class_code, one.code))


def get_confidentiality(code: str) -> str:
    """Return the label of a confidentiality code (JDV_J08); raises UnknownCodeError."""
    labels = {row["code"]: row["label_fr"] for row in _rows("confidentiality")}
    try:
        return labels[code]
    except KeyError:
        raise UnknownCodeError(f"{code} n’est pas un niveau de confidentialité (JDV_J08)") from None


def find_format(*, media_type: str, template_ids: tuple[str, ...]) -> str:
    """Return the XDS formatCode of a CDA document, or "" when no association says it.

    `media_type`: that of an unstructured body (level 1), or "" for a structured one, whose templates
    decide: the most specific is written last.
    """
    if media_type:
        return _formats("media_type_to_format").get(media_type, "")
    known = _formats("cda_template_to_format")
    roots = (template.partition("^")[0] for template in reversed(template_ids))
    return next((known[root] for root in roots if root in known), "")


@dataclass(frozen=True, slots=True)
class Speciality:
    """A profession or speciality that a person chooses from (data/SOURCES.md)."""

    code: str
    label: str


def list_names(name: str) -> tuple[str, ...]:
    """Return the names that a field proposes: treatments, diseases, allergens or vaccines, sorted."""
    if name not in _NAMES:
        raise UnknownCodeError(f"{name} n’est pas une liste de noms")
    return tuple(row["label"] for row in _rows(name))


def list_specialities() -> tuple[Speciality, ...]:
    """Return the professions and specialities, the general practitioner first."""
    return tuple(Speciality(row["code"], row["label"]) for row in _rows("specialities"))


def list_professions() -> dict[str, str]:
    """Return the professions by code (TRE_G15, and SECRETARIAT_MEDICAL of JDV_J65), in plain words."""
    return dict(_codes("professions", "code", "label"))


def profession_words(code: str) -> str:
    """Return a profession in plain words, to follow a name; the code itself when no list has it."""
    return _codes("professions", "code", "label").get(code, code)


@dataclass(frozen=True, slots=True)
class Term:
    """A code of a national list, the OID of its system, its official label."""

    code: str
    system: str
    label: str


_TERMS = frozenset({"author_specialties", "facility_types", "practice_settings"})


def find_term(name: str, code: str) -> Term | None:
    """Return a term of a list of headers (JDV_J01, J02, J04), None when the list has no such code."""
    return next((term for term in list_terms(name) if term.code == code), None)


def list_terms(name: str) -> list[Term]:
    """Return a whole list: author_specialties (JDV_J01), facility_types (J02) or practice_settings (J04)."""
    if name not in _TERMS:
        raise UnknownCodeError(f"{name} n’est pas une liste d’en-tête")
    return [Term(row["code"], row["code_system_oid"], row["label_fr"]) for row in _rows(name)]


class _Bindings:
    """The lists that a deposited DocumentReference is held against (carnet.standards.pdsm.Bindings)."""

    def find_type_system(self, code: str) -> str | None:
        """Return the OID of the system of a document type (JDV_J07), None when it is not in the list."""
        return _codes("document_types", "type_code", "code_system_oid").get(code)

    def is_health(self, code: str) -> bool:
        """Whether a type of document is one of care; style sheets and signatures are not."""
        return code in _types() and _types()[code].category is not Category.TECHNICAL

    def class_of(self, type_code: str) -> str | None:
        """Return the class of a type (association X04), None when none is published."""
        found = _types().get(type_code)
        return found.class_code or None if found else None

    def has_class(self, code: str) -> bool:
        """Whether a code is a class of documents (TRE_A03)."""
        return code in _codes("document_classes", "code", "display")

    def has_format(self, code: str) -> bool:
        """Whether a code is a format: JDV_J60, or one that association A11 or A12 gives."""
        listed = _codes("format_codes", "code", "system")
        return code in listed or any(
            code in _codes(name, "target_code", "source_code")
            for name in ("cda_template_to_format", "media_type_to_format")
        )

    def format_of(self, media_type: str, template_ids: tuple[str, ...]) -> str:
        """Return the format of a file, or of a CDA of these templates; "" when no association says it."""
        return find_format(media_type=media_type, template_ids=template_ids)

    def has_facility(self, code: str) -> bool:
        """Whether a code is a type of health facility (JDV_J02)."""
        return code in _codes("facility_types", "code", "label_fr")

    def has_setting(self, code: str) -> bool:
        """Whether a code is a practice setting (JDV_J04)."""
        return code in _codes("practice_settings", "code", "label_fr")


BINDINGS = _Bindings()


@lru_cache(maxsize=16)
def _codes(name: str, key: str, value: str) -> dict[str, str]:
    return {row[key]: row[value] for row in _rows(name)}


@lru_cache(maxsize=1)
def _types() -> dict[str, DocumentType]:
    classes = {row["code"]: row["display"] for row in _rows("document_classes")}
    return {row["type_code"]: _document_type(row, classes) for row in _rows("document_types")}


def _document_type(row: dict[str, str], classes: dict[str, str]) -> DocumentType:
    code, class_code = row["type_code"], row["class_code"]
    category = _CATEGORY_OF_TYPE.get(code) or _CATEGORY_OF_CLASS.get(class_code, Category.TECHNICAL)
    label = row["label_fr"].replace("'", "’")
    return DocumentType(code, label, class_code, classes.get(class_code, ""), category)


@lru_cache(maxsize=2)
def _formats(name: str) -> dict[str, str]:
    return {row["source_code"]: row["target_code"] for row in _rows(name)}


@lru_cache(maxsize=16)
def _rows(name: str) -> tuple[dict[str, str], ...]:
    return tuple(_read(name))


def _read(name: str) -> Iterator[dict[str, str]]:
    text = files("carnet.terminology").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
