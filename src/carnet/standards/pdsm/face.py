"""The face of a document: what its depositor said of it in FHIR, ready to be sent back without being read.

Reading a document back must cost next to nothing, so what never changes of its DocumentReference is kept as
JSON text, cut where the server puts in what does. A face is five texts, parted by a zero byte, which JSON
never holds:

1. `extensions`: the extensions but isArchived, parted by commas;
2. `identifiers`: the identifiers but the entryUUID, parted by commas;
3. `relations`: the relatesTo but those that replace, parted by commas;
4. `head`: the other members, up to and into the attachment: `"masterIdentifier":{…},…,"content":[
   {"attachment":{"contentType":"application/pdf"`;
5. `tail`: what follows the attachment's `url`, `size` and `hash`: `},"format":{…}}]`.

The resource is then `{"resourceType":"DocumentReference","id":…,"meta":…,"extension":[isArchived,extensions],
"identifier":[entryUUID,identifiers],"relatesTo":[…,relations],"status":…,"securityLabel":[…],` + head +
`,"url":…,"size":…,"hash":…` + tail + `}`. isArchived stands first among the extensions: software that writes
`/extension/0/valueBoolean` in a JSON Patch means it.
"""

from dataclasses import dataclass
from typing import Any, Final

import orjson

from carnet.standards.pdsm.identifiers import type_of
from carnet.standards.pdsm.reading import Resource

IS_ARCHIVED: Final = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived"
_OWN: Final = frozenset(
    {"resourceType", "id", "meta", "implicitRules", "text", "status", "docStatus", "securityLabel"}
)
_APART: Final = frozenset({"extension", "identifier", "relatesTo", "content", "subject"})
_PUT_BACK: Final = frozenset({"url", "data", "size", "hash"})


@dataclass(frozen=True, slots=True)
class Face:
    """The five texts of a face, JSON without the brackets around them."""

    extensions: bytes
    identifiers: bytes
    relations: bytes
    head: bytes
    tail: bytes


def split_face(face: bytes) -> Face:
    """Return the texts of a face that `make_face` made."""
    return Face(*face.split(b"\0"))


def make_face(resource: Resource, *, subject: tuple[str, str]) -> bytes:
    """Return the face of a DocumentReference. `subject`: system and value of the matricule of its person.

    The reference to the subject becomes her identifier: a conditional one (`Patient?identifier=…`), or one
    to an entry of the bundle, means nothing later (facts/interop.md 2.10).
    """
    system, value = subject
    members: dict[str, Any] = {
        name: part for name, part in resource.items() if name not in _OWN and name not in _APART
    }
    members["subject"] = {"type": "Patient", "identifier": {"system": system, "value": value}}
    content = resource["content"][0]
    attachment = {name: part for name, part in content["attachment"].items() if name not in _PUT_BACK}
    attachment = attachment or {"contentType": "text/xml"}
    rest = {name: part for name, part in content.items() if name != "attachment"}
    head = b'%s,"content":[{"attachment":{%s' % (_members(members), _members(attachment))
    tail = b"}%s}]" % (b"," + _members(rest) if rest else b"")
    return b"\0".join((*_lists(resource), head, tail))


def _lists(resource: Resource) -> tuple[bytes, bytes, bytes]:
    extensions = [one for one in resource.get("extension", ()) if one.get("url") != IS_ARCHIVED]
    identifiers = [one for one in resource.get("identifier", ()) if type_of(one) != "entryUUID"]
    relations = [one for one in resource.get("relatesTo", ()) if one.get("code") != "replaces"]
    return _items(extensions), _items(identifiers), _items(relations)


def _members(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value)[1:-1]


def _items(values: list[Any]) -> bytes:
    return orjson.dumps(values)[1:-1]
