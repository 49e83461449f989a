"""The medical profile: each line a resource, each rubric a List that says why it is empty when it is.

What a line says and R4 has no element for stands in its note, or in an extension where there is no note.
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Final
from uuid import UUID

from carnet.exports.bundle import circle, traits
from carnet.exports.bundle.directory import Directory
from carnet.exports.bundle.lines import LineOfProfile, concept, partial
from carnet.exports.record import Record
from carnet.profile.api import LinkKind, Rubric, RubricView, State, describe
from carnet.standards.fhir.codec import day, instant, refer
from carnet.standards.fhir.resources import (
    AnyResource,
    Condition,
    Encounter,
    Immunization,
    List,
    ListEntry,
    MedicationStatement,
    Provenance,
    ProvenanceAgent,
)
from carnet.standards.fhir.types import CodeableConcept, Coding, Period, Quantity

_EMPTY: Final = "http://terminology.hl7.org/CodeSystem/list-empty-reason"
_REASONS: Final = {
    State.NONE_DECLARED: ("nilknown", "Nil Known", "Je ne suis pas concerné(e)"),
    State.NOT_FILLED: ("notstarted", "Not Started", "Non renseigné"),
    State.NOT_GIVEN: ("withheld", "Information Withheld", "Non ouvert à cette profession"),
    State.NOT_SHARED: ("withheld", "Information Withheld", "Non partagé"),
}
_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_CLASS: Final = Coding(
    system="http://terminology.hl7.org/CodeSystem/v3-ActCode", code="IMP", display="inpatient encounter"
)
_UNITS: Final = {"DAY": "d", "WEEK": "wk", "MONTH": "mo", "YEAR": "a"}
_UCUM: Final = "http://unitsofmeasure.org"


def profile_resources(
    record: Record, directory: Directory, known: AbstractSet[UUID]
) -> Iterator[AnyResource]:
    """Yield the lines, their provenance, and one List for each rubric. `known`: what a link may name."""
    team: list[circle.Member] = []
    for view in record.rubrics:
        found: list[AnyResource] = []
        for entry in view.entries:
            line = LineOfProfile(entry, describe(entry), directory, known)
            made = list(_MAKERS[view.rubric](line))
            found += made
            yield from made
            yield _provenance(line, made)
            team += circle.members_of(line, made)
        yield _list(view, found, record, directory)
    if team:
        yield circle.care_team(team, directory)


def _list(view: RubricView, found: list[AnyResource], record: Record, directory: Directory) -> List:
    reason = None if view.entries else _empty_reason(view.state)
    declared = view.state is State.NONE_DECLARED and view.unconcerned_on
    return List(
        id=str(directory.id_of(f"rubric:{view.rubric}")),
        status="current",
        mode="snapshot",
        title=view.rubric.label,
        code=CodeableConcept(text=view.rubric.label),
        subject=directory.subject,
        date=day(view.unconcerned_on) if declared and view.unconcerned_on else instant(record.at),
        entry=tuple(ListEntry(item=refer(one.id, type(one).__name__)) for one in found),
        empty_reason=reason,
    )


def _empty_reason(state: State) -> CodeableConcept:
    code, display, words = _REASONS[state]
    return CodeableConcept(coding=(Coding(system=_EMPTY, code=code, display=display),), text=words)


def _provenance(line: LineOfProfile, made: list[AnyResource]) -> Provenance:
    entry = line.entry
    return Provenance(
        id=str(line.directory.id_of(f"provenance:{entry.id}")),
        target=tuple(refer(one.id, type(one).__name__) for one in made),
        recorded=instant(entry.changed_at),
        agent=(
            ProvenanceAgent(who=line.directory.author(entry.author_kind, entry.author_id, entry.structure)),
        ),
    )


def _treatment(line: LineOfProfile) -> Iterator[AnyResource]:
    values = line.values
    reason = values.get("reason")
    yield MedicationStatement(
        id=line.id,
        extension=line.links(but=LinkKind.DISEASE),
        status="completed" if values.get("end") else "active",
        medication_codeable_concept=_medicine(values),
        subject=line.subject,
        effective_period=_period(values.get("start"), values.get("end")),
        date_asserted=instant(line.entry.changed_at),
        reason_code=(concept(str(reason)),) if reason else (),
        reason_reference=line.linked(LinkKind.DISEASE, "Condition"),
        note=line.note(),
        dosage=line.dosage(),
    )


def _medicine(values: Any) -> CodeableConcept:
    """The name as written, and the code of the box (CIP) when it was scanned or typed."""
    cip = values.get("cip13")
    coding = (Coding(system="urn:oid:1.2.250.1.213.2.3.2", code=str(cip)),) if cip else ()
    return CodeableConcept(coding=coding, text=str(values.get("name", "")))


def _disease(line: LineOfProfile) -> Iterator[AnyResource]:
    values = line.values
    over = values.get("episode") in {"END", "FULL"} or bool(values.get("end"))
    yield Condition(
        id=line.id,
        extension=line.links(),
        clinical_status=CodeableConcept(
            coding=(Coding(system=_CLINICAL, code="resolved" if over else "active"),)
        ),
        code=concept(line.title),
        subject=line.subject,
        onset_date_time=partial(values.get("start")),
        abatement_date_time=partial(values.get("end")),
        recorded_date=instant(line.entry.created_at),
        note=line.note(),
    )


def _stay(line: LineOfProfile) -> Iterator[AnyResource]:
    values = line.values
    where = str(values.get("establishment") or "")
    yield Encounter(
        id=line.id,
        extension=(*line.said(), *line.links()),
        status="finished",
        class_=_CLASS,
        subject=line.subject,
        period=_period(values.get("date"), None),
        reason_code=(concept(line.title),),
        length=_length(values),
        service_provider=line.directory.organisation(name=where) if where else None,
    )


def _length(values: Any) -> Quantity | None:
    number, unit = values.get("duration"), _UNITS.get(str(values.get("unit")))
    if not number or not unit:
        return None
    return Quantity(value=int(number), unit=unit, system=_UCUM, code=unit)


def _vaccination(line: LineOfProfile) -> Iterator[AnyResource]:
    values = line.values
    on = partial(values.get("date"))
    yield Immunization(
        id=line.id,
        extension=line.links(),
        status="completed",
        vaccine_code=_medicine(values),
        patient=line.subject,
        occurrence_date_time=on,
        occurrence_string="" if on else "date inconnue",
        recorded=instant(line.entry.created_at),
        primary_source=line.entry.locked,
        lot_number=str(values.get("lot") or ""),
        note=line.note(),
    )


def _period(start: Any, end: Any) -> Period | None:
    return Period(start=partial(start), end=partial(end)) if start or end else None


_MAKERS: Final[dict[Rubric, Callable[[LineOfProfile], Iterator[AnyResource]]]] = {
    Rubric.TREATMENTS: _treatment,
    Rubric.DISEASES: _disease,
    Rubric.HOSPITALIZATIONS: _stay,
    Rubric.VACCINATIONS: _vaccination,
    Rubric.BLOOD_GROUP: traits.blood_group,
    Rubric.ALLERGIES: traits.allergy,
    Rubric.DISABILITIES: traits.disability,
    Rubric.FAMILY_HISTORIES: traits.family_histories,
    Rubric.LIFESTYLES: traits.lifestyle,
    Rubric.PROFESSIONALS: circle.professional,
    Rubric.CONTACTS: circle.contact,
    Rubric.WISHES: circle.wish,
}
