"""Requests of our own that no rule finds fault with, for the tests to break."""

import base64
import copy
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from carnet.standards import pdsm
from carnet.standards.ins import OID_INS_TEST
from carnet.standards.pdsm.bundles import PROFILE
from carnet.standards.pdsm.codes import SYSTEMS
from carnet.standards.pdsm.identifiers import URI_SYSTEM
from carnet.standards.pdsm.lists import DESIGNATION, LIST_TYPES, SOURCE_ID
from carnet.standards.pdsm.patients import BIRTH_PLACE, GIVEN_NAMES, INSEE_CODE
from carnet.terminology.api import BINDINGS
from tests.standards.samples import HEADER, PDF, n3

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
INS = "279035121518989"
UNIQUE_ID = "1.2.250.1.999.1.2.3"
OTHER_INS = "180011234500019"
DOCUMENT_URL = "urn:uuid:00000002-0000-4000-8000-000000000000"
FILE_URL = "urn:uuid:00000003-0000-4000-8000-000000000000"
CDA = n3()
Resource = dict[str, Any]


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def concept(oid: str, code: str) -> Resource:
    return {"coding": [{"system": SYSTEMS[oid], "code": code}]}


def patient() -> Resource:
    """The person of `samples.HEADER`."""
    return {
        "resourceType": "Patient",
        "id": "pat",
        "extension": [
            {
                "url": BIRTH_PLACE,
                "valueAddress": {"extension": [{"url": INSEE_CODE, "valueCoding": {"code": "51215"}}]},
            }
        ],
        "identifier": [{"system": f"urn:oid:{OID_INS_TEST}", "value": INS}],
        "name": [
            {
                "extension": [{"url": GIVEN_NAMES, "valueString": "ZOE MARIE-LOU"}],
                "use": "official",
                "family": "D’ARC-L’HÉRITIER",
                "given": ["Zoé"],
            },
            {"use": "usual", "family": "NGUYEN", "given": ["Zoé"]},
        ],
        "gender": "female",
        "birthDate": "1979-03-28",
    }


def author() -> Resource:
    return {
        "resourceType": "PractitionerRole",
        "id": "aut",
        "practitioner": {"reference": "#med"},
        "organization": {"reference": "#org"},
    }


def practitioner() -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": "med",
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": "99700012345"}],
        "name": [{"family": "MERCIER", "given": ["Anne"]}],
    }


def organization() -> Resource:
    return {
        "resourceType": "Organization",
        "id": "org",
        "identifier": [{"system": "https://finess.esante.gouv.fr", "value": "010000123"}],
        "name": "Laboratoire des Tilleuls",
    }


def reference(data: bytes = PDF, media_type: str = "application/pdf") -> Resource:
    """A DocumentReference of ITI-65; its file is at `FILE_URL`."""
    return {
        "resourceType": "DocumentReference",
        "contained": [patient(), author(), practitioner(), organization()],
        "masterIdentifier": {"system": URI_SYSTEM, "value": f"urn:oid:{UNIQUE_ID}"},
        "status": "current",
        "type": concept("2.16.840.1.113883.6.1", "11488-4"),
        "category": [concept("1.2.250.1.213.1.1.4.1", "10")],
        "subject": {"reference": "#pat"},
        "date": "2026-01-15T10:00:00+01:00",
        "author": [{"reference": "#aut"}],
        "custodian": {"reference": "#org"},
        "securityLabel": [concept("2.16.840.1.113883.5.25", "N")],
        "content": [
            {
                "attachment": {
                    "contentType": media_type,
                    "language": "fr-FR",
                    "url": FILE_URL,
                    "size": len(data),
                    "hash": text_of(hashlib.sha1(data, usedforsecurity=False).digest()),
                    "title": "Compte rendu",
                    "creation": "2026-01-15T10:00:00+01:00",
                },
                "format": {
                    "system": SYSTEMS["1.3.6.1.4.1.19376.1.2.3"],
                    "code": "urn:ihe:iti:xds-sd:pdf:2008",
                },
            }
        ],
        "context": {
            "period": {"start": "2026-01-15T09:30:00+01:00"},
            "facilityType": concept("1.2.250.1.71.4.2.4", "SA25"),
            "practiceSetting": concept("1.2.250.1.213.1.1.4.9", "AMBULATOIRE"),
            "sourcePatientInfo": {"reference": "#pat"},
        },
    }


def simplified(data: bytes = PDF, media_type: str = "application/pdf") -> Resource:
    """A DocumentReference of ITI-105, its file inside."""
    made = reference(data, media_type)
    attachment = made["content"][0]["attachment"]
    del attachment["url"]
    attachment["data"] = text_of(data)
    return made


def simplified_cda(data: bytes = CDA) -> Resource:
    """ITI-105 with the CDA of `samples.n3`."""
    made = simplified(data, "text/xml")
    root, _, extension = HEADER.unique_id.partition("^")
    made["masterIdentifier"] = {"system": f"urn:oid:{root}", "value": extension}
    made["type"] = concept("2.16.840.1.113883.6.1", "11502-2")
    made["content"][0]["format"]["code"] = "urn:ihe:lab:xd-lab:2008"
    return made


def submission_set(*urls: str) -> Resource:
    return {
        "resourceType": "List",
        "contained": [author(), practitioner(), organization()],
        "extension": [
            {"url": DESIGNATION, "valueCodeableConcept": concept("1.2.250.1.71.4.2.4", "SA25")},
            {"url": SOURCE_ID, "valueIdentifier": {"system": URI_SYSTEM, "value": "urn:oid:1.2.250.1.999"}},
        ],
        "identifier": [
            {"use": "usual", "system": URI_SYSTEM, "value": "urn:oid:1.2.250.1.999.1.2.4"},
            {
                "use": "official",
                "system": URI_SYSTEM,
                "value": "urn:uuid:00000009-0000-4000-8000-000000000000",
            },
        ],
        "status": "current",
        "mode": "working",
        "code": {"coding": [{"system": LIST_TYPES, "code": "submissionset"}]},
        "subject": {"identifier": {"system": f"urn:oid:{OID_INS_TEST}", "value": INS}},
        "date": "2026-01-15T10:05:00+01:00",
        "source": {"reference": "#aut"},
        "entry": [{"item": {"reference": url}} for url in urls],
    }


def entry(url: str, resource: Resource, method: str = "POST", target: str = "") -> Resource:
    request = {"method": method, "url": target or resource["resourceType"]}
    return {"fullUrl": url, "resource": resource, "request": request}


def bundle() -> Resource:
    """ITI-65: a List, a DocumentReference, its Binary (entries 0, 1, 2)."""
    binary = {"resourceType": "Binary", "contentType": "application/pdf", "data": text_of(PDF)}
    return {
        "resourceType": "Bundle",
        "meta": {"profile": [PROFILE]},
        "type": "transaction",
        "entry": [
            entry("urn:uuid:00000001-0000-4000-8000-000000000000", submission_set(DOCUMENT_URL)),
            entry(DOCUMENT_URL, reference()),
            entry(FILE_URL, binary),
        ],
    }


def superseding(target: str = "DocumentReference/old", status: str = "superseded") -> Resource:
    """The entry of a lot that changes the status of a replaced document."""
    part = [
        {"name": "path", "valueString": "DocumentReference.status"},
        {"name": "type", "valueCode": "replace"},
        {"name": "value", "valueCode": status},
    ]
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": part}]}
    return entry("urn:uuid:00000007-0000-4000-8000-000000000000", parameters, "PATCH", target)


def replacing() -> Resource:
    """A lot whose document replaces another."""
    made = bundle()
    made["entry"][1]["resource"]["relatesTo"] = [
        {"code": "replaces", "target": {"reference": "DocumentReference/old"}}
    ]
    made["entry"].append(superseding())
    return made


def changed(made: Resource, change: Callable[[Resource], object]) -> Resource:
    """A copy of a request with one thing changed."""
    broken = copy.deepcopy(made)
    change(broken)
    return broken


def publish(resource: Resource, *, strict: bool = True) -> pdsm.DocumentIn:
    return pdsm.read_publish(resource, strict=strict, bindings=BINDINGS, now=NOW).document


def provide(resource: Resource, *, strict: bool = True) -> pdsm.Provision:
    return pdsm.read_provide(resource, strict=strict, bindings=BINDINGS, now=NOW)
