"""Who takes care of whom: relations of care, and the consents of single consultations.

Sources: facts/mes.md 4.1 (care team presumed authorised if the person was informed; others by consent at each
consultation, any means), CSP L1110-4, L1110-12, L1111-19.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.access.policies import Basis, Means
from carnet.journal.api import Actor, ActorKind
from carnet.platform import clock
from carnet.platform.ids import uuid7

_TREATING_LOCK: Final = 0x5452_4541  # advisory lock, with a number of the person
STANDS: Final = "ended_at is null and since <= %(now)s and (until is null or until > %(now)s)"


CONSENT_LASTS: Final = timedelta(hours=12)
"""One consultation, with what is still written after it (docs/adr/0021-entering.md)."""

RELATION_LASTS: Final = timedelta(days=365)
"""Of a relation that a professional declares; older authorisations lasted a year (facts/mes.md 4.3)."""

STAY_LASTS: Final = timedelta(days=30)
"""Of the relation of a whole structure during a stay; declared again when the stay is longer."""


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
    secret: bool = False


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
    secret: bool = False


def wait_for_the_same(person_id: UUID, by: Actor) -> None:
    """Two presses of one button are one entry: the second ends what the first wrote. In a transaction.

    A structure at a time, since some relations are of a whole structure.
    """
    _run("select pg_advisory_xact_lock(hashtextextended(%(entry)s, 0))",
         {"entry": f"entry:{person_id}:{by.structure}"})  # fmt: skip


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
        " author_kind, author_id, since, until, secret) values (%(id)s, %(person)s, %(professional)s,"
        " %(structure)s, %(basis)s, %(informed)s, %(kind)s, %(author)s, %(now)s, %(until)s, %(secret)s)",
        {
            "id": relation_id, "person": person_id, "professional": professional_id, "structure": structure,
            "basis": str(basis), "informed": informed, "kind": str(by.kind), "author": by.id,
            "now": clock.now(), "until": until, "secret": by.secret,
        },
    )  # fmt: skip
    return relation_id


def give_consent(
    person_id: UUID,
    *,
    professional_id: UUID,
    structure: str,
    means: Means,
    until: datetime,
    secret: bool = False,
) -> UUID:
    """Write the consent of one consultation; return its id. `secret`: of a minor's confidential care."""
    consent_id = uuid7()
    _run(
        "insert into access_consent (id, person_id, professional_id, structure, means, since, until,"
        " secret) values (%(id)s, %(person)s, %(professional)s, %(structure)s, %(means)s, %(now)s, %(until)s,"
        " %(secret)s)",
        {
            "id": consent_id, "person": person_id, "professional": professional_id, "structure": structure,
            "means": str(means), "now": clock.now(), "until": until, "secret": secret,
        },
    )  # fmt: skip
    return consent_id


def list_relations(person_id: UUID, *, with_secret: bool = True) -> list[RelationCard]:
    """Return the relations that stand with a person, the latest first.

    `with_secret`: False for a minor's representatives, who are not told of her confidential care.
    """
    rows = _rows(
        "select id, person_id, professional_id, structure, basis, informed, since, until, secret"  # noqa: S608
        f" from access_carerelation where person_id = %(person)s and {STANDS}"
        " and (%(secret)s or not secret) order by since desc, id desc",
        {"person": person_id, "now": clock.now(), "secret": with_secret},
    )
    return [RelationCard(row[0], row[1], row[2], row[3], Basis(row[4]), *row[5:]) for row in rows]


def list_consents(person_id: UUID, *, with_secret: bool = True) -> list[ConsentCard]:
    """Return the consents of a person that stand, the latest first. `with_secret`: as for relations."""
    rows = _rows(
        "select id, person_id, professional_id, structure, means, since, until, secret"  # noqa: S608
        f" from access_consent where person_id = %(person)s and {STANDS}"
        " and (%(secret)s or not secret) order by since desc, id desc",
        {"person": person_id, "now": clock.now(), "secret": with_secret},
    )
    return [ConsentCard(row[0], row[1], row[2], row[3], Means(row[4]), *row[5:]) for row in rows]


def end_relation(person_id: UUID, *, relation_id: UUID) -> bool:
    """End a relation of a person that stands; return whether there was one. In a door of hers, to manage."""
    return _end("access_carerelation", "id = %(id)s", person_id, id=relation_id) > 0


def end_consent(person_id: UUID, *, consent_id: UUID) -> bool:
    """End a consent of a person that stands; return whether there was one. In a door of hers, to manage."""
    return _end("access_consent", "id = %(id)s", person_id, id=consent_id) > 0


def end_consents_with(person_id: UUID, *, professional_id: UUID) -> int:
    """End the consents that a person gave to one professional; return how many stood."""
    return _end("access_consent", "professional_id = %(by)s", person_id, by=professional_id)


def end_relations_with(person_id: UUID, *, professional_id: UUID, structure: str) -> int:
    """End what a professional declared, for himself and for his structure; return how many stood.

    The médecin traitant is not ended so: the insurer says who it is.
    """
    own = (
        "(professional_id = %(by)s or (professional_id is null and structure = %(structure)s))"
        " and basis <> 'treating'"
    )
    return _end("access_carerelation", own, person_id, by=professional_id, structure=structure)


def set_treating(person_id: UUID, professional_id: UUID | None) -> bool:
    """Write who the médecin traitant of a person is, None for nobody; return whether that changed anything.

    The insurer tells it (facts/mes.md 4.4), and has told her: she declared it herself. In a transaction.
    """
    _run(
        "select pg_advisory_xact_lock(%(lock)s, hashtext(%(person)s::text))",
        {"lock": _TREATING_LOCK, "person": person_id},
    )
    standing = [one for one in list_relations(person_id) if one.basis is Basis.TREATING]
    if [one.professional_id for one in standing] == ([professional_id] if professional_id else []):
        return False
    _end("access_carerelation", "basis = 'treating'", person_id)
    if professional_id:
        declare_relation(
            person_id, by=Actor(ActorKind.INSURER), basis=Basis.TREATING, professional_id=professional_id,
            informed=True,
        )  # fmt: skip
    return True


def _end(table: str, which: str, person_id: UUID, **values: Any) -> int:
    return _run(
        f"update {table} set ended_at = %(now)s where person_id = %(person)s and {which} and {STANDS}",  # noqa: S608
        {"person": person_id, "now": clock.now(), **values},
    )


def _run(query: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.rowcount)


def _rows(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
