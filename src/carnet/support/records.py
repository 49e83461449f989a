"""What is kept of a report, sealed and opened again under the key of the person whose space it is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.platform.crypto import PersonKey
from carnet.support.policies import Reason, State, show_number

COLUMNS: Final = (
    "id, person_id, number, opened_by, reason, reference, structure, state, opened_at, answered_at, sealed,"
    " answer_sealed"
)
_WORDS: Final = "support-words"
_ANSWER: Final = "support-answer"


class TicketUnknownError(LookupError):
    """No such report, or not for this reader: the two are never told apart."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One report of a document. Times in UTC.

    `person_id`: whose space; `opened_by`: who reported. `structure`: FINESS of who deposited the document, ""
    when a person did; `structure_name` may be empty. `answer`: "" until there is one.
    """

    id: UUID
    person_id: UUID
    number: str
    opened_by: UUID
    reason: Reason
    document_id: UUID
    structure: str
    structure_name: str
    state: State
    opened_at: datetime
    answered_at: datetime | None
    words: str
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
    reason: Reason
    structure: str
    opened_at: datetime

    @property
    def number_shown(self) -> str:
        """The number in pairs, to be said."""
        return show_number(self.number)


def seal_words(key: PersonKey, *, words: str, structure_name: str) -> bytes:
    """Return what is kept of the words of a report."""
    facts = {"words": words, "structure_name": structure_name}
    return key.seal(_WORDS, orjson.dumps(facts))


def seal_answer(key: PersonKey, *, words: str) -> bytes:
    """Return what is kept of the words of an answer."""
    return key.seal(_ANSWER, orjson.dumps({"words": words}))


def open_ticket(row: tuple[Any, ...], key: PersonKey) -> Ticket:
    """Return the report of a row of `COLUMNS`."""
    (ticket_id, person_id, number, opened_by, reason, reference, structure, state, opened_at, answered_at,
     sealed, answer_sealed) = row  # fmt: skip
    facts = orjson.loads(key.open(_WORDS, sealed))
    answered = answer_sealed is not None
    return Ticket(
        id=ticket_id,
        person_id=person_id,
        number=number,
        opened_by=opened_by,
        reason=Reason(reason),
        document_id=reference,
        structure=structure,
        structure_name=facts["structure_name"],
        state=State(state),
        opened_at=opened_at,
        answered_at=answered_at,
        words=facts["words"],
        answer=orjson.loads(key.open(_ANSWER, answer_sealed))["words"] if answered else "",
    )
