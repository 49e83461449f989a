"""The rows of the annuaire, written by batches: one statement for a thousand of each kind."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

import orjson
from django.db import connection

from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.standards.annuaire import Organization, Practitioner, PractitionerRole

_STRUCTURES: Final = """
insert into directory_structure (finess, name, sector, others, source_id, active, created_at)
select number, name, sector, others, id, active, %(now)s
from jsonb_to_recordset(%(rows)s)
    as r (id text, number text, name text, sector text, others jsonb, active bool)
on conflict (finess) do update set name = excluded.name, sector = excluded.sector, others = excluded.others,
    source_id = excluded.source_id, active = excluded.active
"""
_PROFESSIONALS: Final = """
insert into directory_professional as d (id, national_id, family_name, given_name, civility, profession,
    category, speciality, active, source_id, changed_at)
select key, national_id, family_name, given_name, civility, profession, category, speciality, active, id,
    %(now)s
from jsonb_to_recordset(%(rows)s) as r (key uuid, id text, national_id text, family_name text,
    given_name text, civility text, profession text, category text, speciality text, active bool)
on conflict (national_id) do update set family_name = excluded.family_name,
    given_name = excluded.given_name, civility = excluded.civility, profession = excluded.profession,
    category = excluded.category, speciality = excluded.speciality, active = excluded.active,
    source_id = excluded.source_id, changed_at = excluded.changed_at
where (d.family_name, d.given_name, d.civility, d.profession, d.category, d.speciality, d.active, d.source_id)
    is distinct from (excluded.family_name, excluded.given_name, excluded.civility, excluded.profession,
    excluded.category, excluded.speciality, excluded.active, excluded.source_id)
"""
_FOUND: Final = """
select r.id,
    (select p.id from directory_professional p where p.source_id = r.practitioner limit 1),
    coalesce(
        (select t.finess from directory_structure t
            where r.organization <> '' and t.source_id = r.organization limit 1),
        (select t.finess from directory_structure t where t.finess = r.number limit 1),
        (select t.finess from directory_structure t where t.others ? r.number limit 1))
from jsonb_to_recordset(%(rows)s) as r (id text, practitioner text, organization text, number text)
"""
_PLACES: Final = """
insert into directory_place as d (id, identifier, professional_id, structure_id, sector, mode, kind,
    regulator, active, since, until, changed_at)
select r.key, r.identifier, r.professional, r.structure, t.sector, r.mode,
    case when p.category = 'E' then 'student' else 'regular' end, false, r.active, r.since, r.until, %(now)s
from jsonb_to_recordset(%(rows)s) as r (key uuid, identifier text, professional uuid, structure text,
    mode text, active bool, since date, until date)
join directory_structure t on t.finess = r.structure
join directory_professional p on p.id = r.professional
on conflict (identifier) do update set professional_id = excluded.professional_id,
    structure_id = excluded.structure_id, sector = excluded.sector, mode = excluded.mode,
    active = excluded.active, since = excluded.since, until = excluded.until,
    kind = case when d.kind in ('student', 'regular') then excluded.kind else d.kind end,
    changed_at = excluded.changed_at
where (d.professional_id, d.structure_id, d.sector, d.mode, d.active, d.since, d.until)
    is distinct from (excluded.professional_id, excluded.structure_id, excluded.sector, excluded.mode,
    excluded.active, excluded.since, excluded.until)
    or (d.kind in ('student', 'regular') and d.kind <> excluded.kind)
"""


def keep_structures(found: Sequence[Organization]) -> int:
    """Write structures; return how many there were, the same one counted once."""
    rows = {one.number: asdict(one) for one in found}
    _run(_STRUCTURES, rows.values())
    return len(rows)


def keep_professionals(found: Sequence[Practitioner]) -> int:
    """Write professionals; return how many there were, the same one counted once."""
    rows = {one.national_id: asdict(one) | {"key": uuid7()} for one in found}
    _run(_PROFESSIONALS, rows.values())
    return len(rows)


def keep_places(found: Sequence[PractitionerRole]) -> dict[str, str]:
    """Write practice situations; return the element that is missing, by id of those whose ends are not there.

    What the annuaire does not say (whom a replacement answers to, medical regulation) stays as it is. It
    says who is a student, and when she is one no more.
    """
    if not found:
        return {}
    asked = {one.id: one for one in found}
    ends = {row[0]: row[1:] for row in _run(_FOUND, [_ends_of(one) for one in asked.values()])}
    _run(_PLACES, [_place(asked[i], *both) for i, both in ends.items() if all(both)])
    missing = {i: both for i, both in ends.items() if not all(both)}
    return {i: "practitioner" if both[0] is None else "organization" for i, both in missing.items()}


def _ends_of(role: PractitionerRole) -> dict[str, str]:
    return {
        "id": role.id,
        "practitioner": role.practitioner,
        "organization": role.organization,
        "number": role.organization_number,
    }


def _place(role: PractitionerRole, professional: Any, structure: str) -> dict[str, Any]:
    return {
        "key": uuid7(), "identifier": f"annuaire-{role.id}", "professional": professional,
        "structure": structure, "mode": role.mode, "active": role.active, "since": role.since,
        "until": role.until,
    }  # fmt: skip


def _run(query: str, rows: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    content = orjson.dumps(list(rows)).decode()
    if content == "[]":
        return []
    with connection.cursor() as cursor:
        cursor.execute(query, {"rows": content, "now": clock.now()})
        return list(cursor.fetchall()) if cursor.description else []
