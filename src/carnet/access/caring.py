"""What a decision about a professional needs to know: one statement, before the door opens."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.access.policies import Basis, Care, Means, PlaceKind, Relation, Rights
from carnet.directory.api import STANDING_OF, sessions
from carnet.enrolment.api import STATE_OF
from carnet.journal.api import Actor
from carnet.people.api import FICTITIOUS_OF
from carnet.platform import clock
from carnet.standards.ins import TEST_OIDS

_DOCTOR: Final = "10"
_STANDS: Final = "ended_at is null and since <= %(now)s and (until is null or until > %(now)s)"
_TIE: Final = f"{_STANDS} and (%(secret)s or not secret)"
_RELATION: Final = (
    "select basis, informed, coalesce(professional_id = s.answers_to, false) as acting_for"  # noqa: S608
    " from access_carerelation where person_id = %(person)s"
    " and (professional_id in (%(professional)s, s.answers_to)"
    " or (professional_id is null and structure = %(structure)s))"
    f" and {_TIE} order by informed desc, basis = 'treating' desc, basis = 'team' desc, acting_for limit 1"
)
_CARE: Final = (
    f"select {STATE_OF}, s.profession, s.kind, s.regulator, s.active, s.answers_to, r.basis,"  # noqa: S608
    " r.informed, r.acting_for,"
    " (select means from access_consent where person_id = %(person)s and professional_id = %(professional)s"
    f" and {_TIE} order by since desc limit 1),"
    " exists (select from access_administrator where person_id = %(person)s"
    " and professional_id = %(professional)s and ended_at is null),"
    " exists (select from access_professionalblock where person_id = %(person)s"
    " and professional_id in (%(professional)s, s.answers_to)),"
    " exists (select from access_block where person_id = %(person)s and structure = %(structure)s),"
    " coalesce(c.emergency_access, true), coalesce(c.samu_access, true), coalesce(c.emergency_masked, false),"
    " coalesce((select mode from access_emergency where person_id = %(person)s"
    f" and professional_id = %(professional)s and {_STANDS} order by since desc limit 1), ''),"
    " g.state = 'frozen', g.state = 'step_up' and g.proven_at is null,"
    f" %(training)s and not {FICTITIOUS_OF}"
    f" from (select) one left join lateral ({STANDING_OF}) s on true"
    f" left join lateral ({_RELATION}) r on true"
    " left join enrolment_space c on c.person_id = %(person)s"
    " left join access_guardstate g on g.professional_id = %(professional)s"
)


_CARE_OF_MANY: Final = (
    _CARE.replace("%(person)s", "q.person_id")
    .replace("select ", "select q.person_id, ", 1)
    .replace("from (select) one", "from unnest(%(persons)s::uuid[]) q (person_id)")
)
"""The same facts about several persons: one text, so that the two never differ."""


def care_rights(person_id: UUID, by: Actor, *, with_secret: bool = True) -> Rights:
    """Return what decides on a professional, as things stand now: one statement.

    `with_secret`: False to tell it to a minor's representatives, for whom no tie of her confidential care is.
    """
    return _rights(_ask(_CARE, by, person=person_id, secret=with_secret)[0])


def list_care_rights(person_ids: Sequence[UUID], by: Actor) -> dict[UUID, Rights]:
    """Return what decides on a professional about each of some persons: one statement, even for nobody."""
    rows = _ask(_CARE_OF_MANY, by, persons=list(person_ids), secret=True)
    return {row[0]: _rights(row[1:]) for row in rows}


def _ask(statement: str, by: Actor, **whom: Any) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {
        "professional": by.id, "structure": by.structure, "situation": by.situation,
        "now": clock.now(), "today": clock.today(), "training": by.authentication == sessions.TRAINING,
        "fictitious": sorted(TEST_OIDS),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(statement, values | whom)
        return list(cursor.fetchall())


def _rights(row: tuple[Any, ...]) -> Rights:
    (state, role, kind, regulator, active, answers_to, basis, informed, acting_for, means, administrator,
     blocked, structure_blocked, emergency, samu, masked, entered, frozen,
     step_up, outside_training) = row  # fmt: skip
    care = Care(
        role=role or "",
        kind=PlaceKind(kind or "regular"),
        active=bool(active),
        regulator=bool(regulator),
        answers=answers_to is not None,
        basis=Basis(basis) if basis else None,
        informed=bool(informed),
        acting_for=bool(acting_for),
        consented=Means(means) if means else None,
        administrator=administrator,
        blocked=blocked,
        emergency_access=emergency,
        samu_access=samu,
        emergency_masked=masked,
        entered=entered,
        frozen=bool(frozen),
        step_up=bool(step_up),
        outside_training=outside_training,
    )
    return Rights(state or "", Relation.NONE, date.min, blocked=structure_blocked, care=care)


def is_treating(person_id: UUID, by: Actor) -> bool:
    """Say whether a doctor is a person's médecin traitant now, or replaces him: who writes her synthesis."""
    care = care_rights(person_id, by).care
    placed = care.kind in {PlaceKind.REGULAR, PlaceKind.REPLACEMENT}
    return care.active and care.role == _DOCTOR and placed and care.basis is Basis.TREATING
