"""A file that comes by itself becomes a CDA of level 1: what is kept is always a document (facts/mes.md 3.4).

Its depositor gets the file back as it was sent, byte for byte.
"""

from dataclasses import replace
from typing import Final

from carnet.documents.policies import MAX_BYTES, MAX_CDA_BYTES, Code, DepositRefused, refusal_of
from carnet.standards import sniff
from carnet.standards.cda import reader
from carnet.standards.cda.model import Attachment, CdaRefused, Document, Header
from carnet.standards.cda.rules.acts import LEVEL_1_MEDIA_TYPES
from carnet.standards.cda.writer import N1_TEMPLATES, write_envelope

_KINDS: Final = "PDF, texte, RTF, JPEG, TIFF"


def describe(data: bytes, media_type: str, header: Header) -> Document:
    """Return a file as the document that it becomes. Raises DepositRefused 906: type, size, header."""
    check_file(data, media_type)
    header = replace(header, template_ids=N1_TEMPLATES)
    _check_readable(header)
    return Document(**vars(header), level="N1", attachments=(Attachment(media_type, data),))


def wrap(document: Document) -> bytes:
    """Return the CDA around the file of a document that `describe` returned."""
    return _write(document.header, document.attachments[0])


def _check_readable(header: Header) -> None:
    """Refuse a header that could not be read back from the document that it is written in."""
    try:
        reader.read(_write(header, Attachment(sniff.PLAIN, b"-")))
    except CdaRefused as error:
        raise refusal_of(error) from error


def _write(header: Header, file: Attachment) -> bytes:
    try:
        return write_envelope(header, file)
    except ValueError as error:
        raise DepositRefused(
            Code.OTHER,
            "header",
            "Les informations qui accompagnent ce fichier ne tiennent pas dans un document.",
        ) from error


def unwrap(cda: bytes, media_type: str) -> bytes:
    """Return what was sent from what was kept: the CDA itself, or the file in it. Raises CdaRefused."""
    if media_type == sniff.XML:
        return cda
    return reader.read(cda, max_bytes=MAX_CDA_BYTES).attachments[0].data


def check_file(data: bytes, media_type: str) -> None:
    """Refuse, 906, a file of a type that a document may not carry, or whose bytes are something else."""
    if media_type not in LEVEL_1_MEDIA_TYPES:
        raise DepositRefused(
            Code.OTHER, "contentType", f"Ce type de fichier n’est pas accepté. Acceptés : CDA, {_KINDS}."
        )
    if not data or len(data) > MAX_BYTES:
        raise DepositRefused(
            Code.OTHER,
            "size",
            f"Un fichier compte entre 1 et {MAX_BYTES} octets : celui-ci en a {len(data)}.",
        )
    if not sniff.agrees(media_type, data):
        raise DepositRefused(
            Code.OTHER,
            "content",
            f"Ce fichier est annoncé « {media_type} », mais c’est {sniff.name_fr(data)}.",
        )
