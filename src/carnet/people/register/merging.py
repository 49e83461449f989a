"""Merging a batch of lines into the register, by sets: a staging table, then a statement a table.

Runs as carnet_loader, inside the batch's transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from carnet.people.register.lines import ADDRESS, CARD, CONTACT, Line
from carnet.platform.ids import uuid7

STAGING = """
create temporary table if not exists register_staging (
  line bigint, operation text, key bytea, new_id uuid, person_id uuid, matricule text, oid text,
  birth_name text, used_name text, given_names text, first_given_name text, birth_date date, sex text,
  birth_place text, family_id uuid, protection text, died_on date, has_address boolean, lines text,
  postal_code text, city text, insee_code text, departement text, email text, phone text, card_key bytea,
  with_photo boolean, legible boolean, parent_key bytea
)"""

_COPY = """
copy register_staging (line, operation, key, new_id, matricule, oid, birth_name, used_name, given_names,
  first_given_name, birth_date, sex, birth_place, family_id, protection, died_on, has_address, lines,
  postal_code, city, insee_code, departement, email, phone, card_key, with_photo, legible, parent_key)
from stdin"""

_REMEMBER = """
insert into people_registerline (key, digest, line, person_id, parent_key)
select distinct on (s.key) s.key, %(digest)s, s.line, coalesce(i.person_id, s.new_id), s.parent_key
from register_staging s left join people_insindex i on i.key = s.key
where s.operation in ('upsert', 'birth') order by s.key, s.line
on conflict (key) do nothing"""

_REPEATED = """
delete from register_staging s using people_registerline r
where r.key = s.key and r.line <> s.line and s.operation in ('upsert', 'birth')
returning s.line, r.line"""

_NAME_PERSONS = """
update register_staging s set person_id = r.person_id from people_registerline r
where r.key = s.key and s.operation in ('upsert', 'birth')"""

_FIELDS = ("matricule", "oid", "birth_name", "used_name", "given_names", "first_given_name", "birth_date",
           "sex", "birth_place", "family_id", "protection", "died_on")  # fmt: skip

_PERSONS = f"""
insert into people_person (id, {", ".join(_FIELDS)})
select person_id, {", ".join(_FIELDS)} from register_staging where operation in ('upsert', 'birth')
order by person_id
on conflict (id) do update set {", ".join(f"{name} = excluded.{name}" for name in _FIELDS)}
where ({", ".join(f"people_person.{name}" for name in _FIELDS)})
  is distinct from ({", ".join(f"excluded.{name}" for name in _FIELDS)})"""  # noqa: S608 - constants

_INDEX = """
insert into people_insindex (key, person_id)
select key, person_id from register_staging where operation in ('upsert', 'birth')
on conflict (key) do nothing"""

_NAME_KNOWN = """
update register_staging s set person_id = i.person_id from people_insindex i
where i.key = s.key and s.operation in ('move', 'death')"""

_UNKNOWN = "delete from register_staging where person_id is null returning line"

_LEAVE_ADDRESS = """
delete from people_address a using register_staging s
where a.person_id = s.person_id and not s.has_address and s.operation in ('upsert', 'birth')"""

_ADDRESSES = """
insert into people_address (person_id, lines, postal_code, city, insee_code, departement)
select distinct on (person_id) person_id, lines, postal_code, city, insee_code, departement
from register_staging where has_address
order by person_id, (operation = 'move') desc, line desc
on conflict (person_id) do update set lines = excluded.lines, postal_code = excluded.postal_code,
  city = excluded.city, insee_code = excluded.insee_code, departement = excluded.departement"""

_LEAVE_CONTACT = """
delete from people_contact c using register_staging s
where c.person_id = s.person_id and s.email = '' and s.phone = '' and s.operation in ('upsert', 'birth')"""

_CONTACTS = """
insert into people_contact (person_id, email, phone)
select person_id, email, phone from register_staging
where operation in ('upsert', 'birth') and (email <> '' or phone <> '')
on conflict (person_id) do update set email = excluded.email, phone = excluded.phone"""

_LEAVE_CARD = """
delete from people_card c using register_staging s
where c.person_id = s.person_id and s.card_key is null and s.operation in ('upsert', 'birth')"""

_CARDS = """
insert into people_card (person_id, serial_key, with_photo, legible)
select person_id, card_key, with_photo, legible from register_staging
where operation in ('upsert', 'birth') and card_key is not null
on conflict (person_id) do update set serial_key = excluded.serial_key, with_photo = excluded.with_photo,
  legible = excluded.legible"""

_DEATHS = """
update people_person p set died_on = s.died_on
from (select person_id, max(died_on) as died_on from register_staging where operation = 'death'
      group by person_id) s
where p.id = s.person_id and p.died_on is distinct from s.died_on"""

ATTACH = """
with known as (
  select r.line, r.person_id as child_id, i.person_id as parent_id
  from people_registerline r left join people_insindex i on i.key = r.parent_key
  where r.digest = %(digest)s and r.parent_key is not null),
attached as (
  insert into people_attachment (child_id, parent_id)
  select child_id, parent_id from known where parent_id is not null
  on conflict (child_id) do update set parent_id = excluded.parent_id
  where people_attachment.parent_id <> excluded.parent_id),
represented as (
  insert into people_representation (id, person_id, representative_id, origin, state, invited_by, since)
  select carnet_uuid7(%(now)s), child_id, parent_id, 'attached', 'accepted', null, %(now)s
  from known join people_person p on p.id = known.child_id
  where parent_id is not null and p.birth_date > %(adult_before)s
    and (select count(*) from people_representation o
         where o.person_id = child_id and o.state = 'accepted' and o.representative_id <> parent_id) < 2
  on conflict (person_id, representative_id) do nothing)
select line from known where parent_id is null order by line"""


@dataclass(frozen=True, slots=True)
class Reject:
    """A line that is not taken, where and why."""

    line: int
    column: str
    reason: str


def merge(lines: Sequence[Line], *, digest: str, columns: frozenset[str]) -> list[Reject]:
    """Merge lines into the register, in the present transaction; return those that could not be.

    `columns`: what the file has. What it has no column for stays as it is; an empty cell takes away.
    """
    rows = [_row(line) for line in lines]  # before the COPY: an id may ask the database for the time
    with connection.cursor() as cursor:
        cursor.execute(STAGING)
        cursor.execute("truncate register_staging")
        with cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(_REMEMBER, {"digest": digest})
        rejects = _repeated(cursor)
        for statement in (_NAME_PERSONS, _PERSONS, _INDEX, _NAME_KNOWN):
            cursor.execute(statement)
        cursor.execute(_UNKNOWN)
        rejects += [
            Reject(line, "matricule", "personne inconnue du registre") for (line,) in cursor.fetchall()
        ]
        for statement in _rest(columns):
            cursor.execute(statement)
    return rejects


def _rest(columns: frozenset[str]) -> Iterable[str]:
    if columns & set(ADDRESS):
        yield from (_LEAVE_ADDRESS, _ADDRESSES)
    if columns & set(CONTACT):
        yield from (_LEAVE_CONTACT, _CONTACTS)
    if columns & set(CARD):
        yield from (_LEAVE_CARD, _CARDS)
    yield _DEATHS


def _repeated(cursor: Any) -> list[Reject]:
    cursor.execute(_REPEATED)
    return [
        Reject(line, "matricule", f"personne déjà donnée par la ligne {first}")
        for line, first in cursor.fetchall()
    ]


def _row(line: Line) -> tuple[Any, ...]:
    address = line.address
    where = (
        (True, address.lines, address.postal_code, address.city, address.commune, address.departement)
        if address
        else (False, "", "", "", "", "")
    )
    new_id = uuid7() if line.operation in {"upsert", "birth"} else None
    return (
        line.number, line.operation, line.key, new_id, line.matricule, line.oid, line.birth_name,
        line.used_name, line.given_names, line.first_given_name, line.birth_date, line.sex, line.birth_place,
        line.family_id, line.protection, line.died_on, *where, line.email, line.phone, line.card_key,
        line.card_photo, line.card_legible, line.parent_key,
    )  # fmt: skip
