"""The history of a space as AuditEvents, in the words of its page (facts/interop.md 10: TdE 2.0.0).

The profile tde-auditevent: one subtype at most, when it began, two agents at most, each said. The first is
who acted, where and as what; the second his software. No clinical content: of a document its title alone, in
the copy of everything, where the document lies beside.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from carnet.access.api import Teller
from carnet.exports.bundle.directory import Directory, profession_of
from carnet.journal.api import ActorKind, EventType, Group, Line, Purpose
from carnet.standards.fhir.codec import instant
from carnet.standards.fhir.resources import AuditAgent, AuditDetail, AuditEntity, AuditEvent, AuditSource
from carnet.standards.fhir.types import CodeableConcept, Coding, Meta, Period, Reference

PROFILE: Final = "https://interop.esante.gouv.fr/ig/fhir/tde/StructureDefinition/tde-auditevent"
_DICOM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_LOGIN: Final = Coding(system=_DICOM, code="110114", display="User Authentication")
_RECORD: Final = Coding(system=_DICOM, code="110110", display="Patient Record")
_EVENTS: Final = "urn:carnet:journal"
_USES: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_PURPOSES: Final = {
    Purpose.CONSULT: "TREAT",
    Purpose.DEPOSIT: "TREAT",
    Purpose.BREAK_GLASS: "BTG",
    Purpose.REGULATE: "ETREAT",
}
_CARE: Final = frozenset({ActorKind.HEALTHCARE_PROFESSIONAL, ActorKind.HEALTHCARE_FACILITY})
_LOGINS: Final = {EventType.LOGGED_IN, EventType.LOGGED_OUT, EventType.LOGIN_REFUSED}
_READS: Final = ("consulted", "read", "searched", "downloaded", "found", "entered", "printed")
_CREATES: Final = ("added", "deposited", "created", "made", "fed", "recorded")
_DELETES: Final = ("deleted", "removed", "erased")
_ENDINGS: Final = {_READS: "R", _CREATES: "C", _DELETES: "D"}
_REFUSED: Final = "4"  # audit-event-outcome: minor failure
_BROKEN: Final = "8"
_NOBODY: Final = Reference(display="Quelqu’un qui n’a pas prouvé son identité")


def audit_events(lines: Iterable[Line], directory: Directory, teller: Teller) -> Iterator[AuditEvent]:
    """Yield every line of a history, in its order."""
    for line in lines:
        yield _event(line, directory, teller)


def _agents(line: Line, directory: Directory, teller: Teller) -> tuple[AuditAgent, ...]:
    """Return who acted, and his software when it is known (interop 10)."""
    if line.event is EventType.LOGIN_REFUSED:  # who did not get in is nobody yet
        return (AuditAgent(who=_NOBODY, requestor=True),)
    actor = line.actor
    place = str(line.personal.get("structure_name", "")) or teller.structures.get(actor.structure, "")
    client = actor.software or (actor.id if actor.kind is ActorKind.HEALTHCARE_FACILITY else None)
    software = teller.software.get(client, "") if client else ""
    role = (profession_of(actor.role),) if actor.role else ()
    who = AuditAgent(role=role, who=directory.actor(actor, place), name=software, requestor=True)
    if not (client and software):
        return (who,)
    return who, AuditAgent(who=directory.software(client, software), requestor=False)


def _event(line: Line, directory: Directory, teller: Teller) -> AuditEvent:
    known = line.reference in teller.titles
    at = instant(line.at)
    return AuditEvent(
        id=str(line.id),
        meta=Meta(profile=(PROFILE,)),
        type=_LOGIN if line.event in _LOGINS else _RECORD,
        subtype=(Coding(system=_EVENTS, code=line.event.value, display=teller.what(line)),),
        action=_action(line.event),
        period=Period(start=at),
        recorded=at,
        outcome=_outcome(line),
        outcome_desc="" if line.allowed else teller.why(line),
        purpose_of_event=(_purpose(line, teller),),
        agent=_agents(line, directory, teller),
        source=AuditSource(observer=directory.service()),
        entity=(
            AuditEntity(
                what=directory.subject,
                description=teller.details(line) if known else "",
                detail=tuple(_details(line)),
            ),
        ),
    )


def _purpose(line: Line, teller: Teller) -> CodeableConcept:
    """The purpose in the codes of HL7 where somebody of the care acts, and always in words."""
    code = _PURPOSES.get(line.purpose) if line.actor.kind in _CARE else None
    return CodeableConcept(coding=(Coding(system=_USES, code=code),) if code else (), text=teller.why(line))


def _details(line: Line) -> Iterator[AuditDetail]:
    """How the actor came: what the standard has no place for."""
    said = (
        ("rule", line.reason),
        ("practice-situation", line.actor.situation),
        ("authentication", line.actor.authentication),
    )
    return (AuditDetail(type=name, value_string=value) for name, value in said if value)


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
