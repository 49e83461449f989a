"""A deposit: a structure of care feeds a person's space with a document (CSP R1111-47)."""

from uuid import UUID

from django.conf import settings
from lxml import etree

from carnet.access import api as access
from carnet.access.api import Visibility
from carnet.documents import entering, policies, text, twins
from carnet.documents.entering import Coming, Deposited
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.queries import fetch
from carnet.enrolment.api import find_space
from carnet.journal.api import Actor, EventType, Purpose
from carnet.people import api as people
from carnet.platform import clock, crypto
from carnet.standards.cda import reader, rules
from carnet.standards.cda.model import CdaRefused, Document
from carnet.standards.sniff import FileRefused


def deposit(
    data: bytes,
    *,
    structure: str,
    by: Actor,
    person_id: UUID | None = None,
    masked: bool = False,
    invisible_patient: bool = False,
    invisible_representatives: bool = False,
    strict: bool = False,
) -> Deposited:
    """Take in a CDA document for the person whom it is about.

    `structure`: FINESS number of the depositor. `person_id`: whom the depositor means; another person's
    document is refused. The three flags are what software must ask at a deposit (facts/mes.md 3.6).
    `strict`: the header must follow the structuration minimale, else the refusal names the rule.
    Raises DepositRefused. Killed at any moment it leaves the whole document or nothing; sent again it
    adds nothing but its source. A new version takes the place of the one that it names.
    """
    actor = policies.check_depositor(structure, by)
    tree, document = _read_cda(data)
    policies.check_type(document)
    person = _find_person(document, person_id)
    if strict:
        policies.check_header(rules.check(tree))
    said = Visibility(masked, invisible_patient, invisible_representatives)
    visibility = policies.check_visibility(
        document, said, masked_by_default=find_space(person.id).documents_masked
    )
    coming = Coming(
        person.id, data, document, actor, Purpose.DEPOSIT, EventType.DOCUMENT_DEPOSITED, visibility
    )
    try:
        return entering.enter(coming, lambda: _read_text(coming))
    except access.Refused as refused:
        raise _closed(refused) from refused


def withdraw(person_id: UUID, *, unique_id: str, structure: str, by: Actor) -> UUID:
    """Have its author take a document back: marked deleted, and a twin comes forward (facts/mes.md 3.7).

    `unique_id`: the document's own identifier. Returns the document's id. Raises DepositRefused: 906 when
    there is none, 900 when it is not the latest version, 901 when another structure deposited it.
    """
    actor = policies.check_depositor(structure, by)
    try:
        with access.open(
            person_id, by=actor, purpose=Purpose.DEPOSIT, event=EventType.DOCUMENT_DELETED, late=True
        ) as a:
            found = _find_to_withdraw(a, unique_id, actor.structure)
            a.record(EventType.DOCUMENT_DELETED, reference=found)
            _mark_withdrawn(a, found)
            return found
    except access.Refused as refused:
        raise _closed(refused) from refused


def read_cda(data: bytes) -> Document:
    """Return a CDA document that was read. Raises DepositRefused."""
    return _read_cda(data)[1]


def _read_cda(data: bytes) -> tuple[etree._Element, Document]:
    """Return a document as parsed and as read: the rules look at the tree, which is not parsed twice."""
    try:
        tree = reader.parse(data, max_bytes=policies.MAX_CDA_BYTES)
        return tree, reader.read_tree(tree)
    except CdaRefused as error:
        raise policies.refusal_of(error) from error


def _read_text(coming: Coming) -> str:
    try:
        return text.read(coming.document, coming.narrative)
    except FileRefused as refused:
        raise DepositRefused(Code.OTHER, "content", refused.message_fr) from refused


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


def _closed(refused: access.Refused) -> DepositRefused:
    return DepositRefused(Code.OTHER, "espace", f"Dépôt refusé : {refused.scope.explanation}")


def _find_to_withdraw(a: access.Access, unique_id: str, structure: str) -> UUID:
    key = crypto.find_key(a.person_id)
    rows = key and fetch(
        "select id, structure, status from documents_document"
        " where person_id = %(person)s and unique_key = %(key)s for update",
        {"person": a.person_id, "key": key.hash("document", unique_id)},
    )
    if not rows:
        raise DepositRefused(Code.OTHER, "id", "Aucun document ne porte cet identifiant (uniqueId).")
    found, owner, status = rows[0]
    if owner != structure:
        raise DepositRefused(
            Code.AUTHOR_NOT_ALLOWED, "structure", "Un document n’est retiré que par qui l’a déposé."
        )
    if status != "current":
        raise DepositRefused(Code.WRONG_VERSION, "id", "Seule la dernière version peut être retirée.")
    return UUID(str(found))


def _list_older(a: access.Access, document_id: UUID) -> list[UUID]:
    """The versions that a document replaced: no list shows them, but what others sent of them is theirs."""
    rows = fetch(
        "select o.id from documents_document o join documents_document d on d.person_id = o.person_id"
        " and d.set_key = o.set_key where d.person_id = %(person)s and d.id = %(id)s"
        " and o.status = 'superseded'",
        {"person": a.person_id, "id": document_id},
    )
    return [row[0] for row in rows]


def _mark_withdrawn(a: access.Access, document_id: UUID) -> None:
    """Keep the row for the history, without its words; its content stays with it (a legal trace)."""
    values = {"person": a.person_id, "id": document_id, "now": clock.now()}
    fetch(
        "update documents_document set status = 'deleted', status_at = %(now)s, folder_id = null,"
        " pinned_at = null where person_id = %(person)s and id = %(id)s returning id",
        values,
    )
    fetch("delete from documents_words where person_id = %(person)s and id = %(id)s returning id", values)
    twins.bring_forward(a, [document_id, *_list_older(a, document_id)])
