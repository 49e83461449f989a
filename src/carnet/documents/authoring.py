"""A person's own document as a CDA: level 1 around her file, herself as author (facts/mes.md 3.1, 3.5)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from carnet.journal.api import Actor
from carnet.people import api as people
from carnet.platform import clock
from carnet.standards.cda.model import Attachment, Author, Code, Header, Organisation, Patient
from carnet.standards.cda.writer import N1_TEMPLATES, write_n1
from carnet.terminology.api import DocumentType

_TRE_A00: Final = "1.2.250.1.213.1.1.4.6"
_EXPRESSION: Final = Code("EXP_PATIENT", _TRE_A00, "Expression personnelle du patient")
_LOINC: Final = "2.16.840.1.113883.6.1"
_TRE_A05: Final = "1.2.250.1.213.1.1.4.12"
_NORMAL: Final = Code("N", "2.16.840.1.113883.5.25", "Normal")
_KEEPER: Final = Organisation(name="Carnet, espace numérique de santé", national_id="2.25.1^carnet")
"""Who keeps the document: the service itself, which has no number in the register of structures."""


@dataclass(frozen=True, slots=True)
class Previous:
    """The version that a document replaces."""

    unique_id: str
    set_id: str | None
    version: int


def write(
    person_id: UUID,
    *,
    by: Actor,
    kind: DocumentType,
    title: str,
    moment: datetime,
    file: Attachment,
    unique_id: str,
    previous: Previous | None = None,
    written_at: datetime | None = None,
) -> bytes:
    """Return the CDA of a person's own document. `by`: herself or her representative; `moment`: its date.

    `written_at`: when it was written, now unless said: the same facts make the same bytes.
    """
    person = people.get_person(person_id)
    writer = people.get_person(by.id or person_id)
    author = _author(writer, own=writer.id == person_id, at=written_at or clock.now())
    header = Header(
        unique_id=unique_id,
        set_id=(previous.set_id if previous else None) or unique_id,
        version_number=previous.version + 1 if previous else 1,
        replaces=(previous.unique_id,) if previous else (),
        code=code_of(kind),
        title=title,
        effective_time=moment,
        confidentiality=_NORMAL,
        language="fr-FR",
        patient=patient_of(person),
        authors=(author,),
        custodian=_KEEPER,
        legal_authenticator=author,
        service_start=moment,
        facility_type=_EXPRESSION,
        practice_setting=_EXPRESSION,
        template_ids=N1_TEMPLATES,
    )
    return write_n1(header, file)


def code_of(kind: DocumentType) -> Code:
    """Return a type of document as a header says it."""
    return Code(kind.code, _LOINC if kind.code[0].isdigit() else _TRE_A05, kind.label)


def patient_of(person: people.PersonCard) -> Patient:
    """Return a person of the register as a header names her: matricule, the five traits, a local id."""
    return Patient(
        ins=person.matricule,
        ins_oid=person.oid,
        local_ids=(f"2.25.{person.id.int}",),
        traits=person.traits,
        used_family=person.used_name,
    )


def _author(person: people.PersonCard, *, own: bool, at: datetime) -> Author:
    """Who adds it. Of a representative no matricule: the other one reads the document too, and the child."""
    return Author(
        family=person.used_name or person.birth_name,
        given=person.first_given_name,
        national_id=f"{person.oid}^{person.matricule}" if own else f"2.25.{person.id.int}",
        role=_EXPRESSION,
        at=at,
    )
