"""The signing key of a simulator: made once, kept beside the sandbox's other keys."""

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from joserfc.jwk import ECKey

CURVE = "P-256"


def signing_key(name: str) -> ECKey:
    """Return the key of a simulator, made now if there is none. `name`: franceconnect, psc."""
    return _read(Path(settings.CARNET_HOME) / "keys" / f"{name}-simulator.pem")


@lru_cache(maxsize=4)
def _read(path: Path) -> ECKey:
    if not path.exists():
        _create(path)
    key = ECKey.import_key(path.read_bytes())
    key.ensure_kid()
    return key


def _create(path: Path) -> None:
    """Two processes may start at once: the first to give the file its name wins, and the other reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(ECKey.generate_key(CURVE).as_pem(private=True))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
