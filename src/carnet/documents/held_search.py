"""A structure searches among what it deposited for one person: latest first, by keyset pages.

What is coded is looked for by the database, in one round trip with the journal's line; what lies sealed is
opened to be chosen, behind an ordinary door.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from carnet.access import api as access
from carnet.access.api import Question, Rule, Scope
from carnet.documents import locator, policies
from carnet.documents.held import HELD, STATUS, Held, has_own, open_held
from carnet.documents.held_filters import HeldFilters, Span
from carnet.documents.queries import fetch
from carnet.journal.api import Actor, EventType, Purpose
from carnet.people import api as people
from carnet.platform import clock

MOST_HELD: Final = 200
"""The most documents of a page."""

_ORDER: Final = "order by d.created_on desc, d.id desc limit %(limit)s"


@dataclass(frozen=True, slots=True)
class HeldPosition:
    """Where a page ends: the next one begins after it."""

    created_on: datetime
    id: UUID

    @classmethod
    def of(cls, held: Held) -> "HeldPosition":
        """Return the position of a document in the list."""
        return cls(held.created_on, held.id)


def search_held(
    *, by: Actor, matricule: str, filters: HeldFilters, limit: int, after: HeldPosition | None = None
) -> list[Held]:
    """Return documents of the structure's own about the person of that matricule, latest first.

    At most `limit`, and MOST_HELD. Nobody of that matricule, or a space that is not open: none; her journal
    says the refusal. Raises access.Refused when the person blocked the structure and it deposited something
    for her: to any other, that she blocked it would tell that she is there.
    """
    person = people.find_by_matricule(matricule)
    if person is None:
        access.feign(by)
        return []
    condition, values = _narrowed(filters, by.structure)
    if after is not None:
        condition += " and (d.created_on, d.id) < (%(at)s, %(after)s)"
        values |= {"at": after.created_on, "after": after.id}
    values |= {"person": person.id, "limit": min(limit, MOST_HELD)}
    try:
        if filters.opens:
            return _search_sealed(person.id, by, filters, condition, values)
        return _search_coded(person.id, by, condition, values)
    except access.Refused as refused:
        if refused.scope.rule is Rule.BLOCKED and has_own(person.id, by, event=EventType.DOCUMENTS_SEARCHED):
            raise
        return []


def _search_coded(person_id: UUID, by: Actor, condition: str, values: dict[str, Any]) -> list[Held]:
    seen = access.glance(
        person_id, by=by, event=EventType.DOCUMENTS_SEARCHED, ask=partial(_ask, condition, values)
    )
    found = [open_held(person_id, row, seen.key) for row in seen.rows if seen.key]
    return sorted(found, key=lambda one: (one.created_on, one.id), reverse=True)


def _ask(condition: str, values: dict[str, Any], scope: Scope) -> Question:
    return Question(f"select null::text as refusal, {HELD} {_found(condition, scope)}", values)


def _found(condition: str, scope: Scope) -> str:
    return (
        f"from documents_document d where d.person_id = %(person)s and {scope.sql()} and {condition} {_ORDER}"
    )


def _search_sealed(
    person_id: UUID, by: Actor, filters: HeldFilters, condition: str, values: dict[str, Any]
) -> list[Held]:
    found: list[Held] = []
    now = clock.now()
    with access.open(person_id, by=by, purpose=Purpose.CONSULT, event=EventType.DOCUMENTS_SEARCHED) as a:
        for held in _each(a, condition, values):
            if filters.admits(held, now):
                found.append(held)
            if len(found) == values["limit"]:
                break
    return found


def _each(a: access.Access, condition: str, values: dict[str, Any]) -> Iterator[Held]:
    """Yield every document that a condition finds, latest first, opened, some at a time."""
    statement = f"select {HELD} {_found(condition, a.scope)}"
    then = (
        f"select {HELD} {_found(f'{condition} and (d.created_on, d.id) < (%(from)s, %(from_id)s)', a.scope)}"
    )
    values = {**values, "limit": MOST_HELD}
    while rows := fetch(statement, values):
        held = [open_held(a.person_id, row, a.key()) for row in rows]
        yield from held
        if len(rows) < MOST_HELD:
            return
        statement, values = then, {**values, "from": held[-1].created_on, "from_id": held[-1].id}


# -- what is coded


def _narrowed(filters: HeldFilters, structure: str) -> tuple[str, dict[str, Any]]:
    """Return the condition on the coded columns, and its values."""
    asked: list[tuple[Any, str, Any]] = [
        (filters.statuses, "d.status = any(%(statuses)s)", _states(filters.statuses)),
        (filters.types, "d.type_code = any(%(types)s)", list(filters.types)),
        (filters.classes, "d.class_code = any(%(classes)s)", list(filters.classes)),
        (filters.formats, "d.format_code = any(%(formats)s)", list(filters.formats)),
        (filters.archived is not None, "d.archived = %(archived)s", filters.archived),
        (filters.ids is not None, "d.id = any(%(ids)s)", list(filters.ids or ())),
        (filters.entry_ids is not None, "d.entry_id = any(%(entry_ids)s)", list(filters.entry_ids or ())),
        (filters.unique_ids is not None, "d.id = any(%(unique_ids)s)", _named(filters, structure)),
    ]  # fmt: skip
    conditions, values = ["true"], {}
    for wanted, condition, value in asked:
        if wanted:
            conditions.append(condition)
            values[condition.split("%(")[1].split(")")[0]] = value
    for number, span in enumerate(filters.creations):
        conditions.append(_within(span, number))
        start, end = span.widened(clock.now()) if span.prefix == "ap" else (span.start, span.end)
        values |= {f"start{number}": start, f"end{number}": end}
    return " and ".join(conditions), values


def _states(statuses: frozenset[str]) -> list[str]:
    return [state for state, status in STATUS.items() if status in statuses]


def _named(filters: HeldFilters, structure: str) -> list[UUID]:
    """Return the ids of the structure's documents of those uniqueIds, whoever they are about."""
    names = {policies.normal_id(unique_id) for unique_id in filters.unique_ids or ()}
    found = [locator.locate_unique(structure, name) for name in sorted(names)]
    return [one[1] for one in found if one]


def _within(span: Span, number: int) -> str:
    """Return `Span.admits` for the moment that a document was made, as a condition."""
    start, end = f"%(start{number})s", f"%(end{number})s"
    return {
        "eq": f"d.created_on >= {start} and d.created_on < {end}",
        "ap": f"d.created_on >= {start} and d.created_on < {end}",
        "ne": f"not (d.created_on >= {start} and d.created_on < {end})",
        "gt": f"d.created_on >= {end}",
        "sa": f"d.created_on >= {end}",
        "lt": f"d.created_on < {start}",
        "eb": f"d.created_on < {start}",
        "ge": f"d.created_on >= {start}",
        "le": f"d.created_on < {end}",
    }[span.prefix]
