"""The first pass over a file: whose each good line is and where it begins, in a temporary table.

Neither words nor dates stand there: nothing of health leaves the file but into the person's record.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.db import connection

from carnet.histories.files import RawLine, Reject, RejectFile, read_at, read_lines
from carnet.histories.lines import Line, LineRejectedError, check_birth, read_line
from carnet.people import api as people
from carnet.platform import clock

BATCH = 5_000
_PAGE = 200
_CREATE = """
drop table if exists histories_staging;
create temporary table histories_staging (person_id uuid, line bigint, position bigint)"""
_COPY = "copy histories_staging (person_id, line, position) from stdin"
_INDEX = """
create index on histories_staging (person_id, line, position);
analyze histories_staging"""
_PERSONS = """
select person_id, array_agg(line order by line), array_agg(position order by line) from histories_staging
where (person_id, line) > (%s, %s) group by person_id order by person_id limit %s"""


@dataclass(frozen=True, slots=True)
class Lines:
    """Where a person's lines stand in the file, in their order."""

    person_id: UUID
    numbers: list[int]
    positions: list[int]

    def read(self, file: BinaryIO) -> Iterator[Line]:
        """Yield them as they were understood; the file is the one that was checked."""
        today = clock.today()
        return (read_line(raw, today=today) for raw in read_at(file, self.positions))

    def pieces(self, size: int) -> Iterator["Lines"]:
        """Yield them by pieces of so many."""
        for start in range(0, len(self.numbers), size):
            chosen = slice(start, start + size)
            yield Lines(self.person_id, self.numbers[chosen], self.positions[chosen])


def stage(path: Path, rejects: RejectFile, progress: Callable[[float], None]) -> int:
    """Check every line of a file and note the good ones; return how many lines there are."""
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
    size, count = max(path.stat().st_size, 1), 0
    with path.open("rb") as file:
        lines = read_lines(file)
        while batch := list(islice(lines, BATCH)):
            _note(_understand(batch, rejects))
            count += len(batch)
            progress(batch[-1].position / size)
    with connection.cursor() as cursor:
        cursor.execute(_INDEX)
    return count


def list_persons(after_person: UUID | None, after_line: int) -> Iterator[Lines]:
    """Yield the persons of the file with their lines, in the order of their ids, after a given line."""
    person, line = after_person or UUID(int=0), after_line
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_PERSONS, [person, line, _PAGE])
            page = [Lines(*row) for row in cursor.fetchall()]
        if not page:
            return
        yield from page
        person, line = page[-1].person_id, page[-1].numbers[-1]


def count_persons(after_person: UUID | None, after_line: int) -> int:
    """Return how many persons `list_persons` would yield."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(distinct person_id) from histories_staging where (person_id, line) > (%s, %s)",
            [after_person or UUID(int=0), after_line],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _understand(batch: list[RawLine], rejects: RejectFile) -> list[tuple[UUID, int, int]]:
    """Return (person, line, position) of the good lines; the others go to the file of rejects."""
    today = clock.today()
    read: list[tuple[RawLine, Line | LineRejectedError]] = [(raw, _read(raw, today)) for raw in batch]
    known = people.find_births({line.matricule for _, line in read if isinstance(line, Line)})
    good = []
    for raw, line in read:
        try:
            if isinstance(line, LineRejectedError):
                raise line
            good.append((_find_person(line, known), raw.number, raw.position))
        except LineRejectedError as error:
            rejects.add(Reject(raw.number, error.field, error.reason))
    return good


def _read(raw: RawLine, today: date) -> Line | LineRejectedError:
    if raw.too_long:
        return LineRejectedError("", "ligne de plus de 64 ko")
    try:
        return read_line(raw.data, today=today)
    except LineRejectedError as error:
        return error


def _find_person(line: Line, known: dict[str, tuple[UUID, date]]) -> UUID:
    if line.matricule not in known:
        raise LineRejectedError("matricule", "personne inconnue du registre")
    person_id, birth_date = known[line.matricule]
    check_birth(line, birth_date)
    return person_id


def _note(rows: list[tuple[UUID, int, int]]) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            copy.write_row(row)
