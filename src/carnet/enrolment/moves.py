"""The one way a space changes state: the policy decides, row and journal line are written together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from carnet.enrolment.models import Space
from carnet.enrolment.policies import Event, State, TransitionRefused, law_of, next_state
from carnet.enrolment.queries import SpaceCard, facts_of, find_space, lock_space
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, write
from carnet.people import api as people
from carnet.platform import clock

JOURNALLED: dict[Event, EventType] = {
    Event.NOTIFY: EventType.NOTIFIED,
    Event.BOUNCE: EventType.NOTIFIED,
    Event.ASK_CODE: EventType.CODE_ISSUED,
    Event.ACTIVATE: EventType.ACTIVATED,
    Event.TAKE_OVER: EventType.ACTIVATED,
    Event.OBJECT: EventType.OBJECTED,
    Event.SILENCE: EventType.OPENED_BY_SILENCE,
    Event.CLOSE: EventType.CLOSED,
    Event.REOPEN: EventType.REOPENED,
    Event.DIE: EventType.CLOSED_BY_DEATH,
    Event.SUSPEND: EventType.SUSPENDED,
    Event.LIFT_SUSPENSION: EventType.SUSPENSION_LIFTED,
    Event.SUSPENSION_ENDS: EventType.CLOSED,
    Event.ASK_ERASURE: EventType.ERASURE_ASKED,
    Event.CANCEL_ERASURE: EventType.ERASURE_CANCELLED,
    Event.ARCHIVE_ENDS: EventType.ERASURE_ASKED,
    Event.ERASE: EventType.ERASED,
}


@contextmanager
def moving(person_id: UUID, event: Event, *, by: Actor) -> Iterator[SpaceCard]:
    """Lock a space for one move, in a transaction; yield it as it stands.

    A refusal by the life cycle is journalled once the move is rolled back, then raised again
    (TransitionRefused); inside another transaction the line lasts only if that one goes on.
    """
    try:
        with transaction.atomic():
            yield lock_space(person_id)
    except TransitionRefused as refusal:
        write(JOURNALLED[event], person_id=person_id, by=by, purpose=purpose_of(by), allowed=False,
              reason=refusal.rule)  # fmt: skip
        raise


def move(space: SpaceCard, event: Event, *, by: Actor, personal: dict[str, Any] | None = None,
         **columns: Any) -> SpaceCard:  # fmt: skip
    """Move a locked space and write its journal line; return it as it stands now.

    `columns`: what else of the row changes. Raises TransitionRefused; nothing is written then.
    """
    facts = facts_of(space, people.get_person(space.person_id))
    target = next_state(space.state, event, facts)
    _store(space, target, columns)
    journalled = JOURNALLED[event]
    if event is Event.OBJECT and target is State.CLOSED:
        journalled = EventType.CLOSED  # too late for an objection: it closes (R1111-36)
    write(journalled, person_id=space.person_id, by=by, purpose=purpose_of(by),
          reason=law_of(space.state, event), personal=personal)  # fmt: skip
    return find_space(space.person_id)


def check_move(space: SpaceCard, event: Event) -> State:
    """Return where `event` would lead now; raises TransitionRefused."""
    return next_state(space.state, event, facts_of(space, people.get_person(space.person_id)))


def purpose_of(by: Actor) -> Purpose:
    """Return why an actor touches the life cycle: an agent assists, everybody else enrols."""
    return Purpose.ASSIST if by.kind is ActorKind.SUPPORT else Purpose.ENROL


def _store(space: SpaceCard, target: State, columns: dict[str, Any]) -> None:
    """Write the row; a space that was never heard of gets its row only when it leaves `eligible`."""
    if space.version == 0:
        if target is not State.ELIGIBLE:
            Space.objects.create(person_id=space.person_id, state=target, since=clock.now(), **columns)
        return
    if target is not space.state:
        columns["since"] = clock.now()
    Space.objects.filter(person_id=space.person_id).update(state=target, version=F("version") + 1, **columns)
