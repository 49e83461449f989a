"""The national directory of health professionals, in FHIR: its resources, read. Pure.

Sources: facts/interop.md 0.1 (identifiers), 7 (annuaire: Practitioner, PractitionerRole, Organization; the
two versions of the format). What is of another kind is nothing of ours: None. What is of these kinds and
cannot be kept is refused, naming the element and the rule. An inactive resource is read as any other.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

ID_NAT_PS: Final = "urn:oid:1.2.250.1.71.4.2.1"
STRUCT_ID_NAT: Final = "urn:oid:1.2.250.1.71.4.2.2"
RPPS: Final = "https://rpps.esante.gouv.fr"
FINESS: Final = "https://finess.esante.gouv.fr"
SIRENE: Final = "https://sirene.fr"
NOS: Final = "https://mos.esante.gouv.fr/NOS/"
PROFESSION: Final = "TRE_G15-ProfessionSante"
CATEGORY: Final = "TRE_R09-CategorieProfessionnelle"
SPECIALITY: Final = "TRE_R38-SpecialiteOrdinale"
SECTOR: Final = "TRE_R02-SecteurActivite"
MODE: Final = "TRE_R23-ModeExercice"
_BY_OID: Final = {
    "urn:oid:1.2.250.1.71.1.2.7": PROFESSION,
    "urn:oid:1.2.250.1.213.1.6.1.10": CATEGORY,
    "urn:oid:1.2.250.1.71.4.2.5": SPECIALITY,
    "urn:oid:1.2.250.1.71.4.2.4": SECTOR,
    "urn:oid:1.2.250.1.213.1.6.1.18": MODE,
}
_FINESS_SYSTEMS: Final = frozenset({FINESS, "http://finess.sante.gouv.fr"})
_RPPS_SYSTEMS: Final = frozenset({RPPS, "http://rpps.fr"})
_ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
_TWIN: Final = re.compile(r"([0-9]+)D[PR]")  # the same resource, public or restricted, in the guide's samples
_RPPS_NUMBER: Final = re.compile(r"[0-9]{11}")
_FINESS_NUMBER: Final = re.compile(r"(?:[0-9]{2}|2[AB])[0-9]{7}")
_NUMBER: Final = re.compile(r"[0-9A-Za-z/._-]{2,40}")
_LONGEST: Final = 300


class AnnuaireError(ValueError):
    """A resource that cannot be kept. `field`: its element; `rule`: what it must be, in French."""

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(f"{field} : {rule}")
        self.field = field
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A professional. `national_id`: IdNPS (8 and the RPPS number); `profession`: TRE_G15."""

    id: str
    national_id: str
    family_name: str
    given_name: str
    civility: str
    profession: str
    category: str
    speciality: str
    active: bool


@dataclass(frozen=True, slots=True)
class Organization:
    """A structure. `number`: the one that it is known by here, `others`: its other ones (ADR 0020)."""

    id: str
    number: str
    others: tuple[str, ...]
    name: str
    sector: str
    active: bool


@dataclass(frozen=True, slots=True)
class PractitionerRole:
    """A practice situation. `practitioner`: logical id; `organization`: logical id, or a number of it."""

    id: str
    practitioner: str
    organization: str
    organization_number: str
    mode: str
    active: bool
    since: date | None
    until: date | None


Resource = Practitioner | Organization | PractitionerRole


def read_resource(content: object) -> Resource | None:
    """Return a resource of the directory, or None for one of another kind; raises AnnuaireError."""
    if not isinstance(content, Mapping):
        raise AnnuaireError("resourceType", "doit être une ressource FHIR (un objet JSON)")
    match content.get("resourceType"):
        case "Practitioner":
            return _practitioner(content)
        case "Organization":
            return _organization(content)
        case "PractitionerRole":
            return _role(content)
        case str():
            return None
    raise AnnuaireError("resourceType", "est obligatoire")


def resources_of(content: object) -> Iterator[object]:
    """Yield the resources of what was read: those of a Bundle's entries, else itself."""
    if isinstance(content, Mapping) and content.get("resourceType") == "Bundle":
        for entry in _list(content, "entry"):
            if "resource" not in entry:
                raise AnnuaireError("entry.resource", "est obligatoire")
            yield from resources_of(entry["resource"])
    else:
        yield content


# -- the three kinds


def _practitioner(content: Mapping[str, Any]) -> Practitioner:
    name = next((one for one in _list(content, "name") if _text(one, "family")), None)
    if name is None:
        raise AnnuaireError("name.family", "est obligatoire")
    codes = list(_practised(content))
    profession = next((code for system, code in codes if system == PROFESSION), "")
    if not profession:
        raise AnnuaireError("qualification", "doit dire une profession de santé (TRE_G15)")
    return Practitioner(
        id=_id(content),
        national_id=_national_id(content),
        family_name=_text(name, "family"),
        given_name=" ".join(_texts(name, "given")),
        civility=next(iter(_texts(name, "prefix")), ""),
        profession=profession,
        category=next((code for system, code in codes if system == CATEGORY), "C"),
        speciality=next((code for system, code in codes if system == SPECIALITY), ""),
        active=_active(content),
    )


def _organization(content: Mapping[str, Any]) -> Organization:
    numbers = list(dict.fromkeys(_numbers(content)))
    if not numbers:
        raise AnnuaireError("identifier", "doit donner un numéro de structure (FINESS, SIRET, Struct_IdNat)")
    name = _text(content, "name") or next(iter(_texts(content, "alias")), "")
    if not name:
        raise AnnuaireError("name", "est obligatoire")
    sectors = [code for one in _list(content, "type") for system, code in _codes(one) if system == SECTOR]
    return Organization(
        id=_id(content), number=numbers[0], others=tuple(numbers[1:]), name=name,
        sector=next(iter(sectors), ""), active=_active(content),
    )  # fmt: skip


def _role(content: Mapping[str, Any]) -> PractitionerRole | None:
    """Return a practice situation; None for the former format's professional role, which has no place."""
    organization = _map(content, "organization")
    reference = _reference(organization, "organization")
    number = _text(_map(organization, "identifier"), "value")
    if not reference and not number:
        return None
    practitioner = _reference(_map(content, "practitioner"), "practitioner")
    if not practitioner:
        raise AnnuaireError("practitioner.reference", "est obligatoire")
    codes = [pair for one in _list(content, "code") for pair in _codes(one)]
    period = _map(content, "period")
    return PractitionerRole(
        id=_id(content), practitioner=practitioner, organization=reference,
        organization_number=_struct_number(number) if number else "",
        mode=next((code for system, code in codes if system == MODE), ""), active=_active(content),
        since=_day(period, "start"), until=_day(period, "end"),
    )  # fmt: skip


# -- identifiers


def _national_id(content: Mapping[str, Any]) -> str:
    """Return the IdNPS: as it is written, else made of the RPPS number."""
    found = {_text(one, "system"): _text(one, "value") for one in _list(content, "identifier")}
    if national := found.get(ID_NAT_PS):
        return _checked("identifier.value", national)
    rpps = next((found[system] for system in _RPPS_SYSTEMS if found.get(system)), "")
    if not _RPPS_NUMBER.fullmatch(rpps):
        raise AnnuaireError("identifier", "doit donner un IdNPS, ou un numéro RPPS de 11 chiffres")
    return f"8{rpps}"


def _numbers(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the numbers of a structure, the one that it is known by first: FINESS, national, others."""
    found = [(_text(one, "system"), _kind(one), _text(one, "value")) for one in _list(content, "identifier")]
    for system, kind, value in found:
        if value and (system in _FINESS_SYSTEMS or kind in {"FINEG", "FINEJ"}):
            if not _FINESS_NUMBER.fullmatch(value):
                raise AnnuaireError("identifier.value", "doit être un numéro FINESS de 9 caractères")
            yield value
    for system, kind, value in found:
        if value and (system == STRUCT_ID_NAT or kind == "IDNST"):
            yield _struct_number(_checked("identifier.value", value))
    for system, kind, value in found:
        if value and (system == SIRENE or kind in {"SIRET", "SIREN"}):
            yield ("3" if len(value) == len("00000000000000") else "2") + _checked("identifier.value", value)
    for _, kind, value in found:
        if value and kind in {"RPPSRG", "INTRN"}:
            yield _checked("identifier.value", value)


def _struct_number(value: str) -> str:
    """Return a Struct_IdNat as it is kept: FINESS bare, the others with their figure."""
    return value[1:] if value.startswith("1") and _FINESS_NUMBER.fullmatch(value[1:]) else value


def _kind(identifier: Mapping[str, Any]) -> str:
    return next((code for _, code in _codes(_map(identifier, "type"))), "")


def _checked(field: str, value: str) -> str:
    if not _NUMBER.fullmatch(value):
        raise AnnuaireError(field, "doit être un identifiant de 2 à 40 caractères")
    return value


def _id(content: Mapping[str, Any]) -> str:
    value = _text(content, "id")
    if not _ID.fullmatch(value):
        raise AnnuaireError("id", "doit être un identifiant FHIR")
    return _single(value)


def _single(value: str) -> str:
    twin = _TWIN.fullmatch(value)
    return twin[1] if twin else value


def _reference(holder: Mapping[str, Any], field: str) -> str:
    text = _text(holder, "reference")
    value = text.rsplit("/", 1)[-1]
    if text and not _ID.fullmatch(value):
        raise AnnuaireError(f"{field}.reference", "doit désigner une ressource par son identifiant")
    return _single(value)


# -- elements


def _practised(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the codes of what she practises: those of the qualification that holds a profession, first."""
    several = [list(_codes(_map(one, "code"))) for one in _list(content, "qualification")]
    for codes in sorted(several, key=lambda codes: all(system != PROFESSION for system, _ in codes)):
        yield from codes


def _codes(concept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (name of the code list, code) of a CodeableConcept, whichever way its list is named."""
    for one in _list(concept, "coding"):
        system, code = _text(one, "system"), _text(one, "code")
        if code:
            yield _BY_OID.get(system) or system.removeprefix(NOS).split("/")[0], code


def _active(content: Mapping[str, Any]) -> bool:
    value = content.get("active", True)
    if not isinstance(value, bool):
        raise AnnuaireError("active", "doit être vrai ou faux")
    return value


def _day(period: Mapping[str, Any], name: str) -> date | None:
    text = _text(period, name)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise AnnuaireError(f"period.{name}", "doit être une date complète") from error


def _map(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = holder.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise AnnuaireError(name, "doit être un objet")
    return value


def _list(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = holder.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise AnnuaireError(name, "doit être une liste d’objets")
    return value


def _texts(holder: Mapping[str, Any], name: str) -> list[str]:
    value = holder.get(name)
    if isinstance(value, str):
        value = [value]
    if value is None:
        return []
    if not isinstance(value, list):
        raise AnnuaireError(name, "doit être une liste de textes")
    return [_text({name: one}, name) for one in value]


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > _LONGEST or "\0" in value:
        raise AnnuaireError(name, f"doit être un texte de {_LONGEST} caractères au plus")
    return value.strip()
