"""A change of metadata: JSON Patch (RFC 6902) or FHIRPath Patch, of status, labels and isArchived alone.

Both are read to the same few changes; anything else is answered 405 (facts/interop.md 2.7). isArchived is the
first extension that the server shows, so `/extension/0` is it. What depends on the order of the labels is
refused: they are replaced whole, added, or, in FHIRPath, taken away by their code.
"""

import re
from dataclasses import replace
from typing import Any, Final

from carnet.standards.pdsm import codes
from carnet.standards.pdsm.deviations import (
    PATCH_EXTENSION_URL,
    PATCH_LABEL_STRING,
    PATCH_PATH,
    PATCH_QUOTES,
)
from carnet.standards.pdsm.face import IS_ARCHIVED
from carnet.standards.pdsm.findings import Broken, Findings, refuse
from carnet.standards.pdsm.model import Change
from carnet.standards.pdsm.reading import Resource, parse_value
from carnet.standards.pdsm.references import MAX_URL
from carnet.standards.pdsm.shapes import check_value

JSON_PATCH: Final = "application/json-patch+json"
FHIR_JSON: Final = ("application/fhir+json", "application/json")
STATUSES: Final = ("current", "superseded", "entered-in-error")
MAX_OPERATIONS: Final = 20

_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'"})
_SEARCH_URL: Final = (
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-isArchived",
    "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/PDSm-DocumentReference-isArchived",
)
_OTHERS: Final = (
    "Seuls status, securityLabel et isArchived changent. Pour le reste, déposez une nouvelle version."
)
_BY_URL: Final = re.compile(r"/?extension\[\s*url\s*[:=]+\s*['\"]([^'\"]+)['\"]\s*\](?:/(valueBoolean))?")
_FHIRPATH: Final = re.compile(
    r"DocumentReference\.extension(?:\.where\(\s*url\s*=\s*'([^']+)'\s*\)|\('([^']+)'\))"
    r"(\.value(?:Boolean)?(?:\.ofType\(boolean\)|\s+as\s+boolean)?)?"
)
_LABEL: Final = re.compile(
    r"DocumentReference\.securityLabel\.where\(\s*coding(?:\.where\(\s*code\s*=\s*'([A-Z_]+)'\s*\)\.exists\(\)"
    r"|\.code\s*=\s*'([A-Z_]+)'|\.exists\(\s*code\s*=\s*'([A-Z_]+)'\s*\))\s*\)"
)


def read_patch(data: bytes, media_type: str, *, strict: bool) -> Change:
    """Return the change that a PATCH asks for. `media_type`: of the body, JSON Patch or FHIR JSON.

    Raises Broken: 400 for what is no patch, 405 for another element, 415 for another format, 422 for a value.
    """
    findings = Findings(strict)
    kind = media_type.partition(";")[0].strip().lower()
    value = _parse(data, findings)
    if kind == JSON_PATCH or (kind in FHIR_JSON and isinstance(value, list)):
        changes = _read_json_patch(value, findings)
    elif kind in FHIR_JSON:
        changes = _read_parameters(value, findings, "Parameters")
    else:
        raise refuse("pdsm.patch.type", "", f"Un PATCH est {JSON_PATCH}, ou Parameters en {FHIR_JSON[0]}.")
    return settle(changes, findings, path="" if isinstance(value, list) else "Parameters")


def read_replaced_patch(parameters: Resource, findings: Findings, *, path: str) -> Change | None:
    """Return the change that a bundle asks for of a replaced document, None when it is refused."""
    changes = _read_parameters(parameters, findings, path)
    return None if findings.broken else _merge(changes)


def settle(changes: list[Change], findings: Findings, *, path: str) -> Change:
    """Return several changes as one. Raises Broken when one was refused, or they contradict one another."""
    change = _merge(changes)
    if change.labels is not None:
        change = replace(change, labels=codes.settle_labels(change.labels, findings, path=path))
    if not changes and not findings.broken:
        findings.fault("pdsm.patch.operation", path, "Le PATCH ne demande aucun changement.")
    findings.settle()
    return replace(change, warnings=findings.warnings)


def _merge(changes: list[Change]) -> Change:
    """Later changes win; labels that are added or taken away count after a list that replaces all."""
    whole = Change()
    for one in changes:
        if one.labels is not None:
            whole = replace(whole, labels=one.labels, labels_added=frozenset(), labels_removed=frozenset())
        whole = replace(
            whole,
            status=one.status or whole.status,
            archived=whole.archived if one.archived is None else one.archived,
            labels_added=(whole.labels_added - one.labels_removed) | one.labels_added,
            labels_removed=(whole.labels_removed - one.labels_added) | one.labels_removed,
        )
    return whole


def _parse(data: bytes, findings: Findings) -> Any:
    """Return the JSON of a body; one written with typographic quotes is a known mistake."""
    try:
        return parse_value(data)
    except Broken:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = ""
        if text.translate(_QUOTES) == text:
            raise
        value = parse_value(text.translate(_QUOTES).encode())
        findings.deviate(PATCH_QUOTES, "", "Les guillemets du corps sont typographiques.")
        return value


# JSON Patch


def _read_json_patch(value: Any, findings: Findings) -> list[Change]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_OPERATIONS:
        findings.fault(
            "pdsm.patch.operation", "", f"Un JSON Patch est une liste de 1 à {MAX_OPERATIONS} opérations."
        )
        return []
    changes = [_read_operation(one, findings, f"[{index}]") for index, one in enumerate(value)]
    return [change for change in changes if change is not None]


def _read_operation(operation: Any, findings: Findings, where: str) -> Change | None:
    operation = operation if isinstance(operation, dict) else {}
    verb, path, value = operation.get("op"), operation.get("path"), operation.get("value")
    if not isinstance(path, str) or len(path) > MAX_URL or verb not in ("add", "replace", "remove"):
        told = "Une opération a « op » (add, replace ou remove) et « path » (RFC 6902)."
        findings.fault("pdsm.patch.operation", where, told)
        return None
    if verb != "remove" and "value" not in operation:
        findings.fault("pdsm.patch.operation", where, "Il manque la valeur (value).")
        return None
    path = _pointer_of(path, findings, where)
    match path.strip("/").split("/"):
        case ["status"]:
            return _status(verb, value, findings, where)
        case ["securityLabel", *rest] if len(rest) <= 1:
            return _json_labels(verb, rest, value, findings, where)
        case ["extension", *rest]:
            return _json_extension(verb, rest, value, findings, where)
    findings.fault("pdsm.patch.element", where, _OTHERS)
    return None


def _pointer_of(path: str, findings: Findings, where: str) -> str:
    """Return the JSON pointer of a path. `/extension[url:'…']/valueBoolean` is a known mistake."""
    plain = path.translate(_QUOTES)
    if found := _BY_URL.fullmatch(plain):
        findings.deviate(PATCH_PATH, where, "Ce chemin n’est pas un pointeur JSON (RFC 6901).")
        return "/extension/0/valueBoolean" if _is_archived_url(found[1], findings, where) else path
    if not plain.startswith("/") and plain.split("/")[0].removeprefix("DocumentReference.") in (
        "status",
        "securityLabel",
        "extension",
    ):
        findings.deviate(PATCH_PATH, where, "Un pointeur JSON commence par « / » (RFC 6901).")
        return plain.removeprefix("DocumentReference.")
    return plain if plain.startswith("/") else "/?"


def _is_archived_url(url: str, findings: Findings, where: str) -> bool:
    if url == IS_ARCHIVED:
        return True
    if url in _SEARCH_URL or url.rpartition("/")[2].lower().endswith("isarchived"):
        findings.deviate(PATCH_EXTENSION_URL, where, f"L’extension isArchived est {IS_ARCHIVED}.")
        return True
    return False


def _json_labels(verb: str, rest: list[str], value: Any, findings: Findings, where: str) -> Change | None:
    if verb == "remove" or (rest and (verb, rest) != ("add", ["-"])):
        findings.fault(
            "pdsm.patch.securityLabel", where, "Remplacez securityLabel en entier, ou ajoutez avec « /- »."
        )
        return None
    if rest:
        return _added(value, findings, where)
    if not isinstance(value, list):
        findings.deviate(PATCH_LABEL_STRING, where, "securityLabel est une liste.")
        value = [value]
    labels = [_label(one, findings, f"{where}.value[{index}]") for index, one in enumerate(value[:10])]
    return Change(labels=frozenset(filter(None, labels)))


def _added(value: Any, findings: Findings, where: str) -> Change | None:
    label = _label(value, findings, where)
    return Change(labels_added=frozenset({label})) if label else None


def _label(value: Any, findings: Findings, where: str) -> str:
    """Return one label, "" when it is refused. A code alone instead of its concept is a known mistake."""
    if isinstance(value, str) and value in codes.LEVELS | codes.HIDDEN:
        findings.deviate(PATCH_LABEL_STRING, where, "Une étiquette est un CodeableConcept.")
        return value
    concept = check_value(value, "CodeableConcept", findings, path=where)
    if not concept:
        findings.fault("pdsm.patch.securityLabel", where, "Une étiquette est un CodeableConcept.")
        return ""
    return codes.read_label(concept, findings, where)


def _json_extension(verb: str, rest: list[str], value: Any, findings: Findings, where: str) -> Change | None:
    """isArchived: `/extension/0/valueBoolean`, `/extension/0`, `/extension/-`, or the whole list."""
    match rest:
        case ["0", "valueBoolean"]:
            return _archived(verb, value, findings, where)
        case ["0"] if verb == "remove":
            return Change(archived=False)
        case ["0" | "-"]:
            return _archived_extension(value, findings, where)
        case [] if verb != "remove" and isinstance(value, list) and len(value) == 1:
            return _archived_extension(value[0], findings, where)
    findings.fault("pdsm.patch.element", where, _OTHERS)
    return None


def _archived_extension(value: Any, findings: Findings, where: str) -> Change | None:
    extension = value if isinstance(value, dict) else {}
    url = extension.get("url")
    if not isinstance(url, str) or not _is_archived_url(url, findings, where):
        findings.fault("pdsm.patch.element", where, _OTHERS)
        return None
    return _archived("replace", extension.get("valueBoolean"), findings, where)


def _archived(verb: str, value: Any, findings: Findings, where: str) -> Change | None:
    if verb == "remove":
        return Change(archived=False)
    if not isinstance(value, bool):
        findings.fault("pdsm.isArchived", where, "isArchived vaut true ou false.")
        return None
    return Change(archived=value)


def _status(verb: str, value: Any, findings: Findings, where: str) -> Change | None:
    if verb == "remove" or value not in STATUSES:
        findings.fault("pdsm.patch.status", where, f"status vaut {', '.join(STATUSES)}.")
        return None
    return Change(status=value)


# FHIRPath Patch


def _read_parameters(value: Any, findings: Findings, path: str) -> list[Change]:
    if not isinstance(value, dict) or value.get("resourceType") != "Parameters":
        findings.fault("pdsm.patch.operation", path, "Une ressource Parameters est attendue.")
        return []
    copied = check_value(
        {k: v for k, v in value.items() if k != "resourceType"}, "Parameters", findings, path=path
    )
    operations = copied.get("parameter", []) if isinstance(copied, dict) else []
    if not 0 < len(operations) <= MAX_OPERATIONS:
        findings.fault(
            "pdsm.patch.operation", f"{path}.parameter", f"Un PATCH a de 1 à {MAX_OPERATIONS} opérations."
        )
        return []
    changes = [
        _read_parameter(one, findings, f"{path}.parameter[{index}]") for index, one in enumerate(operations)
    ]
    return [change for change in changes if change is not None]


def _read_parameter(parameter: dict[str, Any], findings: Findings, where: str) -> Change | None:
    parts = {part.get("name", ""): part for part in parameter.get("part", ())}
    verb = _value(parts.get("type"))
    path = _value(parts.get("path"))
    named = parameter.get("name") == "operation" and isinstance(verb, str)
    if not named or not isinstance(path, str) or len(path) > MAX_URL:
        findings.fault("pdsm.patch.operation", where, "Une opération a « type » et « path ».")
        return None
    if verb not in ("add", "replace", "delete"):
        findings.fault("pdsm.patch.operation", where, "Opérations prises en charge : add, replace, delete.")
        return None
    if verb == "add":
        path = f"{path}.{_value(parts.get('name')) or ''}"[:MAX_URL]
    value = _complex(parts.get("value"))
    return _fhirpath_change(verb, path.strip(), value, findings, where)


def _fhirpath_change(verb: str, path: str, value: Any, findings: Findings, where: str) -> Change | None:
    action = "remove" if verb == "delete" else verb
    if path == "DocumentReference.status":
        return _status(action, value, findings, where)
    if path.startswith("DocumentReference.securityLabel"):
        return _fhirpath_labels(verb, path, value, findings, where)
    return _fhirpath_extension(verb, path, value, findings, where)


def _fhirpath_extension(verb: str, path: str, value: Any, findings: Findings, where: str) -> Change | None:
    action = "remove" if verb == "delete" else verb
    if path == "DocumentReference.extension" and verb == "add":
        return _archived_extension(value, findings, where)
    if (found := _FHIRPATH.fullmatch(path)) and _is_archived_url(found[1] or found[2], findings, where):
        if not found[3] and verb == "replace":
            return _archived_extension(value, findings, where)
        return _archived(action, value, findings, where)
    findings.fault("pdsm.patch.element", where, _OTHERS)
    return None


def _fhirpath_labels(verb: str, path: str, value: Any, findings: Findings, where: str) -> Change | None:
    if found := _LABEL.fullmatch(path):
        return _fhirpath_label(verb, next(filter(None, found.groups())), value, findings, where)
    if path != "DocumentReference.securityLabel":
        findings.fault("pdsm.patch.path", where, "Ce chemin FHIRPath n’est pas pris en charge.")
        return None
    if verb == "add":
        return _added(value, findings, where)
    if verb == "delete":
        findings.fault(
            "pdsm.patch.securityLabel", where, "Nommez l’étiquette : securityLabel.where(coding.code='…')."
        )
        return None
    label = _label(value, findings, where)
    return Change(labels=frozenset({label})) if label else None


def _fhirpath_label(verb: str, label: str, value: Any, findings: Findings, where: str) -> Change | None:
    """One label, by its code: taken away, or replaced by another."""
    if label not in codes.LEVELS | codes.HIDDEN:
        findings.fault("pdsm.securityLabel.JDV_J08", where, "Cette étiquette n’est pas connue.")
        return None
    removed = Change(labels_removed=frozenset({label}))
    if verb == "delete":
        return removed
    added = _label(value, findings, where)
    return _merge([removed, Change(labels_added=frozenset({added}))]) if added else None


def _value(part: dict[str, Any] | None) -> Any:
    """Return the value[x] of a part, None when it has none."""
    return next((v for name, v in (part or {}).items() if name.startswith("value")), None)


def _complex(part: dict[str, Any] | None) -> Any:
    """Return the value of a part: its value[x], or an extension whose members are parts (FHIRPath Patch)."""
    if part is None or (value := _value(part)) is not None:
        return None if part is None else value
    members: dict[str, Any] = {}
    for one in part.get("part", ()):
        found = next(((name, v) for name, v in one.items() if name.startswith("value")), None)
        if found is not None:
            members["url" if one.get("name") == "url" else found[0]] = found[1]
    return members
