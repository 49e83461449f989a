"""The door itself: who comes, the decision, the line of the journal, the person set on the session."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NoReturn
from uuid import UUID

from django.db import connection, transaction

from carnet.access.blocks import is_blocked
from carnet.access.caring import care_rights, list_care_rights
from carnet.access.delegations import is_caregiver
from carnet.access.glancing import Ask, Glimpse, facility_rights, send
from carnet.access.governing import within
from carnet.access.guard.counting import FILES, READING, count_reading
from carnet.access.policies import Relation, Rights, Scope, decide_scope
from carnet.access.refusals import Refused
from carnet.enrolment.api import SpaceCard, State, find_space
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, write
from carnet.people.api import get_standing
from carnet.platform import clock, crypto


@dataclass(frozen=True)
class Access:
    """An open door: every function of a clinical room takes it, and reads the person from it.

    `space`: where her space stood when the door was opened, with her choices.
    """

    person_id: UUID
    by: Actor
    purpose: Purpose
    scope: Scope
    space: SpaceCard
    lines: list[UUID] = field(default_factory=list, compare=False)  # the journal lines written so far
    borrowed: bool = False  # another's eyes (seeing.as_seen_by): nothing is written in his name

    def key(self) -> crypto.PersonKey:
        """Return the person's data key; raises KeyMissingError if nothing was ever sealed for her."""
        return self._key

    @cached_property
    def _key(self) -> crypto.PersonKey:
        return crypto.get_key(self.person_id)  # asked for once: an Access lives as long as its door

    @property
    def line_id(self) -> UUID:
        """The first journal line of this access."""
        return self.lines[0]

    def record(
        self,
        event: EventType,
        *,
        reference: UUID | None = None,
        personal: dict[str, Any] | None = None,
        key: crypto.PersonKey | None = None,
    ) -> UUID:
        """Write a further line about this access (a document read, a file taken)."""
        if self.borrowed:
            raise PermissionError("nothing is written in the name of whose eyes are borrowed")
        if not within(self.scope, self.by, event).allowed:
            raise PermissionError("only who governs a space does this")
        line = write(event, person_id=self.person_id, by=self.by, purpose=self.purpose, reference=reference,
                     reason=self.scope.rule, personal=personal, key=key)  # fmt: skip
        self.lines.append(line)
        self._count(event)
        return line

    def _count(self, event: EventType) -> None:
        """Tell the guard of accounts what a professional reads: once a door, and each file taken."""
        if self.by.kind is not ActorKind.HEALTHCARE_PROFESSIONAL or self.purpose not in READING:
            return
        if len(self.lines) == 1 or event in FILES:
            self.count_files(int(event in FILES))

    def count_files(self, files: int) -> None:
        """Tell the guard of several files that one line speaks of (a page that gives them all)."""
        count_reading(self.person_id, by=self.by, purpose=self.purpose, rule=self.scope.rule, files=files)

    def refuse(self, event: EventType, *, reason: str, reference: UUID | None = None) -> UUID:
        """Write that the door was open and the act refused, by which rule. For a door opened `late`.

        The caller leaves the door as after any act, and raises outside it: the line then stays.
        """
        line = write(event, person_id=self.person_id, by=self.by, purpose=self.purpose, allowed=False,
                     reference=reference, reason=reason)  # fmt: skip
        self.lines.append(line)
        return line


def decide(person_id: UUID, *, by: Actor, purpose: Purpose) -> Scope:
    """Return what `open` would decide now. Two statements; nothing is journalled."""
    return _decide(person_id, by, purpose)[0]


def decide_each(person_ids: Sequence[UUID], *, by: Actor, purpose: Purpose) -> dict[UUID, Scope]:
    """Return what `open` would decide now for a professional about each of some persons.

    One statement, even for nobody; nothing is journalled. Raises ValueError for another kind of actor.
    """
    if by.kind is not ActorKind.HEALTHCARE_PROFESSIONAL:
        raise ValueError("only a professional is decided on about several persons at once")
    today = clock.today()
    return {
        person_id: decide_scope(by, rights, purpose, today)
        for person_id, rights in list_care_rights(person_ids, by).items()
    }


def _decide(person_id: UUID, by: Actor, purpose: Purpose) -> tuple[Scope, SpaceCard]:
    """Return the decision and the space that it is about."""
    space = find_space(person_id)
    state = "" if space.state is State.ELIGIBLE else space.state
    return decide_scope(by, _rights(person_id, by, purpose, state), purpose, clock.today()), space


def _rights(person_id: UUID, by: Actor, purpose: Purpose, state: str) -> Rights:
    """Gather the facts of a decision: who brings something is asked neither for an age nor for a relation."""
    if by.kind is ActorKind.HEALTHCARE_FACILITY:
        blocked = purpose is Purpose.CONSULT and is_blocked(person_id, by.structure)
        return Rights(state, Relation.NONE, date.min, blocked=blocked)
    if by.kind is ActorKind.HEALTHCARE_PROFESSIONAL:
        return care_rights(person_id, by)
    if by.kind is ActorKind.CAREGIVER:
        helps = is_caregiver(person_id, by.id)
        relation = Relation.CAREGIVER if helps else Relation.NONE
        return Rights(state, relation, get_standing(person_id, None)[0])
    is_somebody = by.kind in {ActorKind.PATIENT, ActorKind.LEGAL_REPRESENTATIVE}
    birth_date, found = get_standing(person_id, by.id if is_somebody else None)
    own = by.kind is ActorKind.PATIENT and by.id == person_id
    return Rights(state, Relation.SELF if own else Relation(found), birth_date)


@contextmanager
def open(  # noqa: A001 - access.open is the name of the door
    person_id: UUID,
    *,
    by: Actor,
    purpose: Purpose,
    event: EventType = EventType.SPACE_CONSULTED,
    reference: UUID | None = None,
    personal: dict[str, Any] | None = None,
    late: bool = False,
) -> Iterator[Access]:
    """Open one person's record for one purpose; yield the Access its rooms ask for.

    `reference`: the thing that is asked for, so that whoever may not see it does not see this line
    either. `personal`: facts for the line, sealed, written only when the door opens. `late`: the room writes
    the line itself (`record`), once it knows what came of it; leaving without one is an error.

    It is the outermost transaction. The journal line commits with the work; a refusal is committed
    by itself, then `Refused` is raised; work that fails after the line leaves a line of its own.
    Raises RuntimeError inside another transaction or another open door.
    """
    a = _admit(person_id, by, purpose, event, reference)
    connection.carnet_door = person_id  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            if not late:
                a.record(event, reference=reference, personal=personal)
            set_person(person_id)
            yield a
            _leave_person()
            _must_have_said(a)
    except BaseException as error:
        _record_failure(person_id, by, purpose, reference, error)
        raise
    finally:
        connection.carnet_door = None  # type: ignore[attr-defined]


@contextmanager
def look(
    person_id: UUID, *, by: Actor, purpose: Purpose, event: EventType, reference: UUID | None = None
) -> Iterator[Access]:
    """Open a record to prepare an act that is journalled when it is done: nothing may be written here.

    For what must be known before a content is stored, which no open door may wait for. Never to read for
    somebody: raises ValueError for the purposes of reading. Refusals are journalled as `open` does.
    """
    if purpose in {Purpose.CONSULT, Purpose.BREAK_GLASS, Purpose.REGULATE}:
        raise ValueError("whoever consults leaves a line")
    a = _admit(person_id, by, purpose, event, reference)
    connection.carnet_door = person_id  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            set_person(person_id)
            yield a
            _leave_person()
            if a.lines:
                raise RuntimeError("whoever only looks writes nothing")
    finally:
        connection.carnet_door = None  # type: ignore[attr-defined]


def glance(
    person_id: UUID, *, by: Actor, event: EventType, ask: Ask, reference: UUID | None = None
) -> Glimpse:
    """Read a few rows of a record, consulting: the whole door in two round trips, for the hot reads.

    `ask` gives the question once the scope is known; it does no I/O. The line of the journal is written if
    and only if the rows are given or refused: nothing is read when it cannot be written. Refused by the
    decision: as `open`. Withheld or not found: `refusal` of what is returned, and the line says so.
    Raises Refused, and RuntimeError inside another transaction or another open door.
    """
    _must_be_outermost()
    if by.kind is ActorKind.HEALTHCARE_FACILITY:
        scope = decide_scope(by, facility_rights(person_id, by), Purpose.CONSULT, clock.today())
    else:
        scope = decide(person_id, by=by, purpose=Purpose.CONSULT)
    if not scope.allowed:
        _refuse(scope, event, person_id=person_id, by=by, purpose=Purpose.CONSULT, reference=reference)
    if by.kind is ActorKind.HEALTHCARE_PROFESSIONAL:
        count_reading(person_id, by=by, purpose=Purpose.CONSULT, rule=scope.rule, files=int(event in FILES))
    leave = f"; {_LEAVE}" if connection.in_atomic_block else ""  # a test's own transaction
    return send(person_id, ask(scope), by=by, event=event, reference=reference, rule=scope.rule,
                enter=_ENTER, leave=leave)  # fmt: skip


def _admit(person_id: UUID, by: Actor, purpose: Purpose, event: EventType, reference: UUID | None) -> Access:
    """Decide; a refusal is written and raised."""
    _must_be_outermost()
    scope, space = _decide(person_id, by, purpose)
    scope = within(scope, by, event)
    if not scope.allowed:
        _refuse(scope, event, person_id=person_id, by=by, purpose=purpose, reference=reference)
    return Access(person_id, by, purpose, scope, space)


def _refuse(scope: Scope, event: EventType, **facts: Any) -> NoReturn:
    write(event, allowed=False, reason=scope.rule, **facts)
    raise Refused(scope)


_ENTER = "select set_config('carnet.person_id', %(person)s::text, true)"
_LEAVE = "select set_config('carnet.person_id', '', true)"


def set_person(person_id: UUID) -> None:
    """Set the person on the database session until the transaction ends. Only the door calls this."""
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, {"person": person_id})


def _leave_person() -> None:
    """Shut the wall again, for what may follow in a test's own transaction."""
    if connection.savepoint_ids:
        with connection.cursor() as cursor:
            cursor.execute(_LEAVE)


def _must_be_outermost() -> None:
    if getattr(connection, "carnet_door", None):
        raise RuntimeError("a door is open already: one person at a time")
    blocks = connection.atomic_blocks
    # the same test as Django’s durable=True
    if blocks and not blocks[-1]._from_testcase:  # type: ignore[attr-defined]  # noqa: SLF001
        raise RuntimeError("the door opens the outermost transaction")


def _must_have_said(a: Access) -> None:
    if not a.lines:
        raise RuntimeError("the door was opened and no line of the journal says so")


def _record_failure(
    person_id: UUID, by: Actor, purpose: Purpose, reference: UUID | None, error: BaseException
) -> None:
    """The line of the access was rolled back with the work: say that there was one."""
    if connection.in_atomic_block or not connection.is_usable():
        return
    write(EventType.OPENED_THEN_FAILED, person_id=person_id, by=by, purpose=purpose, allowed=True,
          reference=reference, reason=type(error).__name__)  # fmt: skip
