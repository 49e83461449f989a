"""Who the médecin traitant of each person is, as the insurer's file tells (facts/mes.md 4.4).

A line is a matricule and an RPPS number, empty for a person who has none any more. Read as it comes, written
by batches; a line told again changes nothing, so that a load that was cut goes on when it is begun again.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from django.db import transaction

from carnet.access.policies import DOCTOR
from carnet.access.relations import set_treating
from carnet.directory import api as directory
from carnet.people import api as people
from carnet.standards.ins import InsError, parse_matricule

COLUMNS: Final = ("matricule", "rpps")
BATCH: Final = 500
_RPPS_LENGTH: Final = 11
_LONGEST: Final = 200
_MOST_SHOWN: Final = 1000


class TreatingRefused(ValueError):  # noqa: N818 - said to a person, not a failure
    """The file cannot be read at all; the message says what it should be."""


@dataclass(slots=True)
class TreatingSummary:
    """What became of a file. `rejects`: number of line, field, rule, in French; the first ones."""

    lines: int = 0
    changed: int = 0
    already: int = 0
    rejected: int = 0
    rejects: list[tuple[int, str, str]] = field(default_factory=list)

    def reject(self, number: int, column: str, rule: str) -> None:
        """Count a line that is left out, and say why."""
        self.rejected += 1
        if len(self.rejects) < _MOST_SHOWN:
            self.rejects.append((number, column, rule))


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    matricule: str
    rpps: str


def load_treating(path: Path, *, progress: Callable[[int], object] = lambda _lines: None) -> TreatingSummary:
    """Write the médecins traitants of a file; `progress` is told each batch. Raises TreatingRefused.

    `path`: CSV in UTF-8, semicolons, columns "matricule" and "rpps". A line that cannot be taken is counted,
    named, and left out; the others are written.
    """
    summary, known = TreatingSummary(), dict[str, UUID | None]()
    with path.open(encoding="utf-8-sig", newline="") as text:
        lines = _read(csv.reader(text, delimiter=";"), summary)
        while batch := list(islice(lines, BATCH)):
            _write(batch, known, summary)
            progress(len(batch))
    return summary


def _read(rows: Iterator[list[str]], summary: TreatingSummary) -> Iterator[_Line]:
    """Yield the lines whose matricule and RPPS number are well formed."""
    try:
        headings = [cell.strip().lower() for cell in next(rows, [])]
        if headings != list(COLUMNS):
            raise TreatingRefused(f"La première ligne doit être : {';'.join(COLUMNS)}")
        for number, cells in enumerate(rows, start=2):
            if line := _understand(number, cells, summary):
                yield line
    except (csv.Error, UnicodeDecodeError) as error:
        raise TreatingRefused(f"Le fichier n’est pas du CSV en UTF-8 : {error}") from error


def _understand(number: int, cells: list[str], summary: TreatingSummary) -> _Line | None:
    summary.lines += 1
    if len(cells) != len(COLUMNS) or any(len(cell) > _LONGEST for cell in cells):
        summary.reject(number, "ligne", f"{len(COLUMNS)} colonnes, {_LONGEST} caractères au plus chacune")
        return None
    rpps = cells[1].strip()
    if rpps and not (len(rpps) == _RPPS_LENGTH and rpps.isascii() and rpps.isdigit()):
        summary.reject(number, "rpps", f"{_RPPS_LENGTH} chiffres, ou rien")
        return None
    try:
        return _Line(number, parse_matricule(cells[0]).value, rpps)
    except InsError as error:
        summary.reject(number, "matricule", error.message_fr)
        return None


def _write(batch: list[_Line], known: dict[str, UUID | None], summary: TreatingSummary) -> None:
    persons = people.find_births([line.matricule for line in batch])
    with transaction.atomic():
        for line in sorted(batch, key=lambda one: one.matricule):  # always in the same order: no deadlock
            doctor = _doctor(line.rpps, known) if line.rpps else None
            if line.matricule not in persons:
                summary.reject(line.number, "matricule", "inconnu du registre")
            elif line.rpps and doctor is None:
                summary.reject(line.number, "rpps", "aucun médecin en exercice ne porte ce numéro")
            elif set_treating(persons[line.matricule][0], doctor):
                summary.changed += 1
            else:
                summary.already += 1


def _doctor(rpps: str, known: dict[str, UUID | None]) -> UUID | None:
    """Return the doctor of an RPPS number; each is asked for once in a load."""
    if rpps not in known:
        found = directory.find_by_national_id(f"8{rpps}")
        doctor = found is not None and found.active and found.profession == DOCTOR
        known[rpps] = found.id if found and doctor else None
    return known[rpps]
