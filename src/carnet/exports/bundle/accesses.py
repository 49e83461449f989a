"""The history of a space as AuditEvents (facts/interop.md 10), in the words of its page."""

from collections.abc import Iterator
from typing import Final

from carnet.access.api import Teller
from carnet.exports.bundle.directory import Directory
from carnet.exports.record import Record
from carnet.journal.api import EventType, Group, Line
from carnet.standards.fhir.codec import instant
from carnet.standards.fhir.resources import AuditAgent, AuditEntity, AuditEvent, AuditSource
from carnet.standards.fhir.types import CodeableConcept, Coding

_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_LOGIN: Final = Coding(system=_DICOM, code="110114", display="User Authentication")
_RECORD: Final = Coding(system=_DICOM, code="110110", display="Patient Record")
_EVENTS: Final = "urn:carnet:journal"
_LOGINS: Final = {EventType.LOGGED_IN, EventType.LOGGED_OUT, EventType.LOGIN_REFUSED}
_READS: Final = ("consulted", "read", "searched", "downloaded", "found")
_CREATES: Final = ("added", "deposited", "created", "made", "fed")
_DELETES: Final = ("deleted", "removed", "erased")
_ENDINGS: Final = {_READS: "R", _CREATES: "C", _DELETES: "D"}
_REFUSED: Final = "4"  # audit-event-outcome: minor failure
_BROKEN: Final = "8"


def audit_events(record: Record, directory: Directory, teller: Teller) -> Iterator[AuditEvent]:
    """Yield every line of the history, latest first."""
    for line in record.lines:
        yield _event(line, directory, teller)


def _agent(line: Line, directory: Directory, teller: Teller) -> AuditAgent:
    """Return who acted; `name`: the software of a structure (interop 10)."""
    if line.event is EventType.LOGIN_REFUSED:  # who did not get in is nobody yet
        return AuditAgent(requestor=True)
    finess, client = line.actor.structure, line.actor.id
    name = str(line.personal.get("structure_name", "")) or teller.structures.get(finess, "")
    software = teller.software.get(client, "") if client else ""
    return AuditAgent(who=directory.actor(line.actor, name), name=software, requestor=True)


def _event(line: Line, directory: Directory, teller: Teller) -> AuditEvent:
    known = line.reference in teller.titles
    return AuditEvent(
        id=str(line.id),
        type=_LOGIN if line.event in _LOGINS else _RECORD,
        subtype=(Coding(system=_EVENTS, code=line.event.value, display=teller.what(line)),),
        action=_action(line.event),
        recorded=instant(line.at),
        outcome=_outcome(line),
        outcome_desc="" if line.allowed else teller.why(line),
        purpose_of_event=(CodeableConcept(text=teller.why(line)),),
        agent=(_agent(line, directory, teller),),
        source=AuditSource(observer=directory.service()),
        entity=(AuditEntity(what=directory.subject, description=teller.details(line) if known else ""),),
    )


def _outcome(line: Line) -> str:
    if line.event is EventType.OPENED_THEN_FAILED:
        return _BROKEN
    return "0" if line.allowed and line.event is not EventType.LOGIN_REFUSED else _REFUSED


def _action(event: EventType) -> str:
    """Create, read, update, delete or execute, from the last word of the type."""
    word = event.value.rpartition("_")[2].rpartition(".")[2]
    found = next((action for words, action in _ENDINGS.items() if word in words), "")
    changes = event.value.endswith("changed") or event.value.split(".")[0] == Group.DOCUMENT
    return found or ("U" if changes else "E")
