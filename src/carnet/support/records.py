"""What is kept of a report, sealed and opened again under the key of the person whose space it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.platform.crypto import PersonKey
from carnet.support.policies import Kind, Reason, State, show_number

COLUMNS: Final = (
    "id, person_id, number, opened_by, kind, reason, reference, structure, state, opened_at, answered_at,"
    " sealed, answer_sealed"
)
_WORDS: Final = "support-words"
_ANSWER: Final = "support-answer"
Facts = Sequence[tuple[str, str]]


class TicketUnknownError(LookupError):
    """No such report, or not for this reader: the two are never told apart."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One report of a document or of an access. Times in UTC.

    `person_id`: whose space; `opened_by`: who reported. `reference`: the document, or the line of the
    journal. `structure`: FINESS of who deposited the document or acted, "" when a person did;
    `structure_name` may be empty. `facts`: of an access, what the journal keeps of it (label, value).
    `answer`: "" until there is one.
    """

    id: UUID
    person_id: UUID
    number: str
    opened_by: UUID
    kind: Kind
    reason: Reason
    reference: UUID
    structure: str
    structure_name: str
    state: State
    opened_at: datetime
    answered_at: datetime | None
    words: str
    facts: tuple[tuple[str, str], ...]
    answer: str

    @property
    def number_shown(self) -> str:
        """The number in pairs, to be said."""
        return show_number(self.number)


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A report in the list of the desk: nothing in it was sealed."""

    id: UUID
    person_id: UUID
    number: str
    kind: Kind
    reason: Reason
    structure: str
    opened_at: datetime

    @property
    def number_shown(self) -> str:
        """The number in pairs, to be said."""
        return show_number(self.number)


def seal_words(key: PersonKey, *, words: str, structure_name: str, facts: Facts = ()) -> bytes:
    """Return what is kept of the words of a report, and of the facts that it is about."""
    kept = {"words": words, "structure_name": structure_name, "facts": [list(pair) for pair in facts]}
    return key.seal(_WORDS, orjson.dumps(kept))


def seal_answer(key: PersonKey, *, words: str) -> bytes:
    """Return what is kept of the words of an answer."""
    return key.seal(_ANSWER, orjson.dumps({"words": words}))


def open_ticket(row: tuple[Any, ...], key: PersonKey) -> Ticket:
    """Return the report of a row of `COLUMNS`."""
    (ticket_id, person_id, number, opened_by, kind, reason, reference, structure, state, opened_at,
     answered_at, sealed, answer_sealed) = row  # fmt: skip
    facts = orjson.loads(key.open(_WORDS, sealed))
    answered = answer_sealed is not None
    return Ticket(
        id=ticket_id,
        person_id=person_id,
        number=number,
        opened_by=opened_by,
        kind=Kind(kind),
        reason=Reason(reason),
        reference=reference,
        structure=structure,
        structure_name=facts["structure_name"],
        state=State(state),
        opened_at=opened_at,
        answered_at=answered_at,
        words=facts["words"],
        facts=tuple((label, value) for label, value in facts.get("facts", ())),
        answer=orjson.loads(key.open(_ANSWER, answer_sealed))["words"] if answered else "",
    )
