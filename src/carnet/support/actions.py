"""Writes of the reports: opening one behind the door, answering it at the desk."""

import secrets
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from carnet.access.api import Access
from carnet.documents import api as documents
from carnet.documents.api import DocumentCard
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, write
from carnet.notices import api as notices
from carnet.notices.api import NoticeCode
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.support import policies, queries, records
from carnet.support.policies import DIGITS, Reason, State, TicketRefused

OWN = "Ce document a été ajouté depuis cet espace : vous pouvez le corriger ou le supprimer vous-même."
_LOWEST = 10 ** (DIGITS - 1)  # no number begins with a zero, which would be lost when it is told


def report(a: Access, *, document_id: UUID, reason: Reason, words: str = "") -> UUID:
    """Report a document to the support and return the report's id; its maker is told that it came.

    The door was opened with DOCUMENT_REPORTED: line, report and notice are one transaction. `words`: at most
    1,000 characters, asked for when the reason is OTHER. Raises documents.DocumentUnknownError for what the
    actor may not see, TicketRefused (field, message_fr), also when his report of it waits already (`waiting`)
    and for what was added from the space itself (`own`), which is deleted there.
    Source: facts/mes.md 3.7 (a professional's document is not deleted, it is reported).
    """
    words = policies.check_words(reason, words)
    card = documents.get_document(a, document_id, deleted=True)  # what was withdrawn may be asked about
    if not documents.may(card).report:
        raise TicketRefused("own", "", OWN)
    assert a.by.id is not None  # only persons pass the door to manage a space
    ticket_id = _insert(a, card, opened_by=a.by.id, reason=reason, words=words)
    notices.tell(a.by.id, about_id=a.person_id, code=NoticeCode.REPORT_RECEIVED, reference=ticket_id)
    return ticket_id


def _insert(a: Access, card: DocumentCard, *, opened_by: UUID, reason: Reason, words: str) -> UUID:
    """Write the row under a number that nobody has; raises TicketRefused when one waits already."""
    ticket_id = uuid7()
    sealed = records.seal_words(a.key(), words=words, structure_name=card.structure_name)
    facts = [ticket_id, a.person_id, opened_by, reason, card.id, card.structure, clock.now(), sealed]
    while not _insert_numbered(facts):
        if queries.find_waiting(a.person_id, card.id, opened_by=opened_by):
            raise TicketRefused(
                "waiting", "", "Vous avez déjà signalé ce document : la réponse est attendue."
            )
    return ticket_id


def _insert_numbered(facts: list[Any]) -> bool:
    number = str(_LOWEST + secrets.randbelow(9 * _LOWEST))
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into support_ticket (id, person_id, number, opened_by, kind, reason, reference,"
            " structure, state, opened_at, sealed)"
            " values (%s, %s, %s, %s, 'document', %s, %s, %s, 'open', %s, %s)"
            " on conflict do nothing",
            [*facts[:2], number, *facts[2:]],
        )
        return bool(cursor.rowcount)


def answer(ticket_id: UUID, *, by: Actor, words: str) -> None:
    """Answer a report, once: its maker is told by a notice and an e-mail, which say nothing of it.

    Row, journal line (REPORT_ANSWERED, about the document) and notice are one transaction. Raises
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
            reference=ticket.document_id,
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
