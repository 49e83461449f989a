"""Writes. Inside an open door only."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.access import api as access
from carnet.access.api import PEOPLE, Access
from carnet.journal.api import Purpose
from carnet.measures import policies, queries
from carnet.measures.catalogue import KINDS, Kind
from carnet.measures.policies import Entry
from carnet.measures.records import AuthorKind, Value, seal
from carnet.measures.refusals import MeasureChangedError, MeasureLockedError, MeasureRefused
from carnet.people.api import get_birth_date
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7

_INSERT = (
    "insert into measures_value (person_id, id, kind, at, value, second, context, days, author_kind,"
    " author_id, structure, document_id, locked, version, recorded_at, sealed)"
    " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s, %s)"
)
_SETTING = (
    "insert into measures_setting"
    " (person_id, id, kind, position, hidden, target_low, target_high, changed_at)"
    " values (%(person)s, %(id)s, %(kind)s, %(position)s, %(hidden)s, %(low)s, %(high)s, %(now)s)"
    " on conflict (person_id, kind) do update set changed_at = excluded.changed_at, "
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure to be loaded in bulk: what an Entry says, and who measured it."""

    kind: Kind
    at: datetime
    value: float
    second: float | None = None
    context: str = ""
    days: int | None = None
    comment: str = ""
    author_kind: AuthorKind = AuthorKind.PERSON
    author_id: UUID | None = None
    structure: str = ""
    locked: bool = False
    device: str = ""
    author: str = ""
    document_id: UUID | None = None


def check_entry(person_id: UUID, entry: Entry, *, confirmed: bool = False) -> None:
    """Say before the door is opened what `add_value` would: MeasureRefused, MeasureUnlikely or nothing."""
    birth_date = get_birth_date(person_id)
    policies.check(entry, birth_date=birth_date, now=clock.now(), confirmed=confirmed)


def add_value(
    a: Access,
    *,
    kind: Kind,
    at: datetime,
    value: float,
    second: float | None = None,
    context: str = "",
    days: int | None = None,
    comment: str = "",
    confirmed: bool = False,
) -> UUID:
    """Keep a measure that the person entered, in the UCUM unit of its kind; return its id.

    The very same measure at the same moment is there already (a form sent twice): its id is returned and
    nothing is added. Raises MeasureRefused, or MeasureUnlikely unless `confirmed`.
    """
    _must_manage(a)
    entry = Entry(kind, at, value, second, context, days, comment)
    check_entry(a.person_id, entry, confirmed=confirmed)
    _wait_for_others(a, kind)
    measure = Measure(kind, at, value, second, context, days, comment, author_id=a.by.id)
    return queries.find_twin(a, _twin_facts(measure)) or _insert(a, [measure])[0]


def record_professional_value(
    a: Access,
    *,
    kind: Kind,
    at: datetime,
    value: float,
    second: float | None = None,
    context: str = "",
    days: int | None = None,
    comment: str = "",
    structure: str,
    author: str = "",
    document_id: UUID | None = None,
    locked: bool = True,
) -> UUID:
    """Keep a measure that a professional entered or confirmed; `structure`: her FINESS. Locked to the person.

    Hard limits are refused; soft ones are the professional's own judgement.
    """
    check_entry(a.person_id, Entry(kind, at, value, second, context, days, comment), confirmed=True)
    measure = Measure(
        kind, at, value, second, context, days, comment, author_kind=AuthorKind.PROFESSIONAL,
        author_id=a.by.id, structure=structure, locked=locked, author=author, document_id=document_id,
    )  # fmt: skip
    return _insert(a, [measure])[0]


def load_values(a: Access, measures: Iterable[Measure]) -> list[UUID]:
    """Keep many measures at once (a device, the sandbox): hard limits hold; return their ids in order.

    A measure of a PERSON who is not named is the holder's own.
    """
    birth_date, now = get_birth_date(a.person_id), clock.now()
    taken = list(measures)
    for one in taken:
        entry = Entry(one.kind, one.at, one.value, one.second, one.context, one.days, one.comment)
        policies.check(entry, birth_date=birth_date, now=now, confirmed=True)
    return _insert(a, taken)


def change_value(
    a: Access,
    *,
    value_id: UUID,
    version: int,
    at: datetime,
    value: float,
    second: float | None = None,
    context: str = "",
    days: int | None = None,
    comment: str = "",
    confirmed: bool = False,
) -> None:
    """Correct a measure of the person's own; `version`: the one that she saw.

    Whoever says another number, moment or circumstance is its author from then on, also of what a device
    measured; a comment changes nothing of that. Raises MeasureUnknownError, MeasureLockedError,
    MeasureChangedError, MeasureRefused, MeasureUnlikely.
    """
    _must_manage(a)
    known = _get_own(a, value_id)
    entry = Entry(known.kind, at, value, second, context, days, comment)
    check_entry(a.person_id, entry, confirmed=confirmed)
    author = _author_after(known, entry, by=a.by.id)
    said = {"comment": comment} | ({} if author else {"device": known.device, "author": known.author})
    whose = author or [known.author_kind, known.author_id, known.structure]
    _run_on_version(
        "update measures_value set at = %s, value = %s, second = %s, context = %s, days = %s, sealed = %s,"
        " author_kind = %s, author_id = %s, structure = %s,"
        " version = version + 1 where person_id = %s and id = %s and version = %s and not locked",
        [at, value, second, context, days, seal(lambda: crypto.ensure_key(a.person_id), value_id, said),
         *whose, a.person_id, value_id, version],
    )  # fmt: skip


def remove_value(a: Access, *, value_id: UUID, version: int) -> None:
    """Remove a measure of the person's own; raises as `change_value` does."""
    _must_manage(a)
    _get_own(a, value_id)
    _run_on_version(
        "delete from measures_value where person_id = %s and id = %s and version = %s and not locked",
        [a.person_id, value_id, version],
    )


def share(a: Access, *, shared: bool) -> None:
    """Decide whether professionals see the measures (docs/adr/0008-profile-sharing.md)."""
    access.share(a, access.Part.MEASURES, shared=shared)


def set_target(a: Access, *, kind: Kind, low: float | None, high: float | None) -> None:
    """Keep the person's target in the UCUM unit, both None to give it up; raises MeasureRefused."""
    _must_manage(a)
    policies.check_target(kind, low, high)
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTING + "target_low = excluded.target_low, target_high = excluded.target_high",
            _setting(a, kind) | {"low": low, "high": high},
        )


def arrange_tiles(a: Access, *, order: Sequence[Kind], hidden: Collection[Kind]) -> None:
    """Keep the order of the tiles (every kind, once) and which are hidden; raises MeasureRefused."""
    _must_manage(a)
    if sorted(order) != sorted(KINDS):
        raise MeasureRefused("kind", "L’ordre doit nommer chaque mesure une fois.")
    rows = [
        _setting(a, kind) | {"position": place, "hidden": kind in hidden} for place, kind in enumerate(order)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_SETTING + "position = excluded.position, hidden = excluded.hidden", rows)


def _setting(a: Access, kind: Kind) -> dict[str, Any]:
    return {"person": a.person_id, "id": uuid7(), "kind": str(kind), "position": None, "hidden": False,
            "low": None, "high": None, "now": clock.now()}  # fmt: skip


def _author_after(known: Value, entry: Entry, *, by: UUID | None) -> list[Any]:
    """Return who answers for a measure once it is corrected; nothing when only the comment differs."""
    before = (known.at, known.value, known.second, known.context, known.days)
    same = before == (entry.at, entry.value, entry.second, entry.context, entry.days)
    return [] if same else [AuthorKind.PERSON, by, ""]


def _must_manage(a: Access) -> None:
    if a.purpose is not Purpose.MANAGE:
        raise PermissionError("the door was not opened to change anything")
    if a.by.kind not in PEOPLE:
        raise PermissionError("only the person, or who stands in for her, changes what is hers")


def _wait_for_others(a: Access, kind: Kind) -> None:
    """Let the same form, sent twice in one instant, find what the first wrote."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"measures:{a.person_id}:{kind}"]
        )


def _get_own(a: Access, value_id: UUID) -> Value:
    known = queries.get_value(a, value_id)
    if known.locked:
        raise MeasureLockedError(str(value_id))
    return known


def _run_on_version(statement: str, values: list[Any]) -> None:
    """Do it on the version that the person saw, or raise: what another browser saved is not lost."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if not cursor.rowcount:
            raise MeasureChangedError


def _insert(a: Access, measures: Sequence[Measure]) -> list[UUID]:
    now = clock.now()
    named = [(uuid7(), one) for one in measures]
    key: list[crypto.PersonKey] = []

    def ensure() -> crypto.PersonKey:
        key[:] = key or [crypto.ensure_key(a.person_id)]
        return key[0]

    rows = [[*_row(a, value_id, one, now), _sealed(ensure, value_id, one)] for value_id, one in named]
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)
    return [value_id for value_id, _ in named]


def _row(a: Access, value_id: UUID, one: Measure, now: datetime) -> list[Any]:
    author = one.author_id or (a.person_id if one.author_kind is AuthorKind.PERSON else None)
    return [a.person_id, value_id, str(one.kind), one.at, one.value, one.second, one.context, one.days,
            str(one.author_kind), author, one.structure, one.document_id, one.locked, now]  # fmt: skip


def _sealed(ensure: Callable[[], crypto.PersonKey], value_id: UUID, one: Measure) -> bytes | None:
    return seal(ensure, value_id, {"comment": one.comment, "device": one.device, "author": one.author})


def _twin_facts(one: Measure) -> dict[str, Any]:
    return {"kind": str(one.kind), "at": one.at, "value": one.value, "second": one.second,
            "context": one.context, "days": one.days}  # fmt: skip
