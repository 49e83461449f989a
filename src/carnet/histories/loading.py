"""Loading a file of the insurer: every line checked, then person after person through the door.

Each person is fed in one transaction that also says how far the load went: killed at any moment and started
again it goes on, and each line counts once. Runs as carnet_loader, the only role that may write there.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

import orjson
from django.db import connection, transaction

from carnet.access import api as access
from carnet.histories import actions, staging
from carnet.histories.files import RejectFile, digest_of
from carnet.histories.staging import Lines
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.platform import clock, loads

Progress = Callable[[str, float], None]
"""Told which pass goes on ("check" or "feed") and the share of it that is done."""

PIECE = 5_000
"""Lines of one person that are fed in one transaction."""
_INSURER = Actor(ActorKind.INSURER)
_LOCK = 0x4849_5354


class HistoryRefusedError(Exception):
    """The file is not loaded, or not further; the message says why, in French."""


@dataclass(frozen=True)
class Summary:
    """What a load came to. `already`: this very file was loaded before, nothing was done.

    `counts`: persons fed; persons and lines skipped for want of an open space; lines added, already there,
    replaced, deleted, absent. `rejected_file`: None if no line was rejected.
    """

    file: str
    lines: int
    rejected: int
    counts: dict[str, int] = field(default_factory=dict)
    rejected_file: Path | None = None
    already: bool = False


@dataclass
class _Load:
    """A load under way, and the last line that is in."""

    digest: str
    counts: Counter[str]
    after_person: UUID | None
    after_line: int


def load(
    path: Path,
    *,
    dry_run: bool = False,
    abandon: bool = False,
    again: bool = False,
    progress: Progress | None = None,
) -> Summary:
    """Load a file into the histories, or go on with it; return what it came to.

    `dry_run`: check every line, count, write nothing but the file of rejected lines. `abandon`: give up
    another file that is loaded in part. `again`: read a file that was loaded once more, for the persons who
    had no space then or were not known; what is there already stays as it is. Raises HistoryRefusedError:
    another load under way or unfinished.
    """
    tell = progress or (lambda _phase, _share: None)
    with loads.alone(_LOCK, HistoryRefusedError("Un autre chargement des histoires de santé est en cours.")):
        if dry_run:
            return _check(path, tell)
        load, done = _begin(path, digest_of(path), abandon=abandon, again=again)
        if done:
            return Summary(path.name, 0, 0, dict(load.counts), already=True)
        return _load(path, load, tell)


def _check(path: Path, tell: Progress) -> Summary:
    counts: Counter[str] = Counter()
    lines, rejects = _stage(path, tell)
    for each in staging.list_persons(None, 0):
        if _admits(each.person_id):
            counts["persons"] += 1
        else:
            _count_skipped(counts, each)
    return _summary(path, lines, rejects, counts)


def _load(path: Path, load: _Load, tell: Progress) -> Summary:
    lines, rejects = _stage(path, tell)
    persons = staging.count_persons(load.after_person, load.after_line)
    with path.open("rb") as file, loads.trusting_the_log():
        for number, each in enumerate(staging.list_persons(load.after_person, load.after_line), 1):
            _feed_person(load, each, file)
            tell("feed", number / persons)
    _finish(load)
    return _summary(path, lines, rejects, load.counts)


def _stage(path: Path, tell: Progress) -> tuple[int, RejectFile]:
    with RejectFile(path).writing() as rejects:
        lines = staging.stage(path, rejects, lambda share: tell("check", share))
    tell("check", 1.0)
    return lines, rejects


def _feed_person(load: _Load, lines: Lines, file: BinaryIO) -> None:
    """Feed one person; nothing at all is written for whoever has no open space."""
    if not _admits(lines.person_id):
        _count_skipped(load.counts, lines)
        return
    load.counts["persons"] += not _is_going_on(load, lines)
    for piece in lines.pieces(PIECE):
        wanted = list(piece.read(file))  # before the door opens
        try:
            with access.open(
                piece.person_id, by=_INSURER, purpose=Purpose.DEPOSIT, event=EventType.CARE_HISTORY_FED
            ) as a:
                counts = actions.feed(a, wanted)
                _keep_progress(load, piece, counts)
        except access.Refused:  # closed since it was asked: the journal says so
            _count_skipped(load.counts, piece)


def _is_going_on(load: _Load, lines: Lines) -> bool:
    """Whether the first piece of this person's lines was in before the load was interrupted."""
    return load.after_person == lines.person_id


def _admits(person_id: UUID) -> bool:
    return access.decide(person_id, by=_INSURER, purpose=Purpose.DEPOSIT).allowed


def _count_skipped(counts: Counter[str], lines: Lines) -> None:
    counts["skipped_persons"] += 1
    counts["skipped"] += len(lines.numbers)


def _begin(path: Path, digest: str, *, abandon: bool, again: bool) -> tuple[_Load, bool]:
    """Find how far this very file went, or begin it; also tell whether it was done."""
    with transaction.atomic(), connection.cursor() as cursor:
        if abandon:
            cursor.execute("delete from histories_load where done_at is null and digest <> %s", [digest])
        cursor.execute(
            "select name from histories_load where done_at is null and digest <> %s limit 1", [digest]
        )
        if other := cursor.fetchone():
            raise HistoryRefusedError(
                f"Le fichier « {other[0]} » est chargé en partie : terminez-le, ou renoncez-y avec --abandon."
            )
        if again:
            cursor.execute("delete from histories_load where done_at is not null and digest = %s", [digest])
        cursor.execute(
            "insert into histories_load (digest, name, after_person, after_line, counts, started_at, done_at)"
            " values (%s, %s, null, 0, '{}', %s, null) on conflict (digest) do nothing",
            [digest, path.name, clock.real_now()],
        )
        cursor.execute(
            "select counts, after_person, after_line, done_at is not null from histories_load"
            " where digest = %s",
            [digest],
        )
        counts, person, line, done = cursor.fetchone()
    return _Load(digest, Counter(orjson.loads(counts)), person, line), done


def _keep_progress(load: _Load, piece: Lines, counts: Counter[str]) -> None:
    """Note, in the transaction of the feeding, that this piece is in."""
    load.counts += counts
    load.after_person, load.after_line = piece.person_id, piece.numbers[-1]
    with connection.cursor() as cursor:
        cursor.execute(
            "update histories_load set after_person = %s, after_line = %s, counts = %s where digest = %s",
            [load.after_person, load.after_line, orjson.dumps(load.counts).decode(), load.digest],
        )


def _finish(load: _Load) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update histories_load set after_person = null, after_line = 0, counts = %s, done_at = %s"
            " where digest = %s",
            [orjson.dumps(load.counts).decode(), clock.real_now(), load.digest],
        )
        cursor.execute("drop table histories_staging")
    with connection.cursor() as cursor:
        cursor.execute("analyze histories_episode")


def _summary(path: Path, lines: int, rejects: RejectFile, counts: Counter[str]) -> Summary:
    return Summary(path.name, lines, rejects.count, dict(counts), rejects.path if rejects.count else None)


def _one(cursor: Any) -> Any:
    return cursor.fetchone()[0]
