"""The patients of a professional, as the ties that stand say: names are asked of the register afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from carnet.access.policies import Basis
from carnet.access.relations import STANDS
from carnet.platform import clock

_VISITED: Final = (
    "exists (select from access_visit w where w.person_id = access_carerelation.person_id"
    " and w.professional_id = %(professional)s)"
)
# a whole establishment's patients are hers once she has come to see them
_TIES: Final = (
    "select person_id, since, basis, null::timestamptz as consented, basis <> 'treating' as hers"  # noqa: S608
    f" from access_carerelation where professional_id = %(professional)s and {STANDS}"
    " union all select person_id, since, basis, null, true from access_carerelation"
    f" where professional_id is null and structure = %(structure)s and {STANDS} and {_VISITED}"
    " union all select person_id, since, null, until, true from access_consent"
    f" where professional_id = %(professional)s and {STANDS}"
)
FOLLOWED: Final = (
    "select t.person_id, v.last_at from (select person_id from access_carerelation"  # noqa: S608
    f" where professional_id = any(%(carers)s) and {STANDS}"
    " union select person_id from access_carerelation"
    f" where professional_id is null and structure = %(structure)s and {STANDS} and {_VISITED}"
    " union select person_id from access_administrator"
    " where professional_id = %(professional)s and ended_at is null) t"
    " left join access_visit v on v.person_id = t.person_id and v.professional_id = %(professional)s"
)
"""Whom she follows (hers, of whom she answers to, of her structure once seen, as administrator doctor), and
when she last opened each record: a subquery, for a statement that asks more. It decides nothing: values
`professional`, `carers` (she and whom she answers to), `structure`, `now`."""
_PATIENTS: Final = (
    "with t as (select person_id, max(since) as since, max(consented) as consented, bool_or(hers) as hers,"  # noqa: S608
    " array_remove(array_agg(distinct basis), null) as bases from (" + _TIES + ") ties group by person_id),"
    " p as (select t.*, v.last_at, greatest(t.since, v.last_at) as at from t left join access_visit v"
    " on v.person_id = t.person_id and v.professional_id = %(professional)s)"
    " select person_id, bases, consented, last_at, hers from p"
    " where %(after)s::uuid is null"
    " or (at, person_id) < (select at, person_id from p where person_id = %(after)s)"
    " order by at desc, person_id desc limit %(limit)s"
)


@dataclass(frozen=True, slots=True)
class PatientCard:
    """A patient. `consent_until`: of the consent that stands; `may_leave`: she may end a tie herself."""

    person_id: UUID
    bases: tuple[Basis, ...]
    consent_until: datetime | None
    visited_at: datetime | None
    may_leave: bool


def list_patients(
    professional_id: UUID, *, structure: str, after: UUID | None = None, limit: int
) -> list[PatientCard]:
    """Return her patients, the latest seen or met first; `after`: the last one of the page above."""
    with connection.cursor() as cursor:
        cursor.execute(
            _PATIENTS,
            {"professional": professional_id, "structure": structure, "after": after, "now": clock.now(),
             "limit": limit},
        )  # fmt: skip
        return [
            PatientCard(person_id, tuple(Basis(basis) for basis in bases), consented, visited, hers)
            for person_id, bases, consented, visited, hers in cursor.fetchall()
        ]
