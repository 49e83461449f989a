"""Reading a file of the insurer, line after line, without holding it in memory."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LONGEST_LINE = 65_536
"""In bytes; a longer one is rejected without being read."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as it stands: its number from 1, where it begins, its bytes. `too_long`: it has none."""

    number: int
    position: int
    data: bytes
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that is not taken: which field and why, without anybody's data."""

    line: int
    field: str
    reason: str


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, by which it is known when it is loaded again."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_lines(file: BinaryIO) -> Iterator[RawLine]:
    """Yield the lines of a file, empty ones left out but counted."""
    number = position = 0
    while data := file.readline(LONGEST_LINE + 1):
        number += 1
        too_long = len(data) > LONGEST_LINE
        length = len(data) + (_skip_rest(file) if too_long and not data.endswith(b"\n") else 0)
        if too_long:
            yield RawLine(number, position, b"", too_long=True)
        elif data.strip():
            yield RawLine(number, position, data)
        position += length


def read_at(file: BinaryIO, positions: Sequence[int]) -> Iterator[bytes]:
    """Yield the lines that begin at these positions."""
    for position in positions:
        file.seek(position)
        yield file.readline(LONGEST_LINE + 1)


class RejectFile:
    """The file of rejected lines beside the insurer's: line, field, reason. Written whole, then named."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f"{path.name}.rejected.csv")
        self.count = 0
        self._part = self.path.with_name(f"{self.path.name}.part")

    @contextmanager
    def writing(self) -> Iterator["RejectFile"]:
        with self._part.open("w", encoding="utf-8", newline="") as file:
            self._writer = csv.writer(file)
            self._writer.writerow(("line", "field", "reason"))
            yield self
        self._part.replace(self.path) if self.count else self._part.unlink()

    def add(self, reject: Reject) -> None:
        self._writer.writerow((reject.line, reject.field, reject.reason))
        self.count += 1


def _skip_rest(file: BinaryIO) -> int:
    """Pass over the rest of a line that is too long; return its bytes."""
    length = 0
    while data := file.readline(LONGEST_LINE):
        length += len(data)
        if data.endswith(b"\n"):
            break
    return length
