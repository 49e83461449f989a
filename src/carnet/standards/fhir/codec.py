"""Resources to JSON and back; a bundle of any length, written one entry after the other.

Errors of reading: msgspec.ValidationError, which names the element at fault.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from carnet.standards.fhir.resources import AnyResource
from carnet.standards.fhir.types import Coding, Number, Quantity, Reference

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
MEDIA_TYPE: Final = "application/fhir+json"

_encoder = msgspec.json.Encoder()
_CONTROL: Final = re.compile(r"(\\\\)|\\u00[01][0-9a-f]|\\[bf]")
_BLANK: Final = re.compile(r'"(?:\s|\\[nrt])+"')
_NOTHING: Final = '"–"'
_decoder: msgspec.json.Decoder[AnyResource] = msgspec.json.Decoder(AnyResource)


class BundleEntry(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True, frozen=True):
    """One resource and the address by which the others name it."""

    full_url: str
    resource: AnyResource


class Bundle(
    msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True, frozen=True, tag_field="resourceType"
):
    """A bundle that is read whole. It is written by `write_bundle`, which never holds all of it."""

    id: str = ""
    type: str
    timestamp: str = ""
    entry: tuple[BundleEntry, ...] = ()


def encode(resource: AnyResource) -> bytes:
    """Return a resource as JSON (UTF-8), without nulls or empty elements."""
    return _legible(_encoder.encode(resource))


def _legible(data: bytes) -> bytes:
    """Return JSON whose strings are FHIR strings: no control character, and something beside blanks.

    People paste what they like: control characters become blanks, and a text of blanks alone a dash.
    """
    text = data.decode()
    if "\\" in text:
        text = _CONTROL.sub(lambda found: found[1] or " ", text)
    return _BLANK.sub(_NOTHING, text).encode()


def decode(data: bytes) -> AnyResource:
    """Return the resource that JSON tells; elements that Carnet does not know are left out."""
    return _decoder.decode(data)


def decode_bundle(data: bytes) -> Bundle:
    """Return a bundle of the resources that Carnet knows."""
    return msgspec.json.decode(data, type=Bundle)


def write_bundle(resources: Iterable[AnyResource], *, id: UUID, at: datetime) -> Iterator[bytes]:  # noqa: A002
    """Yield the JSON of a bundle of type "collection", one entry at a time. `id`: of the bundle."""
    head = {"resourceType": "Bundle", "id": str(id), "type": "collection", "timestamp": instant(at)}
    yield msgspec.json.encode(head)[:-1]
    opening = b',"entry":[\n'  # an empty list may not be written
    closing = b"}\n"
    for resource in resources:
        entry = BundleEntry(full_url=urn(resource.id), resource=resource)
        yield opening + _legible(_encoder.encode(entry))
        opening, closing = b",\n", b"\n]}\n"
    yield closing


def urn(id: str | UUID) -> str:  # noqa: A002
    """Return the `fullUrl` of a resource whose id is a UUID."""
    return f"urn:uuid:{id}"


def refer(id: str | UUID, type: str = "", display: str = "") -> Reference:  # noqa: A002
    """Return a reference to an entry of the same bundle."""
    return Reference(reference=urn(id), type=type, display=display)


def instant(moment: datetime) -> str:
    """Return a moment as FHIR writes it, to the millisecond; ValueError when it does not know its offset."""
    if moment.tzinfo is None:
        raise ValueError("un moment FHIR connaît son décalage horaire")
    return moment.isoformat(timespec="milliseconds")


def day(value: date) -> str:
    """Return a day as FHIR writes it."""
    return value.isoformat()


def number(value: float) -> Number:
    """Return a number that is whole as an integer: 128, not 128.0."""
    return int(value) if float(value).is_integer() else value


def quantity(value: float, *, ucum: str, unit: str) -> Quantity:
    """Return a measured quantity. `ucum`: the code of the unit; `unit`: its words."""
    return Quantity(value=number(value), unit=unit, system=UCUM, code=ucum)


def loinc(code: str, display: str = "") -> Coding:
    """Return a LOINC code."""
    return Coding(system=LOINC, code=code, display=display)
