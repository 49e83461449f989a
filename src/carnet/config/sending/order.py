"""Versions after what they replace: a document is sent once those that it takes the place of have been."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Later:
    """A file that replaces another document, put aside until the others are sent."""

    path: Path
    unique_id: str
    replaces: frozenset[str]
    made_at: datetime


def rounds(waiting: Sequence[Later]) -> Iterator[list[Path]]:
    """Yield the files that may go together, oldest first; those that replace each other come at the end."""
    left = sorted(waiting, key=lambda one: (one.made_at, one.path))
    while left:
        names = {one.unique_id for one in left}
        ready = [one for one in left if not (one.replaces - {one.unique_id}) & names]
        yield [one.path for one in ready or left]
        left = [one for one in left if one not in ready] if ready else []
