"""Who wrote a document and who keeps it, as CDA has them: people, devices, structures."""

import re
from collections.abc import Mapping
from typing import Any, Final

from carnet.standards.cda.model import PS_OID, STRUCTURE_OID, Author, Organisation
from carnet.standards.pdsm.codes import read_code

_RPPS: Final = "https://rpps.esante.gouv.fr"
_FINESS: Final = "https://finess.esante.gouv.fr"
_SIRENE: Final = "https://sirene.fr"
_SIREN_LENGTH: Final = 9

AUTHORS: Final = frozenset(
    {"Practitioner", "PractitionerRole", "Organization", "Device", "Patient", "RelatedPerson"}
)
MAX_TEXT: Final = 500
"""Characters of a name that are kept, as for CDA."""
_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]{0,63}")

Contained = Mapping[str, dict[str, Any]]
"""The resources that a resource contains, by `#id`."""


def read_author(reference: dict[str, Any], contained: Contained) -> Author:
    """Return who a reference names, as far as what was sent says it.

    A professional without a name is called by the number that identifies him: the directory that would know
    the name is not asked.
    """
    resource = contained.get(reference.get("reference", ""), {})
    match resource.get("resourceType"):
        case "PractitionerRole":
            return _role(resource, contained)
        case "Organization":
            organisation = read_organisation(resource)
            return Author(device=organisation.name or "Structure", organisation=organisation)
        case "Device":
            return Author(device=_device_name(resource))
        case "Practitioner" | "Patient" | "RelatedPerson":
            return _person(resource)
        case _:
            return _unresolved(reference)


def read_organisation(resource: dict[str, Any]) -> Organisation:
    """Return a structure, by its name and its Struct_IdNat."""
    numbers = [_struct_id(one) for one in resource.get("identifier", ())]
    return Organisation(name=line(resource.get("name", "")), national_id=next(filter(None, numbers), ""))


def find_organisation(reference: dict[str, Any], contained: Contained) -> Organisation | None:
    """Return the structure that a reference names, None when what was sent does not say who it is."""
    resource = contained.get(reference.get("reference", ""))
    if resource is not None:
        return read_organisation(resource) if resource.get("resourceType") == "Organization" else None
    number = _struct_id(reference.get("identifier", {}))
    name = line(reference.get("display", ""))
    return Organisation(name=name, national_id=number) if number or name else None


def _role(role: dict[str, Any], contained: Contained) -> Author:
    """A professional in the structure for which he acts: PractitionerRole of the directory."""
    practitioner = role.get("practitioner", {})
    person = contained.get(practitioner.get("reference", ""), {})
    named = person.get("resourceType") == "Practitioner"  # a structure has a name of another shape
    known = _person(person) if named else _unresolved(practitioner)
    number = _ps_id(role) or known.national_id
    organisation = find_organisation(role.get("organization", {}), contained)
    role_code = next((code for one in role.get("code", ()) if (code := read_code(one))), None)
    return Author(
        family=known.family if known.given or not number else _called(known.family, number),
        given=known.given,
        prefix=known.prefix,
        national_id=number,
        role=role_code,
        organisation=organisation,
    )


def _called(family: str, number: str) -> str:
    return family if family and family != _UNNAMED else f"Professionnel n° {number}"


def _person(resource: dict[str, Any]) -> Author:
    names = resource.get("name", [])
    name = names[0] if names else {}
    number = _ps_id(resource)
    family = line(name.get("family", "") or name.get("text", ""))
    return Author(
        family=family or (f"Professionnel n° {number}" if number else _UNNAMED),
        given=line(" ".join(name.get("given", ()))),
        national_id=number,
    )


_UNNAMED: Final = "Auteur non nommé"


def _unresolved(reference: dict[str, Any]) -> Author:
    number = _ps_number(reference.get("identifier", {}))
    called = f"Professionnel n° {number}" if number else _UNNAMED
    return Author(family=line(reference.get("display", "")) or called, national_id=number)


def _device_name(device: dict[str, Any]) -> str:
    named = [one.get("name", "") for one in device.get("deviceName", ())]
    parts = [*named, device.get("modelNumber", ""), device.get("manufacturer", "")]
    return line(next(filter(None, parts), "Dispositif"))


def _ps_id(resource: dict[str, Any]) -> str:
    return next(filter(None, map(_ps_number, resource.get("identifier", ()))), "")


def _ps_number(identifier: dict[str, Any]) -> str:
    """Return a PS_IdNat: its first digit says the kind of number, 8 for RPPS (facts/interop.md 0.1)."""
    system, value = identifier.get("system", ""), identifier.get("value", "").strip()
    if not _NUMBER.fullmatch(value):
        return ""
    if system == f"urn:oid:{PS_OID}":
        return str(value)
    return f"8{value}" if system == _RPPS else ""


def _struct_id(identifier: dict[str, Any]) -> str:
    """Return a Struct_IdNat: its first digit says the kind of number, 1 for FINESS (facts/interop.md 0.1)."""
    system, value = identifier.get("system", ""), identifier.get("value", "").strip()
    if not _NUMBER.fullmatch(value):
        return ""
    if system == f"urn:oid:{STRUCTURE_OID}":
        return str(value)
    if system == _FINESS:
        return f"1{value}"
    return f"{2 if len(value) == _SIREN_LENGTH else 3}{value}" if system == _SIRENE else ""


def line(text: str) -> str:
    """Return a text as one line that a header may hold."""
    return " ".join(text.split())[:MAX_TEXT]
