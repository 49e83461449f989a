"""One way to break each rule: the request, what is done to it, the element at which the fault is told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.standards.pdsm.sent import (
    CDA,
    DOCUMENT_URL,
    INS,
    OTHER_INS,
    Resource,
    bundle,
    concept,
    entry,
    reference,
    replacing,
    simplified,
    simplified_cda,
    superseding,
    text_of,
)

_LIST, _DOCUMENT = "Bundle.entry[0].resource", "Bundle.entry[1].resource"
_AT = "DocumentReference.content[0].attachment"


@dataclass(frozen=True)
class Break:
    """`also`: other rules that the same damage breaks, for they say the same of another element."""

    rule: str
    made: Callable[[], Resource]
    change: Callable[[Resource], Any]
    expression: str
    also: tuple[str, ...] = ()


def _set(value: object, *path: str | int) -> Callable[[Resource], None]:
    def change(made: Any) -> None:
        for step in path[:-1]:
            made = made[step]
        made[path[-1]] = value

    return change


def _drop(*path: str | int) -> Callable[[Resource], None]:
    def change(made: Any) -> None:
        for step in path[:-1]:
            made = made[step]
        del made[path[-1]]

    return change


def _in(index: int, change: Callable[[Resource], Any]) -> Callable[[Resource], None]:
    return lambda made: change(made["entry"][index]["resource"])


def _each(*changes: Callable[[Resource], Any]) -> Callable[[Resource], None]:
    def change(made: Resource) -> None:
        for one in changes:
            one(made)

    return change


def _add(value: Any, *path: str | int) -> Callable[[Resource], None]:
    def change(made: Any) -> None:
        for step in path:
            made = made[step]
        made.append(value)

    return change


def _cda(old: str, new: str) -> Callable[[], Resource]:
    assert old.encode() in CDA, old
    return lambda: simplified_cda(CDA.replace(old.encode(), new.encode()))


def _nothing(made: Resource) -> None:
    """The request is made broken."""


_ATTACHMENT = ("content", 0, "attachment")
_SIMPLE = (
    ("fhir.resourceType", _set("Observation", "resourceType"), ""),
    ("fhir.element.type", _set("soon", "date"), "DocumentReference.date"),
    ("fhir.element.known", _set("x", "colour"), "DocumentReference.colour"),
    ("fhir.element.empty", _set(None, "description"), "DocumentReference.description"),
    ("fhir.element.1..1", _drop("status"), "DocumentReference.status"),
    ("fhir.implicitRules", _set("http://x", "implicitRules"), "DocumentReference.implicitRules"),
    ("fhir.dom-2", _set("#pat", "contained", 0, "id"), "DocumentReference.contained[0]", "fhir.element.1..1"),
    (
        "fhir.dom-3",
        _add({"resourceType": "Device", "id": "x"}, "contained"),
        "DocumentReference.contained[4]",
    ),
    ("fhir.dom-4", _set({"versionId": "1"}, "contained", 0, "meta"), "DocumentReference.contained[0].meta"),
    ("fhir.reference", _add({"reference": "#nobody"}, "author"), "DocumentReference"),
    ("pdsm.masterIdentifier.1..1", _drop("masterIdentifier"), "DocumentReference.masterIdentifier"),
    (
        "pdsm.masterIdentifier",
        _set("urn:oid:3.4", "masterIdentifier", "value"),
        "DocumentReference.masterIdentifier",
    ),
    ("pdsm.identifier.0..0", _set([{"value": "x"}], "identifier"), "DocumentReference.identifier"),
    ("pdsm.status", _set("superseded", "status"), "DocumentReference.status"),
    ("pdsm.docStatus.0..0", _set("final", "docStatus"), "DocumentReference.docStatus"),
    ("pdsm.type.1..1", _drop("type"), "DocumentReference.type"),
    (
        "pdsm.type.JDV_J07",
        _set(concept("2.16.840.1.113883.6.1", "1-8"), "type"),
        "DocumentReference.type",
    ),
    (
        "pdsm.type.health",
        _each(_set(concept("1.2.250.1.213.1.1.4.12", "FEUILLE-DE-STYLE"), "type"), _drop("category")),
        "DocumentReference.type",
    ),
    (
        "pdsm.category.JDV_J06",
        _set([concept("1.2.250.1.213.1.1.4.1", "1")], "category"),
        "DocumentReference.category[0]",
    ),
    (
        "pdsm.category.1..1",
        lambda made: made["category"].append(made["category"][0]),
        "DocumentReference.category",
    ),
    (
        "pdsm.category.class-of-type",
        _set([concept("1.2.250.1.213.1.1.4.1", "11")], "category"),
        "DocumentReference.category[0]",
    ),
    ("pdsm.coding.system", _set("http://x", "type", "coding", 0, "system"), "DocumentReference.type"),
    ("pdsm.subject.1..1", _drop("subject"), "DocumentReference.subject"),
    (
        "pdsm.subject.identified",
        _each(_set({"reference": "Patient/1"}, "subject"), _drop("context"), _drop("contained", 0)),
        "DocumentReference.subject",
    ),
    (
        "pdsm.patient.ins",
        _set(INS[:-1] + "8", "contained", 0, "identifier", 0, "value"),
        "DocumentReference.contained[0].identifier[0]",
    ),
    (
        "pdsm.patient.one",
        _set({"reference": f"Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|{OTHER_INS}"}, "subject"),
        "DocumentReference.subject",
    ),
    ("pdsm.patient.traits", _drop("contained", 0, "gender"), "DocumentReference.contained[0].gender"),
    (
        "pdsm.patient.birthPlace",
        _drop("contained", 0, "extension"),
        "DocumentReference.contained[0].extension",
    ),
    ("pdsm.date.1..1", _drop("date"), "DocumentReference.date"),
    ("pdsm.date.future", _set("2026-05-06T12:00:00Z", "date"), "DocumentReference.date"),
    ("pdsm.date.calendar", _set("2026-02-30T12:00:00Z", "date"), "DocumentReference.date"),
    (
        "pdsm.author.1..*",
        _each(
            _drop("author"),
            lambda made: made.update(
                contained=[one for one in made["contained"] if one["id"] in ("pat", "org")]
            ),
        ),
        "DocumentReference.author",
    ),
    (
        "pdsm.author.type",
        _each(
            _add({"resourceType": "Location", "id": "loc"}, "contained"),
            _add({"reference": "#loc"}, "author"),
        ),
        "DocumentReference.author[1]",
    ),
    ("pdsm.custodian.1..1", _drop("custodian"), "DocumentReference.custodian"),
    ("pdsm.custodian.type", _set("#aut", "custodian", "reference"), "DocumentReference.custodian"),
    (
        "pdsm.relatesTo.replaces",
        _set([{"code": "replaces", "target": {"reference": "Binary/1"}}], "relatesTo"),
        "DocumentReference.relatesTo[0].target",
    ),
    (
        "pdsm.relatesTo.code",
        _set([{"code": "signs", "target": {"reference": "DocumentReference/1"}}], "relatesTo"),
        "DocumentReference.relatesTo[0]",
    ),
    (
        "pdsm.securityLabel.JDV_J08",
        _set([concept("2.16.840.1.113883.5.25", "X")], "securityLabel"),
        "DocumentReference.securityLabel[0]",
    ),
    (
        "pdsm.securityLabel.one",
        _add(concept("2.16.840.1.113883.5.25", "R"), "securityLabel"),
        "DocumentReference.securityLabel",
    ),
    (
        "pdsm.securityLabel.hidden",
        lambda made: made["securityLabel"].extend(
            concept("1.2.250.1.213.1.1.4.13", code) for code in ("MASQUE_PS", "INVISIBLE_PATIENT")
        ),
        "DocumentReference.securityLabel",
    ),
    (
        "pdsm.isArchived",
        _set(
            [
                {
                    "url": "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived",
                    "valueString": "true",
                }
            ],
            "extension",
        ),
        "DocumentReference.extension",
    ),
    (
        "pdsm.content.1..1",
        lambda made: made["content"].append(made["content"][0]),
        "DocumentReference.content",
    ),
    ("pdsm.attachment.contentType.1..1", _drop(*_ATTACHMENT, "contentType"), f"{_AT}.contentType"),
    ("pdsm.attachment.contentType", _set("video/mp4", *_ATTACHMENT, "contentType"), f"{_AT}.contentType"),
    ("pdsm.attachment.title.1..1", _drop(*_ATTACHMENT, "title"), f"{_AT}.title"),
    ("pdsm.attachment.title.length", _set("é" * 501, *_ATTACHMENT, "title"), f"{_AT}.title"),
    ("pdsm.attachment.size", _set(7, *_ATTACHMENT, "size"), f"{_AT}.size"),
    ("pdsm.attachment.hash", _set(text_of(b"x" * 20), *_ATTACHMENT, "hash"), f"{_AT}.hash"),
    ("pdsm.attachment.data.1..1", _drop(*_ATTACHMENT, "data"), f"{_AT}.data"),
    ("pdsm.attachment.url.0..0", _set("Binary/1", *_ATTACHMENT, "url"), f"{_AT}.url"),
    (
        "pdsm.attachment.bytes",
        _set("text/plain", *_ATTACHMENT, "contentType"),
        f"{_AT}.contentType",
        "pdsm.format.content",
    ),
    ("pdsm.attachment.length", _set("A" * 6_700_000, *_ATTACHMENT, "data"), f"{_AT}.data"),
    ("fhir.base64Binary", _set("pas du base64", *_ATTACHMENT, "data"), f"{_AT}.data"),
    (
        "pdsm.format.JDV_J10",
        _set("urn:x", "content", 0, "format", "code"),
        "DocumentReference.content[0].format",
    ),
    (
        "pdsm.format.content",
        _set("urn:ihe:lab:xd-lab:2008", "content", 0, "format", "code"),
        "DocumentReference.content[0].format",
    ),
    (
        "pdsm.period.order",
        _set("2026-01-14T09:30:00+01:00", "context", "period", "end"),
        "DocumentReference.context.period",
    ),
    (
        "pdsm.facilityType.JDV_J02",
        _set(concept("1.2.250.1.71.4.2.4", "SA00"), "context", "facilityType"),
        "DocumentReference.context.facilityType",
    ),
    (
        "pdsm.practiceSetting.JDV_J04",
        _set(concept("1.2.250.1.213.1.1.4.9", "X"), "context", "practiceSetting"),
        "DocumentReference.context.practiceSetting",
    ),
)
_OF_CDA = (
    (
        "pdsm.cda.uniqueId",
        simplified_cda,
        _set("x", "masterIdentifier", "value"),
        "DocumentReference.masterIdentifier",
    ),
    (
        "pdsm.cda.type",
        simplified_cda,
        _set(concept("2.16.840.1.113883.6.1", "11488-4"), "type"),
        "DocumentReference.type",
    ),
    (
        "pdsm.cda.patient",
        simplified_cda,
        _set("1980-03-28", "contained", 0, "birthDate"),
        "DocumentReference.subject",
    ),
    ("cda.read", lambda: simplified_cda(b"<ClinicalDocument/>"), _nothing, _AT),
    (
        "cda.header",
        _cda('<languageCode code="fr-FR"/>', '<languageCode code="en"/>'),
        _nothing,
        f"{_AT} › ClinicalDocument/languageCode",
    ),
)
_COMPREHENSIVE = tuple(
    (rule, _drop(*path), f"{_DOCUMENT}.{name}")
    for rule, path, name in (
        ("pdsm.category.1..1", ("category",), "category"),
        ("pdsm.securityLabel.1..*", ("securityLabel",), "securityLabel"),
        ("pdsm.attachment.language.1..1", (*_ATTACHMENT, "language"), "content[0].attachment.language"),
        ("pdsm.attachment.creation.1..1", (*_ATTACHMENT, "creation"), "content[0].attachment.creation"),
        ("pdsm.attachment.size.1..1", (*_ATTACHMENT, "size"), "content[0].attachment.size"),
        ("pdsm.attachment.hash.1..1", (*_ATTACHMENT, "hash"), "content[0].attachment.hash"),
        ("pdsm.attachment.url.1..1", (*_ATTACHMENT, "url"), "content[0].attachment.url"),
        ("pdsm.format.1..1", ("content", 0, "format"), "content[0].format"),
        ("pdsm.context.1..1", ("context",), "context"),
        ("pdsm.period.start.1..1", ("context", "period"), "context.period"),
        ("pdsm.facilityType.1..1", ("context", "facilityType"), "context.facilityType"),
        ("pdsm.practiceSetting.1..1", ("context", "practiceSetting"), "context.practiceSetting"),
        ("pdsm.sourcePatientInfo.1..1", ("context", "sourcePatientInfo"), "context.sourcePatientInfo"),
    )
)
_IN_DOCUMENT = (
    *_COMPREHENSIVE,
    (
        "pdsm.identifier.entryUUID",
        _set([{"use": "official", "value": "urn:oid:1.2"}], "identifier"),
        f"{_DOCUMENT}.identifier[0]",
    ),
    ("pdsm.author.contained", _add({"reference": "Practitioner/1"}, "author"), f"{_DOCUMENT}.author[1]"),
    (
        "pdsm.sourcePatientInfo.contained",
        _set({"reference": "Patient/1"}, "context", "sourcePatientInfo"),
        f"{_DOCUMENT}.context.sourcePatientInfo",
    ),
    (
        "pdsm.attachment.data.0..0",
        _set("AAAA", *_ATTACHMENT, "data"),
        f"{_DOCUMENT}.content[0].attachment.data",
    ),
    (
        "pdsm.attachment.url",
        _set("urn:uuid:0000000f-0000-4000-8000-000000000000", *_ATTACHMENT, "url"),
        f"{_DOCUMENT}.content[0].attachment.url",
    ),
)
_IN_LIST = (
    ("pdsm.list.designationType.1..1", _drop("extension", 0), f"{_LIST}.extension"),
    ("pdsm.list.sourceId.1..1", _drop("extension", 1), f"{_LIST}.extension"),
    ("pdsm.list.status", _set("retired", "status"), f"{_LIST}.status"),
    ("pdsm.list.mode", _set("snapshot", "mode"), f"{_LIST}.mode"),
    ("pdsm.list.code", _set("http://x", "code", "coding", 0, "system"), f"{_LIST}.code"),
    ("pdsm.list.subject.1..1", _drop("subject"), f"{_LIST}.subject"),
    ("pdsm.list.date.1..1", _drop("date"), f"{_LIST}.date"),
    ("pdsm.list.source.type", _set({"reference": "Group/1"}, "source"), f"{_LIST}.source"),
    ("pdsm.list.identifier", _set("x", "identifier", 0, "value"), f"{_LIST}.identifier[0]"),
    ("pdsm.list.forbidden", _set({"reference": "Encounter/1"}, "encounter"), f"{_LIST}.encounter"),
    (
        "pdsm.list.entry",
        _add({"item": {"reference": "DocumentReference/1"}}, "entry"),
        f"{_LIST}.entry[1].item",
    ),
)
_FOLDER = {
    "resourceType": "List",
    "status": "current",
    "mode": "working",
    "code": {"coding": [{"code": "folder"}]},
}


def _added(resource: Resource) -> Callable[[Resource], None]:
    return _add(entry("urn:uuid:00000008-0000-4000-8000-000000000000", resource), "entry")


def _same_file(made: Resource) -> None:
    """A second document, of the file of the first."""
    url, second = "urn:uuid:00000005-0000-4000-8000-000000000000", reference()
    second["masterIdentifier"]["value"] += ".1"
    made["entry"].append(entry(url, second))
    made["entry"][0]["resource"]["entry"].append({"item": {"reference": url}})


def _twice(made: Resource) -> None:
    """A second document under the uniqueId of the first."""
    _same_file(made)
    made["entry"][3]["resource"]["masterIdentifier"] = reference()["masterIdentifier"]
    url = "urn:uuid:00000006-0000-4000-8000-000000000000"
    made["entry"][3]["resource"]["content"][0]["attachment"]["url"] = url
    made["entry"].append(entry(url, made["entry"][2]["resource"]))


def _many(made: Resource) -> None:
    made["entry"].extend(
        entry(f"urn:uuid:0000{n:04d}-0000-4000-8000-000000000000", reference()) for n in range(1000, 1101)
    )


_LOTS = (
    ("pdsm.meta.profile", bundle, _drop("meta"), "Bundle.meta.profile"),
    ("pdsm.bundle.type", bundle, _set("batch", "type"), "Bundle.type"),
    ("pdsm.bundle.entry.1..*", bundle, _drop("entry"), "Bundle.entry"),
    ("pdsm.bundle.entry.length", bundle, _many, "Bundle.entry"),
    ("pdsm.bundle.entry.type", bundle, _added({"resourceType": "Observation"}), "Bundle.entry[3].resource"),
    ("pdsm.bundle.fullUrl", bundle, _set(DOCUMENT_URL, "entry", 0, "fullUrl"), "Bundle.entry[1].fullUrl"),
    ("pdsm.bundle.request", bundle, _set("PUT", "entry", 1, "request", "method"), "Bundle.entry[1].request"),
    ("pdsm.bundle.list.1..1", bundle, _drop("entry", 0), "Bundle.entry"),
    ("pdsm.bundle.documents.1..*", bundle, _drop("entry", 1), "Bundle.entry"),
    ("pdsm.bundle.uniqueId", bundle, _twice, "Bundle.entry[3].resource.masterIdentifier"),
    ("pdsm.bundle.folder", bundle, _added(_FOLDER), "Bundle.entry[3].resource"),
    ("pdsm.bundle.manifest", bundle, _added({"resourceType": "DocumentManifest"}), "Bundle.entry[3].resource"),
    ("pdsm.bundle.fhir-document", bundle, _added({"resourceType": "Bundle"}), "Bundle.entry[3].resource"),
    (
        "pdsm.binary.used",
        bundle,
        _added({"resourceType": "Binary", "contentType": "text/plain", "data": "AAAA"}),
        "Bundle.entry[3].resource",
    ),
    ("pdsm.binary.one", bundle, _same_file, "Bundle.entry[3].resource.content[0].attachment.url"),
    (
        "pdsm.binary.contentType",
        bundle,
        _set("text/plain", "entry", 2, "resource", "contentType"),
        "Bundle.entry[2].resource.contentType",
    ),
    (
        "pdsm.list.contained.1..*",
        bundle,
        _in(0, _each(_drop("contained"), _set({"reference": "PractitionerRole/1"}, "source"))),
        f"{_LIST}.contained",
    ),
    (
        "pdsm.list.source.1..1",
        bundle,
        _in(0, _each(_drop("source"), _set({"reference": "#aut"}, "subject"))),
        f"{_LIST}.source",
    ),
    (
        "pdsm.patient.one",
        bundle,
        _in(0, _set(OTHER_INS, "subject", "identifier", "value")),
        f"{_LIST}",
    ),
    (
        "pdsm.contained.1..*",
        bundle,
        _in(
            1,
            _each(
                _drop("contained"),
                _set([{"display": "Dr Mercier"}], "author"),
                _set({"display": "Laboratoire"}, "custodian"),
                _set({"reference": "Patient/1"}, "subject"),
                _set({"reference": "Patient/1"}, "context", "sourcePatientInfo"),
            ),
        ),
        f"{_DOCUMENT}.contained",
        "pdsm.author.contained",
        "pdsm.sourcePatientInfo.contained",
    ),
    (
        "pdsm.patch.replaced",
        replacing,
        _set("DocumentReference/other", "entry", 3, "request", "url"),
        "Bundle.entry[3].request.url",
    ),
    (
        "pdsm.patch.replaced",
        replacing,
        lambda made: made["entry"].__setitem__(3, superseding(status="entered-in-error")),
        "Bundle.entry[3].resource",
    ),
    (
        "pdsm.patch.status",
        replacing,
        lambda made: made["entry"].__setitem__(3, superseding(status="deleted")),
        "Bundle.entry[3].resource.parameter[0]",
    ),
)  # fmt: skip

PUBLISHED = (
    *(Break(rule, simplified, change, at, tuple(also)) for rule, change, at, *also in _SIMPLE),
    *(Break(rule, made, change, at) for rule, made, change, at in _OF_CDA),
)
PROVIDED = (
    *(Break(rule, bundle, _in(1, change), at) for rule, change, at in _IN_DOCUMENT),
    *(Break(rule, bundle, _in(0, change), at) for rule, change, at in _IN_LIST),
    *(Break(rule, made, change, at, tuple(also)) for rule, made, change, at, *also in _LOTS),
)
