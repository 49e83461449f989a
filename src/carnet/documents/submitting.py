"""What a structure's software sends: one or several documents of one person, all or none of them.

What the documents themselves say is checked first, then whose they are, then what is there already: an answer
about the bytes is the same whoever the person is. What speaks of the register or of her space is told apart
for the journal only (`policies.as_unknown`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings

from carnet.access import api as access
from carnet.access.api import Visibility
from carnet.directory import api as directory
from carnet.documents import entering, policies, text, wrapping
from carnet.documents.coming import MEDIA_TYPE, Coming
from carnet.documents.policies import Code, DepositRefused, normal_id
from carnet.documents.receipts import Receipt
from carnet.documents.submissions import SubmissionSet
from carnet.journal.api import Actor, EventType, Purpose
from carnet.journal.api import write as write_line
from carnet.people import api as people
from carnet.standards.cda import reader, rules
from carnet.standards.cda.model import CdaRefused, Document, Header
from carnet.standards.ins import Matricule, Traits
from carnet.standards.pdsm.content import Cda
from carnet.standards.sniff import FileRefused


@dataclass(frozen=True, slots=True)
class Identity:
    """The patient as named beside a document: matricule (15 characters), its OID, the traits if given."""

    matricule: str
    oid: str
    traits: Traits | None = None


@dataclass(frozen=True, slots=True)
class Submitted:
    """One document as a software sends it.

    `media_type`: text/xml for a CDA, else that of a file, which `header` then describes: its patient with
    matricule and traits, its type and moment; what it leaves out is written as unknown. `unique_id` and
    `identity` must agree with a CDA's own; "" and None say nothing. `replaces`: the uniqueId or the id of
    its depositor's older document. `face`: the metadata as they were sent, given back to their depositor.
    `cda`: the CDA of `data`, if it was read already.
    """

    data: bytes
    media_type: str
    unique_id: str
    visibility: Visibility
    header: Header | None = None
    identity: Identity | None = None
    archived: bool = False
    replaces: tuple[str | UUID, ...] = ()
    entry_id: UUID | None = None
    face: bytes | None = None
    cda: Cda | None = None

    @property
    def is_cda(self) -> bool:
        """Say whether it is a document already, not a file by itself."""
        return self.media_type == MEDIA_TYPE


@dataclass(frozen=True, slots=True)
class _Read:
    """A document sent, read: what it says, who may see it, whose matricule it carries."""

    sent: Submitted
    document: Document
    visibility: Visibility
    matricule: Matricule


def submit(
    documents: Sequence[Submitted],
    *,
    by: Actor,
    submission: SubmissionSet | None = None,
) -> Receipt:
    """Take in documents of one person that a structure's software sends together, all or none of them.

    `by`: the structure (FINESS) and its software. Whether a CDA follows the profile is asked of what was
    sent (`standards.pdsm`), before. Raises DepositRefused, whose `index` says which document; an unknown
    matricule, other traits, a space that is not open are one refusal (UNKNOWN_PATIENT). Sent again, it adds
    nothing and returns the same ids.
    """
    try:
        return take(documents, by=by, submission=submission)
    except DepositRefused as refused:
        if refused.private:
            raise policies.as_unknown(refused) from refused
        raise


def take(
    documents: Sequence[Submitted],
    *,
    by: Actor,
    submission: SubmissionSet | None = None,
    strict: bool = False,
    person_id: UUID | None = None,
) -> Receipt:
    """Do what `submit` does, and say why it refuses: for who runs the service. `person_id`: whom he means.

    `strict`: each CDA must follow the structuration minimale.
    """
    if not documents:
        raise DepositRefused(Code.OTHER, "documents", "Il n’y a aucun document dans cet envoi.")
    actor = policies.check_depositor(by.structure, by)
    read = [_read_one(number, one, strict=strict) for number, one in enumerate(documents)]
    _check_together(read)
    person = _find_person(read, actor)
    if person_id is not None and person.id != person_id:
        raise DepositRefused(Code.INS_DIFFERS, "ins", "Le document concerne une autre personne.")
    structure = directory.find_structure(actor.structure)
    comings = [_coming(one, person, actor, structure.name if structure else "") for one in read]
    try:
        receipt = entering.enter_all(comings, read_text, submission=submission)
    except access.Refused as refused:
        raise _closed(refused) from refused
    if actor.id is not None:
        wrote = {author.national_id for one in comings for author in one.document.authors}
        directory.note_authors(wrote, actor.structure, actor.id)
    return receipt


def read_cda(data: bytes) -> Document:
    """Return a CDA document that was read. Raises DepositRefused."""
    return _parse(data).document


def read_text(coming: Coming) -> str:
    """Return the words of a document that comes; refuses (906) a file that may not be kept."""
    try:
        return text.read(coming.document, coming.narrative)
    except FileRefused as refused:
        raise DepositRefused(Code.OTHER, "content", refused.message_fr) from refused


# -- what a document says by itself


def _read_one(number: int, sent: Submitted, *, strict: bool) -> _Read:
    with policies.naming(number):
        document = _open_cda(sent, strict=strict) if sent.is_cda else _open_file(sent)
        policies.check_type(document)
        policies.check_moment(document)
        visibility = policies.check_visibility(document, sent.visibility)
        return _Read(
            sent, document, visibility, policies.check_matricule(document, settings.CARNET_TRUSTED_OIDS)
        )


def _open_cda(sent: Submitted, *, strict: bool) -> Document:
    """Return what a CDA says, which must be what is said beside it."""
    cda = sent.cda or _parse(sent.data)
    document = cda.document
    if strict:
        policies.check_header(rules.check(cda.tree))
    if sent.unique_id and normal_id(sent.unique_id) != document.unique_id:
        raise DepositRefused(
            Code.OTHER,
            "uniqueId",
            "L’identifiant annoncé (uniqueId) n’est pas celui que porte le document (id).",
        )
    if sent.identity:
        policies.check_beside(document, sent.identity.matricule, sent.identity.oid, sent.identity.traits)
    policies.check_complete(document.patient.traits)
    return document


def _open_file(sent: Submitted) -> Document:
    """Return a file as the document that it becomes; who names what it replaces does so beside it."""
    header = sent.header
    if header is None:
        raise DepositRefused(Code.OTHER, "header", "Rien ne dit de qui est ce fichier, ni ce qu’il est.")
    unique_id = normal_id(sent.unique_id or header.unique_id)
    header = replace(header, unique_id=unique_id, set_id=None, version_number=None, replaces=())
    return wrapping.describe(sent.data, sent.media_type, header)


def _parse(data: bytes) -> Cda:
    """Return a document as parsed and as read: the rules look at the tree, which is not parsed twice."""
    try:
        tree = reader.parse(data, max_bytes=policies.MAX_CDA_BYTES)
        return Cda(tree, reader.read_tree(tree))
    except CdaRefused as error:
        raise policies.refusal_of(error) from error


def _check_together(read: Sequence[_Read]) -> None:
    """Refuse documents that cannot be one sending: of two persons, or twice under one name."""
    seen = set()
    for number, one in enumerate(read):
        with policies.naming(number):
            if one.matricule != read[0].matricule:
                raise DepositRefused(
                    Code.INS_DIFFERS,
                    "ins",
                    "Un envoi ne concerne qu’une personne : ce document en nomme une autre.",
                )
            if one.document.unique_id in seen:
                raise DepositRefused(
                    Code.DUPLICATE, "uniqueId", "Deux documents de cet envoi portent le même identifiant."
                )
        seen.add(one.document.unique_id)


# -- whose it is


def _find_person(read: Sequence[_Read], by: Actor) -> people.PersonCard:
    """Return the person of the register whom documents are about, matricule and traits compared."""
    person = people.find_by_matricule(read[0].matricule.value)
    if person is None:
        raise DepositRefused(
            Code.UNKNOWN_PATIENT, "ins", "Le matricule INS du document n’est pas connu du registre.",
            reason="unknown", private=True,
        )  # fmt: skip
    try:
        for number, one in enumerate(read):
            with policies.naming(number):
                policies.check_traits(one.document.patient.traits, person.traits)
    except DepositRefused as refused:
        write_line(
            EventType.DOCUMENT_DEPOSITED, person_id=person.id, by=by, purpose=Purpose.DEPOSIT, allowed=False,
            reason=refused.reason,
        )  # fmt: skip
        raise
    return person


def _coming(read: _Read, person: people.PersonCard, by: Actor, structure_name: str) -> Coming:
    sent, document = read.sent, read.document
    if not sent.is_cda:  # the traits were compared: those of the register stand in the document
        document = replace(document, patient=replace(document.patient, traits=person.traits))
    return Coming(
        person.id,
        sent.data if sent.is_cda else wrapping.wrap(document),
        document,
        by,
        Purpose.DEPOSIT,
        EventType.DOCUMENT_DEPOSITED,
        read.visibility,
        file=None if sent.is_cda else sent.data,
        media_type=sent.media_type,
        replaces=tuple(normal_id(one) if isinstance(one, str) else one for one in sent.replaces),
        archived=sent.archived,
        entry_id=sent.entry_id,
        face=sent.face,
        structure_name=structure_name,
    )


def _closed(refused: access.Refused) -> DepositRefused:
    scope = refused.scope
    return DepositRefused(
        Code.OTHER, "espace", f"Dépôt refusé : {scope.explanation}", reason=scope.rule, private=True
    )
