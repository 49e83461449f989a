"""What a header of ours must hold before it is written, so that it passes the rules (facts/interop.md 4).

The rules look at documents, whoever wrote them; this looks at the values, before there is a document, and
costs next to nothing. A test writes random headers and holds one against the other.
"""

import re
from collections.abc import Iterator
from typing import Final

from carnet.standards.cda.model import (
    TEMPLATE_HL7_FRANCE,
    TEMPLATE_STRUCTMIN,
    Author,
    Code,
    Header,
    Patient,
)
from carnet.standards.cda.rules.identification import CONFIDENTIALITY_CODES, CONFIDENTIALITY_OID
from carnet.standards.cda.rules.people import CIVILITIES, TITLES
from carnet.standards.ins import INS_OIDS

_COMMON: Final = {TEMPLATE_HL7_FRANCE, TEMPLATE_STRUCTMIN}
_MANDATORY: Final = (
    "set_id",
    "version_number",
    "authors",
    "custodian",
    "legal_authenticator",
    "service_start",
    "facility_type",
    "practice_setting",
)
_IDENTIFIER = re.compile(
    r"(?:[0-2](?:\.(?:0|[1-9][0-9]*))*|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})(?:\^.+)?"
)


def require(header: Header) -> None:
    """Raise ValueError, naming the fields, when the rules would find fault with what a header gives."""
    missing = [name for name in _MANDATORY if not getattr(header, name)]
    faults = missing or list(_faults(header))
    if faults:
        raise ValueError(f"the header misses or mistakes {', '.join(faults)}")


def _faults(header: Header) -> Iterator[str]:
    if header.language != "fr-FR":
        yield "language (fr-FR)"
    if not set(header.template_ids) > _COMMON:
        yield "template_ids (HL7 France, structuration minimale, and its own)"
    if (header.confidentiality.code, header.confidentiality.system) not in {
        (code, CONFIDENTIALITY_OID) for code in CONFIDENTIALITY_CODES
    }:
        yield "confidentiality (N, R or V)"
    if not (header.title.strip() and 1 <= (header.version_number or 0) < 10**9):
        yield "title or version_number"
    yield from _faults_of_codes(header)
    yield from _faults_of_identifiers(header)
    yield from _faults_of_patient(header.patient)
    yield from _faults_of_people(header)


def _faults_of_codes(header: Header) -> Iterator[str]:
    codes = {"facility_type": header.facility_type, "practice_setting": header.practice_setting}
    yield from (name for name, code in codes.items() if not _complete(code))
    if not (_complete(header.code) and header.code.display):
        yield "code"


def _complete(code: Code | None) -> bool:
    return code is not None and bool(code.code and code.system)


def _faults_of_identifiers(header: Header) -> Iterator[str]:
    identifiers = (header.unique_id, header.set_id or "", *header.replaces, *header.template_ids)
    if not all(_IDENTIFIER.fullmatch(identifier) for identifier in identifiers):
        yield "an identifier (OID or UUID)"
    if len(header.replaces) > 1 or header.unique_id in header.replaces:
        yield "replaces (one other document)"


def _faults_of_patient(patient: Patient) -> Iterator[str]:
    traits = patient.traits
    if not re.fullmatch(r"[0-9AB]{15}", patient.ins or "") or patient.ins_oid not in INS_OIDS:
        yield "patient.ins"
    if not patient.local_ids or not all(map(_IDENTIFIER.fullmatch, patient.local_ids)):
        yield "patient.local_ids"
    if not (traits.birth_name and traits.first_given_name and traits.given_names):
        yield "patient.traits (names of birth)"
    if not re.fullmatch(r"[0-9][0-9AB][0-9]{3}", traits.birth_place):
        yield "patient.traits.birth_place"


def _faults_of_people(header: Header) -> Iterator[str]:
    assert header.custodian is not None
    assert header.legal_authenticator is not None
    if not header.custodian.national_id:
        yield "custodian.national_id"
    if not header.legal_authenticator.family or header.legal_authenticator.device:
        yield "legal_authenticator.family"
    if not all(author.family or author.device for author in header.authors):
        yield "authors (family or device)"
    if header.data_enterer is not None and not header.data_enterer.family:
        yield "data_enterer.family"
    others = [header.data_enterer] if header.data_enterer else []
    if not all(map(_civil, (*header.authors, header.legal_authenticator, *others))):
        yield "prefix (a civility or a title)"


def _civil(author: Author) -> bool:
    return not author.prefix or author.prefix in CIVILITIES | TITLES
