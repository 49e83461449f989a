"""The facts of many persons at once, as lives are made from them. Runs as carnet_loader."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.people.api import is_minor_on
from carnet.sandbox.care.facts import Facts, Relative
from carnet.sandbox.personas import PERSONAS
from carnet.standards.ins import Traits

SIMPLE = frozenset(
    {"denis", "estelle", "dominique", "jean1", "jean2", "claire", "basile", "sylvie", "nadia", "karim",
     "amina", "blandine", "mathieu"}
)  # fmt: skip
"""The personas in whose spaces everything is shown from the beginning: they get no life."""

_GENERATION = 16
_PERSON = (
    "select p.id, p.matricule, p.oid, p.birth_name, p.used_name, p.given_names, p.first_given_name,"
    " p.birth_date, p.sex, p.birth_place, p.family_id, coalesce(a.city, 'Toulouse'),"
    " coalesce(a.postal_code, '31000'), coalesce(a.insee_code, '31555'), coalesce(a.departement, '31')"
    " from people_person p left join people_address a on a.person_id = p.id where p.id = any(%s)"
)
_FAMILY = (
    "select family_id, id, first_given_name, coalesce(nullif(used_name, ''), birth_name), birth_date, sex"
    " from people_person where family_id = any(%s) and died_on is null order by birth_date, id"
)


def read_facts(persons: Sequence[UUID], today: date) -> list[Facts]:
    """Return what the register says of these persons, families included; two statements."""
    with connection.cursor() as cursor:
        cursor.execute(_PERSON, [list(persons)])
        rows = cursor.fetchall()
        cursor.execute(_FAMILY, [[row[10] for row in rows if row[10]]])
        families: dict[UUID, list[tuple[Any, ...]]] = {}
        for family, *member in cursor.fetchall():
            families.setdefault(family, []).append(tuple(member))
    roles = roles_of(today)
    return [_facts(row, families.get(row[10], []), today, roles.get(row[1], "")) for row in rows]


def roles_of(today: date) -> dict[str, str]:
    """Return the keys of the personas by matricule."""
    return {persona.matricule(today): persona.key for persona in PERSONAS if persona.days_old is None}


def _facts(row: tuple[Any, ...], family: list[tuple[Any, ...]], today: date, role: str) -> Facts:
    (
        person_id,
        matricule,
        oid,
        birth_name,
        used_name,
        given_names,
        first,
        born,
        sex,
        birth_place,
        _family,
        city,
        postal_code,
        insee,
        departement,
    ) = row
    return Facts(
        person_id=person_id,
        matricule=matricule,
        oid=oid,
        traits=Traits(
            birth_name=birth_name,
            first_given_name=first,
            given_names=given_names,
            birth_date=born,
            sex="M" if sex == "M" else "F",
            birth_place=birth_place,
        ),
        used_family=used_name or birth_name,
        given=first,
        birth_date=born,
        today=today,
        city=_town(city),
        postal_code=postal_code,
        insee_code=insee,
        departement=departement,
        relatives=tuple(_relative(born, other, family, today) for other in family if other[0] != person_id),
        role=role,
    )


def _town(city: str) -> str:
    return city.title() if city.isupper() else city


def _relative(born: date, other: tuple[Any, ...], family: list[tuple[Any, ...]], today: date) -> Relative:
    """Say who another member of the family is to her, from the ages: the register does not tell."""
    _, first, last, other_born, sex = other
    years = (other_born - born).days / 365.25
    if years <= -_GENERATION:
        relation = "FATHER" if sex == "M" else "MOTHER"
    elif years >= _GENERATION:
        relation = "CHILD"
    else:
        eldest = min(member[3] for member in family)
        children = (min(born, other_born) - eldest).days / 365.25 >= _GENERATION
        relation = "OTHER" if children else "SPOUSE"
    return Relative(relation, first, last, other_born, not is_minor_on(other_born, today))
