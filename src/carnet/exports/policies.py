"""The rules of a copy: its states, how long it is kept, how it is cut, what its files are called. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

KEPT: Final = timedelta(days=7)
"""How long a copy can be downloaded (docs/adr/0013)."""
GIVEN_UP: Final = timedelta(hours=6)
"""After this long without an end, a preparation is told as failed and another may be asked."""
REMEMBERED: Final = timedelta(days=365)
"""How long the list of past copies goes back."""
PART_BYTES: Final = 400_000_000
"""The size at which another archive is begun; one document is never cut."""
CHUNK_BYTES: Final = 4_000_000
"""What is sealed and stored at a time; memory needs a few of them."""
_SLUG_LENGTH: Final = 50


class State(StrEnum):
    """Where a copy stands."""

    ASKED = "asked"
    PREPARING = "preparing"
    READY = "ready"
    EXPIRED = "expired"
    FAILED = "failed"


UNFINISHED: Final = (State.ASKED, State.PREPARING)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One sealed blob of a copy. `size`: of what is sealed, in bytes; `part`: of which archive, from 1."""

    name: str
    part: int
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """One archive to download: a whole zip by itself."""

    number: int
    size: int
    names: tuple[str, ...]


def prefix_of(copy_id: UUID) -> str:
    """Return how the names of all blobs of a copy begin: what a killed preparation left is found by it."""
    return f"copy-{copy_id.hex}-"


def chunk_name(copy_id: UUID, attempt: str, part: int, number: int, size: int) -> str:
    """Return the name of a blob. `attempt`: another for each preparation, so that none mixes with another."""
    return f"{prefix_of(copy_id)}{attempt}-{part}-{number}-{size}"


def read_name(name: str) -> Chunk:
    """Return what the name of a blob says."""
    part, _, size = name.split("-")[3:]
    return Chunk(name, int(part), int(size))


def parts_of(names: Iterable[str]) -> tuple[Part, ...]:
    """Return the archives that blobs make, in order."""
    by_part: dict[int, list[Chunk]] = {}
    for chunk in map(read_name, names):
        by_part.setdefault(chunk.part, []).append(chunk)
    return tuple(
        Part(number, sum(chunk.size for chunk in chunks), tuple(chunk.name for chunk in chunks))
        for number, chunks in sorted(by_part.items())
    )


def slug(text: str, *, otherwise: str = "document") -> str:
    """Return words as a piece of a file name that every system takes: a-z, 0-9 and hyphens.

    Never empty; bounded; the date or number that each name begins with keeps it from the names that
    Windows reserves.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:_SLUG_LENGTH].strip("-")
    return words or otherwise


def csv_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
