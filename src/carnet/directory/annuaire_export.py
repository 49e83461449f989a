"""The directory as a file of the annuaire's format: NDJSON, structures, then professionals, then places.

For vendors who have no annuaire to try their software with; what is read back from it is the same directory.
"""

from collections.abc import Iterator
from typing import Any, Final

import orjson
from django.db import connection

from carnet.standards import annuaire
from carnet.standards.annuaire import NOS

_PAGE: Final = 1000
_FINESS_LENGTH: Final = 9
_STRUCTURES: Final = (
    "select finess, name, sector, others, active, source_id from directory_structure"
    " where finess > %s order by finess limit %s"
)
_PROFESSIONALS: Final = (
    "select national_id, family_name, given_name, civility, profession, category, speciality, active,"
    " source_id from directory_professional where national_id > %s order by national_id limit %s"
)
_PLACES: Final = (
    "select l.identifier, p.national_id, p.source_id, l.structure_id, t.source_id, l.mode, l.active, l.since,"
    " l.until from directory_place l join directory_professional p on p.id = l.professional_id"
    " join directory_structure t on t.finess = l.structure_id"
    " where l.identifier > %s order by l.identifier limit %s"
)


def export() -> Iterator[bytes]:
    """Yield the lines of the file, each with its end."""
    for query, make in (
        (_STRUCTURES, _organization),
        (_PROFESSIONALS, _practitioner),
        (_PLACES, _practitioner_role),
    ):
        for row in _pages(query):
            yield orjson.dumps(make(row), option=orjson.OPT_APPEND_NEWLINE)


def _pages(query: str) -> Iterator[tuple[Any, ...]]:
    last = ""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(query, [last, _PAGE])
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < _PAGE:
            return
        last = rows[-1][0]


def _organization(row: tuple[Any, ...]) -> dict[str, Any]:
    number, name, sector, others, active, source_id = row
    numbers = [_structure_identifier(number), *(_plain("INTRN", other) for other in _texts(others))]
    types = [{"coding": [_code(annuaire.SECTOR, sector)]}] if sector else []
    return {
        "resourceType": "Organization", "id": source_id or _id_of("structure", number), "identifier": numbers,
        "active": active, "type": types, "name": name,
    }  # fmt: skip


def _practitioner(row: tuple[Any, ...]) -> dict[str, Any]:
    national_id, family, given, civility, profession, category, speciality, active, source_id = row
    codes = [_code(annuaire.PROFESSION, profession), _code(annuaire.CATEGORY, category)]
    if speciality:
        codes.append(_code(annuaire.SPECIALITY, speciality))
    name = {"use": "usual", "family": family, "given": [given]} | ({"prefix": [civility]} if civility else {})
    return {
        "resourceType": "Practitioner", "id": source_id or _id_of("ps", national_id),
        "identifier": [{"system": annuaire.ID_NAT_PS, "value": national_id}], "active": active,
        "name": [name], "qualification": [{"code": {"coding": codes}}],
    }  # fmt: skip


def _practitioner_role(row: tuple[Any, ...]) -> dict[str, Any]:
    identifier, national_id, practitioner, number, organization, mode, active, since, until = row
    period = {name: str(day) for name, day in (("start", since), ("end", until)) if day}
    return {
        "resourceType": "PractitionerRole", "id": identifier.removeprefix("annuaire-"), "active": active,
        "period": period,
        "practitioner": {"reference": f"Practitioner/{practitioner or _id_of('ps', national_id)}"},
        "organization": {"reference": f"Organization/{organization or _id_of('structure', number)}"},
        "code": [{"coding": [_code(annuaire.MODE, mode)]}] if mode else [],
    }  # fmt: skip


def _structure_identifier(number: str) -> dict[str, Any]:
    if len(number) == _FINESS_LENGTH:
        return {"type": _kind("FINEG"), "system": annuaire.FINESS, "value": number}
    return {"type": _kind("IDNST"), "system": annuaire.STRUCT_ID_NAT, "value": number}


def _plain(kind: str, value: str) -> dict[str, Any]:
    return {"type": _kind(kind), "value": value}


def _kind(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def _code(name: str, code: str) -> dict[str, str]:
    return {"system": f"{NOS}{name}/FHIR/{name.replace('_', '-', 1)}", "code": code}


def _texts(others: Any) -> list[str]:
    return list(orjson.loads(others) if isinstance(others, str) else others)


def _id_of(kind: str, number: str) -> str:
    """Return a logical id for what did not come from the annuaire: its number, in the characters of FHIR."""
    return f"{kind}-{number.replace('/', '.')}"
