"""Writing CDA documents of our own: level 1 around a file, level 3 with narrative sections.

The header follows the French structuration minimale 1.16.8 (facts/interop.md 4). What is written here
reads back, by `reader.read`, to the same `Header`.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lxml import etree

from carnet.standards.cda.attachments import MEDIA_TYPES
from carnet.standards.cda.model import (
    NAMESPACE,
    PS_OID,
    STRUCTURE_OID,
    TEMPLATE_HL7_FRANCE,
    TEMPLATE_N1,
    TEMPLATE_STRUCTMIN,
    Attachment,
    Author,
    Code,
    Header,
    Organisation,
    Patient,
)
from carnet.standards.cda.timestamp import format_timestamp

N1_TEMPLATES: Final = (TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, TEMPLATE_N1)

_GENDERS: Final = {"M": "Masculin", "F": "Féminin", "U": "Inconnu"}
_XML_TEXT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a narrative: one row of headings, then rows of as many cells."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of level 3: its title, its code, and paragraphs and tables in order."""

    title: str
    code: Code
    blocks: Sequence[str | Table]


def write_n1(header: Header, attachment: Attachment) -> bytes:
    """Return a document of level 1: the header around one file.

    Raises ValueError when the header misses what the profile makes mandatory, or names a type of file
    that a document may not carry.
    """
    if attachment.media_type not in MEDIA_TYPES:
        raise ValueError(f"a document may not carry {attachment.media_type}")
    if TEMPLATE_N1 not in header.template_ids:
        raise ValueError(f"a document of level 1 must claim template {TEMPLATE_N1}")
    document = _document(header)
    body = _add(_add(document, "component"), "nonXMLBody")
    text = _add(body, "text", mediaType=attachment.media_type, representation="B64")
    text.text = base64.b64encode(attachment.data).decode("ascii")
    return _bytes(document)


def write_n3(header: Header, sections: Sequence[Section]) -> bytes:
    """Return a document of level 3: header and narrative sections. Raises ValueError as `write_n1` does."""
    document = _document(header)
    body = _add(_add(document, "component"), "structuredBody")
    if not sections:
        raise ValueError("a document of level 3 needs a section")
    for section in sections:
        _write_section(body, section)
    return _bytes(document)


# The header, in the order of the schema


def _document(header: Header) -> etree._Element:
    _check(header)
    document = etree.fromstring(f'<ClinicalDocument xmlns="{NAMESPACE}"/>')
    _add(document, "realmCode", code="FR")
    _add(document, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    for template in header.template_ids:
        _identifier(document, "templateId", template)
    _identifier(document, "id", header.unique_id)
    _code(document, "code", header.code)
    _text(document, "title", header.title)
    _add(document, "effectiveTime", value=format_timestamp(header.effective_time))
    _code(document, "confidentialityCode", header.confidentiality)
    _add(document, "languageCode", code=header.language)
    _identifier(document, "setId", header.set_id or "")
    _add(document, "versionNumber", value=str(header.version_number))
    _write_patient(document, header.patient)
    for author in header.authors:
        _write_author(document, author, header.effective_time)
    _write_custodian(document, header)
    _write_legal_authenticator(document, header)
    _write_service(document, header)
    for replaced in header.replaces:
        related = _add(document, "relatedDocument", typeCode="RPLC")
        _identifier(_add(related, "parentDocument"), "id", replaced)
    _write_encounter(document, header)
    return document


def _check(header: Header) -> None:
    """Refuse a header to which the structuration minimale would find something missing."""
    mandatory = {
        "set_id": header.set_id,
        "version_number": header.version_number,
        "patient.ins": header.patient.ins,
        "patient.ins_oid": header.patient.ins_oid,
        "patient.local_ids": header.patient.local_ids,
        "authors": header.authors,
        "custodian": header.custodian,
        "legal_authenticator": header.legal_authenticator,
        "service_start": header.service_start,
        "facility_type": header.facility_type,
        "practice_setting": header.practice_setting,
    }
    missing = [name for name, value in mandatory.items() if not value]
    if missing:
        raise ValueError(f"the header misses {', '.join(missing)}")
    if header.language != "fr-FR":
        raise ValueError("the language of a French document is fr-FR")
    if not {TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN} < set(header.template_ids):
        raise ValueError(
            "a document claims the templates of HL7 France, of the structuration minimale, and its own"
        )


def _write_patient(document: etree._Element, patient: Patient) -> None:
    role = _add(_add(document, "recordTarget"), "patientRole")
    _add(role, "id", root=patient.ins_oid or "", extension=patient.ins or "")
    for local in patient.local_ids:
        _identifier(role, "id", local)
    _contacts(role)
    person, traits = _add(role, "patient", classCode="PSN"), patient.traits
    name = _add(person, "name")
    _text(name, "family", traits.birth_name, qualifier="BR")
    _text(name, "given", traits.given_names)
    _text(name, "given", traits.first_given_name, qualifier="BR")
    _text(name, "family", patient.used_family, qualifier="CL")
    _text(name, "given", patient.used_given, qualifier="CL")
    _code(person, "administrativeGenderCode", Code(traits.sex, "2.16.840.1.113883.5.1", _GENDERS[traits.sex]))
    _add(person, "birthTime", value=traits.birth_date.strftime("%Y%m%d").rjust(8, "0"))
    birthplace = _add(_add(_add(person, "birthplace"), "place"), "addr")
    _text(birthplace, "county", traits.birth_place)
    _text(birthplace, "city", patient.birth_place_name)


def _write_author(document: etree._Element, author: Author, effective_time: datetime) -> None:
    element = _add(document, "author")
    _add(element, "time", value=format_timestamp(author.at or effective_time))
    entity = _add(element, "assignedAuthor")
    _write_entity(entity, author)
    if author.organisation is not None:
        _write_organisation(entity, "representedOrganization", author.organisation)


def _write_custodian(document: etree._Element, header: Header) -> None:
    assert header.custodian is not None
    custodian = _add(_add(document, "custodian"), "assignedCustodian")
    _write_organisation(custodian, "representedCustodianOrganization", header.custodian)


def _write_legal_authenticator(document: etree._Element, header: Header) -> None:
    author = header.legal_authenticator
    assert author is not None
    element = _add(document, "legalAuthenticator")
    _add(element, "time", value=format_timestamp(author.at or header.effective_time))
    _add(element, "signatureCode", code="S")
    _write_assigned_entity(element, author)


def _write_service(document: etree._Element, header: Header) -> None:
    """The principal act: done by who answers for the document, in the setting of the header."""
    assert header.legal_authenticator is not None
    assert header.service_start is not None
    event = _add(_add(document, "documentationOf"), "serviceEvent")
    times = _add(event, "effectiveTime")
    _add(times, "low", value=format_timestamp(header.service_start))
    if header.service_stop is not None:
        _add(times, "high", value=format_timestamp(header.service_stop))
    performer = _add(event, "performer", typeCode="PRF")
    _write_assigned_entity(performer, header.legal_authenticator, setting=header.practice_setting)


def _write_encounter(document: etree._Element, header: Header) -> None:
    assert header.facility_type is not None
    assert header.service_start is not None
    encounter = _add(_add(document, "componentOf"), "encompassingEncounter")
    _add(_add(encounter, "effectiveTime"), "low", value=format_timestamp(header.service_start))
    facility = _add(_add(encounter, "location"), "healthCareFacility")
    _code(facility, "code", header.facility_type)


# People and structures


def _write_assigned_entity(parent: etree._Element, author: Author, setting: Code | None = None) -> None:
    entity = _add(parent, "assignedEntity")
    _write_entity(entity, author)
    organisation = author.organisation
    if organisation is None and setting is not None:
        organisation = Organisation()
    if organisation is not None:
        element = _write_organisation(entity, "representedOrganization", organisation)
        if setting is not None:
            _code(element, "standardIndustryClassCode", setting)


def _write_entity(entity: etree._Element, author: Author) -> None:
    if "^" in author.national_id or not author.national_id:
        _identifier(entity, "id", author.national_id)
    else:
        _add(entity, "id", root=PS_OID, extension=author.national_id)
    if author.role is not None:
        _code(entity, "code", author.role)
    _contacts(entity)
    if author.device:
        _text(_add(entity, "assignedAuthoringDevice"), "softwareName", author.device)
        return
    name = _add(_add(entity, "assignedPerson"), "name")
    for part in ("family", "given", "prefix"):
        _text(name, part, getattr(author, part))


def _write_organisation(parent: etree._Element, tag: str, organisation: Organisation) -> etree._Element:
    element = _add(parent, tag)
    if "^" in organisation.national_id:
        _identifier(element, "id", organisation.national_id)
    elif organisation.national_id:
        _add(element, "id", root=STRUCTURE_OID, extension=organisation.national_id)
    _text(element, "name", organisation.name)
    _contacts(element, telecom_first=True)
    return element


def _contacts(element: etree._Element, *, telecom_first: bool = False) -> None:
    """Address and telecom are mandatory, and may say that they are not available: we hold none."""
    for tag in ("telecom", "addr") if telecom_first else ("addr", "telecom"):
        _add(element, tag, nullFlavor="NAV")


# The narrative


def _write_section(body: etree._Element, section: Section) -> None:
    element = _add(_add(body, "component"), "section")
    _code(element, "code", section.code)
    _text(element, "title", section.title)
    text = _add(element, "text")
    for block in section.blocks:
        if isinstance(block, Table):
            _write_table(text, block)
        else:
            _text(text, "paragraph", block)


def _write_table(text: etree._Element, table: Table) -> None:
    if any(len(row) != len(table.headings) for row in table.rows):
        raise ValueError("a row of the table has not as many cells as there are headings")
    element = _add(text, "table")
    _text(element, "caption", table.caption)
    heading = _add(_add(element, "thead"), "tr")
    for label in table.headings:
        _add(heading, "th").text = _checked(label)
    rows = _add(element, "tbody")
    for cells in table.rows:
        row = _add(rows, "tr")
        for cell in cells:
            _add(row, "td").text = _checked(cell)


# Elements and data types


def _add(parent: etree._Element, tag: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", {k: _checked(v) for k, v in attributes.items()})


def _text(parent: etree._Element, tag: str, text: str, **attributes: str) -> None:
    """Add an element holding text; nothing when there is none."""
    if text:
        _add(parent, tag, **attributes).text = _checked(text)


def _identifier(parent: etree._Element, tag: str, identifier: str) -> None:
    """Add an instance identifier from its normal form; an empty one says that it is not known."""
    root, _, extension = identifier.partition("^")
    root = root.upper()  # a UUID in lower case is refused by the rules of the data type
    if not root:
        _add(parent, tag, nullFlavor="UNK")
    elif extension:
        _add(parent, tag, root=root, extension=extension)
    else:
        _add(parent, tag, root=root)


def _code(parent: etree._Element, tag: str, code: Code) -> None:
    attributes = {"code": code.code, "displayName": code.display, "codeSystem": code.system}
    _add(parent, tag, **{name: value for name, value in attributes.items() if value})


def _checked(text: str) -> str:
    if _XML_TEXT.search(text):
        raise ValueError("a text holds a character that XML cannot carry")
    return text


def _bytes(document: etree._Element) -> bytes:
    return etree.tostring(document, encoding="UTF-8", xml_declaration=True)
