"""DocumentReference and searchset as bytes, on the hot path: what was sent, and around it what changes.

The metadata as the depositor gave them (carnet.standards.pdsm.face) are put out as they are kept, unread. The
server's own members stand around: id, meta, isArchived, entryUUID, status, securityLabel, relatesTo, and the
file's url, size and hash.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from django.utils.http import http_date

from carnet.documents.api import Deposited, Held
from carnet.fhir_api.outcomes import render
from carnet.standards.fhir.codec import LOINC
from carnet.standards.pdsm import DocumentIn, Face, Issue, split_face, urn_of
from carnet.standards.pdsm.codes import SYSTEMS
from carnet.standards.pdsm.face import IS_ARCHIVED
from carnet.terminology import api as terminology

LEVELS: Final = SYSTEMS["2.16.840.1.113883.5.25"]
VISIBILITY: Final = SYSTEMS["1.2.250.1.213.1.1.4.13"]
CLASSES: Final = SYSTEMS["1.2.250.1.213.1.1.4.1"]
NATIONAL_TYPES: Final = SYSTEMS["1.2.250.1.213.1.1.4.12"]
FORMATS: Final = SYSTEMS["1.3.6.1.4.1.19376.1.2.3"]
_LABELS: Final = {
    "N": (LEVELS, "normal"),
    "R": (LEVELS, "restricted"),
    "V": (LEVELS, "very restricted"),
    "MASQUE_PS": (VISIBILITY, "Masqué aux professionnels de santé"),
    "INVISIBLE_PATIENT": (VISIBILITY, "Non visible par le patient"),
    "INVISIBLE_REPRESENTANTS_LEGAUX": (VISIBILITY, "Non visible par les représentants légaux du patient"),
}
_CODED: Final = {
    code: orjson.dumps({"coding": [{"system": system, "code": code, "display": display}]})
    for code, (system, display) in _LABELS.items()
}
_LOINC: Final = re.compile(r"[0-9]+-[0-9]")
_HEAD: Final = (
    b'{"resourceType":"DocumentReference","id":"%b","meta":{"versionId":"%d","lastUpdated":"%b"},'
    b'"extension":[{"url":"' + IS_ARCHIVED.encode() + b'","valueBoolean":%b}%b],'
    b'"identifier":[{"use":"official","system":"urn:ietf:rfc:3986","value":"urn:uuid:%b"}%b],'
    b'"status":"%b","securityLabel":[%b],%b'
)
_REPLACES: Final = b'{"code":"replaces","target":{"reference":"DocumentReference/%b"}}'


def document(held: Held) -> bytes:
    """Return a DocumentReference as JSON."""
    face = split_face(held.face) if held.face else _make_face(held)
    state = _State(
        held.id, held.meta_version, held.changed_at, held.entry_id, held.status, held.labels, held.archived,
        held.replaces, held.size, held.sha1,
    )  # fmt: skip
    return _render(face, state)


def deposited(document: DocumentIn, done: Deposited) -> bytes:
    """Return the DocumentReference of a document that was just taken in, as its depositor gave it."""
    sha1 = hashlib.sha1(document.data, usedforsecurity=False).digest()  # what FHIR asks for
    state = _State(
        done.document_id, done.meta_version, done.changed_at, done.entry_id, "current", document.labels,
        document.archived, done.replaced, len(document.data), sha1,
    )  # fmt: skip
    return _render(split_face(document.face), state)


class _State(NamedTuple):
    """What the server says of a document: its members of the resource."""

    id: UUID
    version: int
    changed_at: datetime
    entry_id: UUID
    status: str
    labels: frozenset[str]
    archived: bool
    replaces: UUID | None
    size: int
    sha1: bytes


def _render(face: Face, state: _State) -> bytes:
    id_ = str(state.id).encode()
    head = _HEAD % (
        id_, state.version, instant(state.changed_at),
        b"true" if state.archived else b"false", _more(face.extensions),
        str(state.entry_id).encode(), _more(face.identifiers),
        state.status.encode(), b",".join(coded for code, coded in _CODED.items() if code in state.labels),
        _relations(state.replaces, face),
    )  # fmt: skip
    hash_ = b',"hash":"%b"' % b64encode(state.sha1) if state.sha1 else b""
    return b"".join(
        (head, face.head, b',"url":"Binary/%b","size":%d' % (id_, state.size), hash_, face.tail, b"}")
    )


def _more(items: bytes) -> bytes:
    return b"," + items if items else b""


def _relations(replaced: UUID | None, face: Face) -> bytes:
    """What it replaces is the server's to say; its other relations are as they were sent."""
    replaces = _REPLACES % str(replaced).encode() if replaced else b""
    listed = b",".join(part for part in (replaces, face.relations) if part)
    return b'"relatesTo":[%b],' % listed if listed else b""


def technical_id(held: Held) -> bytes:
    """Return all that a strict client learns of its own document: its id (facts/interop.md 2.7, TD3.1b)."""
    return b'{"resourceType":"DocumentReference","id":"%b"}' % str(held.id).encode()


def searchset(
    resources: Iterable[tuple[str, bytes]], *, base: str, links: Sequence[tuple[str, str]],
    warnings: Sequence[Issue] = (),
) -> bytes:  # fmt: skip
    """Return a Bundle of what a search found. `resources`: (id, JSON); `links`: (relation, address).

    `total` is left out: it is not counted (FHIR R4, bundle: it is optional).
    """
    linked = orjson.dumps([{"relation": relation, "url": url} for relation, url in links])
    where = f"{base}/DocumentReference/".encode()
    entries = [
        b'{"fullUrl":"%b%b","resource":%b,"search":{"mode":"match"}}' % (where, id_.encode(), resource)
        for id_, resource in resources
    ]
    if warnings:
        entries.append(b'{"resource":%b,"search":{"mode":"outcome"}}' % render(warnings))
    listed = b',"entry":[%b]' % b",".join(entries) if entries else b""  # an empty list may not be written
    return b'{"resourceType":"Bundle","type":"searchset","link":%b%b}' % (linked, listed)


def etag(version: int) -> str:
    """Return the ETag of a state of the metadata (FHIR R4, http 3.1.0.2)."""
    return f'W/"{version}"'


def last_modified(moment: datetime) -> str:
    """Return a moment for the Last-Modified header (RFC 9110, 5.6.7)."""
    return http_date(moment.timestamp())


def instant(moment: datetime) -> bytes:
    """Return a moment as FHIR writes it, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()


def _make_face(held: Held) -> Face:
    """Return the face of a document that did not come by FHIR, from what the register keeps of it."""
    system, value = urn_of(held.unique_id)
    attachment = {"contentType": held.media_type, "title": held.facts["title"] or "Document"}
    if held.facts.get("language"):
        attachment["language"] = held.facts["language"]
    attachment["creation"] = instant(held.created_on).decode()
    format_ = {"format": {"system": FORMATS, "code": held.format_code}} if held.format_code else {}
    members = {
        "masterIdentifier": {"system": system, "value": value},
        "type": {"coding": [_type(held.type_code)]},
        "category": [{"coding": [_class(held)]}],
        "date": instant(held.deposited_at).decode(),
        "author": [{"display": one["name"] or one["id"] or "Auteur"} for one in held.facts["authors"]],
        "custodian": {"display": held.facts["structure_name"] or held.visibility.structure},
    }
    head = b'%b,"content":[{"attachment":{%b' % (_members(members), _members(attachment))
    return Face(b"", b"", b"", head, b"}%b}]" % _more(_members(format_)))


def _members(value: dict[str, Any]) -> bytes:
    return orjson.dumps({name: part for name, part in value.items() if part})[1:-1]


def _type(code: str) -> dict[str, str]:
    system = LOINC if _LOINC.fullmatch(code) else NATIONAL_TYPES
    return {"system": system, "code": code, "display": terminology.get_document_type(code).label}


def _class(held: Held) -> dict[str, str]:
    return {
        "system": CLASSES,
        "code": held.class_code,
        "display": terminology.get_document_type(held.type_code).class_label,
    }
