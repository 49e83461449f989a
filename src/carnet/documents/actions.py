"""A deposit: a structure of care feeds a person's space with a document (CSP R1111-47)."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from carnet.access import api as access
from carnet.access.api import Visibility
from carnet.documents import policies, queries
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.records import Record, blob_purpose, make_record
from carnet.enrolment.api import find_space
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.people import api as people
from carnet.platform import blobs, crypto, outbox
from carnet.standards.cda import reader
from carnet.standards.cda.model import CdaRefused, Document

DEPOSITED = "documents.deposited"


@dataclass(frozen=True, slots=True)
class Deposited:
    """What a deposit came to. `already`: the very same document was there; nothing was added."""

    person_id: UUID
    document_id: UUID
    already: bool


def deposit(
    data: bytes,
    *,
    structure: str,
    by: Actor,
    person_id: UUID | None = None,
    masked: bool = False,
    invisible_patient: bool = False,
    invisible_representatives: bool = False,
) -> Deposited:
    """Take in a CDA document for the person whom it is about.

    `structure`: FINESS number of the depositor. `person_id`: whom the depositor means; another person's
    document is refused. The three flags are what software must ask at a deposit (facts/mes.md 3.6).
    Raises DepositRefused. Killed at any moment it leaves the whole document or nothing; sent again it
    adds nothing.
    """
    actor = policies.check_depositor(structure, by)
    document = _read(data)
    policies.check_type(document)
    person = _find_person(document, person_id)
    said = Visibility(masked, invisible_patient, invisible_representatives)
    visibility = policies.check_visibility(
        document, said, masked_by_default=find_space(person.id).documents_masked
    )
    _check_admitted(person.id, actor)
    key = crypto.ensure_key(person.id)
    record = make_record(data, document, person_id=person.id, by=actor, visibility=visibility, key=key)
    # The content first: a row never names a content that is not there.
    blobs.store().put(person.id, record.blob, key.seal(blob_purpose(record.blob), data))
    return _enter(record, actor)


def _read(data: bytes) -> Document:
    try:
        return reader.read(data, max_bytes=policies.MAX_BYTES)
    except CdaRefused as error:
        raise policies.refusal_of(error) from error


def _find_person(document: Document, meant: UUID | None) -> people.PersonCard:
    """Return the person of the register whom a document is about, matricule and traits compared."""
    matricule = policies.check_matricule(document, settings.CARNET_TRUSTED_OIDS)
    person = people.find_by_matricule(matricule.value)
    if person is None:
        raise DepositRefused(
            Code.UNKNOWN_PATIENT, "ins", "Le matricule INS du document n’est pas connu du registre."
        )
    policies.check_traits(document.patient.traits, person.traits)
    if meant is not None and person.id != meant:
        raise DepositRefused(Code.INS_DIFFERS, "ins", "Le document concerne une autre personne.")
    return person


def _check_admitted(person_id: UUID, actor: Actor) -> None:
    """Have the door write a refusal before a key or a content is made for nobody."""
    if access.decide(person_id, by=actor, purpose=Purpose.DEPOSIT).allowed:
        return
    try:
        with access.open(person_id, by=actor, purpose=Purpose.DEPOSIT, event=EventType.DOCUMENT_DEPOSITED):
            return  # admitted in between
    except access.Refused as refused:
        raise _closed(refused) from refused


def _closed(refused: access.Refused) -> DepositRefused:
    return DepositRefused(Code.OTHER, "espace", f"Dépôt refusé : {refused.scope.explanation}")


def _enter(record: Record, actor: Actor) -> Deposited:
    """Write row, journal and event in one transaction, behind the door."""
    told = _list_told(record)
    personal = {"title": record.title, "structure_name": record.structure_name}
    try:
        with access.open(
            record.person_id, by=actor, purpose=Purpose.DEPOSIT, event=EventType.DOCUMENT_DEPOSITED,
            reference=record.id, personal=personal,
        ) as a:  # fmt: skip
            already = not queries.insert(a, record)
            if already:
                _note_again(a, record)
            else:
                _announce(record, told)
    except access.Refused as refused:
        raise _closed(refused) from refused
    return Deposited(record.person_id, record.id, already)


def _note_again(a: access.Access, record: Record) -> None:
    if not queries.same_content(a, record):
        raise DepositRefused(Code.OTHER, "id", "Un autre document porte déjà cet identifiant (uniqueId).")
    a.record(EventType.DOCUMENT_ALREADY_THERE, reference=record.id)


def _announce(record: Record, told: list[UUID]) -> None:
    outbox.emit(
        DEPOSITED,
        key=f"{DEPOSITED}:{record.person_id}:{record.id}",
        person_id=record.person_id,
        facts={"document_id": str(record.id), "told": [str(person) for person in told]},
    )


def _list_told(record: Record) -> list[UUID]:
    """Return who is told of the document: the holder and the representatives, if they may read it."""
    holder = [] if record.visibility.invisible_patient else [record.person_id]
    representatives = [
        person.id
        for person in people.list_representatives(record.person_id)
        if access.decide(
            record.person_id, by=Actor(ActorKind.LEGAL_REPRESENTATIVE, person.id), purpose=Purpose.CONSULT
        ).allows(record.visibility)
    ]
    return holder + representatives
