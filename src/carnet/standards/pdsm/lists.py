"""The submission set of a lot: a List of IHE MHD (pdsm-submissionset-comprehensive)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.standards.pdsm.codes import read_code
from carnet.standards.pdsm.deviations import LIST_TYPES_HTTP, SOURCE_PRACTITIONER
from carnet.standards.pdsm.findings import Findings
from carnet.standards.pdsm.identifiers import find_unique_id, find_uuid, type_of
from carnet.standards.pdsm.model import SubmissionIn
from carnet.standards.pdsm.moments import read_moment
from carnet.standards.pdsm.reading import Resource
from carnet.standards.pdsm.references import check_contained

LIST_TYPES: Final = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes"
DESIGNATION: Final = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-designationType"
SOURCE_ID: Final = "https://profiles.ihe.net/ITI/MHD/StructureDefinition/ihe-sourceId"
MAX_TITLE: Final = 500

_SOURCES: Final = ("PractitionerRole", "Device", "Patient")
_ALMOST_SOURCES: Final = ("Practitioner", "Organization")
_FORBIDDEN: Final = ("encounter", "orderedBy", "emptyReason", "implicitRules", "modifierExtension")
_OWN: Final = frozenset({"resourceType", "id", "meta", "text", "subject", "entry", "contained"})


@dataclass(frozen=True, slots=True)
class ListIn:
    """A submission set that was read: the lot, and the references of its entries with their FHIRPath.

    `unique_id` of `submission` is "" when the List gives none.
    """

    submission: SubmissionIn
    items: tuple[tuple[str, str], ...]


def is_list_of(resource: Resource, code: str) -> bool:
    """Whether a List says that it is a `submissionset`, or a `folder`, under any name of the system."""
    return any(one.get("code") == code for one in resource.get("code", {}).get("coding", ()))


def read_list(resource: Resource, findings: Findings, *, path: str, now: datetime) -> ListIn | None:
    """Return the submission set of a List, None when rules are broken, which are reported.

    `resource`: a copy that `copy_of` made.
    """
    _check_frame(resource, findings, path)
    check_contained(resource, findings, path=path)
    designation = _designation(resource, findings, path)
    source_id = _source_id(resource, findings, path)
    unique_id, entry_uuid = _identifiers(resource, findings, path)
    at = None
    if _require(resource, "date", "pdsm.list.date.1..1", "la date du lot", findings, path):
        at = read_moment(resource["date"], findings, path=f"{path}.date", now=now)
    if at is None:
        return None
    submission = SubmissionIn(
        unique_id=unique_id,
        entry_uuid=entry_uuid,
        source_id=source_id,
        designation=designation,
        at=at,
        title=resource.get("title", "")[:MAX_TITLE],
        face=orjson.dumps({name: part for name, part in resource.items() if name not in _OWN}),
    )
    return ListIn(submission, _items(resource, findings, path))


def _check_frame(resource: Resource, findings: Findings, path: str) -> None:
    if resource.get("status", "current") != "current":
        findings.fault("pdsm.list.status", f"{path}.status", "Le lot est « current ».")
    if resource.get("mode", "working") != "working":
        findings.fault("pdsm.list.mode", f"{path}.mode", "Le mode du lot est « working ».")
    for name in _FORBIDDEN:
        if name in resource:
            findings.fault("pdsm.list.forbidden", f"{path}.{name}", "Cet élément n’est pas admis ici.")
    _check_code(resource, findings, path)
    _require(resource, "contained", "pdsm.list.contained.1..*", "ce que le lot contient", findings, path)
    _require(resource, "subject", "pdsm.list.subject.1..1", "le patient du lot", findings, path)
    if _require(resource, "source", "pdsm.list.source.1..1", "l’auteur du lot", findings, path):
        _check_source(resource, findings, path)


def _require(  # noqa: PLR0917 - as a sentence: of what, which element, by which rule
    resource: Resource, name: str, rule: str, what: str, findings: Findings, path: str
) -> bool:
    if name in resource:
        return True
    if f"{path}.{name}" not in findings.faulted:
        findings.fault(rule, f"{path}.{name}", f"Il manque {what} ({name}).")
    return False


def _check_code(resource: Resource, findings: Findings, path: str) -> None:
    codings = [
        one for one in resource.get("code", {}).get("coding", ()) if one.get("code") == "submissionset"
    ]
    system = codings[0].get("system", "") if codings else ""
    where = f"{path}.code"
    if system == LIST_TYPES.replace("https:", "http:"):
        findings.deviate(LIST_TYPES_HTTP, where, f"Le système est {LIST_TYPES}.")
    elif system != LIST_TYPES:
        findings.fault("pdsm.list.code", where, f"Le code du lot est {LIST_TYPES}#submissionset.")


def _check_source(resource: Resource, findings: Findings, path: str) -> None:
    """Who submits: contained, and a PractitionerRole, a Device or the patient."""
    name = resource["source"].get("reference", "")
    contained = {f"#{one.get('id', '')}": one for one in resource.get("contained", ())}
    kind = contained[name].get("resourceType", "") if name in contained else name.split("/")[0]
    where = f"{path}.source"
    if kind in _ALMOST_SOURCES:
        findings.deviate(SOURCE_PRACTITIONER, where, f"L’auteur du lot n’est pas une ressource {kind}.")
    elif kind not in _SOURCES:
        findings.fault(
            "pdsm.list.source.type",
            where,
            "L’auteur du lot est PractitionerRole, Device ou Patient, contenu.",
        )


def _designation(resource: Resource, findings: Findings, path: str) -> str:
    found = _extensions(resource, DESIGNATION)
    concept = found[0].get("valueCodeableConcept", {}) if found else {}
    code = read_code(concept)
    if len(found) != 1 or code is None:
        findings.fault(
            "pdsm.list.designationType.1..1", f"{path}.extension", "Le lot a une activité et une seule."
        )
        return ""
    return code.code


def _source_id(resource: Resource, findings: Findings, path: str) -> str:
    found = _extensions(resource, SOURCE_ID)
    value = found[0].get("valueIdentifier", {}).get("value", "") if len(found) == 1 else ""
    if not value:
        findings.fault(
            "pdsm.list.sourceId.1..1", f"{path}.extension", "Le lot a une source (sourceId) et une seule."
        )
    return str(value)


def _extensions(resource: Resource, url: str) -> list[dict[str, Any]]:
    return [one for one in resource.get("extension", ()) if one.get("url") == url]


def _identifiers(resource: Resource, findings: Findings, path: str) -> tuple[str, UUID | None]:
    """Return the uniqueId and the entryUUID of the lot: both may be missing."""
    unique_id, entry_uuid = "", None
    for index, one in enumerate(resource.get("identifier", ())):
        where, value = f"{path}.identifier[{index}]", one.get("value", "")
        match type_of(one):
            case "entryUUID":
                entry_uuid = find_uuid(value)
                if entry_uuid is None:
                    findings.fault("pdsm.list.identifier", where, "Un UUID (urn:uuid:) est attendu.")
            case "uniqueId":
                unique_id = find_unique_id(one.get("system", ""), value) or ""
                if not unique_id:
                    findings.fault("pdsm.list.identifier", where, "Un OID (urn:oid:) est attendu.")
    return unique_id, entry_uuid


def _items(resource: Resource, findings: Findings, path: str) -> tuple[tuple[str, str], ...]:
    items = []
    for index, entry in enumerate(resource.get("entry", ())):
        where = f"{path}.entry[{index}]"
        for name in ("flag", "deleted", "date"):
            if name in entry:
                findings.fault("pdsm.list.forbidden", f"{where}.{name}", "Cet élément n’est pas admis ici.")
        items.append((entry.get("item", {}).get("reference", ""), f"{where}.item"))
    return tuple(items)
