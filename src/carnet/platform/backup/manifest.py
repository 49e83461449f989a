"""What a backup says of itself, and how its files are checked."""

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
MANIFEST, DATABASE, KEYS, BLOBS, BLOB_LIST = (
    "manifest.json",
    "database.dump",
    "keys.dump",
    "blobs",
    "blobs.sha256",
)
# What is being done, how much of it is done, and of how much (None: not known).
Progress = Callable[[str, int, int | None], None]


class BackupError(Exception):
    """A backup cannot be made, read or restored. The message is French and says what to do."""


def silent(_step: str, _done: int, _total: int | None) -> None:
    """The progress of who does not want to know."""


@dataclass(frozen=True)
class FileEntry:
    """A file of the backup: its size in bytes and its SHA-256, hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The content of manifest.json. `made_at`: ISO 8601, UTC. `counts`: rows by table when it was made."""

    id: str
    made_at: str
    carnet: str
    postgresql: str
    files: Mapping[str, FileEntry]
    counts: Mapping[str, int]
    blobs: int
    blob_bytes: int
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        """Write manifest.json, flushed to disk."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True)
        with (folder / MANIFEST).open("x", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Read manifest.json. BackupError when it is missing, not ours, or of a later format."""
        path = folder / MANIFEST
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise BackupError(
                    f"{path} est au format {content['format']!r}. Carnet lit ici le format {FORMAT}."
                )
            files = {name: FileEntry(**entry) for name, entry in content.pop("files").items()}
            if not {DATABASE, BLOB_LIST} <= files.keys():
                raise BackupError(f"{path} ne nomme pas {DATABASE} et {BLOB_LIST}.")
            return cls(files=files, **content)
        except FileNotFoundError:
            raise BackupError(f"{folder} n’est pas une sauvegarde complète : {MANIFEST} manque.") from None
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupError(f"{path} ne se lit pas : {error}.") from error


def entry_of(path: Path) -> FileEntry:
    """Measure a file."""
    return FileEntry(path.stat().st_size, sha256_of(path))


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_file(folder: Path, name: str, expected: FileEntry) -> None:
    """BackupError when a file of the backup is missing or is not what the manifest says."""
    path = folder / name
    if not path.is_file():
        raise BackupError(f"Il manque {path}.")
    if path.stat().st_size != expected.size or sha256_of(path) != expected.sha256:
        raise BackupError(f"{path} est abîmé : sa somme SHA-256 n’est pas celle de {MANIFEST}.")
