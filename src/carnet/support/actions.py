"""Writes of the reports: opening one behind the door, answering it at the desk."""

import secrets
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from carnet.access import api as access
from carnet.access.api import Access, Teller
from carnet.documents import api as documents
from carnet.journal.api import Actor, ActorKind, EventType, Line, Purpose, write
from carnet.notices import api as notices
from carnet.notices.api import NoticeCode
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.support import policies, queries, records
from carnet.support.policies import DIGITS, Kind, Reason, State, TicketRefused
from carnet.support.records import TicketUnknownError

OWN = "Ce document a été ajouté depuis cet espace : vous pouvez le corriger ou le supprimer vous-même."
OWN_ACT = "Cet acte est le vôtre, ou celui du service : il ne se signale pas."
_WAITING: Final = {
    Kind.DOCUMENT: "Vous avez déjà signalé ce document : la réponse est attendue.",
    Kind.ACCESS: "Vous avez déjà signalé cet accès : la réponse est attendue.",
}
_REPORTED: Final = frozenset(
    {
        ActorKind.PATIENT, ActorKind.LEGAL_REPRESENTATIVE, ActorKind.CAREGIVER,
        ActorKind.HEALTHCARE_PROFESSIONAL, ActorKind.HEALTHCARE_FACILITY, ActorKind.SUPPORT,
    }
)  # fmt: skip
_LOWEST = 10 ** (DIGITS - 1)  # no number begins with a zero, which would be lost when it is told


def report(a: Access, *, document_id: UUID, reason: Reason, words: str = "") -> UUID:
    """Report a document to the support and return the report's id; its maker is told that it came.

    The door was opened with DOCUMENT_REPORTED: line, report and notice are one transaction. `words`: at most
    1,000 characters, asked for when the reason is OTHER. Raises documents.DocumentUnknownError for what the
    actor may not see, TicketRefused (field, message_fr), also when his report of it waits already (`waiting`)
    and for what was added from the space itself (`own`), which is deleted there.
    Source: facts/mes.md 3.7 (a professional's document is not deleted, it is reported).
    """
    words = _checked(Kind.DOCUMENT, reason, words)
    card = documents.get_document(a, document_id, deleted=True)  # what was withdrawn may be asked about
    if not documents.may(card).report:
        raise TicketRefused("own", "", OWN)
    assert a.by.id is not None  # only persons pass the door to manage a space
    sealed = records.seal_words(a.key(), words=words, structure_name=card.structure_name)
    ticket_id = _insert(
        a, kind=Kind.DOCUMENT, reason=reason, reference=card.id, structure=card.structure, sealed=sealed
    )
    notices.tell(a.by.id, about_id=a.person_id, code=NoticeCode.REPORT_RECEIVED, reference=ticket_id)
    return ticket_id


def report_access(a: Access, *, line_id: UUID, reason: Reason, words: str = "") -> UUID:
    """Report an access that stands in the history, and return the report's id; its maker is told it came.

    The door was opened with ACCESS_REPORTED: line, report and notice are one transaction. What the journal
    keeps of the access (who, when, where, how, why: nothing of a document) is sealed with the words, since
    the desk reads no history. Raises TicketUnknownError for a line that the actor may not know; TicketRefused
    as `report`, `own` being her own act or the service's. Source: facts/mes.md 4.4 (SIGNALEMENT_PS).
    """
    words = _checked(Kind.ACCESS, reason, words)
    line = access.find_history_line(a, line_id, hidden=documents.list_hidden(a))
    if line is None:
        raise TicketUnknownError(str(line_id))
    if not may_report(line, a.by.id):
        raise TicketRefused("own", "", OWN_ACT)
    assert a.by.id is not None
    teller = Teller.knowing(a.by.id, a.person_id, [line])
    structure = line.actor.structure
    sealed = records.seal_words(
        crypto.ensure_key(a.person_id), words=words, structure_name=teller.structures.get(structure, ""),
        facts=teller.account(line),
    )  # fmt: skip
    ticket_id = _insert(
        a, kind=Kind.ACCESS, reason=reason, reference=line_id, structure=structure, sealed=sealed
    )
    notices.tell(a.by.id, about_id=a.person_id, code=NoticeCode.ACCESS_REPORT_RECEIVED, reference=ticket_id)
    return ticket_id


def may_report(line: Line, reader_id: UUID | None) -> bool:
    """Say whether an act may be reported by who reads of it: somebody else's, and not the service's own."""
    return line.actor.kind in _REPORTED and line.actor.id != reader_id


def _checked(kind: Kind, reason: Reason, words: str) -> str:
    if reason not in policies.reasons_of(kind):
        raise TicketRefused("reason", "reason", "Cette raison n’est pas proposée ici.")
    return policies.check_words(reason, words)


def _insert(a: Access, *, kind: Kind, reason: Reason, reference: UUID, structure: str, sealed: bytes) -> UUID:
    """Write the row under a number that nobody has; raises TicketRefused when one waits already."""
    ticket_id = uuid7()
    assert a.by.id is not None  # only persons pass the door to manage a space
    facts = [ticket_id, a.person_id, a.by.id, kind, reason, reference, structure, clock.now(), sealed]
    while not _insert_numbered(facts):
        if queries.find_waiting(a.person_id, reference, opened_by=a.by.id):
            raise TicketRefused("waiting", "", _WAITING[kind])
    return ticket_id


def _insert_numbered(facts: list[Any]) -> bool:
    number = new_number()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into support_ticket (id, person_id, number, opened_by, kind, reason, reference,"
            " structure, state, opened_at, sealed)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, 'open', %s, %s)"
            " on conflict do nothing",
            [*facts[:2], number, *facts[2:]],
        )
        return bool(cursor.rowcount)


def new_number() -> str:
    """Return a number to be told on the telephone; whether it is free is seen when it is written."""
    return str(_LOWEST + secrets.randbelow(9 * _LOWEST))


def answer(ticket_id: UUID, *, by: Actor, words: str) -> None:
    """Answer a report, once: its maker is told by a notice and an e-mail, which say nothing of it.

    Row, journal line (REPORT_ANSWERED, about what was reported) and notice are one transaction. Raises
    TicketUnknownError; TicketRefused (field, message_fr) for the words, or when another agent was faster.
    """
    assert by.kind is ActorKind.SUPPORT
    words = policies.check_answer(words)
    with transaction.atomic():
        ticket = queries.get_ticket(ticket_id)
        sealed = records.seal_answer(crypto.get_key(ticket.person_id), words=words)
        _close(ticket_id, by=by, sealed=sealed)
        write(
            EventType.REPORT_ANSWERED,
            person_id=ticket.person_id,
            by=by,
            purpose=Purpose.ASSIST,
            reference=ticket.reference,
        )
        notices.tell(
            ticket.opened_by, about_id=ticket.person_id, code=NoticeCode.REPORT_ANSWERED, reference=ticket_id
        )


def _close(ticket_id: UUID, *, by: Actor, sealed: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update support_ticket set state = %s, answered_at = %s, answered_by = %s, answer_sealed = %s"
            " where id = %s and state = %s",
            [State.ANSWERED, clock.now(), by.id, sealed, ticket_id, State.OPEN],
        )
        if cursor.rowcount != 1:
            raise TicketRefused("answered", "", "Un autre agent a déjà répondu à ce signalement.")
