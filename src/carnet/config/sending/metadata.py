"""What a CDA document says of itself, as the DocumentReference that publishes it (ITI-105, PDSm 3.1.1).

Everything comes from the header of the document (facts/interop.md 2.2 and 4): nothing is invented, and what
the header lacks is left out, for the server to judge.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from carnet.standards.cda import reader
from carnet.standards.cda.model import PS_OID, STRUCTURE_OID, Author, Code, Document, Organisation, Patient
from carnet.standards.ins import OID_INS_NIA
from carnet.terminology import api as terminology

PROFILE: Final = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-simplified-publish"
MEDIA_TYPE: Final = "text/xml"
_NOS: Final = "https://mos.esante.gouv.fr/NOS"
CLASS_SYSTEM: Final = f"{_NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"
FORMAT_SYSTEM: Final = f"{_NOS}/TRE_A11-IheFormatCode/FHIR/TRE-A11-IheFormatCode"
_SYSTEMS: Final = {
    "2.16.840.1.113883.6.1": "http://loinc.org",
    "2.16.840.1.113883.5.25": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "1.2.250.1.213.1.1.4.12": f"{_NOS}/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire",
    "1.2.250.1.213.1.1.4.9": f"{_NOS}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice",
    "1.2.250.1.71.4.2.4": f"{_NOS}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite",
    "1.2.250.1.213.1.1.4.5": f"{_NOS}/TRE_R85-RolePriseCharge/FHIR/TRE-R85-RolePriseCharge",
}
_GENDERS: Final = {"M": "male", "F": "female", "U": "unknown"}
_CORE: Final = "https://hl7.fr/ig/fhir/core"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Publication:
    """A document ready to be sent: the body of the request, its name, those it takes the place of."""

    body: bytes
    unique_id: str
    replaces: tuple[str, ...]
    made_at: datetime


def describe(data: bytes, *, max_bytes: int) -> Publication:
    """Return the publication of a CDA document. Raises `CdaRefused` when it cannot be read."""
    document = reader.read(data, max_bytes=max_bytes)
    body = orjson.dumps(_without_blanks(_reference(document, data)))
    return Publication(body, document.unique_id, document.replaces, document.effective_time)


def _reference(document: Document, data: bytes) -> Json:
    authors = list(enumerate(document.authors, 1))
    return {
        "resourceType": "DocumentReference",
        "meta": {"profile": [PROFILE]},
        "contained": [
            _patient(document.patient),
            *(one for number, author in authors for one in _author(author, number)),
            *_custodian(document.custodian),
        ],
        "masterIdentifier": _identifier(document.unique_id),
        "status": "current",
        "type": _concept(document.code),
        "category": _category(document.code),
        "subject": {"reference": "#patient"},
        "date": document.effective_time.isoformat(),
        "author": [{"reference": f"#author-{number}"} for number, _ in authors],
        "custodian": {"reference": "#custodian"} if document.custodian else None,
        "securityLabel": [_concept(document.confidentiality)],
        "content": [{"attachment": _attachment(document, data), "format": _format(document)}],
        "context": _context(document),
    }


def _attachment(document: Document, data: bytes) -> Json:
    digest = hashlib.sha1(data, usedforsecurity=False).digest()  # FHIR R4, Attachment.hash
    return {
        "contentType": MEDIA_TYPE,
        "language": document.language,
        "data": base64.b64encode(data).decode("ascii"),
        "size": len(data),
        "hash": base64.b64encode(digest).decode("ascii"),
        "title": document.title,
        "creation": document.effective_time.isoformat(),
    }


def _context(document: Document) -> Json:
    return {
        "period": {
            "start": document.service_start.isoformat() if document.service_start else None,
            "end": document.service_stop.isoformat() if document.service_stop else None,
        },
        "facilityType": _concept(document.facility_type),
        "practiceSetting": _concept(document.practice_setting),
        "sourcePatientInfo": {"reference": "#patient"},
    }


def _patient(patient: Patient) -> Json:
    traits = patient.traits
    return {
        "resourceType": "Patient",
        "id": "patient",
        "identifier": [_ins(patient)],
        "name": [
            {
                "use": "official",
                "family": traits.birth_name,
                "given": [traits.first_given_name],
                "extension": [
                    {
                        "url": f"{_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name",
                        "valueString": traits.given_names,
                    }
                    if traits.given_names
                    else None
                ],
            }
        ],
        "gender": _GENDERS[traits.sex],
        "birthDate": traits.birth_date.isoformat(),
        "extension": [_birth_place(traits.birth_place)],
    }


def _ins(patient: Patient) -> Json | None:
    if not patient.ins_oid:
        return None
    kind = "INS-NIA" if patient.ins_oid == OID_INS_NIA else "INS-NIR"
    return {
        "use": "official",
        "type": {"coding": [{"system": f"{_CORE}/CodeSystem/fr-core-cs-v2-0203", "code": kind}]},
        "system": f"urn:oid:{patient.ins_oid}",
        "value": patient.ins,
    }


def _birth_place(code: str) -> Json | None:
    """Return the place of birth by its INSEE code (fr-core-patient-ins)."""
    if not code:
        return None
    insee = {
        "url": f"{_CORE}/StructureDefinition/fr-core-address-insee-code",
        "valueCoding": {"system": f"{_NOS}/TRE_R13-Commune/FHIR/TRE-R13-Commune", "code": code},
    }
    return {
        "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
        "valueAddress": {"extension": [insee]},
    }


def _author(author: Author, number: int) -> tuple[Json, ...]:
    if author.device and not author.family:
        device = {"deviceName": [{"name": author.device, "type": "user-friendly-name"}]}
        return ({"resourceType": "Device", "id": f"author-{number}", **device},)
    who = {
        "resourceType": "Practitioner",
        "id": f"person-{number}",
        "identifier": [_national(author.national_id, PS_OID)],
        "name": [{"family": author.family, "given": [author.given], "prefix": [author.prefix]}],
    }
    role = {
        "resourceType": "PractitionerRole",
        "id": f"author-{number}",
        "practitioner": {"reference": f"#person-{number}"},
        "organization": _organisation(author.organisation),
        "code": [_concept(author.role)],
    }
    return who, role


def _custodian(custodian: Organisation | None) -> tuple[Json, ...]:
    if custodian is None:
        return ()
    return (
        {
            "resourceType": "Organization",
            "id": "custodian",
            "identifier": [_national(custodian.national_id, STRUCTURE_OID)],
            "name": custodian.name,
        },
    )


def _organisation(organisation: Organisation | None) -> Json | None:
    if organisation is None:
        return None
    national = _national(organisation.national_id, STRUCTURE_OID)
    return {"identifier": national, "display": organisation.name}


def _national(text: str, oid: str) -> Json | None:
    """Return an identifier of the national register, or of the system that its own form names."""
    root, _, extension = text.partition("^")
    if extension:
        return {"system": f"urn:oid:{root}", "value": extension}
    return {"system": f"urn:oid:{oid}", "value": text} if text else None


def _identifier(unique_id: str) -> Json:
    """Return a uniqueId as an identifier: an OID or a UUID by its URN, an extension under its root."""
    root, _, extension = unique_id.partition("^")
    if extension:
        return {"system": f"urn:oid:{root}", "value": extension}
    if "-" in root:
        return {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{root.lower()}"}
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{root}"}


def _category(code: Code) -> list[Json]:
    try:
        found = terminology.get_document_type(code.code)
    except terminology.UnknownCodeError:
        return []
    return [_concept(Code(found.class_code, CLASS_SYSTEM, found.class_label))]


def _format(document: Document) -> Json | None:
    media_type = document.attachments[0].media_type if document.level == "N1" else ""
    code = terminology.find_format(media_type=media_type, template_ids=document.template_ids)
    return {"system": FORMAT_SYSTEM, "code": code} if code else None


def _concept(code: Code | None) -> Json:
    if code is None or not code.code:
        return {}
    system = code.system if "/" in code.system else _SYSTEMS.get(code.system, f"urn:oid:{code.system}")
    return {"coding": [{"system": system, "code": code.code, "display": code.display}]}


def _without_blanks(value: Any) -> Any:
    """Return the same without what is empty, which FHIR does not allow, at any depth."""
    if isinstance(value, dict):
        kept = {name: _without_blanks(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [inner for inner in map(_without_blanks, value) if inner not in (None, "", [], {})]
    return value
