"""Who takes care of whom: relations of care, and the consents of single consultations.

Sources: facts/mes.md 4.1 (care team presumed authorised if the person was informed; others by consent at each
consultation, any means), CSP L1110-4, L1110-12, L1111-19.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.access.policies import Basis, Means
from carnet.journal.api import Actor
from carnet.platform import clock
from carnet.platform.ids import uuid7

STANDS: Final = "ended_at is null and since <= %(now)s and (until is null or until > %(now)s)"


@dataclass(frozen=True, slots=True)
class RelationCard:
    """A relation of care that stands. `professional_id`: None for everybody of the structure."""

    id: UUID
    person_id: UUID
    professional_id: UUID | None
    structure: str
    basis: Basis
    informed: bool
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentCard:
    """A consent that stands, given to one professional."""

    id: UUID
    person_id: UUID
    professional_id: UUID
    structure: str
    means: Means
    since: datetime
    until: datetime


def declare_relation(
    person_id: UUID,
    *,
    by: Actor,
    basis: Basis,
    professional_id: UUID | None = None,
    structure: str = "",
    informed: bool,
    until: datetime | None = None,
) -> UUID:
    """Write that a professional, or a structure, takes care of a person; return the relation's id."""
    relation_id = uuid7()
    _run(
        "insert into access_carerelation (id, person_id, professional_id, structure, basis, informed,"
        " author_kind, author_id, since, until) values (%(id)s, %(person)s, %(professional)s, %(structure)s,"
        " %(basis)s, %(informed)s, %(kind)s, %(author)s, %(now)s, %(until)s)",
        {
            "id": relation_id, "person": person_id, "professional": professional_id, "structure": structure,
            "basis": str(basis), "informed": informed, "kind": str(by.kind), "author": by.id,
            "now": clock.now(), "until": until,
        },
    )  # fmt: skip
    return relation_id


def give_consent(
    person_id: UUID, *, professional_id: UUID, structure: str, means: Means, until: datetime
) -> UUID:
    """Write the consent of one consultation; return its id."""
    consent_id = uuid7()
    _run(
        "insert into access_consent (id, person_id, professional_id, structure, means, since, until)"
        " values (%(id)s, %(person)s, %(professional)s, %(structure)s, %(means)s, %(now)s, %(until)s)",
        {
            "id": consent_id, "person": person_id, "professional": professional_id, "structure": structure,
            "means": str(means), "now": clock.now(), "until": until,
        },
    )  # fmt: skip
    return consent_id


def list_relations(person_id: UUID) -> list[RelationCard]:
    """Return the relations that stand with a person, the latest first."""
    rows = _rows(
        "select id, person_id, professional_id, structure, basis, informed, since, until"  # noqa: S608
        f" from access_carerelation where person_id = %(person)s and {STANDS} order by since desc, id desc",
        {"person": person_id, "now": clock.now()},
    )
    return [RelationCard(row[0], row[1], row[2], row[3], Basis(row[4]), *row[5:]) for row in rows]


def _run(query: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.rowcount)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
