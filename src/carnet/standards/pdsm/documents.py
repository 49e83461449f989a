"""One DocumentReference: what is read of it, and ITI-105, which sends one with its file inside."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from carnet.standards import sniff
from carnet.standards.cda.model import Author, Organisation
from carnet.standards.pdsm import codes, content, people
from carnet.standards.pdsm.codes import Bindings
from carnet.standards.pdsm.content import Cda
from carnet.standards.pdsm.deviations import AUTHOR_NOT_CONTAINED, IDENTIFIER_PRESENT, UNIQUE_ID_ELSEWHERE
from carnet.standards.pdsm.face import IS_ARCHIVED, make_face
from carnet.standards.pdsm.files import read_file
from carnet.standards.pdsm.findings import Findings, refuse
from carnet.standards.pdsm.frames import check_frame
from carnet.standards.pdsm.identifiers import find_unique_id, find_uuid, type_of
from carnet.standards.pdsm.model import DocumentIn, Publication
from carnet.standards.pdsm.reading import Resource
from carnet.standards.pdsm.references import Named, find_name
from carnet.standards.pdsm.sent import Sent, Surroundings
from carnet.standards.pdsm.shapes import copy_of
from carnet.standards.pdsm.subjects import check_identified, read_identity

MAX_TITLE: Final = 500
MAX_AUTHORS: Final = 20
"""Authors that are kept; a hostile list could be longer than the document."""
_ROOT: Final = "DocumentReference"


def read_publish(resource: Resource, *, strict: bool, bindings: Bindings, now: datetime) -> Publication:
    """Return the document that ITI-105 publishes: one DocumentReference with its file inside.

    `now`: the field's time. Raises Broken, with every rule that is broken (pdsm-simplified-publish).
    """
    check_resource_type(resource, _ROOT)
    findings = Findings(strict)
    copied = copy_of(resource, findings, path=_ROOT)
    around = Surroundings(simplified=True)
    document = read_document(Sent(copied, findings, bindings, _ROOT, now, around))
    findings.settle()
    assert document is not None
    return Publication(replace(document, warnings=findings.warnings))


def check_resource_type(resource: Resource, expected: str) -> None:
    """Refuse, 400, what is not the resource that an address takes."""
    kind = resource.get("resourceType")
    if kind != expected:
        told = f"non {kind[:40]}" if isinstance(kind, str) else "rien ne dit laquelle c’est"
        raise refuse("fhir.resourceType", "", f"Une ressource {expected} est attendue, et {told}.")


def read_document(sent: Sent) -> DocumentIn | None:
    """Return what a DocumentReference says, None when rules are broken, which are reported."""
    before = sent.findings.errors
    check_frame(sent)
    facts: dict[str, Any] = {**_names(sent), **_says(sent), **_when(sent), **_people(sent)}
    identity = read_identity(sent)
    media_type, data = read_file(sent)
    type_code = codes.read_type(sent.resource, sent.findings, sent.bindings, path=sent.path)
    matricule = identity.matricule if identity else None
    cda = None
    if media_type == sniff.XML:
        cda = content.read_cda(data, sent.findings, path=sent.at) if data else None
    elif media_type:
        check_identified(sent, identity)
    if cda is not None:
        said = content.Said(facts["unique_id"], type_code, identity, facts["labels"])
        matricule = content.check_cda(cda, sent, said)
    facts |= _kind(sent, type_code, cda, media_type)
    if sent.findings.errors > before or data is None or matricule is None:
        return None
    subject = (f"urn:oid:{matricule.oid}", matricule.value)
    return DocumentIn(
        path=sent.path, data=data, media_type=media_type, identity=identity, matricule=matricule, cda=cda,
        face=make_face(sent.resource, subject=subject), **facts,
    )  # fmt: skip


def _names(sent: Sent) -> dict[str, Any]:
    resource, findings = sent.resource, sent.findings
    identifiers = resource.get("identifier", [])
    if identifiers and sent.around.simplified and "masterIdentifier" in resource:
        findings.deviate(IDENTIFIER_PRESENT, f"{sent.path}.identifier", "Cet élément n’est pas admis ici.")
    entry_uuid = None
    for index, one in enumerate(identifiers):
        if type_of(one) == "entryUUID" and not sent.around.simplified:
            entry_uuid = find_uuid(one.get("value", ""))
            if entry_uuid is None:
                sent.fault(
                    "pdsm.identifier.entryUUID",
                    f"identifier[{index}]",
                    "Un UUID (urn:uuid:) est attendu.",
                )
    logical = next((one.get("value", "") for one in identifiers if type_of(one) in ("", "logicalId")), "")
    return {"unique_id": _unique_id(sent), "entry_uuid": entry_uuid, "logical_id": logical}


def _unique_id(sent: Sent) -> str:
    where = f"{sent.path}.masterIdentifier"
    if (master := sent.resource.get("masterIdentifier")) is not None:
        return _find_unique_id(sent, master, where)
    for index, one in enumerate(sent.resource.get("identifier", ())):
        if type_of(one) == "uniqueId" or (
            type_of(one) == "" and find_unique_id(one.get("system", ""), one.get("value", ""))
        ):
            sent.findings.deviate(UNIQUE_ID_ELSEWHERE, where, "Il manque l’identifiant du document.")
            return _find_unique_id(sent, one, f"{sent.path}.identifier[{index}]")
    if where not in sent.findings.faulted:
        sent.findings.fault("pdsm.masterIdentifier.1..1", where, "Il manque l’identifiant du document.")
    return ""


def _find_unique_id(sent: Sent, identifier: dict[str, Any], where: str) -> str:
    found = find_unique_id(identifier.get("system", ""), identifier.get("value", ""))
    if found is None:
        sent.findings.fault(
            "pdsm.masterIdentifier", where, "L’identifiant s’écrit « urn:oid:… » ou « urn:uuid:… »."
        )
    return found or ""


def _says(sent: Sent) -> dict[str, Any]:
    resource, attachment = sent.resource, sent.attachment
    path = f"{sent.path}.securityLabel"
    return {
        "title": _title(sent),
        "description": resource.get("description", ""),
        "language": attachment.get("language", ""),
        "labels": codes.read_labels(resource.get("securityLabel", []), sent.findings, path=path),
        "archived": _archived(sent),
        "replaces": _replaces(sent),
    }


def _title(sent: Sent) -> str:
    title = " ".join(sent.attachment.get("title", "").split())
    if sent.content and sent.attachment and not title:
        sent.require("pdsm.attachment.title.1..1", sent.attachment, "title", sent.at, "le titre")
    if len(title) > MAX_TITLE:
        sent.findings.fault(
            "pdsm.attachment.title.length",
            f"{sent.at}.title",
            f"Le titre dépasse {MAX_TITLE} caractères.",
        )
    return title


def _archived(sent: Sent) -> bool:
    found = [one for one in sent.resource.get("extension", ()) if one.get("url") == IS_ARCHIVED]
    if len(found) > 1 or (found and "valueBoolean" not in found[0]):
        sent.fault("pdsm.isArchived", "extension", "isArchived vaut true ou false, une seule fois.")
        return False
    return bool(found and found[0]["valueBoolean"])


def _replaces(sent: Sent) -> tuple[Named, ...]:
    """The document that this one replaces. `appends` and `transforms` are kept and do nothing."""
    replaced = []
    for index, relation in enumerate(sent.resource.get("relatesTo", ())):
        where, code = f"relatesTo[{index}]", relation.get("code")
        if code == "replaces":
            if (named := find_name(relation.get("target", {}))) is None:
                sent.fault(
                    "pdsm.relatesTo.replaces",
                    f"{where}.target",
                    "Le document remplacé se nomme « DocumentReference/<id> » ou par son identifiant.",
                )
            else:
                replaced.append(named)
        elif code in ("appends", "transforms"):
            sent.findings.note(
                "pdsm.relatesTo.code", f"{sent.path}.{where}", "Cette relation est gardée, et sans effet."
            )
        else:
            sent.fault("pdsm.relatesTo.code", where, "Seule la relation « replaces » est prise en charge.")
    if len(replaced) > 1:
        sent.fault("pdsm.relatesTo.replaces", "relatesTo", "Un document n’en remplace qu’un.")
    return tuple(replaced)


def _when(sent: Sent) -> dict[str, Any]:
    period, where = sent.context.get("period", {}), f"{sent.path}.context.period"
    start = sent.moment(period, "start", where)
    end = sent.moment(period, "end", where)
    if start and end and start > end:
        sent.findings.fault("pdsm.period.order", where, "La période finit avant de commencer.")
    date = sent.moment(sent.resource, "date", sent.path)
    creation = sent.moment(sent.attachment, "creation", sent.at)
    if not sent.around.simplified and sent.attachment:
        sent.require(
            "pdsm.attachment.creation.1..1", sent.attachment, "creation", sent.at, "la date de création"
        )
    return {"date": date, "creation": creation or date, "period_start": start, "period_end": end}


def _people(sent: Sent) -> dict[str, Any]:
    authors = [
        _author(sent, reference, f"author[{index}]")
        for index, reference in enumerate(sent.resource.get("author", [])[:MAX_AUTHORS])
    ]
    authenticator = sent.resource.get("authenticator")
    return {
        "authors": tuple(authors),
        "authenticator": people.read_author(authenticator, sent.contained) if authenticator else None,
        "custodian": _custodian(sent),
    }


def _author(sent: Sent, reference: dict[str, Any], where: str) -> Author:
    name = reference.get("reference", "")
    kind = sent.contained[name].get("resourceType", "") if name in sent.contained else name.split("/")[0]
    if name in sent.contained and kind not in people.AUTHORS:
        sent.fault("pdsm.author.type", where, f"Un auteur n’est pas une ressource {kind[:40]}.")
    elif not sent.around.simplified and not name.startswith("#"):
        sent.findings.deviate(
            AUTHOR_NOT_CONTAINED, f"{sent.path}.{where}", "L’auteur doit être une ressource contenue."
        )
    return people.read_author(reference, sent.contained)


def _custodian(sent: Sent) -> Organisation | None:
    reference = sent.resource.get("custodian", {})
    target = sent.contained.get(reference.get("reference", ""))
    if target is not None and target.get("resourceType") != "Organization":
        sent.fault("pdsm.custodian.type", "custodian", "La structure est une ressource Organization.")
    return people.find_organisation(reference, sent.contained) if reference else None


def _kind(sent: Sent, type_code: str, cda: Cda | None, media_type: str) -> dict[str, Any]:
    where, place = f"{sent.path}.content[0]", f"{sent.path}.context"
    if cda is not None and "type" not in sent.resource:
        type_code = _type_of(sent, cda)
    elif not type_code and sent.around.simplified and "type" not in sent.resource:
        sent.require("pdsm.type.1..1", sent.resource, "type", sent.path, "le type du document")
    class_code = codes.read_category(
        sent.resource, sent.findings, sent.bindings, path=sent.path, type_code=type_code
    )
    declared = codes.read_format(sent.content, sent.findings, sent.bindings, path=where)
    if media_type and (cda is not None or media_type != sniff.XML):
        declared = content.check_format(
            declared, sent.findings, sent.bindings, path=f"{where}.format", media_type=media_type, cda=cda
        )
    return {
        "type_code": type_code,
        "class_code": class_code,
        "format_code": declared,
        "facility": codes.FACILITY.read(sent.context, sent.findings, sent.bindings.has_facility, path=place),
        "setting": codes.SETTING.read(sent.context, sent.findings, sent.bindings.has_setting, path=place),
    }


def _type_of(sent: Sent, cda: Cda) -> str:
    """The type that the CDA itself gives, held against the list."""
    code = cda.document.code
    coding = {"code": code.code, "system": f"urn:oid:{code.system}", "display": code.display}
    return codes.read_type(
        {"type": {"coding": [coding]}}, sent.findings, sent.bindings, path=f"{sent.at}[ClinicalDocument]"
    )
