"""What has been answered about each file: an append-only file of JSON lines, flushed to disk.

An answer counts once its line is on the disk. A sender that dies before it is asks again, and the server,
which knows documents by their uniqueId, adds nothing. A last line cut by a crash is taken away; any other
damage is refused. The first line says to which server and for which account.
"""

import fcntl
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Self

import orjson

VERSION: Final = 1


class LedgerRefused(ValueError):  # noqa: N818 - said to a person
    """The file cannot be gone on with; the message says why, in French."""


class Outcome(StrEnum):
    """What became of a file."""

    DEPOSITED = "deposited"
    ALREADY = "already"  # the server had it: sent before an interruption, or by other means
    REFUSED = "refused"
    FAILED = "failed"  # the server failed on it: the next run sends it again


@dataclass(frozen=True, slots=True)
class Entry:
    """The answer about one file. `status` is that of HTTP, 0 when the file never left this machine.

    `rules`: one text per rule broken, as the server gives it; nothing of the document itself.
    """

    file: str
    sha256: str
    unique_id: str
    outcome: Outcome
    status: int
    location: str = ""
    rules: tuple[str, ...] = ()
    at: str = ""


class Ledger:
    """The answers so far, by file. One thread adds, any may find. A context manager: it holds the file."""

    def __init__(self, path: Path, *, api: str, client_id: str) -> None:
        self._path = path
        self._header = {"carnet": "documents send", "version": VERSION, "api": api, "client": client_id}
        self._entries: dict[str, Entry] = {}

    def __enter__(self) -> Self:
        self._file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "a+b")
        try:
            self._take()
            self._load()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def find(self, file: str, sha256: str) -> Entry | None:
        """Return the answer about this file with this content."""
        entry = self._entries.get(file)
        return entry if entry and entry.sha256 == sha256 else None

    def add(self, entries: list[Entry]) -> None:
        """Remember answers: on the disk when this returns."""
        self._write([asdict(entry) for entry in entries])
        self._entries |= {entry.file: entry for entry in entries}

    def count(self, files: Iterable[str]) -> Counter[Outcome]:
        """Return how many of these files met each outcome, over all runs."""
        return Counter(self._entries[file].outcome for file in files if file in self._entries)

    def _take(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise LedgerRefused(f"Un autre envoi se sert déjà de {self._path}.") from error

    def _load(self) -> None:
        self._file.seek(0)
        whole, end, _ = self._file.read().rpartition(b"\n")
        kept = len(whole) + len(end)
        self._file.truncate(kept)  # the piece of a line that a crash left
        lines = [self._parse(line, number) for number, line in enumerate(whole.splitlines(), 1)]
        if not lines:
            self._write([self._header])
        elif lines[0] != self._header:
            raise LedgerRefused(
                f"Le fichier {self._path} est celui d’un autre envoi (autre serveur ou autre compte). "
                "Indiquez-en un autre avec --state."
            )
        self._entries = {entry.file: entry for entry in map(self._entry, lines[1:])}

    def _parse(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise LedgerRefused(f"Le fichier {self._path} est abîmé à la ligne {number}.")
        return found

    def _entry(self, line: dict[str, Any]) -> Entry:
        try:
            return Entry(
                **line | {"outcome": Outcome(line["outcome"]), "rules": tuple(line.get("rules", ()))}
            )
        except (TypeError, KeyError, ValueError) as error:
            raise LedgerRefused(
                f"Le fichier {self._path} porte une ligne qui n’est pas une réponse."
            ) from error

    def _write(self, lines: list[dict[str, Any]]) -> None:
        self._file.write(b"".join(orjson.dumps(line) + b"\n" for line in lines))
        self._file.flush()
        os.fsync(self._file.fileno())
