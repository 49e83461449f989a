"""One reading in one round trip: what a glance asks, the statement it becomes, what it brings back.

A read of a few rows costs most of its time in going to and fro. Here the person is set, the rows and the key
are read and the journal's line is written by one message, which the server runs as one transaction: the
line is there if and only if the rows were given.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.access.blocks import BLOCKED
from carnet.access.policies import Relation, Rights, Rule, Scope
from carnet.enrolment.api import STATE_OF
from carnet.journal.api import FOUND_LINE, Actor, EventType, Purpose, found_line
from carnet.platform import crypto

_NOBODY = UUID(int=0)
_KEYED = "select k.key_id, k.wrapped, f.* from found f left join"


@dataclass(frozen=True, slots=True)
class Question:
    """What a room asks of its own tables.

    `select`: one statement, whose condition names the person (%(person)s) and carries the scope; its first
    column is `refusal`, the code of the rule that withholds a row, or null. `missing`: the rule that refuses
    when no row is found; None where finding none is an answer too.
    """

    select: str
    values: Mapping[str, Any]
    missing: Rule | None = None


Ask = Callable[[Scope], Question]


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a glance brought back: rows in no order, less `refusal`; what is withheld is not there.

    `refusal`: the rule that withheld what was asked for, written in the journal, or None. `key`: the
    person's, None when there is no row.
    """

    rows: list[tuple[Any, ...]]
    key: crypto.PersonKey | None
    refusal: Rule | None = None


def facility_rights(person_id: UUID, by: Actor) -> Rights:
    """Return what decides on a structure that reads: the space and the block, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {STATE_OF}, {BLOCKED}",
            {"person": person_id, "structure": by.structure},
        )
        row = cursor.fetchone()
    assert row is not None
    return Rights(row[0] or "", Relation.NONE, date.min, blocked=row[1])


def feign(by: Actor) -> None:
    """Do for nobody the work of an access that is refused: the time it takes must not tell who exists.

    The same two round trips, the second flushed to disk as a line of the journal is; nothing is kept.
    """
    facility_rights(_NOBODY, by)
    with connection.cursor() as cursor:
        cursor.execute("select pg_logical_emit_message(true, 'carnet', '')")


def send(
    person_id: UUID,
    question: Question,
    *,
    by: Actor,
    event: EventType,
    reference: UUID | None,
    rule: Rule,
    enter: str,
    leave: str,
) -> Glimpse:
    """Send the message: `enter` sets the person, `leave` ("" in autocommit) shuts the wall again."""
    line = found_line(
        event, person_id=person_id, by=by, purpose=Purpose.CONSULT, reference=reference, rule=rule,
        missing=question.missing or rule,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"{enter}; with found as materialized ({question.select}), line as ({FOUND_LINE})"
            f" {_KEYED} ({crypto.KEY_OF}) k on true{leave}",
            {**question.values, **line},
        )
        cursor.nextset()
        rows = cursor.fetchall()
    return _glimpse(person_id, rows, question)


def _glimpse(person_id: UUID, rows: list[tuple[Any, ...]], question: Question) -> Glimpse:
    if not rows:
        return Glimpse([], None, question.missing)
    if rows[0][2] is not None:
        return Glimpse([], None, Rule(rows[0][2]))
    key_id, wrapped = rows[0][:2]
    return Glimpse([row[3:] for row in rows], crypto.unwrap(person_id, key_id, wrapped))
