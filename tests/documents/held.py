"""Two structures with a software each, and documents of theirs."""

from uuid import UUID

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.platform import crypto
from carnet.standards.pdsm.face import make_face
from tests.documents.deposits import FINESS, deposit, report
from tests.documents.shelves import set_columns
from tests.people.register import matricule_of

LAB = Actor(ActorKind.HEALTHCARE_FACILITY, UUID(int=71), FINESS)
CLINIC = Actor(ActorKind.HEALTHCARE_FACILITY, UUID(int=72), "310000021")


def bring(person, number=1, *, by=LAB, columns=None, flags=None, **changes):
    """Deposit a report for a structure; return its id."""
    sent = deposit(report(person, number, **changes), structure=by.structure, by=by, **(flags or {}))
    if columns:
        set_columns(person, sent.document_id, **columns)
    return sent.document_id


def give_face(person, document, **members):
    """Give a document the metadata that its depositor would have given by FHIR."""
    resource = {"content": [{"attachment": {"contentType": "text/xml"}}], **members}
    face = make_face(resource, subject=("urn:oid:1.2.250.1.213.1.4.10", matricule_of(person)))
    set_columns(person, document, face=crypto.get_key(person).seal("face", face))
    return face


def lines_of(person, *events, personal=False):
    """Return (event, allowed, reason, reference) of what structures did, oldest first."""
    with access.open(
        person, by=Actor.system(), purpose=Purpose.OPERATE, event=EventType.SPACE_CONSULTED
    ) as a:
        key = a.key() if personal else None
        found = list_lines(person, key=key, events=events, kinds=[ActorKind.HEALTHCARE_FACILITY], limit=1000)
    return [
        (line.event, line.allowed, line.reason, line.reference)
        for line in reversed(found)
        if line.event is not EventType.DOCUMENT_DEPOSITED
    ]
