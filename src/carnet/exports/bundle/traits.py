"""What a person is made of, as resources: blood group, allergies, disabilities, family, habits."""

from collections.abc import Iterator
from typing import Final

from carnet.exports.bundle.lines import LineOfProfile, concept, partial
from carnet.standards.fhir.codec import instant, loinc
from carnet.standards.fhir.resources import (
    AllergyIntolerance,
    AnyResource,
    Condition,
    FamilyCondition,
    FamilyMemberHistory,
    Observation,
    ObservationComponent,
)
from carnet.standards.fhir.types import CodeableConcept, Coding

_TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"
_RELATIONS: Final = {
    "MOTHER": "MTH",
    "FATHER": "FTH",
    "GRANDMOTHER": "GRMTH",
    "GRANDFATHER": "GRFTH",
    "GREAT_GRANDMOTHER": "GGRMTH",
    "GREAT_GRANDFATHER": "GGRFTH",
    "SISTER": "SIS",
    "BROTHER": "BRO",
    "AUNT": "AUNT",
    "UNCLE": "UNCLE",
}


def blood_group(line: LineOfProfile) -> Iterator[AnyResource]:
    yield Observation(
        id=line.id,
        status="final",
        code=CodeableConcept(coding=(loinc("882-1", "ABO and Rh group [Type] in Blood"),)),
        subject=line.subject,
        issued=instant(line.entry.changed_at),
        value_codeable_concept=concept(line.title),
    )


def allergy(line: LineOfProfile) -> Iterator[AnyResource]:
    yield AllergyIntolerance(
        id=line.id,
        extension=line.links(),
        clinical_status=_coded("allergyintolerance-clinical", "active"),
        verification_status=_coded(
            "allergyintolerance-verification", "confirmed" if line.entry.locked else "unconfirmed"
        ),
        code=concept(line.title),
        patient=line.subject,
        onset_date_time=partial(line.values.get("date")),
        recorded_date=instant(line.entry.created_at),
        note=line.note(),
    )


def disability(line: LineOfProfile) -> Iterator[AnyResource]:
    yield Condition(
        id=line.id,
        extension=line.links(),
        clinical_status=_coded("condition-clinical", "active"),
        category=(concept("Handicap"),),
        code=concept(line.title),
        subject=line.subject,
        recorded_date=instant(line.entry.created_at),
        note=line.note(),
    )


def family_histories(line: LineOfProfile) -> Iterator[AnyResource]:
    """One resource for each relative: the first bears the id of the line, so that links find it."""
    for number, relation in enumerate(line.values.get("relations") or ["OTHER"]):
        own = line.directory.id_of(f"family:{line.id}:{relation}")
        yield FamilyMemberHistory(
            id=str(own) if number else line.id,
            status="partial",
            patient=line.subject,
            date=instant(line.entry.changed_at),
            relationship=_coded("v3-RoleCode", _RELATIONS.get(relation, "FAMMEMB")),
            note=line.note(),
            condition=(FamilyCondition(code=concept(line.title)),),
        )


def lifestyle(line: LineOfProfile) -> Iterator[AnyResource]:
    """One subject: each question and its answer is a component."""
    answers = [(label, value) for label, value in line.description.lines if value]
    yield Observation(
        id=line.id,
        status="final",
        category=(_coded("observation-category", "social-history"),),
        code=concept(line.title),
        subject=line.subject,
        issued=instant(line.entry.changed_at),
        value_string="" if answers else "Aucune réponse",
        component=tuple(
            ObservationComponent(code=concept(label), value_string=value) for label, value in answers
        ),
    )


def _coded(system: str, code: str) -> CodeableConcept:
    return CodeableConcept(coding=(Coding(system=f"{_TERMINOLOGY}/{system}", code=code),))
