"""References: how a request names another document, and whether what it refers to inside itself is there."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from carnet.standards.pdsm.deviations import CONTAINED_META, CONTAINED_UNUSED
from carnet.standards.pdsm.findings import Findings
from carnet.standards.pdsm.identifiers import find_unique_id
from carnet.standards.pdsm.reading import Resource

MAX_URL: Final = 2_000
"""Characters of an address that is looked into: patterns cost more than its length."""
_BY_ID: Final = re.compile(r"(?:https?://\S+/)?DocumentReference/([A-Za-z0-9\-.]{1,64})(?:/_history/\S+)?")
_BASE: Final = re.compile(r"(?:https?://\S+/)?DocumentReference")


class Named(NamedTuple):
    """How a document is named: ("id", its FHIR id) or ("identifier", its uniqueId in normal form)."""

    kind: str
    value: str


def find_name(reference: dict[str, Any]) -> Named | None:
    """Return the document that a reference names: by its id, on condition, or by an identifier."""
    text = reference.get("reference", "")
    identifier = reference.get("identifier", {})
    if text:
        return find_target(text)
    unique_id = find_unique_id(identifier.get("system", ""), identifier.get("value", ""))
    return Named("identifier", unique_id) if unique_id else None


def find_target(url: str) -> Named | None:
    """Return the document that a relative or absolute URL names."""
    if len(url) > MAX_URL:
        return None
    if found := _BY_ID.fullmatch(url):
        return Named("id", found[1])
    base, asked, token = url.rpartition("?identifier=")
    if not asked or "&" in token or not _BASE.fullmatch(base):
        return None
    system, _, value = unquote(token).rpartition("|")
    unique_id = find_unique_id(system, value)
    return Named("identifier", unique_id) if unique_id else None


def check_contained(resource: Resource, findings: Findings, *, path: str) -> None:
    """Hold the contained resources against FHIR: named once, referred to, without a version (dom-2 to 4)."""
    contained = resource.get("contained", [])
    used = set(_list_references(resource))
    seen: set[str] = set()
    for index, one in enumerate(contained):
        where, name = f"{path}.contained[{index}]", f"#{one.get('id', '')}"
        if name in seen:
            findings.fault("fhir.dom-2", where, "Deux ressources contenues ont le même identifiant.")
        seen.add(name)
        if name not in used:
            findings.deviate(CONTAINED_UNUSED, where, "Rien ne se réfère à cette ressource contenue.")
        if {"versionId", "lastUpdated"} & set(one.get("meta", {})):
            findings.deviate(
                CONTAINED_META, f"{where}.meta", "Une ressource contenue n’a ni version ni date."
            )
    for name in sorted(used - seen - {"#"}):
        findings.fault(
            "fhir.reference", path, f"La référence « {name[:64]} » ne désigne rien dans la ressource."
        )


def _list_references(value: Any) -> Iterator[str]:
    """Yield every `#id` to which something refers, without recursion."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            reference = part.get("reference")
            if isinstance(reference, str) and reference.startswith("#"):
                yield reference
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
