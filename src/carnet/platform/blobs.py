"""The blob store: encrypted bytes under `<person>/<name>`, written once, complete or absent.

The default keeps them in folders; `s3://bucket/prefix` (settings.CARNET_BLOBS) any S3-compatible store.
Nothing here knows keys: what comes in is sealed already.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from django.conf import settings


class BlobStore(Protocol):
    """Where sealed bytes live. `get` raises FileNotFoundError; a known name may be put again.

    `delete` of what is not there does nothing; `delete_all` raises when something stays.
    """

    def put(self, person_id: UUID, name: str, sealed: bytes) -> None: ...
    def put_many(self, person_id: UUID, sealed: Mapping[str, bytes]) -> None: ...
    def get(self, person_id: UUID, name: str) -> bytes: ...
    def delete(self, person_id: UUID, name: str) -> None: ...
    def delete_all(self, person_id: UUID) -> None: ...
    def names(self, person_id: UUID) -> Iterator[str]: ...


class FolderStore:
    """Blobs as files: written beside, flushed, renamed into place."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, person_id: UUID, name: str, sealed: bytes) -> None:
        self.put_many(person_id, {name: sealed})

    def put_many(self, person_id: UUID, sealed: Mapping[str, bytes]) -> None:
        folder = self._folder(person_id)
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _flush(folder.parent)
            _flush(self.root)
        # All written, then all flushed: the system flushes together what waits together.
        new = {folder / name: data for name, data in sealed.items() if not (folder / name).exists()}
        written = [(target, _write_beside(folder, data)) for target, data in new.items()]
        for target, beside in written:
            _flush(beside)
            beside.rename(target)
        if written:
            _flush(folder)

    def get(self, person_id: UUID, name: str) -> bytes:
        return (self._folder(person_id) / name).read_bytes()

    def delete(self, person_id: UUID, name: str) -> None:
        (self._folder(person_id) / name).unlink(missing_ok=True)

    def delete_all(self, person_id: UUID) -> None:
        with contextlib.suppress(FileNotFoundError):  # an erasure that cannot delete must not say it did
            shutil.rmtree(self._folder(person_id))

    def names(self, person_id: UUID) -> Iterator[str]:
        folder = self._folder(person_id)
        if folder.is_dir():
            yield from (entry.name for entry in folder.iterdir() if not entry.name.startswith("."))

    def _folder(self, person_id: UUID) -> Path:
        return self.root / person_id.hex[-2:] / str(person_id)


class ObjectStore:
    """Blobs in any store that `obstore` reaches."""

    def __init__(self, url: str) -> None:
        from obstore.store import from_url

        self.store = from_url(url)

    def put(self, person_id: UUID, name: str, sealed: bytes) -> None:
        import obstore

        obstore.put(self.store, f"{person_id}/{name}", sealed)

    def put_many(self, person_id: UUID, sealed: Mapping[str, bytes]) -> None:
        for name, data in sealed.items():
            self.put(person_id, name, data)

    def get(self, person_id: UUID, name: str) -> bytes:
        import obstore

        return bytes(obstore.get(self.store, f"{person_id}/{name}").bytes())

    def delete(self, person_id: UUID, name: str) -> None:
        import obstore

        with contextlib.suppress(FileNotFoundError):
            obstore.delete(self.store, f"{person_id}/{name}")

    def delete_all(self, person_id: UUID) -> None:
        import obstore

        obstore.delete(self.store, [f"{person_id}/{name}" for name in self.names(person_id)])

    def names(self, person_id: UUID) -> Iterator[str]:
        import obstore

        for batch in obstore.list(self.store, prefix=f"{person_id}/"):
            for item in batch:
                yield str(item["path"]).rsplit("/", 1)[-1]


@lru_cache(maxsize=1)
def store() -> BlobStore:
    """Return the store that the settings name."""
    where = str(settings.CARNET_BLOBS)
    return ObjectStore(where) if "://" in where else FolderStore(Path(where))


def _write_beside(folder: Path, data: bytes) -> Path:
    beside = folder / f".{uuid4().hex}"
    with beside.open("xb") as file:
        file.write(data)
    return beside


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
