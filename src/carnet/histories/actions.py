"""Writes. Inside an open door only."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.access import api as access
from carnet.access.api import Access, Visibility
from carnet.histories import policies
from carnet.histories.lines import Line
from carnet.histories.policies import Action
from carnet.histories.records import seal_words, source_key
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.people import api as people
from carnet.platform import clock, crypto, outbox
from carnet.platform.ids import uuid7

FIRST_FED = "histories.first_fed"

_INSERT = """
insert into histories_episode (person_id, id, category, day, until, source_key, loaded_at, sealed)
select %s, u.id, u.category, u.day, u.until, u.source_key, %s, u.sealed
from unnest(%s::uuid[], %s::text[], %s::date[], %s::date[], %s::bytea[], %s::bytea[])
  as u (id, category, day, until, source_key, sealed)
on conflict (person_id, source_key) do """
_KEEP = "nothing returning true"
_OVERWRITE = (
    "update set category = excluded.category, day = excluded.day, until = excluded.until,"
    " loaded_at = excluded.loaded_at, sealed = excluded.sealed returning xmax = 0"
)


def share(a: Access, *, shared: bool) -> None:
    """Decide whether professionals see the history; hers alone, whatever is decided of documents."""
    access.share(a, access.Part.CARE_HISTORY, shared=shared)


def feed(a: Access, lines: Iterable[Line], *, tell: bool = True) -> Counter[str]:
    """Do what lines of the insurer about this person ask, in their order; return what became of them.

    Counts: added, already (an addition of what is there), replaced, deleted, absent (a withdrawal of what
    is not). Tells the person when her history gets its first content, unless `tell` is false (a world
    being made). Runs as carnet_loader: nobody else may write there.
    """
    key = crypto.ensure_key(a.person_id)
    counts: Counter[str] = Counter()
    wanted = _fold(((source_key(key, line.reference), line) for line in lines), counts)
    was_empty = _is_empty(a.person_id)
    _delete(a, [name for name, (action, _) in wanted.items() if action is Action.DELETE], counts)
    for action, conflict in ((Action.ADD, _KEEP), (Action.REPLACE, _OVERWRITE)):
        chosen = {name: line for name, (asked, line) in wanted.items() if asked is action}
        if chosen:
            _insert(a, key, chosen, conflict, counts)
    if tell and was_empty and counts["added"]:
        _announce(a.person_id)
    return counts


def _fold(lines: Iterable[tuple[bytes, Line]], counts: Counter[str]) -> dict[bytes, tuple[Action, Line]]:
    """Reduce the lines about one reference to one; those that another outdoes count as `already`."""
    wanted: dict[bytes, tuple[Action, Line]] = {}
    for name, line in lines:
        if name not in wanted:
            wanted[name] = (line.action, line)
            continue
        before, content = wanted[name]
        action, is_second = policies.then(before, line.action)
        wanted[name] = (action, line if is_second else content)
        counts["already"] += 1
    return wanted


def _is_empty(person_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from histories_episode where person_id = %s)", [person_id])
        row: tuple[bool, ...] | None = cursor.fetchone()
    return row == (False,)


def _delete(a: Access, names: Sequence[bytes], counts: Counter[str]) -> None:
    if not names:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from histories_episode where person_id = %s and source_key = any(%s)",
            [a.person_id, list(names)],
        )
        counts["deleted"] += cursor.rowcount
        counts["absent"] += len(names) - cursor.rowcount


def _insert(
    a: Access, key: crypto.PersonKey, lines: Mapping[bytes, Line], conflict: str, counts: Counter[str]
) -> None:
    rows = list(lines.values())
    columns: list[list[Any]] = [
        [uuid7() for _ in rows],
        [line.category.value for line in rows],
        [line.day for line in rows],
        [line.until for line in rows],
        list(lines),
        [seal_words(key, line) for line in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT + conflict, [a.person_id, clock.now(), *columns])
        fresh = [new for (new,) in cursor.fetchall()]
    counts["added"] += sum(fresh)
    counts["replaced"] += len(fresh) - sum(fresh)
    counts["already"] += len(rows) - len(fresh)


def _announce(person_id: UUID) -> None:
    """Have the holder and her representatives told, in the transaction of the feeding."""
    outbox.emit(
        FIRST_FED,
        key=f"{FIRST_FED}:{person_id}:{uuid7()}",
        person_id=person_id,
        facts={"told": [str(person) for person in _list_told(person_id)]},
    )


def _list_told(person_id: UUID) -> list[UUID]:
    representatives = [
        person.id
        for person in people.list_representatives(person_id)
        if access.decide(
            person_id, by=Actor(ActorKind.LEGAL_REPRESENTATIVE, person.id), purpose=Purpose.CONSULT
        ).allows(Visibility())
    ]
    return [person_id, *representatives]
