"""Making a copy: read behind the door, write outside it, tell. May be killed and run again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import structlog
from django.db import connection

from carnet.access import api as access
from carnet.exports import actions, archive, queries
from carnet.exports.actions import CopyGoneError
from carnet.exports.policies import State
from carnet.exports.record import Record, read_record
from carnet.exports.records import CopyCard
from carnet.exports.stream import Archive
from carnet.journal.api import EventType, Purpose

log = structlog.get_logger("carnet.exports")

_LOCK = 0x434F_5059  # advisory lock, with 32 bits of the copy's id: one preparation at a time for each
_TELL_SECONDS = 0.5


class CopyBusyError(Exception):
    """Another process is preparing this copy: to be tried again later, in case it dies."""


def prepare(copy_id: UUID) -> None:
    """Prepare a copy that was asked for; nothing when it has ended meanwhile.

    The door opens as for who asked, who may have lost the right since: then the copy fails, and the refusal
    stands in the history. Raises CopyBusyError, and whatever hinders the work, to be tried again.
    """
    with _alone(copy_id) as alone:
        copy = queries.find(copy_id)
        if not alone:
            raise CopyBusyError(str(copy_id))
        if copy is None or not copy.unfinished:
            return
        actions.sweep(copy)  # what a killed preparation left
        try:
            _prepare(copy)
        except access.Refused as refused:
            log.info("copy refused", copy=str(copy_id), rule=refused.scope.rule)
            actions.remove(copy, to=State.FAILED)
        except CopyGoneError:
            log.info("copy gone", copy=str(copy_id))
            actions.sweep(copy)


def _prepare(copy: CopyCard) -> None:
    began = time.perf_counter()
    record = _read(copy)
    total = archive.count_steps(record)
    progress = _Progress(copy.id, total)
    progress.tell()
    made = Archive(record.key, copy.id, at=record.at, stored=progress.tell)
    archive.write_archive(record, made, done=progress.note)
    actions.finish(copy, names=made.names, size=made.size)
    seconds = round(time.perf_counter() - began, 2)
    log.info(
        "copy ready", copy=str(copy.id), documents=len(record.documents), octets=made.size, seconds=seconds
    )


def _read(copy: CopyCard) -> Record:
    """Read the register of everything behind one door."""
    with access.open(
        copy.person_id,
        by=copy.by,
        purpose=Purpose.CONSULT,
        event=EventType.SPACE_CONSULTED,
        reference=copy.id,
    ) as a:
        return read_record(a)


class _Progress:
    """Writes how far the work is, twice a second at most; raises CopyGoneError when it is in vain."""

    def __init__(self, copy_id: UUID, total: int) -> None:
        self._copy_id, self._total = copy_id, total
        self._done, self._told_at = 0, 0.0

    def note(self, done: int) -> None:
        self._done = done
        if time.monotonic() - self._told_at >= _TELL_SECONDS:
            self.tell()

    def tell(self) -> None:
        self._told_at = time.monotonic()
        actions.note_progress(self._copy_id, done=self._done, total=self._total)


@contextmanager
def _alone(copy_id: UUID) -> Iterator[bool]:
    """Hold the copy's lock for the session; False when another process holds it."""
    number = int.from_bytes(copy_id.bytes[-4:], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", [_LOCK, number])
        alone = cursor.fetchone() == (True,)
    try:
        yield alone
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", [_LOCK, number])
