"""The blobs as files: listed, copied and checked.

Blobs are immutable and appear by a rename: a copy taken at any time is a copy of whole blobs. Names that
start with a dot are being written and are left out.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from carnet.platform.backup.manifest import BackupError, sha256_of


def list_blobs(root: Path) -> list[str]:
    """Return the relative names of all blobs, sorted."""
    return sorted(
        str((Path(folder) / name).relative_to(root))
        for folder, _, names in os.walk(root)
        for name in names
        if not name.startswith(".")
    )


def copy_blob(source: Path, to: Path) -> str | None:
    """Copy a blob (a link where the file system allows), check the copy, return its SHA-256.

    None when it is gone: its person was erased meanwhile. BackupError when the copy differs.
    """
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        if _link(source, to):
            return sha256_of(to)
        expected = sha256_of(source)
        _copy(source, to)
    except FileNotFoundError:
        to.unlink(missing_ok=True)
        return None
    if sha256_of(to) != expected:
        raise BackupError(f"La copie {to} diffère de son original : le disque est-il sain ?")
    return expected


def write_list(path: Path, sums: dict[str, str]) -> None:
    """Write blobs.sha256."""
    with path.open("x", encoding="utf-8") as file:
        file.writelines(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
        file.flush()
        os.fsync(file.fileno())


def read_list(path: Path) -> dict[str, str]:
    """Read blobs.sha256: SHA-256 by relative name. BackupError for a name that would leave the folder."""
    sums = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        digest, _, name = line.partition("  ")
        if not name or name.startswith("/") or ".." in Path(name).parts:
            raise BackupError(f"{path} : ligne refusée, {line!r}.")
        sums[name] = digest
    return sums


def find_damaged(root: Path, sums: dict[str, str]) -> Iterator[tuple[str, bool]]:
    """Yield each name of the list with whether its file is missing or different."""
    for name, digest in sums.items():
        path = root / name
        yield name, not path.is_file() or sha256_of(path) != digest


def put_blob(source: Path, to: Path, digest: str) -> None:
    """Put a blob back, complete or absent; one that is there already and whole is kept."""
    if to.is_file() and sha256_of(to) == digest:
        return
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = to.with_name(f".{to.name}.restored")
    _copy(source, beside)
    beside.replace(to)


def _link(source: Path, to: Path) -> bool:
    """Try a hard link; False where the file system has none between these two places."""
    try:
        os.link(source, to)
    except OSError as error:
        if error.errno in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS}:
            return False
        raise
    return True


def _copy(source: Path, to: Path) -> None:
    with source.open("rb") as read, to.open("wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())
    to.chmod(0o600)
