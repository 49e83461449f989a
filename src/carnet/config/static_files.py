"""Static files, compressed once: collected again only when one of them has changed."""

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

_STAMP = ".collected"


def collect() -> bool:
    """Bring STATIC_ROOT up to date; returns False when it was."""
    stamp = Path(settings.STATIC_ROOT) / _STAMP
    found = _fingerprint()
    if stamp.is_file() and stamp.read_text() == found:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(found)
    return True


def _fingerprint() -> str:
    """Return what changes when a file's place, size or date does."""
    told = sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            told.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return told.hexdigest()
