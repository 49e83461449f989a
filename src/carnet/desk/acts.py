"""What agents have done, kept for who checks them: written before each act, ended after it.

The person reads the act itself in her own history; here stands who asked for it, and the motive typed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.access.api import ReviewRefused
from carnet.desk.callbacks import CallbackRefused
from carnet.enrolment.api import TransitionRefused
from carnet.people import api as people
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.support.api import TicketRefused

DONE = "done"
REFUSALS = (TransitionRefused, people.FamilyRefused, CallbackRefused, TicketRefused, ReviewRefused)
"""What a rule may answer to an act: each has `rule` and `message_fr`."""
_SEAL = "desk-motive"


class Kind(StrEnum):
    """What an agent may do."""

    SEARCH = "search"
    REISSUE = "reissue"
    OBJECTION = "objection"
    SEVERING = "severing"
    CALLBACK = "callback"
    CALLBACK_DONE = "callback_done"
    UNFREEZING = "unfreezing"
    REPORT_ANSWERED = "report_answered"
    HELP_ANSWERED = "help_answered"
    AGENT_INVITED = "agent_invited"
    AGENT_REMOVED = "agent_removed"
    EMERGENCY_REVIEWED = "emergency_reviewed"
    PROFESSIONAL_FROZEN = "professional_frozen"
    PROFESSIONAL_RELEASED = "professional_released"


@dataclass(frozen=True)
class ActLine:
    """One act as an auditor sees it. `motive` is empty once the person's key is gone.

    An administrator's act is filed under the agent removed, or under himself when he invites: the motive says
    whom.
    """

    id: UUID
    at: datetime
    agent_id: UUID
    kind: Kind
    person_id: UUID | None
    outcome: str
    motive: str


@contextmanager
def acting(kind: Kind, *, agent_id: UUID, person_id: UUID | None = None, motive: str = "") -> Iterator[UUID]:
    """Write that an agent is about to act, then how it ended; a refusal is noted and raised again.

    Outside any transaction: an act that is interrupted keeps its line, without outcome.
    """
    act_id = note(kind, agent_id=agent_id, person_id=person_id, motive=motive, outcome="")
    try:
        yield act_id
    except REFUSALS as refusal:
        end(act_id, outcome=refusal.rule)
        raise
    except people.CredentialError as error:
        end(act_id, outcome=error.field)
        raise
    end(act_id, outcome=DONE)


def note(
    kind: Kind, *, agent_id: UUID, person_id: UUID | None = None, motive: str = "", outcome: str = DONE
) -> UUID:
    """Write one act and return its id."""
    act_id = uuid7()
    sealed = crypto.ensure_key(person_id).seal(_SEAL, motive.encode()) if person_id and motive else None
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into desk_act (id, at, agent_id, kind, person_id, outcome, sealed)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [act_id, clock.now(), agent_id, kind, person_id, outcome, sealed],
        )
    return act_id


def end(act_id: UUID, *, outcome: str, person_id: UUID | None = None) -> None:
    """Write how an act ended; once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update desk_act set outcome = %s, person_id = coalesce(%s, person_id)"
            " where id = %s and outcome = ''",
            [outcome, person_id, act_id],
        )


def list_acts(*, before: UUID | None = None, limit: int = 30) -> list[ActLine]:
    """Return the latest acts first; `before`: the last of the page above."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, at, agent_id, kind, person_id, outcome, sealed from desk_act"
            " where id < %s order by id desc limit %s",
            [before or UUID(int=(1 << 128) - 1), limit],
        )
        rows = cursor.fetchall()
    return [
        ActLine(act_id, at, agent_id, Kind(kind), person_id, outcome, _motive(person_id, sealed))
        for act_id, at, agent_id, kind, person_id, outcome, sealed in rows
    ]


def _motive(person_id: UUID | None, sealed: Any) -> str:
    key = crypto.find_key(person_id) if person_id and sealed is not None else None
    return key.open(_SEAL, sealed).decode() if key else ""
