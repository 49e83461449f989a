"""Giving a part of a copy to who asked for it: through the door first, then chunk by chunk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from carnet.access import api as access
from carnet.exports import queries
from carnet.exports.queries import CopyUnknownError
from carnet.exports.stream import read_part
from carnet.journal.api import Actor, EventType, Purpose


@dataclass(frozen=True, slots=True)
class PartStream:
    """A part on its way. `size`: in bytes; `chunks` raises CopyDamagedError where the store fails later."""

    asked_at: datetime
    number: int
    count: int
    size: int
    chunks: Iterator[bytes]


def open_part(copy_id: UUID, number: int, *, person_id: UUID, by: Actor) -> PartStream:
    """Return one archive of a ready copy; journalled as a download.

    Raises access.Refused, CopyUnknownError (also when it expired, or another asked for it), and
    CopyDamagedError when its first chunk is already missing.
    """
    assert by.id is not None
    copy = queries.get_copy(copy_id, person_id=person_id, asked_by=by.id)
    part = next((one for one in copy.parts if one.number == number), None) if copy.ready else None
    if part is None:
        raise CopyUnknownError(f"{copy_id}/{number}")
    with access.open(
        person_id, by=by, purpose=Purpose.CONSULT, event=EventType.COPY_DOWNLOADED, reference=copy_id
    ) as a:
        key = a.key()
    chunks = read_part(part, key)
    first = next(chunks)  # a damage is told while a page can still say it
    return PartStream(copy.asked_at, number, len(copy.parts), part.size, chain([first], chunks))
