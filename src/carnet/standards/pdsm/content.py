"""The file of a document: its bytes, its nature, its size and its hash; and, in a CDA, its header.

The header of a CDA is what counts: metadata beside it may say less, never otherwise.
"""

import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lxml import etree

from carnet.standards import sniff
from carnet.standards.cda import reader, rules
from carnet.standards.cda.model import CdaRefused, Document
from carnet.standards.ins import InsError, Matricule, same_traits
from carnet.standards.pdsm.codes import HIDDEN, LEVELS, Bindings, settle_labels
from carnet.standards.pdsm.deviations import FORMAT_OF_ANOTHER_CONTENT, HASH_IN_HEXADECIMAL
from carnet.standards.pdsm.findings import Findings
from carnet.standards.pdsm.moments import LATITUDE
from carnet.standards.pdsm.patients import Identity
from carnet.standards.pdsm.sent import Sent

MAX_FILE_BYTES: Final = 5_000_000
MAX_CDA_BYTES: Final = 7_000_000
"""Bounds of a file and of a CDA (docs/deposits.md)."""

MEDIA_TYPES: Final = {
    "text/xml": sniff.XML,
    "application/xml": sniff.XML,
    "application/hl7-cda+xml": sniff.XML,
    "application/xslt+xml": sniff.XML,
    "application/pdf": sniff.PDF,
    "text/plain": sniff.PLAIN,
    "text/rtf": sniff.RTF,
    "application/rtf": sniff.RTF,
    "image/jpeg": sniff.JPEG,
    "image/jpg": sniff.JPEG,
    "image/tiff": sniff.TIFF,
}
"""What may be sent, by each of its names: a CDA, or a file that a CDA of level 1 may carry."""

_BLANKS: Final = re.compile(r"[ \t\r\n]+")
_HEXADECIMAL: Final = re.compile(r"[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class Cda:
    """A CDA that was read: its tree, for whoever looks again, and what it says."""

    tree: etree._Element
    document: Document


def media_type_of(declared: str, findings: Findings, *, path: str) -> str:
    """Return the media type of a declared one, "" when no such file is taken."""
    media_type = MEDIA_TYPES.get(declared.partition(";")[0].strip().lower(), "")
    if not media_type:
        findings.fault(
            "pdsm.attachment.contentType",
            path,
            f"Un fichier « {declared[:60]} » n’est pas pris : CDA (text/xml), PDF, texte, RTF, JPEG ou TIFF.",
        )
    return media_type


def decode(text: str, findings: Findings, *, path: str, media_type: str) -> bytes | None:
    """Return the bytes of base64, None when they are too many, or it is not base64."""
    most = MAX_CDA_BYTES if media_type == sniff.XML else MAX_FILE_BYTES
    written = _BLANKS.sub("", text) if " " in text or "\n" in text or "\t" in text else text
    if len(written) > most // 3 * 4 + 8:
        _report_length(findings, path, most)
        return None
    try:
        data = binascii.a2b_base64(written.encode(), strict_mode=True)
    except ValueError:
        findings.fault("fhir.base64Binary", path, "Le contenu n’est pas du base64.")
        return None
    if len(data) > most:
        _report_length(findings, path, most)
        return None
    return data


def _report_length(findings: Findings, path: str, most: int) -> None:
    findings.fault("pdsm.attachment.length", path, f"Le fichier dépasse {most} octets.")


def check_bytes(
    data: bytes, attachment: dict[str, Any], findings: Findings, *, path: str, media_type: str
) -> None:
    """Hold the bytes against the size, the hash and the nature that were announced."""
    size, told = attachment.get("size"), attachment.get("hash")
    if size is not None and size != len(data):
        findings.fault(
            "pdsm.attachment.size",
            f"{path}.size",
            f"La taille annoncée est {size}, celle du fichier {len(data)}.",
        )
    if told is not None:
        _check_hash(data, told, findings, f"{path}.hash")
    if not data:
        findings.fault("pdsm.attachment.bytes", path, "Le fichier est vide.")
    elif not sniff.agrees(media_type, data):
        findings.fault(
            "pdsm.attachment.bytes",
            f"{path}.contentType",
            f"Le fichier annoncé « {media_type} » est {sniff.name_fr(data)}.",
        )


def _check_hash(data: bytes, told: str, findings: Findings, path: str) -> None:
    """The hash of FHIR is the SHA-1 in base64; that of XDS, in hexadecimal, is the known mistake."""
    proper = hashlib.sha1(data, usedforsecurity=False)
    if told.strip() == binascii.b2a_base64(proper.digest(), newline=False).decode():
        return
    if _HEXADECIMAL.fullmatch(told) and told.lower() == proper.hexdigest():
        findings.deviate(HASH_IN_HEXADECIMAL, path, "L’empreinte s’écrit en base64, et non en hexadécimal.")
        return
    findings.fault("pdsm.attachment.hash", path, "L’empreinte (SHA-1) annoncée n’est pas celle du fichier.")


def read_cda(data: bytes, findings: Findings, *, path: str) -> Cda | None:
    """Return a CDA, None when it cannot be read. In strict mode its header is held against the 43 rules."""
    try:
        tree = reader.parse(data, max_bytes=MAX_CDA_BYTES)
        document = reader.read_tree(tree)
    except CdaRefused as error:
        findings.fault("cda.read", path, f"{error.message_fr} (CDA, {error.rule})")
        return None
    if findings.strict:
        for found in rules.check(tree):
            findings.fault("cda.header", f"{path} › {found.element}", f"{found.message_fr} ({found.rule})")
    return Cda(tree, document)


@dataclass(frozen=True, slots=True)
class Said:
    """What metadata say beside a CDA; "" and None say nothing, and are not compared."""

    unique_id: str
    type_code: str
    identity: Identity | None
    labels: frozenset[str]


def check_cda(cda: Cda, sent: Sent, said: Said) -> Matricule | None:
    """Hold a CDA against what is said beside it, and against what any deposit must be.

    Returns the matricule that it gives, None when it is refused.
    """
    header, findings = cda.document, sent.findings
    if said.unique_id and said.unique_id != header.unique_id:
        told = f"L’identifiant n’est pas celui du document CDA ({header.unique_id})."
        sent.fault("pdsm.cda.uniqueId", "masterIdentifier", told)
    if said.type_code and said.type_code != header.code.code:
        told = f"Le type n’est pas celui du document CDA ({header.code.code[:40]})."
        sent.fault("pdsm.cda.type", "type", told)
    matricule = check_alone(cda, findings, path=sent.at, now=sent.now, hidden=said.labels & HIDDEN)
    if matricule is not None and said.identity is not None:
        _compare(header, sent, said.identity, matricule)
    return matricule


def check_alone(
    cda: Cda, findings: Findings, *, path: str, now: datetime, hidden: frozenset[str] = frozenset()
) -> Matricule | None:
    """Hold a CDA against what any deposit must be, whatever is said beside it, but who may not see it.

    Returns the matricule that it gives, None when it is refused.
    """
    header = cda.document
    if header.effective_time > now + LATITUDE:
        findings.fault("pdsm.date.future", f"{path} › effectiveTime", "Le document CDA est dans le futur.")
    code, where = header.confidentiality.code, f"{path} › confidentialityCode"
    if code not in LEVELS | HIDDEN:
        told = "La confidentialité du document CDA n’est pas connue."
        findings.fault("pdsm.securityLabel.JDV_J08", where, told)
    settle_labels({code} | hidden, findings, path=where)
    return _check_patient(header, findings, f"{path} › recordTarget")


def _check_patient(document: Document, findings: Findings, where: str) -> Matricule | None:
    try:
        matricule = document.patient.find_matricule()
    except InsError as error:
        findings.fault("pdsm.patient.ins", where, f"{error.message_fr} (CDA)")
        return None
    if matricule is None:
        told = "Le document CDA ne porte pas le matricule INS du patient."
        findings.fault("pdsm.patient.ins", where, told)
    if not document.patient.traits.birth_place:
        told = "Il manque le code INSEE du lieu de naissance du patient (CDA)."
        findings.fault("pdsm.patient.birthPlace", where, told)
    return matricule


def _compare(document: Document, sent: Sent, identity: Identity, matricule: Matricule) -> None:
    """Hold the patient who is named beside a CDA against the CDA's."""
    if identity.matricule != matricule:
        sent.fault("pdsm.cda.patient", "subject", "Le matricule n’est pas celui du document CDA.")
    elif identity.traits is not None:
        different = set(same_traits(identity.traits, document.patient.traits))
        if not identity.traits.birth_place:
            different.discard("birth_place")
        if different:
            told = "Les traits d’identité ne sont pas ceux du document CDA."
            sent.fault("pdsm.cda.patient", "subject", told)


def check_format(
    declared: str,
    findings: Findings,
    bindings: Bindings,
    *,
    path: str,
    media_type: str,
    cda: Cda | None,
) -> str:
    """Return the format of a content (associations A11, A12), which the one declared must be."""
    if cda is None:
        proper = bindings.format_of(media_type, ())
    else:
        inside = cda.document.attachments[0].media_type if cda.document.level == "N1" else ""
        proper = bindings.format_of(inside, cda.document.template_ids)
    if declared and proper and declared != proper:
        findings.deviate(FORMAT_OF_ANOTHER_CONTENT, path, f"Le format de ce contenu est {proper}.")
    return proper or declared
