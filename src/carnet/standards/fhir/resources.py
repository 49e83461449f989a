"""The resources of FHIR R4 that a record is told in. Only the elements that Carnet fills.

What R4 requires has no default, so that it cannot be forgotten; choices of type (`value[x]`) are the typed
names of the specification.
"""

import msgspec

from carnet.standards.fhir.types import (
    Address,
    Annotation,
    Attachment,
    Backbone,
    CodeableConcept,
    Coding,
    ContactPoint,
    Date,
    DateTime,
    HumanName,
    Identifier,
    Instant,
    Period,
    Quantity,
    Reference,
    Resource,
)


class Patient(Resource, frozen=True, kw_only=True, tag="Patient"):
    identifier: tuple[Identifier, ...] = ()
    active: bool | None = None
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    gender: str = ""
    birth_date: Date = ""
    deceased_date_time: DateTime = ""
    address: tuple[Address, ...] = ()
    general_practitioner: tuple[Reference, ...] = ()


class Practitioner(Resource, frozen=True, kw_only=True, tag="Practitioner"):
    identifier: tuple[Identifier, ...] = ()
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    address: tuple[Address, ...] = ()


class PractitionerRole(Resource, frozen=True, kw_only=True, tag="PractitionerRole"):
    """Who, as what, where: a practice situation."""

    identifier: tuple[Identifier, ...] = ()
    practitioner: Reference | None = None
    organization: Reference | None = None
    code: tuple[CodeableConcept, ...] = ()


class Organization(Resource, frozen=True, kw_only=True, tag="Organization"):
    """org-1: an identifier or a name at least."""

    identifier: tuple[Identifier, ...] = ()
    name: str = ""


class RelatedPerson(Resource, frozen=True, kw_only=True, tag="RelatedPerson"):
    patient: Reference
    relationship: tuple[CodeableConcept, ...] = ()
    name: tuple[HumanName, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    address: tuple[Address, ...] = ()


class Device(Resource, frozen=True, kw_only=True, tag="Device"):
    """A system that acts by itself."""

    device_name: tuple["DeviceName", ...] = ()


class DeviceName(Backbone, frozen=True, kw_only=True):
    name: str
    type: str


class CareTeamParticipant(Backbone, frozen=True, kw_only=True):
    role: tuple[CodeableConcept, ...] = ()
    member: Reference | None = None


class CareTeam(Resource, frozen=True, kw_only=True, tag="CareTeam"):
    status: str
    name: str = ""
    subject: Reference | None = None
    participant: tuple[CareTeamParticipant, ...] = ()


class DocumentContent(Backbone, frozen=True, kw_only=True):
    attachment: Attachment
    format: Coding | None = None


class DocumentRelation(Backbone, frozen=True, kw_only=True):
    code: str
    target: Reference


class DocumentReference(Resource, frozen=True, kw_only=True, tag="DocumentReference"):
    master_identifier: Identifier | None = None
    identifier: tuple[Identifier, ...] = ()
    status: str
    type: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    date: Instant = ""
    author: tuple[Reference, ...] = ()
    custodian: Reference | None = None
    relates_to: tuple[DocumentRelation, ...] = ()
    description: str = ""
    security_label: tuple[CodeableConcept, ...] = ()
    content: tuple[DocumentContent, ...]


class AllergyIntolerance(Resource, frozen=True, kw_only=True, tag="AllergyIntolerance"):
    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    code: CodeableConcept | None = None
    patient: Reference
    onset_date_time: DateTime = ""
    recorded_date: DateTime = ""
    note: tuple[Annotation, ...] = ()


class Condition(Resource, frozen=True, kw_only=True, tag="Condition"):
    """con-4: an `abatement` only where `clinicalStatus` is inactive, resolved or remission."""

    clinical_status: CodeableConcept | None = None
    verification_status: CodeableConcept | None = None
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept | None = None
    subject: Reference
    onset_date_time: DateTime = ""
    abatement_date_time: DateTime = ""
    recorded_date: DateTime = ""
    note: tuple[Annotation, ...] = ()


class Dosage(Backbone, frozen=True, kw_only=True):
    text: str = ""


class MedicationStatement(Resource, frozen=True, kw_only=True, tag="MedicationStatement"):
    status: str
    medication_codeable_concept: CodeableConcept
    subject: Reference
    effective_period: Period | None = None
    date_asserted: DateTime = ""
    reason_code: tuple[CodeableConcept, ...] = ()
    reason_reference: tuple[Reference, ...] = ()
    note: tuple[Annotation, ...] = ()
    dosage: tuple[Dosage, ...] = ()


class Encounter(Resource, frozen=True, kw_only=True, tag="Encounter"):
    status: str
    class_: Coding = msgspec.field(name="class")
    type: tuple[CodeableConcept, ...] = ()
    subject: Reference | None = None
    period: Period | None = None
    reason_code: tuple[CodeableConcept, ...] = ()
    length: Quantity | None = None
    service_provider: Reference | None = None


class ImmunizationPerformer(Backbone, frozen=True, kw_only=True):
    actor: Reference


class Immunization(Resource, frozen=True, kw_only=True, tag="Immunization"):
    """R4 requires an occurrence: `occurrenceString` where no date is known."""

    status: str
    vaccine_code: CodeableConcept
    patient: Reference
    occurrence_date_time: DateTime = ""
    occurrence_string: str = ""
    recorded: DateTime = ""
    primary_source: bool | None = None
    lot_number: str = ""
    performer: tuple[ImmunizationPerformer, ...] = ()
    note: tuple[Annotation, ...] = ()


class FamilyCondition(Backbone, frozen=True, kw_only=True):
    code: CodeableConcept


class FamilyMemberHistory(Resource, frozen=True, kw_only=True, tag="FamilyMemberHistory"):
    status: str
    patient: Reference
    date: DateTime = ""
    relationship: CodeableConcept
    note: tuple[Annotation, ...] = ()
    condition: tuple[FamilyCondition, ...] = ()


class ObservationComponent(Backbone, frozen=True, kw_only=True):
    code: CodeableConcept
    value_quantity: Quantity | None = None
    value_string: str = ""


class Observation(Resource, frozen=True, kw_only=True, tag="Observation"):
    status: str
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept
    subject: Reference | None = None
    effective_date_time: DateTime = ""
    issued: Instant = ""
    performer: tuple[Reference, ...] = ()
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None
    value_string: str = ""
    body_site: CodeableConcept | None = None
    note: tuple[Annotation, ...] = ()
    component: tuple[ObservationComponent, ...] = ()


class Flag(Resource, frozen=True, kw_only=True, tag="Flag"):
    status: str
    category: tuple[CodeableConcept, ...] = ()
    code: CodeableConcept
    subject: Reference


class Basic(Resource, frozen=True, kw_only=True, tag="Basic"):
    code: CodeableConcept
    subject: Reference | None = None
    created: Date = ""
    author: Reference | None = None


class ProvenanceAgent(Backbone, frozen=True, kw_only=True):
    type: CodeableConcept | None = None
    who: Reference


class Provenance(Resource, frozen=True, kw_only=True, tag="Provenance"):
    target: tuple[Reference, ...]
    recorded: Instant
    agent: tuple[ProvenanceAgent, ...]


class ListEntry(Backbone, frozen=True, kw_only=True):
    item: Reference


class List(Resource, frozen=True, kw_only=True, tag="List"):
    """lst-1: an `emptyReason` only where there is no entry."""

    status: str
    mode: str
    title: str = ""
    code: CodeableConcept | None = None
    subject: Reference | None = None
    date: DateTime = ""
    entry: tuple[ListEntry, ...] = ()
    empty_reason: CodeableConcept | None = None


class AuditAgent(Backbone, frozen=True, kw_only=True):
    role: tuple[CodeableConcept, ...] = ()
    who: Reference | None = None
    name: str = ""
    requestor: bool


class AuditSource(Backbone, frozen=True, kw_only=True):
    observer: Reference


class AuditDetail(Backbone, frozen=True, kw_only=True):
    """A fact about what was accessed: here, how one came to it."""

    type: str
    value_string: str


class AuditEntity(Backbone, frozen=True, kw_only=True):
    what: Reference | None = None
    description: str = ""
    detail: tuple[AuditDetail, ...] = ()


class AuditEvent(Resource, frozen=True, kw_only=True, tag="AuditEvent"):
    type: Coding
    subtype: tuple[Coding, ...] = ()
    action: str = ""
    period: Period | None = None
    recorded: Instant
    outcome: str = ""
    outcome_desc: str = ""
    purpose_of_event: tuple[CodeableConcept, ...] = ()
    agent: tuple[AuditAgent, ...]
    source: AuditSource
    entity: tuple[AuditEntity, ...] = ()


AnyResource = (
    Patient | Practitioner | PractitionerRole | Organization | RelatedPerson | Device | CareTeam
    | DocumentReference | AllergyIntolerance | Condition | MedicationStatement | Encounter | Immunization
    | FamilyMemberHistory | Observation | Flag | Basic | Provenance | List | AuditEvent
)  # fmt: skip
