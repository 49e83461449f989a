"""Documents as DocumentReferences, whose files are in the archive (facts/interop.md 2)."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from typing import Final

from carnet.documents.api import DocumentCard
from carnet.exports.bundle.directory import Directory
from carnet.exports.originals import DocumentFiles
from carnet.exports.stream import Written
from carnet.standards.fhir.codec import instant, loinc, refer
from carnet.standards.fhir.resources import DocumentContent, DocumentReference, DocumentRelation
from carnet.standards.fhir.types import Attachment, CodeableConcept, Coding, Identifier, Reference

_CLASSES: Final = "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"
_VISIBILITY: Final = (
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument"
)
_NORMAL: Final = Coding(
    system="http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code="N", display="normal"
)
_MASKED: Final = Coding(system=_VISIBILITY, code="MASQUE_PS", display="Masqué aux professionnels de santé")
_LOINC: Final = re.compile(r"[0-9]+-[0-9]")
_NATIONAL: Final = "urn:oid:1.2.250.1.213.1.1.4.12"  # TRE_A05
_URI: Final = "urn:ietf:rfc:3986"


def document_references(found: Iterable[DocumentFiles], directory: Directory) -> Iterator[DocumentReference]:
    """Yield every document and version; those whose content is missing stand without file."""
    files = list(found)
    ids = {one.card.id for one in files}
    replaced = {one.card.replaced_by: one.card for one in files if one.card.replaced_by in ids}
    for one in files:
        yield _reference(one, directory, replaced.get(one.card.id))


def _reference(one: DocumentFiles, directory: Directory, earlier: DocumentCard | None) -> DocumentReference:
    card = one.card
    masked = (CodeableConcept(coding=(_MASKED,)),) if card.masked else ()
    return DocumentReference(
        id=str(card.id),
        master_identifier=Identifier(system=_URI, value=f"urn:uuid:{card.id}"),
        status="superseded" if card.status == "superseded" else "current",
        type=CodeableConcept(coding=(_type(card),), text=card.type.label),
        category=(CodeableConcept(coding=(Coding(system=_CLASSES, code=card.type.class_code),)),),
        subject=directory.subject,
        date=instant(card.deposited_at),
        author=tuple(_authors(card, directory)),
        custodian=_custodian(card, directory),
        relates_to=(DocumentRelation(code="replaces", target=refer(earlier.id, "DocumentReference")),)
        if earlier
        else (),
        description=card.title,
        security_label=(CodeableConcept(coding=(_NORMAL,)), *masked),
        content=tuple(_contents(one)),
    )


def _type(card: DocumentCard) -> Coding:
    """The type of JDV_J07: a LOINC code, or one of the national list for what a person writes herself."""
    if _LOINC.fullmatch(card.type.code):
        return loinc(card.type.code, card.type.label)
    return Coding(system=_NATIONAL, code=card.type.code, display=card.type.label)


def _authors(card: DocumentCard, directory: Directory) -> Iterator[Reference]:
    """The authors as the document names them; they need be no resource of the bundle."""
    for name in card.authors:
        yield Reference(display=name)
    if card.own and not card.authors:
        yield directory.subject


def _custodian(card: DocumentCard, directory: Directory) -> Reference | None:
    if not card.structure:
        return None
    return directory.organisation(card.structure, card.structure_name)


def _contents(one: DocumentFiles) -> Iterator[DocumentContent]:
    """The original first, then the files that it carries."""
    created = instant(one.card.created_on)
    if one.original is None:
        yield DocumentContent(attachment=Attachment(title=one.card.title, creation=created))
        return
    yield _content(one.original, "text/xml", one.card.title, created)
    for part in one.parts:
        yield _content(part.file, part.media_type, part.words, created)


def _content(file: Written, media_type: str, title: str, created: str) -> DocumentContent:
    return DocumentContent(
        attachment=Attachment(
            content_type=media_type,
            language="fr-FR",
            url=file.path,
            size=file.size,
            hash=b64encode(file.sha1).decode(),
            title=title,
            creation=created,
        )
    )
