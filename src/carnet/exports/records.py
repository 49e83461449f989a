"""What the room gives out about a copy."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from carnet.exports.policies import GIVEN_UP, UNFINISHED, Part, State, parts_of
from carnet.journal.api import Actor, ActorKind
from carnet.platform import clock

COLUMNS: Final = (
    "id, person_id, asked_by, asker_kind, state, done, total, asked_at, ready_at, expires_at, size, blobs"
)


@dataclass(frozen=True, slots=True)
class CopyCard:
    """A copy as its page shows it. `done` of `total`: steps of its preparation. Times in UTC."""

    id: UUID
    person_id: UUID
    by: Actor
    state: State
    done: int
    total: int
    asked_at: datetime
    ready_at: datetime | None
    expires_at: datetime | None
    size: int
    parts: tuple[Part, ...]

    @property
    def unfinished(self) -> bool:
        """Whether it is still being prepared."""
        return self.state in UNFINISHED

    @property
    def ready(self) -> bool:
        """Whether it can be downloaded."""
        return self.state is State.READY


def open_copy(row: tuple[Any, ...]) -> CopyCard:
    """Return the copy of a row of COLUMNS, as it stands at this moment, whatever the daily run has done."""
    (copy_id, person_id, asked_by, kind, state, done, total, asked_at, ready_at, expires_at, size, blobs) = (
        row
    )
    return CopyCard(
        id=copy_id,
        person_id=person_id,
        by=Actor(ActorKind(kind), asked_by),
        state=_state(State(state), asked_at, expires_at),
        done=done,
        total=total,
        asked_at=asked_at,
        ready_at=ready_at,
        expires_at=expires_at,
        size=size,
        parts=parts_of(blobs.split()),
    )


def _state(state: State, asked_at: datetime, expires_at: datetime | None) -> State:
    now = clock.now()
    if state is State.READY and expires_at is not None and expires_at <= now:
        return State.EXPIRED
    return State.FAILED if state in UNFINISHED and asked_at + GIVEN_UP <= now else state
