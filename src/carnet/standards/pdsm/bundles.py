"""ITI-65, Provide Document Bundle: a lot of documents in one transaction (PDSm 3.1.1).

The bundle holds one List (the submission set), DocumentReferences, their files as Binary, and may hold the
Patient whom they are about and the change of the document that one of them replaces. Nothing else: folders,
manifests of MHD 3 and FHIR documents are refused, each by a rule of its own.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from carnet.standards.pdsm.codes import Bindings
from carnet.standards.pdsm.deviations import BINARY_UNUSED, LIST_ENTRY_MISSING, PROFILE_MISSING
from carnet.standards.pdsm.documents import check_resource_type, read_document
from carnet.standards.pdsm.findings import Findings
from carnet.standards.pdsm.lists import ListIn, is_list_of, read_list
from carnet.standards.pdsm.model import Change, DocumentIn, Provision, ReplacedIn, SubmissionIn
from carnet.standards.pdsm.patches import read_replaced_patch
from carnet.standards.pdsm.patients import read_identity, read_reference
from carnet.standards.pdsm.reading import Resource
from carnet.standards.pdsm.references import find_target
from carnet.standards.pdsm.sent import Sent, Surroundings
from carnet.standards.pdsm.shapes import copy_of

PROFILE: Final = (
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/"
    "pdsm-comprehensive-provide-document-bundle"
)
MAX_DOCUMENTS: Final = 100
_METHODS: Final = {
    "list": ("POST", "List"),
    "document": ("POST", "DocumentReference"),
    "binary": ("POST", "Binary"),
    "change": ("PATCH", "DocumentReference"),
    "patient": ("POST", "Patient"),
}
_REFUSED: Final = {
    "DocumentManifest": (
        "pdsm.bundle.manifest",
        "DocumentManifest vient de MHD 3 : le lot est une ressource List (MHD 4.2).",
    ),
    "Bundle": (
        "pdsm.bundle.fhir-document",
        "Un document FHIR (Bundle) n’est pas pris : déposez un CDA ou un fichier.",
    ),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the bundle: what it is, its resource as copied, its address, its request, its FHIRPath."""

    kind: str
    resource: Resource
    full_url: str
    request: dict[str, Any]
    path: str


def read_provide(bundle: Resource, *, strict: bool, bindings: Bindings, now: datetime) -> Provision:
    """Return the lot that ITI-65 provides. `now`: the field's time.

    Raises Broken, with every rule that is broken (pdsm-comprehensive-provide-document-bundle).
    """
    check_resource_type(bundle, "Bundle")
    findings = Findings(strict)
    frame = copy_of(bundle, findings, path="Bundle")
    _check_bundle(frame, findings)
    entries = _read_entries(frame, findings)
    listed = _read_list(entries, findings, now)
    around = _surroundings(entries)
    shared = _list_shared(entries, around, findings)
    documents = [
        None
        if one.path in shared
        else read_document(Sent(one.resource, findings, bindings, one.path, now, around))
        for one in entries
        if one.kind == "document"
    ]
    refused = {one.get("fullUrl") for one in frame.get("entry", ())} - {one.full_url for one in entries}
    _check_listed(entries, listed, refused, findings)
    _check_documents(entries, documents, findings)
    changes = _read_changes(entries, documents, findings)
    findings.settle()
    whole = tuple(one for one in documents if one is not None)
    assert listed is not None
    _check_one_patient(entries, whole, findings, now)
    findings.settle()
    return Provision(
        submission=_name(listed.submission, whole),
        documents=whole,
        changes=changes,
        entries=_order(entries),
        warnings=findings.warnings,
    )


def _check_bundle(bundle: Resource, findings: Findings) -> None:
    if bundle.get("type") != "transaction":
        told = bundle.get("type", "rien")
        findings.fault(
            "pdsm.bundle.type", "Bundle.type", f"Un lot est une « transaction », et non {told[:40]}."
        )
    if PROFILE not in bundle.get("meta", {}).get("profile", ()):
        findings.deviate(PROFILE_MISSING, "Bundle.meta.profile", "Le lot n’annonce pas le profil de PDSm.")
    if "implicitRules" in bundle:
        findings.fault("fhir.implicitRules", "Bundle.implicitRules", "Cet élément n’est pas admis.")
    if not bundle.get("entry"):
        findings.fault("pdsm.bundle.entry.1..*", "Bundle.entry", "Le lot est vide.")
        findings.settle()


# The entries


def _read_entries(bundle: Resource, findings: Findings) -> list[_Entry]:
    """Return the entries that a lot may hold; the others are reported."""
    if bundle.get("type") != "transaction":
        return []
    entries, seen = [], set()
    for index, entry in enumerate(bundle.get("entry", ())):
        path = f"Bundle.entry[{index}]"
        url = entry.get("fullUrl", "")
        if not url or url in seen:
            findings.fault(
                "pdsm.bundle.fullUrl",
                f"{path}.fullUrl",
                "Chaque entrée a une adresse (fullUrl), à elle seule.",
            )
        seen.add(url)
        if read := _read_entry(entry, findings, path):
            entries.append(read)
    if sum(one.kind == "document" for one in entries) > MAX_DOCUMENTS:
        told = f"Un lot compte {MAX_DOCUMENTS} documents au plus."
        findings.fault("pdsm.bundle.entry.length", "Bundle.entry", told)
        findings.settle()
    return entries


def _read_entry(entry: dict[str, Any], findings: Findings, path: str) -> _Entry | None:
    resource = entry.get("resource")
    name = resource.get("resourceType") if isinstance(resource, dict) else None
    if not isinstance(resource, dict) or not isinstance(name, str):
        findings.fault("fhir.element.type", f"{path}.resource", "Une ressource (resourceType) est attendue.")
        return None
    kind = _kind(resource, name, findings, f"{path}.resource")
    if not kind:
        return None
    request = entry.get("request", {})
    _check_request(kind, request, findings, f"{path}.request")
    copied = resource if kind == "change" else copy_of(resource, findings, path=f"{path}.resource")
    return _Entry(kind, copied, entry.get("fullUrl", ""), request, f"{path}.resource")


def _kind(resource: Resource, name: str, findings: Findings, path: str) -> str:
    """Return what an entry is, "" when a lot may not hold it."""
    kinds = {
        "DocumentReference": "document",
        "Binary": "binary",
        "Parameters": "change",
        "Patient": "patient",
    }
    if name in kinds:
        return kinds[name]
    if name == "List":
        if not _is_folder(resource):
            return "list"
        findings.fault(
            "pdsm.bundle.folder",
            path,
            "Les classeurs (Folder) ne sont pas pris en charge : ôtez cette entrée.",
        )
        return ""
    rule, message_fr = _REFUSED.get(
        name, ("pdsm.bundle.entry.type", f"Un lot ne contient pas de ressource {name[:40]}.")
    )
    findings.fault(rule, path, message_fr)
    return ""


def _is_folder(resource: Resource) -> bool:
    try:
        return is_list_of(resource, "folder")
    except (AttributeError, TypeError):
        return False  # its shape is reported when it is copied


def _check_request(kind: str, request: dict[str, Any], findings: Findings, path: str) -> None:
    method, name = _METHODS[kind]
    told, url = request.get("method", ""), request.get("url", "")
    if kind == "patient":
        return  # whatever it asks: no Patient is kept, its identity is read
    if told != method or (url != name and kind != "change"):
        findings.fault("pdsm.bundle.request", path, f"La requête de cette entrée est {method} {name}.")
    if "ifNoneExist" in request:
        findings.fault(
            "pdsm.bundle.request",
            f"{path}.ifNoneExist",
            "Les créations conditionnelles ne sont pas prises en charge.",
        )


# The submission set


def _read_list(entries: list[_Entry], findings: Findings, now: datetime) -> ListIn | None:
    lists = [one for one in entries if one.kind == "list"]
    if len(lists) != 1:
        if "Bundle.type" not in findings.faulted:
            findings.fault(
                "pdsm.bundle.list.1..1",
                "Bundle.entry",
                "Un lot a une ressource List (SubmissionSet) et une seule.",
            )
        return None
    return read_list(lists[0].resource, findings, path=lists[0].path, now=now)


def _name(submission: SubmissionIn, documents: tuple[DocumentIn, ...]) -> SubmissionIn:
    """Return the lot with a uniqueId: its own, or one made of its documents, the same each time."""
    if submission.unique_id:
        return submission
    made = uuid5(NAMESPACE_OID, "|".join([submission.source_id, *sorted(one.unique_id for one in documents)]))
    return replace(submission, unique_id=f"2.25.{made.int}")


def _surroundings(entries: list[_Entry]) -> Surroundings:
    patients: dict[str, tuple[Resource, str]] = {}
    files: dict[str, tuple[str, str, str]] = {}
    for one in entries:
        names = {one.full_url, f"{one.resource['resourceType']}/{one.resource.get('id', '')}"}
        if one.kind == "patient":
            patients |= dict.fromkeys(names, (one.resource, one.path))
        elif one.kind == "binary":
            held = (one.resource.get("contentType", ""), one.resource.get("data", ""), one.path)
            files |= dict.fromkeys(names, held)
    return Surroundings(simplified=False, patients=patients, files=files)


# The lot as a whole


def _check_documents(entries: list[_Entry], documents: list[DocumentIn | None], findings: Findings) -> None:
    sent = [one for one in entries if one.kind == "document"]
    if not sent and "Bundle.type" not in findings.faulted:
        findings.fault("pdsm.bundle.documents.1..*", "Bundle.entry", "Un lot a au moins un document.")
    _check_files(entries, sent, findings)
    seen: set[str] = set()
    for entry, document in zip(sent, documents, strict=True):
        unique_id = (
            document.unique_id
            if document
            else str(entry.resource.get("masterIdentifier", {}).get("value", ""))
        )
        if unique_id and unique_id in seen:
            findings.fault(
                "pdsm.bundle.uniqueId",
                f"{entry.path}.masterIdentifier",
                "Un autre document du lot porte cet identifiant.",
            )
        seen.add(unique_id)


def _check_listed(
    entries: list[_Entry], listed: ListIn | None, refused: set[str | None], findings: Findings
) -> None:
    """Each document is an item of the List, and each item is a document of the bundle.

    `refused`: the addresses of entries that are refused already, of which no more is said.
    """
    if listed is None:
        return
    sent = [one for one in entries if one.kind == "document"]
    named = {name for name, _ in listed.items}
    for one in sent:
        if one.full_url and one.full_url not in named:
            findings.deviate(LIST_ENTRY_MISSING, one.path, "Le lot (List.entry) ne nomme pas ce document.")
    known = {one.full_url for one in sent}
    for name, where in listed.items:
        if name not in known and name not in refused:
            findings.fault("pdsm.list.entry", where, f"« {name[:80]} » n’est pas un document de ce lot.")


def _check_files(entries: list[_Entry], sent: list[_Entry], findings: Findings) -> None:
    used = {_url(one) for one in sent}
    for one in entries:
        names = {one.full_url, f"Binary/{one.resource.get('id', '')}"}
        if one.kind == "binary" and not names & used:
            findings.deviate(BINARY_UNUSED, one.path, "Aucun document du lot n’a ce fichier.")


def _list_shared(entries: list[_Entry], around: Surroundings, findings: Findings) -> set[str]:
    """Return the paths of documents whose file another of the lot has already.

    They are not read: a hundred documents of one file would be a hundred copies of it.
    """
    used: set[str] = set()
    shared = set()
    for one in entries:
        found = around.files.get(_url(one)) if one.kind == "document" else None
        if found is not None and found[2] in used:
            shared.add(one.path)
            where = f"{one.path}.content[0].attachment.url"
            findings.fault("pdsm.binary.one", where, "Un autre document du lot a déjà ce fichier.")
        elif found is not None:
            used.add(found[2])
    return shared


def _url(document: _Entry) -> str:
    contents = document.resource.get("content", [{}])
    return str(contents[0].get("attachment", {}).get("url", ""))


def _check_one_patient(
    entries: list[_Entry], documents: tuple[DocumentIn, ...], findings: Findings, now: datetime
) -> None:
    """A lot is about one person: its documents, its List, and the Patient that it holds."""
    first = documents[0].matricule
    for one in documents[1:]:
        if one.matricule != first:
            findings.fault(
                "pdsm.patient.one",
                f"{one.path}.subject",
                "Tous les documents d’un lot concernent la même personne.",
            )
    for entry in entries:
        if entry.kind == "list":
            told = read_reference(entry.resource.get("subject", {}), findings, path=f"{entry.path}.subject")
        elif entry.kind == "patient":
            identity = read_identity(entry.resource, Findings(strict=False), path=entry.path, now=now)
            told = identity.matricule if identity else None
        else:
            continue
        if told is not None and told != first:
            findings.fault(
                "pdsm.patient.one",
                entry.path,
                "Le lot et ses documents concernent des personnes différentes.",
            )


def _read_changes(
    entries: list[_Entry], documents: list[DocumentIn | None], findings: Findings
) -> tuple[ReplacedIn, ...]:
    replaced = {named for one in documents if one for named in one.replaces}
    changes = []
    for entry in entries:
        if entry.kind != "change":
            continue
        target = find_target(entry.request.get("url", ""))
        change = read_replaced_patch(entry.resource, findings, path=entry.path)
        where = entry.path.removesuffix(".resource")
        if target is None:
            findings.fault(
                "pdsm.patch.replaced", f"{where}.request.url", "La requête nomme le document remplacé."
            )
        elif change is not None and change != Change(status="superseded"):
            findings.fault(
                "pdsm.patch.replaced", entry.path, "Dans un lot, un document ne devient que « superseded »."
            )
        elif change is not None and None not in documents and target not in replaced:
            findings.fault(
                "pdsm.patch.replaced",
                f"{where}.request.url",
                "Aucun document du lot ne remplace celui-ci (relatesTo).",
            )
        elif change is not None:
            changes.append(ReplacedIn(entry.path, target, change))
    return tuple(changes)


def _order(entries: list[_Entry]) -> tuple[tuple[str, int], ...]:
    """Return what each entry is, with its place among its like; a Binary goes with its document."""
    documents = [_url(one) for one in entries if one.kind == "document"]
    counts: dict[str, int] = {}
    order = []
    for one in entries:
        place = counts.get(one.kind, 0)
        counts[one.kind] = place + 1
        if one.kind == "binary":
            names = {one.full_url, f"Binary/{one.resource.get('id', '')}"}
            place = next((i for i, url in enumerate(documents) if url in names), -1)
        order.append((one.kind, place))
    return tuple(order)
