"""How often one client may call: a stated number a minute and process, counted in memory.

Generous: it stops a loop gone wild, not a batch. Nothing is asked of the database (hot path).
"""

import time
from threading import Lock
from typing import Final
from uuid import UUID

_MINUTE: Final = 60.0
_MOST_CLIENTS: Final = 10_000

_lock = Lock()
_counts: dict[UUID, tuple[float, int]] = {}


def seconds_to_wait(client: UUID, *, most: int) -> int:
    """Count one call of a client; return 0 when it is allowed, else the seconds until its minute ends."""
    now = time.monotonic()
    with _lock:
        began, count = _counts.get(client, (now, 0))
        if now - began >= _MINUTE:
            began, count = now, 0
        if count >= most:
            return int(began + _MINUTE - now) + 1
        if len(_counts) >= _MOST_CLIENTS:
            _counts.clear()
        _counts[client] = (began, count + 1)
    return 0


def forget() -> None:
    """Forget all counts."""
    with _lock:
        _counts.clear()
