"""Reads of the life cycle: where a space stands, and the facts that its next move depends on."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.enrolment.policies import Event, Facts, State, TransitionRefused, is_of_age, next_state
from carnet.people import api as people
from carnet.platform import clock

_COLUMNS = (
    "person_id, state, since, notified_on, channel, opened_at, activated_at, objected_at, closed_at,"
    " archive_until, erasure_asked_on, erasure_due_on, suspended_on, erasure_began_at, no_contact,"
    " documents_masked, emergency_access, samu_access, emergency_masked, terms_version, version"
)


@dataclass(frozen=True)
class SpaceCard:
    """A space as it stands. Without a row: `eligible`, version 0. `since`: entered its state."""

    person_id: UUID
    state: State = State.ELIGIBLE
    since: datetime | None = None
    notified_on: date | None = None
    channel: str = ""
    opened_at: datetime | None = None
    activated_at: datetime | None = None
    objected_at: datetime | None = None
    closed_at: datetime | None = None
    archive_until: date | None = None
    erasure_asked_on: date | None = None
    erasure_due_on: date | None = None
    suspended_on: date | None = None
    erasure_began_at: datetime | None = None
    no_contact: bool = False
    documents_masked: bool = False
    emergency_access: bool = True
    samu_access: bool = True
    emergency_masked: bool = False
    terms_version: str = ""
    version: int = 0


STATE_OF = "(select state from enrolment_space where person_id = %(person)s)"
"""Where a space stands, or null: an expression, for a statement that asks more."""


def find_space(person_id: UUID) -> SpaceCard:
    """Return where a person's space stands; `eligible` if she was never notified nor asked for one."""
    return _read(person_id, "")


def lock_space(person_id: UUID) -> SpaceCard:
    """Return the same and keep every other move of this space waiting until the transaction ends."""
    with connection.cursor() as cursor:
        # The row may not exist yet: two first moves must wait for each other as well.
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"space:{person_id}"])
    return _read(person_id, " for update")


def facts_of(space: SpaceCard, person: people.PersonCard) -> Facts:
    """Return what the next move of a space depends on, today."""
    today = clock.today()
    return Facts(
        day=today,
        alive=person.died_on is None,
        of_age=is_of_age(person.birth_date, today),
        has_account=people.find_account(person.id) is not None,
        no_contact=space.no_contact,
        sent_on=space.notified_on,
        was_activated=space.activated_at is not None,
        suspended_on=space.suspended_on,
        archive_until=space.archive_until,
        erasure_due_on=space.erasure_due_on,
        erasing_now=space.erasure_began_at is not None,
    )


def may(person_id: UUID, event: Event) -> bool:
    """Say whether the life cycle would allow `event` now."""
    space = find_space(person_id)
    try:
        next_state(space.state, event, facts_of(space, people.get_person(person_id)))
    except TransitionRefused:
        return False
    return True


def activation_event(space: SpaceCard, facts: Facts) -> Event:
    """Return which event an activation with a code is, from where the space stands."""
    if space.state in {State.CLOSED, State.ERASING}:
        return Event.REOPEN
    if space.state is State.ACTIVATED and facts.of_age and not facts.has_account:
        return Event.TAKE_OVER
    return Event.ACTIVATE


def _read(person_id: UUID, suffix: str) -> SpaceCard:
    query = f"select {_COLUMNS} from enrolment_space where person_id = %s{suffix}"  # noqa: S608 - constants
    with connection.cursor() as cursor:
        cursor.execute(query, [person_id])
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        return SpaceCard(person_id)
    card = SpaceCard(*row)
    return replace(card, state=State(card.state))
