"""POST /launch: a professional's software asks to open a patient's page, once, in her browser.

The patient is named in the body, never in an address; the answer is the same whoever is named, and what it
opens is decided when the professional comes with it (docs/entering.md, docs/adr/0021-entering.md).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from django.conf import settings
from django.http import HttpResponse

from carnet.access import api as access
from carnet.access.api import Named
from carnet.directory import api as directory
from carnet.fhir_api.exchange import Exchange, reply
from carnet.fhir_api.negotiation import JSON
from carnet.fhir_api.outcomes import Refused, refuse
from carnet.standards.ins import InsError, parse_matricule
from carnet.standards.pdsm import Issue

MOST_BYTES: Final = 10_000
_LONGEST_NAME: Final = 100
_PATIENT: Final = ("ins", "familyName", "givenName", "birthDate")
_BODY: Final = ("patient", "professional", "consent")
_NATIONAL_ID: Final = re.compile(r"8?([0-9]{11})")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TEXT: Final = {"type": "string", "minLength": 1, "maxLength": _LONGEST_NAME}

ASKS: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": list(_BODY),
    "additionalProperties": False,
    "properties": {
        "patient": {
            "type": "object",
            "required": list(_PATIENT),
            "additionalProperties": False,
            "properties": {
                "ins": {"type": "string", "description": "Matricule INS, 15 caractères, clé comprise."},
                "familyName": _TEXT | {"description": "Nom de naissance ou d’usage."},
                "givenName": _TEXT | {"description": "Premier prénom."},
                "birthDate": {"type": "string", "format": "date"},
            },
        },
        "professional": {"type": "string", "description": "RPPS (11 chiffres) ou IdNPS (8 et le RPPS)."},
        "consent": {
            "type": "boolean",
            "description": "Vrai si la personne a consenti à cette consultation, et que le professionnel l’a"
            " noté dans le logiciel.",
        },
    },
}
GIVES: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["launch", "url", "expiresIn"],
    "properties": {
        "launch": {"type": "string"},
        "url": {"type": "string", "format": "uri"},
        "expiresIn": {"type": "integer"},
    },
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a software asks. `professional`: an RPPS number, 11 figures."""

    named: Named
    professional: str
    consented: bool


def launch(exchange: Exchange) -> HttpResponse:
    """Answer with an id that opens once, within two minutes, for that professional in this structure."""
    asked = read_launch(exchange.body())
    by = exchange.by
    token = access.make_launch(
        asked.named, professional_id=_professional(asked.professional, by.structure).id,
        structure=by.structure, consented=asked.consented, by=by.actor,
    )  # fmt: skip
    base = str(settings.CARNET_BASE_URL).rstrip("/")
    told = {
        "launch": token,
        "url": f"{base}/pro/lancer/?{urlencode({'launch': token})}",
        "expiresIn": int(access.LAUNCH_LASTS.total_seconds()),
    }
    return reply(orjson.dumps(told), 201, content_type=JSON)


def read_launch(data: bytes) -> Asked:
    """Return what a body asks; raises Refused with every fault: it depends on these bytes alone."""
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise refuse(400, "structure", "Le contenu n’est pas du JSON.", rule="lancement.json") from None
    faults: list[Issue] = []
    _check_names(body, _BODY, "", faults)
    patient: Any = body.get("patient") if isinstance(body, dict) else None
    _check_names(patient, _PATIENT, "patient", faults)
    if faults:
        raise Refused(422, faults)
    return _read(body, patient, faults)


def _read(body: dict[str, Any], patient: dict[str, Any], faults: list[Issue]) -> Asked:
    matricule = None
    try:
        matricule = parse_matricule(_text(patient["ins"]))
    except InsError as error:
        faults.append(_fault("patient.ins", error.message_fr))
    family_name, given_name = (_name(patient, one, faults) for one in ("familyName", "givenName"))
    born = _day(patient["birthDate"], faults)
    found = _NATIONAL_ID.fullmatch(_text(body["professional"]))
    if found is None:
        faults.append(_fault("professional", "un numéro RPPS (11 chiffres), ou 8 suivi de ce numéro."))
    if not isinstance(body["consent"], bool):
        faults.append(_fault("consent", "true ou false."))
    if faults or matricule is None or born is None or found is None:
        raise Refused(422, faults)
    return Asked(Named(matricule, family_name, given_name, born), found[1], body["consent"])


def _check_names(value: object, names: tuple[str, ...], where: str, faults: list[Issue]) -> None:
    if not isinstance(value, dict):
        faults.append(_fault(where, "un objet JSON."))
        return
    prefix = f"{where}." if where else ""
    faults += [_fault(prefix + name, "obligatoire.", "required") for name in names if name not in value]
    faults += [_fault(prefix + str(name)[:40], "inconnu ici.") for name in value if name not in names]


def _name(patient: dict[str, Any], field: str, faults: list[Issue]) -> str:
    text = _text(patient[field]).strip()
    if not 0 < len(text) <= _LONGEST_NAME:
        faults.append(_fault(f"patient.{field}", f"un texte de 1 à {_LONGEST_NAME} caractères."))
    return text


def _day(value: object, faults: list[Issue]) -> date | None:
    text = _text(value)
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    faults.append(_fault("patient.birthDate", "une date qui existe, AAAA-MM-JJ."))
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _professional(rpps: str, structure: str) -> directory.ProfessionalCard:
    """Return who will come: in the annuaire, practising where this software is. It tells of no patient."""
    found = directory.find_by_national_id(f"8{rpps}")
    places = directory.list_places(found.id) if found and found.active else []
    if found is None or structure not in {place.structure for place in places}:
        said = "ce professionnel n’exerce pas dans votre structure, d’après l’annuaire."
        raise Refused(422, [_fault("professional", said)])
    return found


def _fault(field: str, said: str, code: str = "value") -> Issue:
    message = f"« {field} » : {said}" if field else f"Le contenu : {said}"
    return Issue("error", code, f"lancement.{field or 'contenu'}", "", field, message, 422, "")
