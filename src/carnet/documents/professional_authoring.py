"""The header of what a professional writes here (structuration minimale 1.16.8; facts/interop.md 4).

The professional is author and answers for it (legalAuthenticator); her structure keeps it (custodian) and is
where the act took place. A secretary who types for her is named as such (dataEnterer).
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from carnet.directory.api import PlaceCard, ProfessionalCard
from carnet.documents.authoring import Previous, code_of, patient_of
from carnet.documents.policies import Code as RefusalCode
from carnet.documents.policies import DepositRefused
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.standards.cda.model import Author, Code, Header, Organisation
from carnet.standards.cda.writer import N1_TEMPLATES
from carnet.terminology import api as terminology
from carnet.terminology.api import DocumentType

SECRETARY: Final = "SECRETARIAT_MEDICAL"
_NORMAL: Final = Code("N", "2.16.840.1.113883.5.25", "Normal")
_J01: Final = "1.2.250.1.213.1.1.4.5"
_DOCTORS: Final = frozenset({"10", "40"})
_HOSPITALS: Final = frozenset({"SA01", "SA02", "SA03", "SA04", "SA30", "SA34", "SA36"})
_SOCIAL: Final = frozenset({"SA16", "SA17", "SA18", "SA20", "SA21", "SA41"})
_CIVILITIES: Final = {"M": "M", "M.": "M", "MME": "MME", "MLLE": "MLLE", "DR": "DR", "PR": "PR"}
_UNDEFINED: Final = "SA43"  # « secteur non défini »
_FINESS_LENGTH: Final = 9
_ROLE_LENGTH: Final = 20


@dataclass(frozen=True, slots=True)
class Writer:
    """Who answers for a document, where she acts, and who types it for her, if a secretary does."""

    author: ProfessionalCard
    place: PlaceCard
    enterer: ProfessionalCard | None = None


def header_of(
    person_id: UUID,
    *,
    writer: Writer,
    kind: DocumentType,
    title: str,
    acted_on: date,
    setting: str,
    unique_id: str,
    previous: Previous | None = None,
) -> Header:
    """Return the header of a document of level 1. `acted_on`: the day of the act; `setting`: of JDV_J04.

    Raises DepositRefused (906) for a setting that the list does not have.
    """
    now = clock.now()
    author = author_of(writer.author, writer.place, at=now)
    return Header(
        unique_id=unique_id,
        set_id=(previous.set_id if previous else None) or unique_id,
        version_number=previous.version + 1 if previous else 1,
        replaces=(previous.unique_id,) if previous else (),
        code=code_of(kind),
        title=title,
        effective_time=now,
        confidentiality=_NORMAL,
        language="fr-FR",
        patient=patient_of(people.get_person(person_id)),
        authors=(author,),
        data_enterer=author_of(writer.enterer, writer.place, at=now) if writer.enterer else None,
        custodian=author.organisation,
        legal_authenticator=author,
        service_start=_moment(acted_on, now),
        facility_type=_facility(writer.place.sector),
        practice_setting=_setting(setting),
        template_ids=N1_TEMPLATES,
    )


def author_of(professional: ProfessionalCard, place: PlaceCard, *, at: datetime) -> Author:
    """Return a professional as documents name her: IdNPS, profession and speciality, structure."""
    return Author(
        family=professional.family_name,
        given=professional.given_name,
        prefix=_prefix(professional),
        national_id=professional.national_id,
        role=_role(professional),
        organisation=Organisation(name=place.structure_name, national_id=_structure_id(place.structure)),
        at=at,
    )


def usual_setting(place: PlaceCard) -> str:
    """Return the practice setting (JDV_J04) that goes with a kind of structure, to be proposed first."""
    if place.regulator:
        return "SAMU_SMUR"
    if place.sector in _HOSPITALS:
        return "ETABLISSEMENT"
    return "ESSMS" if place.sector in _SOCIAL else "AMBULATOIRE"


def list_settings() -> list[terminology.Term]:
    """Return the settings in which a professional acts: those of patients and services are not hers."""
    return [term for term in terminology.list_terms("practice_settings") if term.system.endswith(".4.9")]


def check_writer(writer: Writer, *, role: str, actor_id: UUID | None) -> None:
    """Refuse (901) who writes in another's name, but a secretary for a professional of her structure."""
    types = role == SECRETARY
    right = writer.enterer if types else writer.author
    if right is None or right.id != actor_id or writer.author.profession == SECRETARY:
        raise DepositRefused(
            RefusalCode.AUTHOR_NOT_ALLOWED,
            "author",
            "Seul l’auteur dépose un document, ou le secrétariat de sa structure pour lui.",
        )


def _moment(acted_on: date, now: datetime) -> datetime:
    """Noon of the day of the act, or now for an act of today."""
    noon = datetime.combine(acted_on, time(12), PARIS)
    return now if acted_on == now.astimezone(PARIS).date() else noon


def _prefix(professional: ProfessionalCard) -> str:
    if professional.profession in _DOCTORS and professional.category != "E":
        return "DR"
    return _CIVILITIES.get(professional.civility.strip().upper(), "")


def _role(professional: ProfessionalCard) -> Code:
    """The most precise code of JDV_J01 that says what she is."""
    if professional.profession == SECRETARY:
        return Code(SECRETARY, "1.2.250.1.213.1.1.4.6", "Secrétariat médical")
    profession = f"G15_{professional.profession}"
    for code in (f"{profession}/{professional.speciality}", profession):
        found = terminology.find_term("author_specialties", code)
        if found:
            return Code(found.code, found.system, found.label)
    words = terminology.profession_words(professional.profession)
    return Code(profession[:_ROLE_LENGTH], _J01, words)


def _structure_id(structure: str) -> str:
    """Struct_IdNat: a FINESS number after its digit 1; what is not one carries its digit already."""
    return f"1{structure}" if len(structure) == _FINESS_LENGTH else structure


def _facility(sector: str) -> Code:
    term = terminology.find_term("facility_types", sector) or terminology.find_term(
        "facility_types", _UNDEFINED
    )
    assert term is not None
    return Code(term.code, term.system, term.label)


def _setting(code: str) -> Code:
    found = next((term for term in list_settings() if term.code == code), None)
    if found is None:
        raise DepositRefused(RefusalCode.OTHER, "setting", "Choisissez un cadre d’exercice de la liste.")
    return Code(found.code, found.system, found.label)
