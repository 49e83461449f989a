"""Writing CDA documents of our own: level 1 around a file, level 3 with narrative sections.

The header follows the French structuration minimale 1.16.8 (facts/interop.md 4). What is written here
reads back, by `reader.read`, to the same `Header`.
"""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from lxml import etree

from carnet.standards.cda.elements import add, add_code, add_identifier, add_text
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
from carnet.standards.cda.requirements import require
from carnet.standards.cda.rules.acts import LEVEL_1_MEDIA_TYPES
from carnet.standards.cda.sections import Cell, Section, Table, write_section
from carnet.standards.cda.timestamp import format_timestamp

__all__ = [
    "N1_TEMPLATES",
    "Cell",
    "Section",
    "Table",
    "next_version",
    "write_envelope",
    "write_n1",
    "write_n3",
]

N1_TEMPLATES: Final = (TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN, TEMPLATE_N1)

_GENDERS: Final = {"M": "Masculin", "F": "Féminin", "U": "Inconnu"}


def write_n1(header: Header, attachment: Attachment) -> bytes:
    """Return a document of level 1: the header around one file.

    Raises ValueError when the header misses what the profile makes mandatory, or names a type of file
    that a document may not carry.
    """
    require(header)
    return write_envelope(header, attachment)


def write_envelope(header: Header, attachment: Attachment) -> bytes:
    """Return a document of level 1 around a file of which less is known than the profile asks for.

    What the header leaves out stays unsaid: it is read back as it was, and may break rules of the profile.
    Raises ValueError for a type of file that a document may not carry, or a text that XML cannot.
    """
    if attachment.media_type not in LEVEL_1_MEDIA_TYPES:
        raise ValueError(f"a document may not carry {attachment.media_type}")
    if set(header.template_ids) != set(N1_TEMPLATES):
        raise ValueError(f"a document of level 1 claims template {TEMPLATE_N1} and no other of its own")
    document = _document(header)
    body = add(add(document, "component"), "nonXMLBody")
    text = add(body, "text", mediaType=attachment.media_type, representation="B64")
    text.text = base64.b64encode(attachment.data).decode("ascii")
    return _bytes(document)


def write_n3(header: Header, sections: Sequence[Section]) -> bytes:
    """Return a document of level 3: header and narrative sections. Raises ValueError as `write_n1` does."""
    require(header)
    document = _document(header)
    body = add(add(document, "component"), "structuredBody")
    if not sections:
        raise ValueError("a document of level 3 needs a section")
    for section in sections:
        write_section(body, section)
    return _bytes(document)


def next_version(header: Header, *, unique_id: str, effective_time: datetime) -> Header:
    """Return the header of the version that replaces a document (facts/interop.md 4, versioning).

    The setId stays, the number grows by one, the id is new, and the id of the old one is replaced.
    """
    return replace(
        header,
        unique_id=unique_id,
        effective_time=effective_time,
        version_number=(header.version_number or 0) + 1,
        replaces=(header.unique_id,),
    )


# The header, in the order of the schema


def _document(header: Header) -> etree._Element:
    document = etree.fromstring(f'<ClinicalDocument xmlns="{NAMESPACE}"/>')
    add(document, "realmCode", code="FR")
    add(document, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    for template in header.template_ids:
        add_identifier(document, "templateId", template)
    add_identifier(document, "id", header.unique_id)
    add_code(document, "code", header.code)
    add_text(document, "title", header.title)
    add(document, "effectiveTime", value=format_timestamp(header.effective_time))
    add_code(document, "confidentialityCode", header.confidentiality)
    add(document, "languageCode", code=header.language)
    if header.set_id:
        add_identifier(document, "setId", header.set_id)
    if header.version_number:
        add(document, "versionNumber", value=str(header.version_number))
    _write_patient(document, header.patient)
    for author in header.authors:
        _write_author(document, author, header.effective_time)
    _write_data_enterer(document, header)
    _write_custodian(document, header)
    _write_legal_authenticator(document, header)
    _write_service(document, header)
    for replaced in header.replaces:
        related = add(document, "relatedDocument", typeCode="RPLC")
        add_identifier(add(related, "parentDocument"), "id", replaced)
    _write_encounter(document, header)
    return document


def _write_patient(document: etree._Element, patient: Patient) -> None:
    role = add(add(document, "recordTarget"), "patientRole")
    add(role, "id", root=patient.ins_oid or "", extension=patient.ins or "")
    for local in patient.local_ids:
        add_identifier(role, "id", local)
    _contacts(role)
    person, traits = add(role, "patient", classCode="PSN"), patient.traits
    name = add(person, "name")
    add_text(name, "family", traits.birth_name, qualifier="BR")
    add_text(name, "given", traits.given_names)
    add_text(name, "given", traits.first_given_name, qualifier="BR")
    add_text(name, "family", patient.used_family, qualifier="CL")
    add_text(name, "given", patient.used_given, qualifier="CL")
    add_code(
        person, "administrativeGenderCode", Code(traits.sex, "2.16.840.1.113883.5.1", _GENDERS[traits.sex])
    )
    add(person, "birthTime", value=traits.birth_date.strftime("%Y%m%d").rjust(8, "0"))
    birthplace = add(add(add(person, "birthplace"), "place"), "addr")
    add_text(birthplace, "county", traits.birth_place)
    add_text(birthplace, "city", patient.birth_place_name)


def _write_author(document: etree._Element, author: Author, effective_time: datetime) -> None:
    element = add(document, "author")
    add(element, "time", value=format_timestamp(author.at or effective_time))
    entity = add(element, "assignedAuthor")
    _write_entity(entity, author)
    if author.organisation is not None:
        _write_organisation(entity, "representedOrganization", author.organisation)


def _write_data_enterer(document: etree._Element, header: Header) -> None:
    person = header.data_enterer
    if person is None:
        return
    element = add(document, "dataEnterer")
    add(element, "time", value=format_timestamp(person.at or header.effective_time))
    _write_assigned_entity(element, person)


def _write_custodian(document: etree._Element, header: Header) -> None:
    if header.custodian is None:
        return
    custodian = add(add(document, "custodian"), "assignedCustodian")
    _write_organisation(custodian, "representedCustodianOrganization", header.custodian)


def _write_legal_authenticator(document: etree._Element, header: Header) -> None:
    author = header.legal_authenticator
    if author is None:
        return
    element = add(document, "legalAuthenticator")
    add(element, "time", value=format_timestamp(author.at or header.effective_time))
    add(element, "signatureCode", code="S")
    _write_assigned_entity(element, author)


def _write_service(document: etree._Element, header: Header) -> None:
    """The principal act: done by who answers for the document, in the setting of the header."""
    start, stop, setting = header.service_start, header.service_stop, header.practice_setting
    if start is None and stop is None and setting is None:
        return
    event = add(add(document, "documentationOf"), "serviceEvent")
    _write_times(event, start, stop)
    if header.legal_authenticator is not None or setting is not None:
        performer = add(event, "performer", typeCode="PRF")
        _write_assigned_entity(performer, header.legal_authenticator or Author(), setting=setting)


def _write_times(parent: etree._Element, start: datetime | None, stop: datetime | None) -> None:
    if start is None and stop is None:
        return
    times = add(parent, "effectiveTime")
    for tag, moment in (("low", start), ("high", stop)):
        if moment is not None:
            add(times, tag, value=format_timestamp(moment))


def _write_encounter(document: etree._Element, header: Header) -> None:
    if header.facility_type is None:
        return
    encounter = add(add(document, "componentOf"), "encompassingEncounter")
    _write_times(encounter, header.service_start, None)
    facility = add(add(encounter, "location"), "healthCareFacility")
    add_code(facility, "code", header.facility_type)


# People and structures


def _write_assigned_entity(parent: etree._Element, author: Author, setting: Code | None = None) -> None:
    entity = add(parent, "assignedEntity")
    _write_entity(entity, author)
    organisation = author.organisation
    if organisation is None and setting is not None:
        organisation = Organisation()
    if organisation is not None:
        element = _write_organisation(entity, "representedOrganization", organisation)
        if setting is not None:
            add_code(element, "standardIndustryClassCode", setting)


def _write_entity(entity: etree._Element, author: Author) -> None:
    if "^" in author.national_id or not author.national_id:
        add_identifier(entity, "id", author.national_id)
    else:
        add(entity, "id", root=PS_OID, extension=author.national_id)
    if author.role is not None:
        add_code(entity, "code", author.role)
    _contacts(entity)
    if author.device:
        add_text(add(entity, "assignedAuthoringDevice"), "softwareName", author.device)
        return
    name = add(add(entity, "assignedPerson"), "name")
    for part in ("family", "given", "prefix"):
        add_text(name, part, getattr(author, part))


def _write_organisation(parent: etree._Element, tag: str, organisation: Organisation) -> etree._Element:
    element = add(parent, tag)
    if "^" in organisation.national_id:
        add_identifier(element, "id", organisation.national_id)
    elif organisation.national_id:
        add(element, "id", root=STRUCTURE_OID, extension=organisation.national_id)
    add_text(element, "name", organisation.name)
    _contacts(element, telecom_first=True)
    return element


def _contacts(element: etree._Element, *, telecom_first: bool = False) -> None:
    """Address and telecom are mandatory, and may say that they are not available: we hold none."""
    for tag in ("telecom", "addr") if telecom_first else ("addr", "telecom"):
        add(element, tag, nullFlavor="NAV")


def _bytes(document: etree._Element) -> bytes:
    return etree.tostring(document, encoding="UTF-8", xml_declaration=True)
