"""The review of emergency accesses: each within 72 hours, by somebody who answers to the person in writing.

The reason that was typed is sealed under the person's key: whoever opens it leaves a line in her history.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from carnet.access.emergencies import COLUMNS, SEAL, EmergencyCard, cards
from carnet.journal.api import Actor, EventType, Purpose, write
from carnet.people import api as people
from carnet.platform import clock, crypto

MIN_ANSWER: Final = 10
MAX_ANSWER: Final = 1000
_WAITS: Final = "reviewed_at is null"


class Outcome(StrEnum):
    """What a review found."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"


class ReviewRefused(Exception):  # noqa: N818 - a decision, not a failure
    """A rule stands against a review; `message_fr` is for the agent."""

    _SAID: Final = {
        "unknown": "Cet accès en urgence n’existe pas, ou son dossier est effacé.",
        "reviewed": "Un autre agent a déjà examiné cet accès. Voici ce qui a été répondu.",
        "too_short": "Écrivez au moins 10 caractères : la personne lira ces mots.",
        "too_long": "Écrivez 1 000 caractères au plus.",
    }

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.field = "answer" if rule.startswith("too_") else ""
        self.message_fr = self._SAID[rule]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many accesses wait for their review, and how many of them past their delay."""

    waiting: int
    late: int


@dataclass(frozen=True, slots=True)
class Review:
    """One access as its reviewer reads it. `answer`: "" until it is reviewed."""

    card: EmergencyCard
    reason: str
    answer: str


def count_reviews() -> Waiting:
    """Count what waits for a review now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*), count(*) filter (where due_at <= %s) from access_emergency where {_WAITS}",  # noqa: S608
            [clock.now()],
        )
        row = cursor.fetchone()
    assert row is not None
    return Waiting(*row)


def list_reviews(*, after: tuple[datetime, UUID] | None = None, limit: int = 50) -> list[EmergencyCard]:
    """Return what waits for a review, the soonest due first, hence what is late before all.

    `after`: moment and id of the last of the page above (keyset).
    """
    due_at, last_id = after or (None, None)
    return cards(
        f"select {COLUMNS} from access_emergency where {_WAITS}"  # noqa: S608
        " and (%(due)s::timestamptz is null or (due_at, id) > (%(due)s, %(last)s::uuid))"
        " order by due_at, id limit %(limit)s",
        {"due": due_at, "last": last_id, "limit": limit},
    )


def count_of(professional_id: UUID, *, days: int = 30) -> int:
    """Count the emergency accesses of a professional in the last days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from access_emergency where professional_id = %s"
            " and since > %s - make_interval(days => %s)",
            [professional_id, clock.now(), days],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def find_review(emergency_id: UUID) -> EmergencyCard | None:
    """Return an access by its id, or None."""
    found = cards(f"select {COLUMNS} from access_emergency where id = %(id)s", {"id": emergency_id})  # noqa: S608
    return found[0] if found else None


def open_review(emergency_id: UUID, *, by: Actor) -> EmergencyCard:
    """Note in the person's history that an agent opens the reason of an access; raises ReviewRefused."""
    card = find_review(emergency_id)
    if card is None:
        raise ReviewRefused("unknown")
    people.record_look(card.person_id, by=replace(by, secret=card.secret), reason="emergency_review")
    return card


def read_review(emergency_id: UUID) -> Review:
    """Return the reason and the answer, for who has opened the review; raises ReviewRefused."""
    card = find_review(emergency_id)
    key = crypto.find_key(card.person_id) if card else None
    if card is None or key is None:
        raise ReviewRefused("unknown")
    with connection.cursor() as cursor:
        cursor.execute("select reason, answer from access_emergency where id = %s", [emergency_id])
        row = cursor.fetchone()
    if row is None:
        raise ReviewRefused("unknown")
    reason, answer = (key.open(SEAL, bytes(sealed)).decode() if sealed else "" for sealed in row)
    return Review(card, reason, answer)


def review(emergency_id: UUID, *, by: Actor, outcome: Outcome, words: str) -> None:
    """Say whether an access was justified, and why (10 to 1,000 characters); the person reads it.

    Once: raises ReviewRefused when somebody already has, and for words that will not do.
    """
    words = words.strip()
    if not MIN_ANSWER <= len(words) <= MAX_ANSWER:
        raise ReviewRefused("too_short" if len(words) < MIN_ANSWER else "too_long")
    card = find_review(emergency_id)
    key = crypto.find_key(card.person_id) if card else None
    if card is None or key is None:
        raise ReviewRefused("unknown")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update access_emergency set reviewed_at = %s, reviewer_id = %s, outcome = %s, answer = %s"  # noqa: S608
            f" where id = %s and {_WAITS}",
            [clock.now(), by.id, outcome, key.seal(SEAL, words.encode()), emergency_id],
        )
        if cursor.rowcount != 1:
            raise ReviewRefused("reviewed")
        write(
            EventType.EMERGENCY_REVIEWED, person_id=card.person_id, by=replace(by, secret=card.secret),
            purpose=Purpose.ASSIST, reference=emergency_id, reason=f"emergency_{outcome}",
            personal={"answer": words}, key=key,
        )  # fmt: skip
