"""A zip that is never whole anywhere: written straight into sealed blobs, and read back the same way.

No clear byte is written to the disk: a preparation that is killed leaves sealed blobs only, which the next
one deletes. Memory holds a chunk or two.
"""

import hashlib
import secrets
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from carnet.exports.policies import CHUNK_BYTES, PART_BYTES, Part, chunk_name
from carnet.platform import blobs
from carnet.platform.clock import PARIS
from carnet.platform.crypto import PersonKey, SealBrokenError

SUMS: Final = "SHA256SUMS"
_PACKED: Final = {".jpg", ".png", ".gif", ".zip"}
_PRIVATE: Final = 0o600 << 16


class CopyDamagedError(Exception):
    """The register has the copy, the store does not give it back whole."""


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the archive. `sha1`, `sha256`: in bytes; `size`: in bytes."""

    path: str
    size: int
    sha1: bytes
    sha256: bytes


class _Sink:
    """What a zip writes to: cut into chunks, each sealed and stored as soon as it is full."""

    def __init__(self, key: PersonKey, copy_id: UUID, stored: Callable[[], object]) -> None:
        self._key, self._copy_id, self._stored = key, copy_id, stored
        self._attempt = secrets.token_hex(4)
        self._waiting = bytearray()
        self.part, self.names = 1, list[str]()
        self.size = 0  # of the present part

    def write(self, data: bytes) -> int:
        self._waiting += data
        self.size += len(data)
        while len(self._waiting) >= CHUNK_BYTES:
            self._store(bytes(self._waiting[:CHUNK_BYTES]))
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def flush(self) -> None:
        """Nothing: a chunk is stored when it is full, or its part ends."""

    def end_part(self) -> None:
        if self._waiting:
            self._store(bytes(self._waiting))
            self._waiting.clear()
        self.part, self.size = self.part + 1, 0

    def _store(self, plain: bytes) -> None:
        name = chunk_name(self._copy_id, self._attempt, self.part, len(self.names), len(plain))
        blobs.store().put(self._key.person_id, name, self._key.seal(_purpose(name), plain))
        self.names.append(name)
        self._stored()


class Archive:
    """Zips of bounded size, one after the other; each carries the list of its SHA-256.

    `stored` is called after each blob: it may raise, to give up. `at`: the date of the files.
    """

    def __init__(
        self,
        key: PersonKey,
        copy_id: UUID,
        *,
        at: datetime,
        stored: Callable[[], object],
        most: int = PART_BYTES,
    ) -> None:
        self._sink = _Sink(key, copy_id, stored)
        self._most = most
        self._at = at.astimezone(PARIS).timetuple()[:6]
        self._zip = self._begin()
        self._sums: list[str] = []
        self._total = 0

    @property
    def names(self) -> list[str]:
        """The names of all blobs, in order."""
        return self._sink.names

    @property
    def size(self) -> int:
        """The size of all parts, in bytes; whole once `close` was called."""
        return self._total + self._sink.size

    def add(self, path: str, data: bytes) -> Written:
        """Write one file. `path`: made of `policies.slug` and our own words."""
        if self._sums and self._sink.size + len(data) > self._most:
            self._end_part()
            self._zip = self._begin()
        return self.add_stream(path, [data])

    def add_stream(self, path: str, pieces: Iterable[bytes]) -> Written:
        """Write one file piece by piece, into the present part, whatever its size."""
        sha1, sha256, size = hashlib.sha1(usedforsecurity=False), hashlib.sha256(), 0
        with self._zip.open(self._info(path), "w", force_zip64=True) as file:
            for piece in pieces:
                file.write(piece)
                sha1.update(piece)
                sha256.update(piece)
                size += len(piece)
        self._sums.append(f"{sha256.hexdigest()}  {path}\n")
        return Written(path, size, sha1.digest(), sha256.digest())

    def close(self) -> None:
        """End the last part."""
        self._end_part()

    def _begin(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload,no-any-return]

    def _end_part(self) -> None:
        number = self._sink.part
        self._zip.writestr(self._info(SUMS if number == 1 else f"{SUMS}-{number}"), "".join(self._sums))
        self._zip.close()
        self._total += self._sink.size
        self._sink.end_part()
        self._sums = []

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, date_time=self._at)
        packed = any(path.endswith(ending) for ending in _PACKED)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = _PRIVATE
        return info


def read_part(part: Part, key: PersonKey) -> Iterator[bytes]:
    """Yield an archive, chunk by chunk; raises CopyDamagedError where one is missing or altered."""
    for name in part.names:
        try:
            yield key.open(_purpose(name), blobs.store().get(key.person_id, name))
        except (OSError, SealBrokenError) as error:
            raise CopyDamagedError(name) from error


def _purpose(name: str) -> str:
    return f"copy:{name}"
