"""Files carried inside a CDA document: the body of level 1, the media embedded beside a narrative.

The announced type must be one that a person can open (facts/interop.md 4), and the decoded bytes must
agree with it.
"""

import base64
import binascii
from typing import Final

from lxml import etree

from carnet.standards import sniff
from carnet.standards.cda.model import NAMESPACE, Attachment, CdaRefused, Level

MEDIA_TYPES: Final = frozenset({sniff.PDF, sniff.PLAIN, sniff.RTF, sniff.JPEG, sniff.PNG, sniff.TIFF})
IMAGE_TYPES: Final = frozenset({sniff.JPEG, sniff.PNG, sniff.GIF, sniff.TIFF})
EMBEDDED_TYPES: Final = MEDIA_TYPES | IMAGE_TYPES

MAX_FILES: Final = 100
"""Of one document: each is read and scanned by itself. The real ones that we know have five at most."""

_H: Final = f"{{{NAMESPACE}}}"


def attachments_of(body: etree._Element, level: Level) -> tuple[Attachment, ...]:
    """Return the files of a document's body. Raises `CdaRefused` with mediaType, base64 or content."""
    return (_whole_body(body),) if level == "N1" else _embedded(body)


def _whole_body(body: etree._Element) -> Attachment:
    text = body.find(f"{_H}text")
    if text is None:
        raise CdaRefused("body", "Le corps du document est vide.")
    media_type = text.get("mediaType", sniff.PLAIN)
    if media_type not in MEDIA_TYPES:
        raise CdaRefused("mediaType", f"Le type de fichier « {media_type[:60]} » n’est pas accepté.")
    return _attachment(text, media_type)


def _embedded(body: etree._Element) -> tuple[Attachment, ...]:
    """Return the media of a narrative that a person can open; sound and others stay in the original only."""
    found = []
    for media in body.iter(f"{_H}observationMedia"):
        value = media.find(f"{_H}value")
        if (
            value is not None
            and value.get("mediaType") in EMBEDDED_TYPES
            and value.get("representation") == "B64"
        ):
            found.append(_attachment(value, _image_type(value), name=media.get("ID", "")))
            if len(found) > MAX_FILES:
                raise CdaRefused("body", f"Le document porte plus de {MAX_FILES} fichiers.")
    return tuple(found)


def _image_type(value: etree._Element) -> str:
    """Return the announced type, or for an image the one it really has: software mixes JPEG and PNG up."""
    announced = value.get("mediaType", "")
    shown = sniff.sniff(_data(value, announced)) if announced in IMAGE_TYPES else None
    return shown if shown in IMAGE_TYPES else announced


def _attachment(element: etree._Element, media_type: str, *, name: str = "") -> Attachment:
    data = _data(element, media_type)
    if not sniff.agrees(media_type, data):
        raise CdaRefused("content", f"Le contenu du fichier joint n’est pas du type annoncé ({media_type}).")
    return Attachment(media_type, data, name)


def _data(element: etree._Element, media_type: str) -> bytes:
    text = "".join(map(str, element.itertext()))
    if element.get("representation") != "B64" and media_type == sniff.PLAIN:
        return text.encode("utf-8")
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise CdaRefused("base64", "Le fichier joint au document est abîmé (base64 incorrect).") from error
