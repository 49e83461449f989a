"""Whom a document is about: matricule and the five traits, from the Patient that is sent, or its name."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import unquote

from carnet.standards.ins import INS_OIDS, InsError, Matricule, Sex, Traits, parse_matricule
from carnet.standards.pdsm.deviations import BIRTH_PLACE_MISSING
from carnet.standards.pdsm.findings import Findings
from carnet.standards.pdsm.moments import read_birth_date
from carnet.standards.pdsm.people import line
from carnet.standards.pdsm.references import MAX_URL

BIRTH_PLACE: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
INSEE_CODE: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code"
GIVEN_NAMES: Final = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name"

_SEXES: Final[dict[str, Sex]] = {"male": "M", "female": "F", "unknown": "U"}
_PLACE: Final = re.compile(r"[0-9][0-9AB][0-9]{3}")
_CONDITIONAL: Final = re.compile(r"(?:.*/)?Patient\?identifier=([^|&]+)(?:\||%7[Cc])([^|&]+)")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a person is said to be: a matricule whose key is right, and her traits when they were sent.

    In lenient mode `traits.birth_place` may be "": the other traits are compared without it.
    """

    matricule: Matricule
    traits: Traits | None = None
    used_family: str = ""
    used_given: str = ""


def read_identity(
    patient: dict[str, Any], findings: Findings, *, path: str, now: datetime
) -> Identity | None:
    """Return who a Patient says that a person is, None when it gives no matricule, or a wrong one.

    Traits are read when a name is there; then all five are wanted.
    """
    matricule = _read_matricule(patient, findings, path)
    traits = _read_traits(patient, findings, path, now) if patient.get("name") else None
    if matricule is None:
        return None
    family, given = _used_name(patient)
    return Identity(matricule, traits, family, given)


def read_reference(reference: dict[str, Any], findings: Findings, *, path: str) -> Matricule | None:
    """Return the matricule by which a reference names a patient: a conditional one, or an identifier."""
    url = reference.get("reference", "")
    found = _CONDITIONAL.fullmatch(url) if len(url) <= MAX_URL else None
    identifier = reference.get("identifier", {})
    system, value = identifier.get("system", ""), identifier.get("value", "")
    if found:
        system, value = unquote(found[1]), unquote(found[2])
    return _matricule(system, value, findings, path) if system and value else None


def _used_name(patient: dict[str, Any]) -> tuple[str, str]:
    """Return the family and given names in use, empty when they are not said."""
    for name in patient.get("name", ()):
        if name.get("use") == "usual":
            return line(name.get("family", "")), line(" ".join(name.get("given", ())))
    return "", ""


def _read_matricule(patient: dict[str, Any], findings: Findings, path: str) -> Matricule | None:
    found = {
        (one.get("system", ""), one.get("value", "").strip()): index
        for index, one in enumerate(patient.get("identifier", ()))
        if one.get("system", "").removeprefix("urn:oid:") in INS_OIDS
    }
    if len(found) > 1:
        findings.fault("pdsm.patient.ins", f"{path}.identifier", "Le patient porte deux matricules INS.")
        return None
    for (system, value), index in found.items():
        return _matricule(system, value, findings, f"{path}.identifier[{index}]")
    return None


def _matricule(system: str, value: str, findings: Findings, path: str) -> Matricule | None:
    oid = system.removeprefix("urn:oid:")
    if oid not in INS_OIDS:
        findings.fault("pdsm.patient.ins", path, "L’autorité de cet identifiant n’est pas celle de l’INS.")
        return None
    try:
        return parse_matricule(value, oid=oid)
    except InsError as error:
        findings.fault("pdsm.patient.ins", path, error.message_fr)
        return None


def _read_traits(patient: dict[str, Any], findings: Findings, path: str, now: datetime) -> Traits | None:
    names = patient["name"]
    index = next((i for i, name in enumerate(names) if name.get("use") == "official"), 0)
    name, where = names[index], f"{path}.name[{index}]"
    family, given = line(name.get("family", "")), [line(one) for one in name.get("given", ())]
    if not family or not given:
        findings.fault("pdsm.patient.traits", where, "Il manque le nom ou le premier prénom de naissance.")
    sex = _SEXES.get(patient.get("gender", ""))
    if sex is None:
        findings.fault("pdsm.patient.traits", f"{path}.gender", "Le sexe est male, female ou unknown.")
    born = _read_birth(patient, findings, path, now)
    place = _read_place(patient, findings, path)
    if not family or not given or sex is None or born is None:
        return None
    return Traits(
        birth_name=family,
        first_given_name=given[0],
        given_names=line(_extension(name, GIVEN_NAMES).get("valueString", "") or " ".join(given)),
        birth_date=born,
        sex=sex,
        birth_place=place,
    )


def _read_birth(patient: dict[str, Any], findings: Findings, path: str, now: datetime) -> date | None:
    where = f"{path}.birthDate"
    if "birthDate" not in patient:
        findings.fault("pdsm.patient.traits", where, "Il manque la date de naissance.")
        return None
    return read_birth_date(patient["birthDate"], findings, path=where, now=now)


def _read_place(patient: dict[str, Any], findings: Findings, path: str) -> str:
    """Return the INSEE code of the place of birth, "" when it is not said."""
    address = _extension(patient, BIRTH_PLACE).get("valueAddress", {})
    code = str(_extension(address, INSEE_CODE).get("valueCoding", {}).get("code", "")).upper()
    where = f"{path}.extension"
    if not code:
        findings.deviate(BIRTH_PLACE_MISSING, where, "Il manque le code INSEE du lieu de naissance.")
        return ""
    if not _PLACE.fullmatch(code):
        findings.fault(
            "pdsm.patient.birthPlace", where, "Le code INSEE du lieu de naissance est sur 5 caractères."
        )
        return ""
    return code


def _extension(element: dict[str, Any], url: str) -> dict[str, Any]:
    """Return the first extension of that name, {} when there is none."""
    return next((one for one in element.get("extension", ()) if one.get("url") == url), {})
