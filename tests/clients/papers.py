"""What software sends: documents by themselves (ITI-105), or several in one bundle (ITI-65)."""

import base64
import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from carnet.config.sending.metadata import describe
from carnet.directory import api as directory
from carnet.directory.api import ClientCard
from carnet.standards import oauth
from tests.documents.deposits import report, scanned
from tests.people.register import matricule_of
from tests.standards.samples import PDF

PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition"
MHD = "https://profiles.ihe.net/ITI/MHD"
URI = "urn:ietf:rfc:3986"
DESIGNATION = {
    "system": "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice", "code": "04",
}  # fmt: skip
INS_TEST = "urn:oid:1.2.250.1.213.1.4.10"

Json = dict[str, Any]


@dataclass(frozen=True)
class Software:
    """An account and its private key."""

    card: ClientCard
    key_file: Path

    def token(self) -> str:
        """Return an access token without asking the process for it."""
        return directory.issue_token(self.card, scope="").access_token

    def assertion(self, endpoint: str) -> str:
        key = json.loads(self.key_file.read_text())
        return oauth.sign_assertion(key, audience=endpoint, now=time.time())


def documents(person, numbers, **changes) -> list[bytes]:
    """CDA documents about a person: structured, and every fifth one a scan."""
    return [
        (scanned if number % 5 == 0 else report)(person, number, unique_id=oid(number), **changes)
        for number in numbers
    ]


def oid(number: int) -> str:
    return f"1.2.250.1.999.8.{number}"


def publication(data: bytes) -> Json:
    """The DocumentReference that publishes a CDA (ITI-105)."""
    return json.loads(describe(data, max_bytes=10**7).body)


def pdf_publication(person, number: int, **changes) -> Json:
    """The DocumentReference that publishes a PDF which no CDA surrounds."""
    data = PDF + f"% {number}\n".encode()
    found = publication(report(person, number, unique_id=oid(number), **changes))
    digest = base64.b64encode(hashlib.sha1(data).digest()).decode()
    content = found["content"][0]
    content["attachment"] |= {
        "contentType": "application/pdf", "data": base64.b64encode(data).decode(), "size": len(data), "hash": digest,
    }  # fmt: skip
    content["format"]["code"] = "urn:ihe:iti:xds-sd:pdf:2008"
    return found


def bundle(publications: list[Json], *, replaces: dict[int, str] | None = None, set_id: str = "") -> Json:
    """The transaction that provides several documents (ITI-65); `replaces`: id of the older one, by place."""
    entries, names = [], []
    for place, found in enumerate(publications):
        name, file = f"urn:uuid:{uuid4()}", f"urn:uuid:{uuid4()}"
        names.append(name)
        reference = json.loads(json.dumps(found))
        reference["meta"] = {"profile": [f"{PDSM}/pdsm-comprehensive-document-reference"]}
        attachment = reference["content"][0]["attachment"]
        data = attachment.pop("data")
        attachment["url"] = file
        if replaces and place in replaces:
            target = {"reference": f"DocumentReference/{replaces[place]}"}
            reference["relatesTo"] = [{"code": "replaces", "target": target}]
        binary = {"resourceType": "Binary", "contentType": attachment["contentType"], "data": data}
        entries += [_entry(name, reference), _entry(file, binary)]
    submission = _submission(publications[0], names, set_id or f"urn:uuid:{uuid4()}")
    return {
        "resourceType": "Bundle", "type": "transaction",
        "meta": {"profile": [f"{PDSM}/pdsm-comprehensive-provide-document-bundle"]},
        "entry": [_entry(f"urn:uuid:{uuid4()}", submission), *entries],
    }  # fmt: skip


def _submission(first: Json, names: list[str], set_id: str) -> Json:
    author = next(one for one in first["contained"] if one["resourceType"] == "PractitionerRole")
    person = next(one for one in first["contained"] if one["resourceType"] == "Practitioner")
    patient = next(one for one in first["contained"] if one["resourceType"] == "Patient")
    return {
        "resourceType": "List",
        "meta": {"profile": [f"{PDSM}/pdsm-submissionset-comprehensive"]},
        "contained": [patient, person, author],
        "extension": [
            {"url": f"{MHD}/StructureDefinition/ihe-designationType", "valueCodeableConcept": {"coding": [DESIGNATION]}},
            {"url": f"{MHD}/StructureDefinition/ihe-sourceId",
             "valueIdentifier": {"system": URI, "value": "urn:oid:1.2.250.1.999.1"}},
        ],
        "identifier": [
            {"use": "usual", "system": URI, "value": set_id},
            {"use": "official", "system": URI, "value": f"urn:uuid:{uuid4()}"},
        ],
        "status": "current", "mode": "working",
        "code": {"coding": [{"system": f"{MHD}/CodeSystem/MHDlistTypes", "code": "submissionset"}]},
        "subject": {"reference": "#patient"},
        "date": first["date"],
        "source": {"reference": f"#{author['id']}"},
        "entry": [{"item": {"reference": name}} for name in names],
    }  # fmt: skip


def _entry(name: str, resource: Json) -> Json:
    return {
        "fullUrl": name, "resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}
    }  # fmt: skip


def ins_of(person) -> str:
    """The value of `patient.identifier` that searches for a person."""
    return f"{INS_TEST}|{matricule_of(person)}"
