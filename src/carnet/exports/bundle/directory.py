"""Whoever a record speaks of: each is a resource of the bundle, made when first named."""

from collections.abc import Iterator, Mapping
from typing import Final, Protocol
from uuid import UUID, uuid5

from carnet.directory.api import ProfessionalCard
from carnet.journal.api import Actor, ActorKind
from carnet.people.api import PersonCard
from carnet.standards.fhir.codec import day, refer
from carnet.standards.fhir.resources import (
    AnyResource,
    Device,
    DeviceName,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    RelatedPerson,
)
from carnet.standards.fhir.types import (
    Address,
    CodeableConcept,
    Coding,
    Extension,
    HumanName,
    Identifier,
    Meta,
    Reference,
)
from carnet.standards.ins import OID_INS_NIR, OID_INS_TEST
from carnet.terminology.api import profession_words

CORE: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition"
FINESS: Final = "https://finess.esante.gouv.fr"
RPPS: Final = "https://rpps.esante.gouv.fr"
_PROFESSIONS: Final = "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
_STRUCTURES: Final = "urn:oid:1.2.250.1.71.4.2.2"
_SITUATIONS: Final = "urn:carnet:situation-exercice"
_V2_0203: Final = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
_COMMUNES: Final = "https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune"
_GENDERS: Final = {"M": "male", "F": "female"}
_OFFICES: Final = {
    ActorKind.SUPPORT: "3422, service d’aide de Mon espace santé",
    ActorKind.INSURER: "Assurance Maladie",
}
SERVICE: Final = "Mon espace santé"


class Known(Protocol):
    """What is known of who is named: the person of the record, others by id, professionals by id."""

    @property
    def person(self) -> PersonCard: ...

    @property
    def names(self) -> Mapping[UUID, str]: ...

    @property
    def professionals(self) -> Mapping[UUID, ProfessionalCard]: ...


class Directory:
    """Gives references, and at the end the resources that they name. `subject`: the person of the record."""

    def __init__(self, record: Known) -> None:
        self._record = record
        self._found: dict[UUID, AnyResource] = {}
        self.subject = refer(record.person.id, "Patient")

    def id_of(self, what: str) -> UUID:
        """Return a lasting id for what has none of its own: the same in two copies of one record."""
        return uuid5(self._record.person.id, what)

    def person(self, person_id: UUID | None, tie: str = "Représentant légal") -> Reference:
        """Refer to the holder, or to somebody else who wrote in the record; `tie`: what he is to her."""
        if person_id is None or person_id == self._record.person.id:
            return self.subject
        name = self._record.names.get(person_id, "Une autre personne")
        self._found[person_id] = RelatedPerson(
            id=str(person_id),
            patient=self.subject,
            relationship=(CodeableConcept(text=tie),),
            name=(HumanName(text=name),),
        )
        return refer(person_id, "RelatedPerson", name)

    def organisation(self, finess: str = "", name: str = "") -> Reference:
        """Refer to a structure by its FINESS number, its name or both; one of them is given (org-1)."""
        assert finess or name
        found = self.id_of(f"organisation:{finess or name}")
        known = self._found.get(found)
        name = name or (known.name if isinstance(known, Organization) else "")
        self._found[found] = Organization(
            id=str(found),
            identifier=(Identifier(system=_system_of(finess), value=finess),) if finess else (),
            name=name,
        )
        return refer(found, "Organization", name or f"FINESS {finess}")

    def situation(self, actor: Actor, place: str) -> Reference:
        """Refer to a professional where he practises (facts/interop.md 0.1, 10). `place`: its name, or ""."""
        found = self.id_of(f"situation:{actor.id}:{actor.situation}")
        card = self._record.professionals.get(actor.id) if actor.id else None
        self._found[found] = PractitionerRole(
            id=str(found),
            identifier=(Identifier(system=_SITUATIONS, value=actor.situation),) if actor.situation else (),
            practitioner=self._practitioner(card) if card else None,
            organization=self.organisation(actor.structure, place) if actor.structure else None,
            code=(profession_of(actor.role),) if actor.role else (),
        )
        return refer(found, "PractitionerRole", card.name if card else "")

    def _practitioner(self, card: ProfessionalCard) -> Reference:
        self._found[card.id] = Practitioner(
            id=str(card.id),
            identifier=(Identifier(system=RPPS, value=card.rpps),) if card.rpps else (),
            name=(HumanName(text=card.name, family=card.family_name, given=(card.given_name,)),),
        )
        return refer(card.id, "Practitioner", card.name)

    def software(self, client_id: UUID, name: str) -> Reference:
        """Refer to the software by which somebody acted: its identity is part of the trace."""
        self._found[client_id] = Device(
            id=str(client_id), device_name=(DeviceName(name=name, type="manufacturer-name"),)
        )
        return refer(client_id, "Device", name)

    def service(self) -> Reference:
        """Refer to the service itself, which acts without anybody."""
        found = self.id_of("service")
        self._found[found] = Device(
            id=str(found), device_name=(DeviceName(name=SERVICE, type="user-friendly-name"),)
        )
        return refer(found, "Device", SERVICE)

    def author(self, kind: str, author_id: UUID | None, structure: str, name: str = "") -> Reference:
        """Refer to who wrote a line of the profile or a measure."""
        if kind == "PERSON":
            return self.person(author_id)
        return self.organisation(structure, name) if structure or name else self.service()

    def actor(self, actor: Actor, name: str = "") -> Reference:
        """Refer to who acted, as the journal knows it. `name`: of a structure, as the line keeps it."""
        match actor.kind:
            case ActorKind.PATIENT | ActorKind.LEGAL_REPRESENTATIVE:
                return self.person(actor.id)
            case ActorKind.CAREGIVER:
                return self.person(actor.id, "Aidant")
            case ActorKind.HEALTHCARE_PROFESSIONAL:
                return self.situation(actor, name)
            case ActorKind.HEALTHCARE_FACILITY if actor.structure:
                return self.organisation(actor.structure, name)
            case _ if actor.kind in _OFFICES:
                return self.organisation(name=_OFFICES[actor.kind])
        return self.service()

    def keep(self, resource: AnyResource, found: UUID) -> Reference:
        """Keep a resource that several lines name, and refer to it."""
        self._found[found] = resource
        return refer(found, type(resource).__name__)

    def resources(self) -> Iterator[AnyResource]:
        """Yield everybody who was named."""
        yield from self._found.values()


def _system_of(number: str) -> str:
    """A FINESS number has nine characters; longer is a Struct_IdNat of another register (interop 0.1)."""
    return FINESS if len(number) == 9 else _STRUCTURES  # noqa: PLR2004


def profession_of(code: str) -> CodeableConcept:
    """Return a profession (TRE_G15) as a concept, with its words."""
    return CodeableConcept(coding=(Coding(system=_PROFESSIONS, code=code),), text=profession_words(code))


def patient_of(person: PersonCard, *, practitioners: tuple[Reference, ...] = ()) -> Patient:
    """Return the holder: the five traits, the matricule under the OID it comes from (interop 0.1)."""
    return Patient(
        id=str(person.id),
        meta=Meta(profile=(f"{CORE}/fr-core-patient-ins",)),
        extension=(_birth_place(person.birth_place),),
        identifier=(_matricule(person),),
        active=person.died_on is None,
        name=_names(person),
        gender=_GENDERS.get(person.sex, "unknown"),
        birth_date=day(person.birth_date),
        deceased_date_time=day(person.died_on) if person.died_on else "",
        general_practitioner=practitioners,
    )


def _matricule(person: PersonCard) -> Identifier:
    kind = {OID_INS_NIR: "INS-NIR", OID_INS_TEST: "INS-NIR-TEST"}.get(person.oid, "INS-NIA")
    return Identifier(
        use="official",
        type=CodeableConcept(coding=(Coding(system=_V2_0203, code=kind),)),
        system=f"urn:oid:{person.oid}",
        value=person.matricule,
    )


def _names(person: PersonCard) -> tuple[HumanName, ...]:
    official = HumanName(
        extension=(
            Extension(url=f"{CORE}/fr-core-patient-birth-list-given-name", value_string=person.given_names),
        ),
        use="official",
        family=person.birth_name,
        given=(person.first_given_name,),
    )
    if not person.used_name:
        return (official,)
    usual = HumanName(use="usual", family=person.used_name, given=(person.first_given_name,))
    return official, usual


def _birth_place(insee: str) -> Extension:
    code = Extension(
        url=f"{CORE}/fr-core-address-insee-code", value_coding=Coding(system=_COMMUNES, code=insee)
    )
    return Extension(
        url="http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
        value_address=Address(extension=(code,)),
    )
