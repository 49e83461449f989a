"""Reading a register file, CSV or Parquet, line after line, without holding it in memory."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from carnet.people.register.lines import COLUMNS, REQUIRED

_BLOCK = 1 << 20
_FIRST_LINE = 2
_PARQUET_MAGIC = b"PAR1"


class FileRefusedError(Exception):
    """The file as a whole cannot be read: no line of it is loaded. The message is in French."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as it is written. `broken`: why it has no cells. `read`: share of the file up to here."""

    number: int
    cells: dict[str, str]
    broken: str = ""
    read: float = 0.0


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, by which it is known when it is loaded again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_file(path: Path) -> Iterator[RawLine]:
    """Yield the lines of a file; line 1 is the headings (also in Parquet, where they are not a line).

    Raises FileRefusedError for columns missing or unknown, or a file that is neither.
    """
    with path.open("rb") as file:
        parquet = file.read(4) == _PARQUET_MAGIC
    yield from _parquet(path) if parquet else _csv(path)


def columns_of(path: Path) -> frozenset[str]:
    """Return the columns that a file has; raises FileRefusedError."""
    with path.open("rb") as file:
        if file.read(4) == _PARQUET_MAGIC:
            return frozenset(_open_parquet(path).schema_arrow.names)
    with _open_csv(path) as text:
        return frozenset(_headings(csv.reader(text, delimiter=_delimiter(text))))


def _csv(path: Path) -> Iterator[RawLine]:
    size = max(path.stat().st_size, 1)
    with _open_csv(path) as text:
        reader = csv.reader(text, delimiter=_delimiter(text))
        headings = _headings(reader)
        number = _FIRST_LINE
        while (cells := _next(reader)) is not None:
            yield _raw(number, headings, cells, text.buffer.tell() / size)  # type: ignore[attr-defined]
            number += 1


def _next(reader: Any) -> list[str] | str | None:
    """Return the next cells, why there are none, or None at the end."""
    try:
        return next(reader)  # type: ignore[no-any-return]
    except StopIteration:
        return None
    except csv.Error:
        return "ligne illisible : guillemet non fermé, ou case de plus de 131 072 caractères"


def _raw(number: int, headings: Sequence[str], cells: list[str] | str, read: float) -> RawLine:
    if isinstance(cells, str):
        return RawLine(number, {}, cells, read)
    if len(cells) != len(headings):
        reason = f"{len(cells)} cases au lieu de {len(headings)}"
        return RawLine(number, {}, reason, read)
    return RawLine(number, dict(zip(headings, cells, strict=True)), "", read)


def _open_csv(path: Path) -> IO[str]:
    # A byte that is not UTF-8 becomes a character that no name may have: its line alone is rejected.
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _delimiter(text: IO[str]) -> str:
    first = text.readline(_BLOCK)
    text.seek(0)
    return ";" if first.count(";") > first.count(",") else ","


def _headings(reader: Any) -> list[str]:
    first = _next(reader)
    if not isinstance(first, list):
        raise FileRefusedError("Le fichier est vide : sa première ligne donne les noms des colonnes.")
    headings = [name.strip().lower() for name in first]
    _check_columns(headings)
    return headings


def _check_columns(found: Sequence[str]) -> None:
    for problem, names in (
        ("Colonnes absentes", [name for name in REQUIRED if name not in found]),
        ("Colonnes inconnues", sorted({name for name in found if name not in COLUMNS})),
        ("Colonnes en double", sorted({name for name in found if list(found).count(name) > 1})),
    ):
        if names:
            raise FileRefusedError(f"{problem} : {', '.join(names)} (docs/register.md).")


def _open_parquet(path: Path) -> Any:
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(path)
    except (ArrowException, OSError) as error:
        raise FileRefusedError("Le fichier Parquet est illisible ou tronqué.") from error
    _check_columns(file.schema_arrow.names)
    return file


def _parquet(path: Path) -> Iterator[RawLine]:
    file = _open_parquet(path)
    total = max(file.metadata.num_rows, 1)
    number = _FIRST_LINE
    for batch in file.iter_batches(batch_size=10_000):
        for row in batch.to_pylist():
            cells = {name: _text(value) for name, value in row.items()}
            yield RawLine(number, cells, "", (number - 1) / total)
            number += 1


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value)
