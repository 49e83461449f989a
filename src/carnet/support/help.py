"""Help that a professional asks for from a page: asked, answered at the desk, read by who asked.

Nothing of a patient belongs there, and the form says so; the words are sealed all the same, under the key of
the system since they are about nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.journal.api import Actor, ActorKind
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.support.actions import new_number
from carnet.support.policies import (
    MAX_WORDS,
    MIN_ANSWER,
    State,
    TicketRefused,
    check_answer,
    clean,
    show_number,
)
from carnet.support.records import TicketUnknownError

MAX_CALL: Final = 40
_WORDS: Final = "support-help"
_ANSWER: Final = "support-help-answer"
_COLUMNS: Final = (
    "id, number, professional_id, structure, page, call, state, opened_at, answered_at, sealed, answer_sealed"
)


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """A request for help. `page`: the name of the page; `call`: the reference of the failure shown, or "".

    `structure`: where she acted. `answer`: "" until there is one. Times in UTC.
    """

    id: UUID
    number: str
    professional_id: UUID
    structure: str
    page: str
    call: str
    state: State
    opened_at: datetime
    answered_at: datetime | None
    words: str
    answer: str

    @property
    def number_shown(self) -> str:
        """The number in pairs, to be said."""
        return show_number(self.number)


def ask_help(*, by: Actor, page: str, call: str, words: str) -> UUID:
    """Ask for help and return the request's id. `words`: 10 to 1,000 characters.

    `page`: the name of the page that she was on, "" when she says none; `call`: the reference that a failure
    showed. Raises TicketRefused (field, message_fr).
    """
    assert by.kind is ActorKind.HEALTHCARE_PROFESSIONAL
    cleaned = _check(words)
    sealed = crypto.seal_system(_WORDS, cleaned.encode())
    request_id = uuid7()
    facts = [by.id, by.structure, page, call, clock.now(), sealed]
    while not _insert(request_id, facts):
        pass
    return request_id


def _insert(request_id: UUID, facts: list[Any]) -> bool:
    """Write the row under a number; False when another has that number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into support_helprequest (id, number, professional_id, structure, page, call, state,"
            " opened_at, sealed) values (%s, %s, %s, %s, %s, %s, 'open', %s, %s) on conflict do nothing",
            [request_id, new_number(), *facts],
        )
        return bool(cursor.rowcount)


def list_own_help(professional_id: UUID, *, limit: int = 50) -> list[HelpRequest]:
    """Return what a professional asked for, the latest first."""
    return _list("professional_id = %s order by id desc limit %s", professional_id, limit)


def get_own_help(professional_id: UUID, request_id: UUID) -> HelpRequest:
    """Return one request of hers; raises TicketUnknownError."""
    return _one(_list("professional_id = %s and id = %s", professional_id, request_id), request_id)


def list_waiting_help(*, limit: int = 50) -> list[HelpRequest]:
    """Return the requests that wait for an answer, the oldest first."""
    return _list("state = 'open' order by opened_at, id limit %s", limit)


def get_help(request_id: UUID) -> HelpRequest:
    """Return one request, for the agent who answers; raises TicketUnknownError."""
    return _one(_list("id = %s", request_id), request_id)


def answer_help(request_id: UUID, *, by: Actor, words: str) -> None:
    """Answer a request, once. Raises TicketUnknownError; TicketRefused (field, message_fr)."""
    assert by.kind is ActorKind.SUPPORT
    words = check_answer(words)
    get_help(request_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "update support_helprequest set state = 'answered', answered_at = %s, answered_by = %s,"
            " answer_sealed = %s where id = %s and state = 'open'",
            [clock.now(), by.id, crypto.seal_system(_ANSWER, words.encode()), request_id],
        )
        if cursor.rowcount != 1:
            raise TicketRefused("answered", "", "Un autre agent a déjà répondu à cette demande.")


def _check(words: str) -> str:
    cleaned = clean(words)
    if len(cleaned) < MIN_ANSWER:
        raise TicketRefused("too_short", "words", f"Écrivez au moins {MIN_ANSWER} caractères.")
    if len(cleaned) > MAX_WORDS:
        raise TicketRefused("too_long", "words", f"Écrivez {MAX_WORDS} caractères au plus.")
    return cleaned


def _one(found: Sequence[HelpRequest], request_id: UUID) -> HelpRequest:
    if not found:
        raise TicketUnknownError(str(request_id))
    return found[0]


def _list(condition: str, *values: Any) -> list[HelpRequest]:
    with connection.cursor() as cursor:
        cursor.execute(f"select {_COLUMNS} from support_helprequest where {condition}", values)  # noqa: S608
        return [_request(row) for row in cursor.fetchall()]


def _request(row: tuple[Any, ...]) -> HelpRequest:
    request_id, number, professional_id, structure, page, call, state, opened_at, answered_at, *sealed = row
    words, answer = sealed
    return HelpRequest(
        id=request_id,
        number=number,
        professional_id=professional_id,
        structure=structure,
        page=page,
        call=call,
        state=State(state),
        opened_at=opened_at,
        answered_at=answered_at,
        words=crypto.open_system(_WORDS, words).decode(),
        answer=crypto.open_system(_ANSWER, answer).decode() if answer is not None else "",
    )
