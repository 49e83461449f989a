"""Identifiers of documents, in the one form in which they are kept and compared.

A uniqueId is written here as the reader of CDA writes a document's id: `root^extension` or `root` alone, a
root that is a UUID in upper case. In FHIR it is a URN of system `urn:ietf:rfc:3986`, or, with an extension, a
value in the system of its root (facts/interop.md 2.10).
"""

import re
from typing import Any, Final
from uuid import UUID

URI_SYSTEM: Final = "urn:ietf:rfc:3986"
IDENTIFIER_TYPES: Final = "https://profiles.ihe.net/ITI/MHD/CodeSystem/IHE.MHD.MHDIdentifierType"
MAX_IDENTIFIER: Final = 128
"""Characters of a root and of an extension, as for CDA."""

_OID: Final = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]*))+")
_UUID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def is_oid(text: str) -> bool:
    """Whether a text is an OID of a length that is kept."""
    return len(text) <= MAX_IDENTIFIER and bool(_OID.fullmatch(text))


def find_unique_id(system: str, value: str) -> str | None:
    """Return the uniqueId of a FHIR identifier in its normal form, None when it is no OID and no UUID.

    `urn:oid:1.2.3` → `1.2.3`; `urn:uuid:…` → the UUID in upper case; system `urn:oid:1.2.3` and value `x` →
    `1.2.3^x`.
    """
    if system in ("", URI_SYSTEM):
        return _find_root(value)
    root = _find_root(system)
    extension = value.strip()
    if root is None or not extension or len(extension) > MAX_IDENTIFIER:
        return None
    return f"{root}^{extension}"


def _find_root(urn: str) -> str | None:
    scheme, _, name = urn.strip().rpartition(":")
    if scheme == "urn:oid" and is_oid(name):
        return name
    if scheme == "urn:uuid" and _UUID.fullmatch(name):
        return name.upper()
    return None


def urn_of(unique_id: str) -> tuple[str, str]:
    """Return the FHIR system and value of a uniqueId: the reverse of `find_unique_id`."""
    root, _, extension = unique_id.partition("^")
    urn = f"urn:uuid:{root.lower()}" if _UUID.fullmatch(root) else f"urn:oid:{root}"
    return (urn, extension) if extension else (URI_SYSTEM, urn)


def find_uuid(urn: str) -> UUID | None:
    """Return the UUID of a `urn:uuid:`, None when it is none."""
    name = urn.strip().removeprefix("urn:uuid:")
    return UUID(name) if name != urn.strip() and _UUID.fullmatch(name) else None


def type_of(identifier: dict[str, Any]) -> str:
    """Return what an identifier of IHE says that it is: entryUUID, uniqueId, or "" when it does not say."""
    for coding in identifier.get("type", {}).get("coding", ()):
        if coding.get("code") in ("entryUUID", "uniqueId", "logicalId"):
            return str(coding["code"])
    return {"official": "entryUUID", "usual": "uniqueId"}.get(identifier.get("use", ""), "")
