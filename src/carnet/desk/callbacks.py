"""Calling back a person whose card cannot be read: the number that her insurer knows proves who she is.

facts/mes.md 1.6: a lost or unreadable card has no self-service, only the 3422.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from carnet.journal.api import Actor, EventType, Purpose, write
from carnet.people import api as people
from carnet.platform import clock
from carnet.platform.ids import uuid7

OUTCOMES = {
    "identified": "Identité confirmée au téléphone",
    "unreachable": "Personne n’a répondu",
}


class CallbackRefused(Exception):  # noqa: N818 - a decision, not a failure
    """A rule stands against it: no_phone, owed, unknown; `message_fr` is for the agent."""

    _SAID = {
        "no_phone": "Aucun téléphone n’est connu de l’Assurance Maladie : proposez un courrier.",
        "owed": "Un rappel est déjà prévu pour cette personne.",
        "unknown": "Ce rappel n’est plus à faire.",
    }

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message_fr = self._SAID[rule]


@dataclass(frozen=True)
class CallbackCard:
    """A call that is owed."""

    id: UUID
    person_id: UUID
    asked_at: datetime


def plan(person_id: UUID, *, by: Actor) -> UUID:
    """Note that a person is to be called back, once at a time; raises CallbackRefused."""
    contact = people.find_contact(person_id)
    if contact is None or not contact.phone:
        raise CallbackRefused("no_phone")
    callback_id = uuid7()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into desk_callback (id, person_id, asked_at, asked_by, outcome)"
            " values (%s, %s, %s, %s, '')"
            " on conflict (person_id) where outcome = '' do nothing",
            [callback_id, person_id, clock.now(), by.id],
        )
        if cursor.rowcount != 1:
            raise CallbackRefused("owed")
        write(EventType.CALLBACK_PLANNED, person_id=person_id, by=by, purpose=Purpose.ASSIST)
    return callback_id


def take(callback_id: UUID, *, by: Actor) -> CallbackCard:
    """Return a call that is owed, to be made now; the look is journalled. Raises CallbackRefused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, person_id, asked_at from desk_callback where id = %s and outcome = ''", [callback_id]
        )
        row = cursor.fetchone()
    if row is None:
        raise CallbackRefused("unknown")
    people.record_look(row[1], by=by, reason="callback")
    return CallbackCard(*row)


def find_owed(person_id: UUID) -> CallbackCard | None:
    """Return the call owed to a person, or None."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, person_id, asked_at from desk_callback where person_id = %s and outcome = ''",
            [person_id],
        )
        row = cursor.fetchone()
    return CallbackCard(*row) if row else None


def finish(person_id: UUID, *, by: Actor, outcome: str) -> None:
    """Note how the call ended (a key of OUTCOMES); raises CallbackRefused when another agent already did."""
    if outcome not in OUTCOMES:
        raise ValueError(outcome)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update desk_callback set outcome = %s, done_at = %s, done_by = %s"
            " where person_id = %s and outcome = ''",
            [outcome, clock.now(), by.id, person_id],
        )
        if cursor.rowcount != 1:
            raise CallbackRefused("unknown")
        write(
            EventType.CALLBACK_MADE,
            person_id=person_id,
            by=by,
            purpose=Purpose.ASSIST,
            reason=f"call_{outcome}",
        )


def list_owed(limit: int = 50) -> list[CallbackCard]:
    """Return the calls that are owed, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, person_id, asked_at from desk_callback where outcome = '' order by id limit %s",
            [limit],
        )
        return [CallbackCard(*row) for row in cursor.fetchall()]
