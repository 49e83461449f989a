"""Asking for a copy, its progress, its end."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from carnet.access import api as access
from carnet.exports import queries
from carnet.exports.policies import GIVEN_UP, KEPT, REMEMBERED, State, prefix_of
from carnet.exports.records import CopyCard
from carnet.journal.api import Actor, EventType, Purpose, write
from carnet.notices import api as notices
from carnet.notices.api import NoticeCode
from carnet.platform import blobs, clock, jobs
from carnet.platform.ids import uuid7

PREPARE = "exports.prepare"


class CopyUnderWayError(Exception):
    """A copy is being prepared already: one at a time."""

    message_fr = "Une copie est déjà en préparation. Attendez qu’elle soit prête."


class CopyGoneError(Exception):
    """The copy was given up, or erased with its space, while it was prepared."""


def ask_copy(person_id: UUID, *, by: Actor, prepare: jobs.Job) -> UUID:
    """Ask for a copy of everything that `by` may see of a person's record; return its id.

    `prepare`: the job that makes it, written in the same transaction. Raises access.Refused, and
    CopyUnderWayError while another one asked by the same is being prepared.
    """
    assert by.id is not None
    if any(copy.unfinished for copy in queries.list_copies(person_id, asked_by=by.id)):
        raise CopyUnderWayError
    _give_up_stranded(person_id, by.id)
    copy_id = uuid7()
    with access.open(
        person_id, by=by, purpose=Purpose.CONSULT, event=EventType.COPY_ASKED, reference=copy_id
    ):
        if not _insert(copy_id, person_id, by):
            raise CopyUnderWayError
        prepare.defer(copy_id=str(copy_id))
    return copy_id


def _insert(copy_id: UUID, person_id: UUID, by: Actor) -> bool:
    return _change(
        "insert into exports_copy (id, person_id, asked_by, asker_kind, state, done, total, asked_at, size,"
        " blobs) values (%s, %s, %s, %s, 'asked', 0, 0, %s, 0, '') on conflict do nothing",
        copy_id, person_id, by.id, by.kind, clock.now(),
    )  # fmt: skip


def note_progress(copy_id: UUID, *, done: int, total: int) -> None:
    """Note how far a preparation is; raises CopyGoneError when nobody waits for it any more."""
    if not _change(
        "update exports_copy set state = 'preparing', done = %s, total = %s"
        " where id = %s and state in ('asked', 'preparing')",
        done, total, copy_id,
    ):  # fmt: skip
        raise CopyGoneError(str(copy_id))


def finish(copy: CopyCard, *, names: list[str], size: int) -> None:
    """Make a copy ready and tell who asked. The door decides once more: rights may have ended.

    `names`: of its blobs, in order; `size`: of its archives, in bytes. An earlier copy gives its place.
    Raises access.Refused, CopyGoneError.
    """
    assert copy.by.id is not None
    now = clock.now()
    with access.open(
        copy.person_id,
        by=copy.by,
        purpose=Purpose.CONSULT,
        event=EventType.COPY_PREPARED,
        reference=copy.id,
    ):
        if not _change(
            "update exports_copy set state = 'ready', done = total, ready_at = %s, expires_at = %s,"
            " size = %s, blobs = %s where id = %s and state in ('asked', 'preparing')",
            now, now + KEPT, size, " ".join(names), copy.id,
        ):  # fmt: skip
            raise CopyGoneError(str(copy.id))
        notices.tell(copy.by.id, about_id=copy.person_id, code=NoticeCode.COPY_READY, reference=copy.id)
    for earlier in queries.list_copies(copy.person_id, asked_by=copy.by.id):
        if earlier.ready and earlier.id != copy.id:
            remove(earlier, to=State.EXPIRED)


def delete_copy(copy_id: UUID, *, person_id: UUID, by: Actor) -> None:
    """Delete a copy before its time, at the wish of who asked for it.

    Raises queries.CopyUnknownError, access.Refused.
    """
    assert by.id is not None
    copy = queries.get_copy(copy_id, person_id=person_id, asked_by=by.id)
    if copy.state is not State.READY:
        raise queries.CopyUnknownError(str(copy_id))
    with access.open(
        person_id, by=by, purpose=Purpose.CONSULT, event=EventType.COPY_DELETED, reference=copy_id
    ):
        _change("update exports_copy set state = 'expired' where id = %s", copy_id)
    _clear(copy)


def remove(copy: CopyCard, *, to: State) -> None:
    """Delete what a copy stored, then end it. A ready one that goes leaves a line in the history."""
    sweep(copy)
    with transaction.atomic():
        ended = _change(
            "update exports_copy set state = %s, blobs = '' where id = %s"
            " and state in ('asked', 'preparing', 'ready')",
            to, copy.id,
        )  # fmt: skip
        if ended and copy.parts:
            write(
                EventType.COPY_DELETED,
                person_id=copy.person_id,
                by=Actor.system(),
                purpose=Purpose.OPERATE,
                reference=copy.id,
                reason=access.Rule.SYSTEM_OPERATES,
            )


def sweep(copy: CopyCard) -> None:
    """Delete every blob of a copy, those of a killed preparation too."""
    store, beginning = blobs.store(), prefix_of(copy.id)
    for name in [name for name in store.names(copy.person_id) if name.startswith(beginning)]:
        store.delete(copy.person_id, name)


def _clear(copy: CopyCard) -> None:
    """Delete what an ended copy stored; its names are forgotten last, so that a kill loses none."""
    sweep(copy)
    _change("update exports_copy set blobs = '' where id = %s", copy.id)


def end_due(now: datetime) -> int:
    """Delete the copies whose time is over, give up what never ended, forget what is long past.

    Returns how many copies were deleted. May be run again after a kill.
    """
    expired = queries.list_expired(now)
    for copy in expired:
        remove(copy, to=State.EXPIRED)
    for copy in queries.list_uncleared():
        _clear(copy)
    for copy in queries.list_stranded(now - GIVEN_UP):
        remove(copy, to=State.FAILED)
    _change(
        "delete from exports_copy where state in ('expired', 'failed') and asked_at <= %s", now - REMEMBERED
    )
    return len(expired)


def _give_up_stranded(person_id: UUID, asked_by: UUID) -> None:
    """End this asker's preparations that hang, which the unique index would still count."""
    for copy in queries.list_stranded(clock.now() - GIVEN_UP):
        if (copy.person_id, copy.by.id) == (person_id, asked_by):
            remove(copy, to=State.FAILED)


def _change(query: str, *values: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return bool(cursor.rowcount)
