"""Measures as Observations: LOINC, UCUM, and the profiles of the French guide (facts/interop.md 1)."""

from collections.abc import Iterator
from typing import Final

from carnet.exports.bundle.directory import Directory
from carnet.exports.record import Record
from carnet.measures.api import KINDS, Kind, Part, Value, days_code
from carnet.standards.fhir.codec import instant, loinc, quantity
from carnet.standards.fhir.resources import Observation, ObservationComponent
from carnet.standards.fhir.types import Annotation, CodeableConcept, Coding, Extension, Meta, Quantity

_GUIDE: Final = "https://interop.esante.gouv.fr/ig/fhir/mesures/StructureDefinition"
_PROFILES: Final = {
    Kind.WEIGHT: "mesures-fr-observation-body-weight",
    Kind.HEIGHT: "mesures-fr-observation-bodyheight",
    Kind.BODY_MASS_INDEX: "mesures-fr-observation-bmi",
    Kind.BLOOD_PRESSURE: "mesures-fr-observation-bp",
    Kind.HEART_RATE: "mesures-fr-observation-heartrate",
    Kind.GLUCOSE: "mesures-observation-glucose",
    Kind.INTERSTITIAL_GLUCOSE: "mesures-observation-glucose",
    Kind.HEMOGLOBIN_GLYCATION_INDEX: "mesures-observation-glucose",
    Kind.GLYCATED_HEMOGLOBIN: "mesures-observation-hb1ac",
    Kind.BODY_TEMPERATURE: "mesures-fr-observation-body-temperature",
    Kind.PAIN_SEVERITY: "mesures-observation-pain-severity",
    Kind.STEPS_BY_DAY: "mesures-observation-steps-by-day",
    Kind.WAIST_CIRCUMFERENCE: "mesures-observation-waist-circumference",
    Kind.HEAD_CIRCUMFERENCE: "mesures-observation-head-circumference",
}
_VITAL: Final = CodeableConcept(
    coding=(
        Coding(
            system="http://terminology.hl7.org/CodeSystem/observation-category",
            code="vital-signs",
            display="Vital Signs",
        ),
    )
)
_ASIP: Final = "https://mos.esante.gouv.fr/NOS/TRE_R308-TAASIP/FHIR/TRE-R308-TAASIP"
_SNOMED: Final = "http://snomed.info/sct"


def observations(record: Record, directory: Directory) -> Iterator[Observation]:
    """Yield every measure, kind after kind, latest first."""
    for values in record.measures.values():
        for value in values:
            yield _observation(value, directory)


def _observation(value: Value, directory: Directory) -> Observation:
    info = KINDS[value.kind]
    single = len(info.parts) == 1
    return Observation(
        id=str(directory.id_of(f"computed:{value.id}") if info.computed else value.id),
        meta=Meta(profile=(f"{_GUIDE}/{_PROFILES[value.kind]}",)),
        extension=_extensions(value),
        status="final",
        category=(_VITAL,),
        code=_code(info.loinc, info.label),
        subject=directory.subject,
        effective_date_time=instant(value.at),
        issued=instant(value.recorded_at),
        performer=(directory.author(value.author_kind, value.author_id, value.structure, value.author),),
        value_quantity=_quantity(info.parts[0], value.value) if single else None,
        body_site=_site(value),
        note=(Annotation(text=value.comment),) if value.comment else (),
        component=() if single else _components(value),
    )


def _components(value: Value) -> tuple[ObservationComponent, ...]:
    """The two pressures of a blood pressure."""
    numbers = (value.value, value.second)
    return tuple(
        ObservationComponent(code=_code(part.loinc, part.label), value_quantity=_quantity(part, number))
        for part, number in zip(KINDS[value.kind].parts, numbers, strict=True)
        if number is not None
    )


def _quantity(part: Part, value: float) -> Quantity:
    return quantity(value, ucum=part.ucum, unit=part.ucum)


def _code(code: str, label: str) -> CodeableConcept:
    return CodeableConcept(coding=(_coding(code),), text=label)


def _coding(code: str, display: str = "") -> Coding:
    """Return a code of a companion value set in its system, which its shape tells (facts/mes.md 2.3)."""
    if code.startswith(("MED-", "GEN-")):
        return Coding(system=_ASIP, code=code, display=display)
    if "-" in code:
        return loinc(code, display)
    return Coding(system=_SNOMED, code=code, display=display)


def _extensions(value: Value) -> tuple[Extension, ...]:
    """The moment of a glycaemia, the span of a mean: mandatory in the guide for the kinds that have them."""
    found = []
    if value.context and value.kind is Kind.GLUCOSE:
        found.append(_extension("mesures-moment-of-measurement", value.context, value.context_label))
    if value.days is not None:
        found.append(_extension("mesures-number-of-days", days_code(value.days), f"{value.days} jours"))
    return tuple(found)


def _extension(name: str, code: str, words: str) -> Extension:
    concept = CodeableConcept(coding=(_coding(code, words),), text=words)
    return Extension(url=f"{_GUIDE}/{name}", value_codeable_concept=concept)


def _site(value: Value) -> CodeableConcept | None:
    if not value.context or value.kind is Kind.GLUCOSE:
        return None
    return CodeableConcept(coding=(_coding(value.context, value.context_label),), text=value.context_label)
