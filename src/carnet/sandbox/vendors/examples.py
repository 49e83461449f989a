"""Bodies to send: a laboratory report about a test person, as a CDA, a DocumentReference or a transaction.

What describes a document (PDSm 3.1.1) is the description that `carnet documents send` makes, given through
settings.CARNET_DESCRIBER: the examples are what our own client sends.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol
from uuid import NAMESPACE_OID, UUID, uuid5
from zlib import crc32

import orjson
from django.conf import settings
from django.utils.module_loading import import_string

from carnet.directory.api import StructureCard
from carnet.sandbox.personas import Structure
from carnet.sandbox.personas.documents import N3_TEMPLATES, OID, RESULTS, Demo, header_of
from carnet.sandbox.vendors.patients import TrialPatient, identity_of
from carnet.standards.cda.writer import write_n3

_MHD: Final = "https://profiles.ihe.net/ITI/MHD"
_PDSM: Final = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition"
_SETTINGS: Final = "https://mos.esante.gouv.fr/NOS/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice"
_MOST_BYTES: Final = 7_000_000
_WHO: Final = {"Practitioner", "PractitionerRole"}
_LARGEST: Final = 10**9
_FACILITY: Final = "SA25"


class Description(Protocol):
    """A DocumentReference ready to be sent (ITI-105)."""

    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Example:
    """What to write: about whom, by which structure, under which number (1 to 999,999,999).

    The same number gives the same document on the same day: sent twice it is there once. `replaces`: the
    number of the document that it takes the place of, 0 for none. From the third version on, `first` says the
    number of the first one, whose set all keep, and `version` which one it is.
    """

    patient: TrialPatient
    structure: StructureCard
    number: int
    replaces: int = 0
    first: int = 0
    version: int = 0


def draw_number() -> int:
    """Return a number that nobody is likely to have used."""
    return 1 + secrets.randbelow(_LARGEST - 1)


def unique_id_of(finess: str, number: int) -> str:
    """Return the uniqueId (an OID) of a structure's example of that number."""
    return f"{OID}.9.{crc32(finess.encode())}.{number}"


def write_cda(example: Example) -> bytes:
    """Return the report itself: a CDA R2 of level 3."""
    finess, number = example.structure.finess, example.number
    title = "Bilan de contrôle, corrigé" if example.replaces else "Bilan de contrôle"
    owner = Structure(finess=finess, name=example.structure.name, facility=_FACILITY)
    demo = Demo(example.patient.persona, number % 10_000, 1, owner, ("VERNOLLE", "Anne"), "11502-2", title)
    identity = identity_of(example.patient)
    header = replace(
        header_of(demo, identity, N3_TEMPLATES),
        unique_id=unique_id_of(finess, number),
        set_id=unique_id_of(finess, example.first or example.replaces or number) + ".1",
        version_number=example.version or (2 if example.replaces else 1),
        replaces=(unique_id_of(finess, example.replaces),) if example.replaces else (),
    )
    blood, chemistry = RESULTS
    asked = f"Demande n° {number}."  # or every example would be the same paper, which is shown once
    return write_n3(header, (blood, replace(chemistry, blocks=(asked, *chemistry.blocks))))


def write_publication(example: Example) -> bytes:
    """Return the same as a DocumentReference that holds it (ITI-105, simplified publish)."""
    return _describe(write_cda(example))


def write_transaction(example: Example) -> bytes:
    """Return the same as a transaction (ITI-65): the submission set, the DocumentReference, the Binary."""
    reference = orjson.loads(write_publication(example))
    urns = [f"urn:uuid:{_uuid(example, part)}" for part in ("list", "document", "binary")]
    reference["meta"] = {"profile": [f"{_PDSM}/pdsm-comprehensive-document-reference"]}
    attachment = reference["content"][0]["attachment"]
    data, attachment["url"] = attachment.pop("data"), urns[2]
    if example.replaces:
        old = unique_id_of(example.structure.finess, example.replaces)
        target = {"identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{old}"}}
        reference["relatesTo"] = [{"code": "replaces", "target": target}]
    binary = {"resourceType": "Binary", "contentType": attachment["contentType"], "data": data}
    resources = (_submission_set(example, reference, urns[1]), reference, binary)
    bundle = {
        "resourceType": "Bundle",
        "meta": {"profile": [f"{_PDSM}/pdsm-comprehensive-provide-document-bundle"]},
        "type": "transaction",
        "entry": [_entry(urn, resource) for urn, resource in zip(urns, resources, strict=True)],
    }
    return orjson.dumps(bundle)


WRITERS: Final[dict[str, tuple[str, Callable[[Example], bytes]]]] = {
    "document": ("application/fhir+json", write_publication),
    "lot": ("application/fhir+json", write_transaction),
    "cda": ("text/xml", write_cda),
}
"""How an example may be asked for: its media type, and who writes it."""


def _describe(data: bytes) -> bytes:
    describe: Callable[..., Description] = import_string(settings.CARNET_DESCRIBER)
    return describe(data, max_bytes=_MOST_BYTES).body


def _entry(urn: str, resource: dict[str, Any]) -> dict[str, Any]:
    return {
        "fullUrl": urn,
        "resource": resource,
        "request": {"method": "POST", "url": resource["resourceType"]},
    }


def _submission_set(example: Example, reference: dict[str, Any], document: str) -> dict[str, Any]:
    """Return the List of a transaction: who submits which documents, when, for which care."""
    author = reference["author"][0]["reference"]
    setting = {"system": _SETTINGS, "code": "AMBULATOIRE", "display": "Ambulatoire"}
    number = unique_id_of(example.structure.finess, example.number)
    return {
        "resourceType": "List",
        "meta": {"profile": [f"{_PDSM}/pdsm-submissionset-comprehensive"]},
        "contained": [one for one in reference["contained"] if one["resourceType"] in _WHO],
        "extension": [
            {
                "url": f"{_MHD}/StructureDefinition/ihe-designationType",
                "valueCodeableConcept": {"coding": [setting]},
            },
            {
                "url": f"{_MHD}/StructureDefinition/ihe-sourceId",
                "valueIdentifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{OID}"},
            },
        ],
        "identifier": [
            {"use": "usual", "system": "urn:ietf:rfc:3986", "value": f"urn:oid:{number}.2"},
            {"use": "official", "system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{_uuid(example, 'set')}"},
        ],
        "status": "current",
        "mode": "working",
        "code": {"coding": [{"system": f"{_MHD}/CodeSystem/MHDlistTypes", "code": "submissionset"}]},
        "subject": {"identifier": _patient(reference)["identifier"][0]},
        "date": reference["date"],
        "source": {"reference": author},
        "entry": [{"item": {"reference": document}}],
    }


def _patient(reference: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in reference["contained"] if one["resourceType"] == "Patient")


def _uuid(example: Example, part: str) -> UUID:
    return uuid5(NAMESPACE_OID, f"{unique_id_of(example.structure.finess, example.number)}/{part}")
