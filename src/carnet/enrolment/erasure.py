"""Erasing a space for good (R1111-36; docs/adr/0004-erasure-delay.md).

Steps, each of which bears being run again, so that a killed process is simply followed by another:
begin (from here on it cannot be cancelled) → waiting messages → rows → key → blobs and what the rooms keep
elsewhere → rewrite of the touched tables, checkpoint → done (state `erased`, journal line,
the person is told).
Runs as carnet_loader, outside any transaction. What older backups still hold: docs/security.md.
"""

import time
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

import structlog
from django.db import ProgrammingError, connection, transaction
from psycopg.errors import InsufficientPrivilege

from carnet.enrolment import messages
from carnet.enrolment.models import Space
from carnet.enrolment.moves import move
from carnet.enrolment.policies import Event, State
from carnet.enrolment.queries import SpaceCard, lock_space
from carnet.journal.api import Actor
from carnet.people import api as people
from carnet.platform import blobs, clock, erasure

log = structlog.get_logger("carnet.erasure")

_ALWAYS = ("platform_personkey", "enrolment_space")
"""Tables that an erasure changes itself, beside those that the rooms declare."""


_SNAPSHOTS_SECONDS, _SNAPSHOTS_POLL_SECONDS = 60, 0.05


_OLDER = """
select (select count(*) from pg_stat_activity where pid <> pg_backend_pid() and (
            age(backend_xid) >= age(%(ours)s::xid)
            or (datname = current_database() and age(backend_xmin) >= age(%(ours)s::xid))))
     + (select count(*) from pg_prepared_xacts where age(transaction) >= age(%(ours)s::xid))
"""
"""Writers of the whole server, as a new snapshot reaches back to the oldest; readers of this database."""


class SnapshotsHeldError(Exception):
    """A transaction older than the erasure is still open; nothing is lost, the job runs again."""


def execute_due(day: date) -> int:
    """Erase every space that is due on `day`; return how many."""
    due = list(
        Space.objects.filter(state=State.ERASING, erasure_due_on__lte=day)
        .order_by("erasure_due_on", "person_id")
        .values_list("person_id", flat=True)
    )
    return execute(due)


def execute(person_ids: Iterable[UUID], *, rewriting: bool = True) -> int:
    """Erase these spaces, those that are due and were not cancelled meanwhile; return how many.

    The tables are rewritten once for all of them. `rewriting` is False only where nobody is real: what the
    disk still holds of the deleted rows then stays until the next erasure.
    """
    begun = [person_id for person_id in person_ids if begin(person_id)]
    if not begun:
        return 0
    for step in STEPS:
        for person_id in begun:
            step(person_id)
    if rewriting:
        rewrite()
    for person_id in begun:
        finish(person_id)
    return len(begun)


def begin(person_id: UUID) -> bool:
    """Mark that the execution has begun: from here on nobody can cancel. False if it must not."""
    with transaction.atomic():
        space = lock_space(person_id)
        if space.state is not State.ERASING or not _is_due(space):
            return False
        if space.erasure_began_at is None:
            Space.objects.filter(person_id=person_id).update(erasure_began_at=clock.now())
    return True


def drop_messages(person_id: UUID) -> None:
    """Delete what waits to leave; a hand-over under way ends first, and its rows are then seen."""
    with connection.cursor() as cursor:
        cursor.execute("delete from platform_outbox where person_id = %s", [person_id])


def delete_rows(person_id: UUID) -> None:
    """Delete the rows that every room declared, and clear the space's own row."""
    with transaction.atomic(), connection.cursor() as cursor:
        for part in erasure.list_parts():
            for rows in part.rows:
                cursor.execute(f"delete from {rows.table} where {rows.condition}", {"person": person_id})  # noqa: S608
        Space.objects.filter(person_id=person_id).update(
            notified_on=None, channel="", opened_at=None, activated_at=None, objected_at=None, closed_at=None,
            archive_until=None, erasure_asked_on=None, documents_masked=False, emergency_access=True,
            samu_access=True, emergency_masked=False, terms_version="", no_contact=True,
        )  # fmt: skip


def destroy_key(person_id: UUID) -> None:
    """Destroy the person's key: what is sealed under it, in the journal or elsewhere, is unreadable."""
    with connection.cursor() as cursor:
        cursor.execute("delete from platform_personkey where person_id = %s", [person_id])


def delete_blobs(person_id: UUID) -> None:
    """Delete the person's blobs, and what each room keeps outside the database."""
    blobs.store().delete_all(person_id)
    for part in erasure.list_parts():
        if part.after:
            part.after(person_id)


STEPS: tuple[Callable[[UUID], None], ...] = (drop_messages, delete_rows, destroy_key, delete_blobs)


def rewrite() -> None:
    """Rewrite the touched tables without their dead rows, leave the present log segment, checkpoint."""
    with connection.cursor() as cursor:
        _wait_for_older_snapshots(cursor)
        for table in _touched_tables():
            cursor.execute(f"vacuum (full) {table}")
        for statement in ("select pg_switch_wal()", "checkpoint"):
            try:
                cursor.execute(statement)
            except ProgrammingError as error:
                if not isinstance(error.__cause__, InsufficientPrivilege):
                    raise
                # a server of others: its administrator answers for it
                log.warning("erasure_not_flushed", statement=statement)


def _wait_for_older_snapshots(cursor: Any) -> None:
    """Wait until nobody can still see the deleted rows: VACUUM FULL would copy them into the new file.

    Raises SnapshotsHeldError after a minute; the job is taken up again.
    """
    cursor.execute("select pg_current_xact_id()::xid::text")
    ours = cursor.fetchone()[0]
    deadline = time.monotonic() + _SNAPSHOTS_SECONDS
    while True:
        cursor.execute(_OLDER, {"ours": ours})
        if cursor.fetchone()[0] == 0:
            return
        if time.monotonic() > deadline:
            raise SnapshotsHeldError("a long transaction still sees what was deleted")
        time.sleep(_SNAPSHOTS_POLL_SECONDS)


def finish(person_id: UUID) -> None:
    """Leave the mark, write the last line, tell the person, if she lives, by what her insurer knows."""
    person = people.get_person(person_id)
    with transaction.atomic():
        space = lock_space(person_id)
        if space.state is not State.ERASING:
            return
        move(
            space, Event.ERASE, by=Actor.system(), erasure_due_on=None, erasure_began_at=None,
            suspended_on=None, no_contact=True,
        )  # fmt: skip
        if person.died_on is None:
            addressee = messages.addressee_of(person)
            messages.tell_insurer_contact(addressee, "erased", "Effacement terminé", day=clock.today())


def _is_due(space: SpaceCard) -> bool:
    return space.erasure_due_on is not None and space.erasure_due_on <= clock.today()


def _touched_tables() -> list[str]:
    return sorted({*erasure.list_tables(), *_ALWAYS})
