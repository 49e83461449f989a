"""The journal: every act on a person's space, by whom, why, allowed or refused.

Append-only, no foreign keys, a closed list of types, personal facts sealed under the person's key.
Source: code de la santé publique, R1111-43 (date, time and identity of the author of each act).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from carnet.journal.events import WORDINGS, EventType, Group, Wording
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7

__all__ = ["FOUND_LINE", "WORDINGS", "Actor", "ActorKind", "EventType", "Group", "Line", "Purpose",
           "Wording", "count_lines", "ensure_months", "found_line", "list_lines", "list_professionals",
           "write"]  # fmt: skip


class ActorKind(StrEnum):
    """Who acts (facts/mes.md 4.4, with the legal representative and the caregiver apart)."""

    PATIENT = "PATIENT"
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    CAREGIVER = "CAREGIVER"
    HEALTHCARE_PROFESSIONAL = "HEALTHCARE_PROFESSIONAL"
    HEALTHCARE_FACILITY = "HEALTHCARE_FACILITY"
    SUPPORT = "SUPPORT"
    INSURER = "INSURER"
    ENROLMENT = "ENROLMENT"
    SYSTEM = "SYSTEM"


class Purpose(StrEnum):
    """Why a record is entered."""

    CONSULT = "consult"
    BREAK_GLASS = "break_glass"
    REGULATE = "regulate"
    MANAGE = "manage"
    DEPOSIT = "deposit"
    ENROL = "enrol"
    ASSIST = "assist"
    OPERATE = "operate"


@dataclass(frozen=True)
class Actor:
    """Who acts. `id`: the person's, agent's or professional's id, or the software client's of a structure.

    `structure`: a FINESS number. Of a professional also (facts/interop.md 10): `role`, the profession
    (TRE_G15, or SECRETARIAT_MEDICAL); `situation`, the identifier of the practice situation; `software`, the
    client by which he acts, if not these pages; `authentication`, how he proved who he is (psc, psc_launch).
    `secret`: the act belongs to a minor's confidential care, and her representatives are not told of it.
    """

    kind: ActorKind
    id: UUID | None = None
    structure: str = ""
    role: str = ""
    situation: str = ""
    software: UUID | None = None
    authentication: str = ""
    secret: bool = False

    @classmethod
    def system(cls) -> "Actor":
        return cls(ActorKind.SYSTEM)


@dataclass(frozen=True)
class Line:
    """One line of the journal as its reader sees it. `personal`: what was sealed, opened again."""

    id: UUID
    at: datetime
    event: EventType
    actor: Actor
    purpose: Purpose
    allowed: bool
    reference: UUID | None
    reason: str
    personal: dict[str, Any] = field(default_factory=dict)

    @property
    def wording(self) -> Wording:
        return WORDINGS[self.event]


def write(
    event: EventType,
    *,
    person_id: UUID,
    by: Actor,
    purpose: Purpose,
    allowed: bool = True,
    reference: UUID | None = None,
    reason: str = "",
    personal: dict[str, Any] | None = None,
    key: crypto.PersonKey | None = None,
) -> UUID:
    """Write one line in the present transaction and return its id.

    `reason`: the code of the rule that allowed or refused; never free text. `personal`: facts that
    name or describe somebody, sealed under the person's key (made if she has none, unless given).
    """
    line_id = uuid7()
    sealed = None
    if personal:
        key = key or crypto.ensure_key(person_id)
        sealed = key.seal("journal", orjson.dumps(personal))
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into journal (id, person_id, at, event, actor_kind, actor_id, structure, purpose,"
            " allowed, reference, reason, sealed, role, situation, software, authentication, secret)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [line_id, person_id, clock.now(), event, by.kind, by.id, by.structure, purpose,
             allowed, reference, reason, sealed, by.role, by.situation, by.software, by.authentication,
             by.secret],
        )  # fmt: skip
    return line_id


FOUND_LINE = (
    "insert into journal (id, person_id, at, event, actor_kind, actor_id, structure, purpose, allowed,"
    " reference, reason, sealed, role, situation, software, authentication, secret)"
    " select %(line)s, %(person)s, %(now)s, %(event)s, %(kind)s, %(actor)s::uuid,"
    " %(structure)s, %(purpose)s, v.reason = %(rule)s, %(reference)s::uuid, v.reason, null,"
    " %(role)s, %(situation)s, %(software)s::uuid, %(authentication)s, %(secret)s from (select"
    " coalesce((select coalesce(f.refusal, %(rule)s) from found f limit 1), %(missing)s) as reason) v"
)
"""Writes the line of a read in the statement that reads: `found` is what was read, and its first row's
`refusal` the rule that withholds it, or null. Values: `found_line`."""


def found_line(
    event: EventType,
    *,
    person_id: UUID,
    by: Actor,
    purpose: Purpose,
    reference: UUID | None,
    rule: str,
    missing: str,
) -> dict[str, Any]:
    """Return the values of `FOUND_LINE`. `rule`: what allows; `missing`: the reason when nothing is found.

    The line says "allowed" when its reason is `rule`: give it as `missing` too where finding nothing is an
    answer like another.
    """
    return {
        "line": uuid7(), "person": person_id, "now": clock.now(), "event": str(event), "kind": str(by.kind),
        "actor": by.id, "structure": by.structure, "purpose": str(purpose), "reference": reference,
        "rule": str(rule), "missing": str(missing), "role": by.role, "situation": by.situation,
        "software": by.software, "authentication": by.authentication, "secret": by.secret,
    }  # fmt: skip


def list_lines(
    person_id: UUID,
    *,
    key: crypto.PersonKey | None,
    before: UUID | None = None,
    after: UUID | None = None,
    oldest_first: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    line_id: UUID | None = None,
    events: Sequence[EventType] = (),
    kinds: Sequence[ActorKind] = (),
    actor: UUID | None = None,
    but_actor: UUID | None = None,
    hidden: Sequence[UUID] = (),
    with_secret: bool = True,
    limit: int = 50,
) -> list[Line]:
    """Return lines about a person, newest first; inside an open door of that person only.

    `before`: the id of the last line of the page above (keyset); `after`, when the oldest come first.
    `since`, `until`: from this moment on, and before that one. `line_id`: that line alone. `key`: None leaves
    sealed facts out.
    `events`, `kinds`: only these, when given. `actor`, `but_actor`: only, or all but, that actor's acts.
    `hidden`: references of what the reader may not see; lines about them are left out. `with_secret`: False
    for a minor's representatives, who are not told of her confidential care (CSP R1111-33).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, at, event, actor_kind,"  # noqa: S608 - one of two words of ours
            " actor_id, structure, purpose, allowed, reference, reason, sealed, role, situation, software,"
            " authentication, secret from journal"
            " where person_id = %(person)s and id < %(before)s and id > %(after)s"
            " and (%(line)s::uuid is null or id = %(line)s)"
            " and (%(since)s::timestamptz is null or at >= %(since)s)"
            " and (%(until)s::timestamptz is null or at < %(until)s)"
            " and event = any(%(events)s) and actor_kind = any(%(kinds)s)"
            " and (%(actor)s::uuid is null or actor_id = %(actor)s)"
            " and (%(but)s::uuid is null or actor_id is distinct from %(but)s)"
            " and (reference is null or reference <> all(%(hidden)s::uuid[]))"
            " and (%(with_secret)s or not secret)"
            f" order by id {'asc' if oldest_first else 'desc'} limit %(limit)s",
            {
                "person": person_id,
                "before": before or UUID(int=(1 << 128) - 1),
                "after": after or UUID(int=0),
                "line": line_id,
                "since": since,
                "until": until,
                "events": [str(event) for event in events or EventType],
                "kinds": [str(kind) for kind in kinds or ActorKind],
                "actor": actor,
                "but": but_actor,
                "hidden": list(hidden),
                "with_secret": with_secret,
                "limit": limit,
            },
        )
        return [_line(row, key) for row in cursor.fetchall()]


def list_professionals(
    person_id: UUID, *, hidden: Sequence[UUID] = (), with_secret: bool = True
) -> list[UUID]:
    """Return the professionals of whom the lines of a person tell; inside an open door of that person only.

    `hidden`, `with_secret`: as for `list_lines`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select distinct actor_id from journal where person_id = %s and actor_kind = %s"
            " and actor_id is not null and (reference is null or reference <> all(%s::uuid[]))"
            " and (%s or not secret)",
            [person_id, ActorKind.HEALTHCARE_PROFESSIONAL, list(hidden), with_secret],
        )
        return [row[0] for row in cursor.fetchall()]


def count_lines(person_id: UUID) -> int:
    """Return how many lines a person has; inside an open door of that person only."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from journal where person_id = %s", [person_id])
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])


def ensure_months(first: date, last: date) -> None:
    """Create the partitions of every month from `first` to `last`. Runs as owner or loader."""
    with connection.cursor() as cursor:
        cursor.execute("select journal_ensure_months(%s, %s)", [first, last])


def _line(row: tuple[Any, ...], key: crypto.PersonKey | None) -> Line:
    line_id, at, event, kind, actor_id, structure, purpose, allowed, reference, reason, sealed = row[:11]
    personal = orjson.loads(key.open("journal", sealed)) if sealed is not None and key else {}
    return Line(
        id=line_id,
        at=at,
        event=EventType(event),
        actor=Actor(ActorKind(kind), actor_id, structure, *row[11:]),
        purpose=Purpose(purpose),
        allowed=allowed,
        reference=reference,
        reason=reason,
        personal=personal,
    )
