"""Loading a register file by batches, each in its transaction with how far it went.

Killed at any moment and started again, it goes on after the last batch that is in. The register, what was
rejected and the progress are one transaction, so a line is never counted twice nor lost.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction

from carnet.people.register import merging
from carnet.people.register.files import FileRefusedError, RawLine, columns_of, digest_of, read_file
from carnet.people.register.lines import Line, LineRejectedError, read_line
from carnet.people.register.merging import Reject
from carnet.platform import clock, loads
from carnet.standards.ins import REAL_OIDS, TEST_OIDS

Progress = Callable[[float, int], None]
"""Told the share of the file that is done, and the number of the last line."""

BATCH = 10_000
ADULT_YEARS = 18
_LOCK = 0x5245_4749


class RegisterRefusedError(Exception):
    """The file is not loaded, or not further; the message says why, in French."""


@dataclass(frozen=True)
class Summary:
    """What a load came to. `already`: the same file was loaded before. `rejected_file`: None if none."""

    file: str
    lines: int
    accepted: int
    rejected: int
    by_operation: dict[str, int] = field(default_factory=dict)
    rejected_file: Path | None = None
    already: bool = False


@dataclass
class _Load:
    """A load under way: the file, its columns, the last line done and the counts."""

    path: Path
    digest: str
    columns: frozenset[str]
    line: int
    counts: Counter[str]


@dataclass
class _Batch:
    """Lines understood, those that were not, and the last of them all: None at the end of the file."""

    lines: list[Line] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    last: RawLine | None = None


def load(path: Path, *, abandon: bool = False, progress: Progress | None = None) -> Summary:
    """Load a file into the register, or go on with it; return what it came to.

    `abandon`: give up another file that is loaded in part. Raises RegisterRefusedError: a file that cannot
    be read, another load under way or unfinished, real identities in the sandbox. Runs as carnet_loader.
    """
    try:
        columns = columns_of(path)
    except FileRefusedError as error:
        raise RegisterRefusedError(str(error)) from error
    with loads.alone(_LOCK, RegisterRefusedError("Un autre chargement du registre est en cours.")):
        load, done = _begin(path, digest_of(path), columns, abandon=abandon)
        if not done:
            try:
                _load_batches(load, progress or (lambda _share, _line: None))
            except RegisterRefusedError:
                _give_up(load)
                raise
            _attach(load)
            _refresh_statistics()
        return _summary(load, already=done)


def _begin(path: Path, digest: str, columns: frozenset[str], *, abandon: bool) -> tuple[_Load, bool]:
    """Find how far this very file went, or begin it; also tell whether it was done."""
    with transaction.atomic(), connection.cursor() as cursor:
        if abandon:
            cursor.execute("delete from people_registerload where done_at is null and digest <> %s", [digest])
            cursor.execute("delete from people_registerline where digest <> %s", [digest])
            cursor.execute(
                "delete from people_registerreject r"
                " where not exists (select from people_registerload l where l.digest = r.digest)"
                " and r.digest <> %s",
                [digest],
            )
        cursor.execute(
            "select name from people_registerload where done_at is null and digest <> %s limit 1", [digest]
        )
        if other := cursor.fetchone():
            raise RegisterRefusedError(
                f"Le fichier « {other[0]} » est chargé en partie : terminez-le, ou renoncez-y avec --abandon."
            )
        cursor.execute(
            "insert into people_registerload (digest, name, line, counts, started_at, done_at)"
            " values (%s, %s, 1, '{}', %s, null) on conflict (digest) do nothing",
            [digest, path.name, clock.real_now()],
        )
        cursor.execute(
            "select line, counts, done_at is not null from people_registerload where digest = %s", [digest]
        )
        line, counts, done = cursor.fetchone()
    return _Load(path, digest, columns, line, Counter(orjson.loads(counts))), done


def _load_batches(load: _Load, progress: Progress) -> None:
    lines = (raw for raw in read_file(load.path) if raw.number > load.line)
    today, oids = clock.today(), accepted_oids()
    # While the database merges a batch, the next one is read and understood.
    with ThreadPoolExecutor(1) as ahead:
        batch = _understand(lines, today, oids)
        while batch.last is not None:
            following = ahead.submit(_understand, lines, today, oids)
            _load_batch(load, batch, batch.last)
            progress(batch.last.read, load.line)
            batch = following.result()


def _load_batch(load: _Load, batch: _Batch, last: RawLine) -> None:
    with transaction.atomic():
        rejects = batch.rejects + merging.merge(batch.lines, digest=load.digest, columns=load.columns)
        _keep_rejects(load, rejects)
        refused = {reject.line for reject in rejects}
        load.counts.update(line.operation for line in batch.lines if line.number not in refused)
        load.line = last.number
        _keep_progress(load)


def _understand(lines: Iterator[RawLine], today: date, oids: frozenset[str]) -> _Batch:
    """Take the next lines and read them; the database is not asked here, for another thread uses it."""
    batch = _Batch()
    for raw in islice(lines, BATCH):
        batch.last = raw
        try:
            batch.lines.append(_read(raw, today, oids))
        except LineRejectedError as error:
            batch.rejects.append(Reject(raw.number, error.column, error.reason))
    return batch


def _read(raw: RawLine, today: date, oids: frozenset[str]) -> Line:
    if raw.broken:
        raise LineRejectedError("", raw.broken)
    if settings.CARNET_SANDBOX and raw.cells["oid"].strip() in REAL_OIDS:
        raise RegisterRefusedError(
            f"Ligne {raw.number} : identité réelle. Le bac à sable n’en admet aucune (docs/register.md)."
        )
    return read_line(raw.number, raw.cells, today=today, oids=oids)


def accepted_oids() -> frozenset[str]:
    """Return the authorities whose identities the register takes here: in the sandbox, those of tests."""
    if settings.CARNET_SANDBOX:
        return TEST_OIDS
    return frozenset(settings.CARNET_TRUSTED_OIDS)


def _attach(load: _Load) -> None:
    """Attach children to parents: only now, since a parent may stand further down in the file."""
    now, today = clock.now(), clock.today()
    with transaction.atomic(), connection.cursor() as cursor:
        facts: dict[str, Any] = {
            "digest": load.digest,
            "now": now,
            "adult_before": _years_before(today, ADULT_YEARS),
        }
        cursor.execute(merging.ATTACH, facts)
        reason = "parent inconnu du registre : personne chargée, rattachement non"
        _keep_rejects(load, [Reject(line, "parent_matricule", reason) for (line,) in cursor.fetchall()])
        cursor.execute("delete from people_registerline where digest = %s", [load.digest])
        cursor.execute(
            "update people_registerload set counts = %s, done_at = %s where digest = %s",
            [orjson.dumps(load.counts).decode(), clock.real_now(), load.digest],
        )


def _give_up(load: _Load) -> None:
    """Forget a load that will not go on; what was loaded before stays."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in ("registerline", "registerreject", "registerload"):
            cursor.execute(f"delete from people_{table} where digest = %s", [load.digest])  # noqa: S608 - constants


def _refresh_statistics() -> None:
    with connection.cursor() as cursor:
        for table in ("person", "insindex", "address", "contact", "card", "attachment", "representation"):
            cursor.execute(f"analyze people_{table}")


def _keep_rejects(load: _Load, rejects: list[Reject]) -> None:
    load.counts["rejected"] += len(rejects)
    with connection.cursor() as cursor:
        cursor.executemany(
            'insert into people_registerreject (digest, line, "column", reason) values (%s, %s, %s, %s)',
            [(load.digest, reject.line, reject.column, reject.reason) for reject in rejects],
        )


def _keep_progress(load: _Load) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_registerload set line = %s, counts = %s where digest = %s",
            [load.line, orjson.dumps(load.counts).decode(), load.digest],
        )


def _summary(load: _Load, *, already: bool) -> Summary:
    by_operation = {name: count for name, count in load.counts.items() if name != "rejected"}
    rejected = load.counts["rejected"]
    return Summary(
        file=load.path.name,
        lines=load.line - 1,
        accepted=sum(by_operation.values()),
        rejected=rejected,
        by_operation=by_operation,
        rejected_file=_write_rejected(load) if rejected else None,
        already=already,
    )


def _write_rejected(load: _Load) -> Path:
    """Write the file of rejected lines beside the register's: line, column, reason."""
    target = load.path.with_name(f"{load.path.name}.rejected.csv")
    with target.open("w", encoding="utf-8", newline="") as file, connection.cursor() as cursor:
        writer = csv.writer(file)
        writer.writerow(("line", "column", "reason"))
        cursor.execute(
            'select line, "column", reason from people_registerreject where digest = %s order by line, id',
            [load.digest],
        )
        writer.writerows(cursor.fetchall())
    return target


def _one(cursor: Any) -> Any:
    return cursor.fetchone()[0]


def _years_before(day: date, years: int) -> date:
    """The same day years before; 29 February becomes 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
