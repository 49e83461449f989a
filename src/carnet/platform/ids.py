"""Identifiers: UUIDv7 (RFC 9562, 5.7), made in Python so that they obey the clock that tests move."""

import os
import threading
from uuid import UUID

from carnet.platform import clock

_lock = threading.Lock()
_last = (0, 0)
_MOST_IN_A_MILLISECOND = 0xFFF


def uuid7() -> UUID:
    """Return a UUIDv7 at the field's present time, strictly increasing within this process.

    The 12 bits after the version are a counter inside the millisecond; 62 bits are random.
    """
    global _last  # noqa: PLW0603 - one counter per process is the point
    with _lock:
        millis = max(int(clock.now().timestamp() * 1000), _last[0])
        count = _last[1] + 1 if millis == _last[0] else 0
        if count > _MOST_IN_A_MILLISECOND:
            millis, count = millis + 1, 0
        _last = (millis, count)
    random = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=millis << 80 | 0x7 << 76 | count << 64 | 0b10 << 62 | random)
