"""The history of a space as one reader may know it: every page, export and search reads it from here.

What belongs to a minor's confidential care is not told to her representatives (CSP R1111-33), and what is
about a document hidden from the reader is told nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from carnet.journal import api as journal
from carnet.journal.api import ActorKind, EventType, Line, list_lines
from carnet.platform.crypto import KeyMissingError, PersonKey

if TYPE_CHECKING:
    from carnet.access.api import Access


class LineUnknownError(LookupError):
    """No such line, or not for this reader: the two are never told apart."""


@dataclass(frozen=True)
class HistoryFilters:
    """Which lines: of these kinds of actors, by or but this actor, of these events, from then until then.

    `until` is exclusive. Empty or None: all of them.
    """

    kinds: Sequence[ActorKind] = ()
    actor: UUID | None = None
    but_actor: UUID | None = None
    events: Sequence[EventType] = ()
    since: datetime | None = None
    until: datetime | None = None


def list_history(
    a: "Access",
    *,
    hidden: Sequence[UUID],
    filters: HistoryFilters = HistoryFilters(),
    last: UUID | None = None,
    oldest_first: bool = False,
    limit: int = 50,
) -> list[Line]:
    """Return the lines of a space that the reader of this door may know, newest first unless said.

    `hidden`: the documents that he may not see (documents.list_hidden). `last`: the last line of the page
    above. Source: CSP R1111-43, L1111-19; facts/mes.md 4.4.
    """
    return list_lines(
        a.person_id,
        key=_find_key(a),
        before=None if oldest_first else last,
        after=last if oldest_first else None,
        oldest_first=oldest_first,
        since=filters.since,
        until=filters.until,
        events=filters.events,
        kinds=filters.kinds,
        actor=filters.actor,
        but_actor=filters.but_actor,
        hidden=hidden,
        with_secret=tells_secret(a),
        limit=limit,
    )


def find_history_line(a: "Access", line_id: UUID, *, hidden: Sequence[UUID]) -> Line | None:
    """Return one line that the reader may know, or None."""
    found = list_lines(
        a.person_id, key=_find_key(a), line_id=line_id, hidden=hidden, with_secret=tells_secret(a), limit=1
    )
    return found[0] if found else None


def list_who_acted(a: "Access", *, hidden: Sequence[UUID]) -> list[UUID]:
    """Return the professionals of whom this history tells its reader."""
    return journal.list_professionals(a.person_id, hidden=hidden, with_secret=tells_secret(a))


def tells_secret(a: "Access") -> bool:
    """Say whether the reader is told of what was done in a minor's confidential care."""
    return not a.scope.hides_from_representatives


def _find_key(a: "Access") -> PersonKey | None:
    """The person's key, None when nothing was ever sealed for her (a child without document)."""
    try:
        return a.key()
    except KeyMissingError:
        return None
