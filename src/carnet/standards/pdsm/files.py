"""The file of a DocumentReference: inside it (ITI-105), or in a Binary of its bundle (ITI-65)."""

from carnet.standards.pdsm import content
from carnet.standards.pdsm.deviations import HASH_MISSING, SIZE_MISSING, Deviation
from carnet.standards.pdsm.sent import Sent


def read_file(sent: Sent) -> tuple[str, bytes | None]:
    """Return the media type and the bytes of the file, held against what is said of them."""
    if not sent.attachment:
        return "", None
    media_type = ""
    if sent.require(
        "pdsm.attachment.contentType.1..1",
        sent.attachment,
        "contentType",
        sent.at,
        "la nature du fichier",
    ):
        declared = sent.attachment["contentType"]
        media_type = content.media_type_of(declared, sent.findings, path=f"{sent.at}.contentType")
    if not sent.around.simplified:
        sent.require("pdsm.attachment.language.1..1", sent.attachment, "language", sent.at, "la langue")
        _warn_of_missing(sent, HASH_MISSING, "hash", "Il manque l’empreinte du fichier.")
        _warn_of_missing(sent, SIZE_MISSING, "size", "Il manque la taille du fichier.")
    text, where = _inline(sent) if sent.around.simplified else _entry(sent, media_type)
    if not text and f"{sent.at}.data" not in sent.findings.faulted:
        sent.findings.fault("pdsm.attachment.bytes", where, "Le fichier est vide ou absent.")
    if not text or not media_type:
        return media_type, None
    data = content.decode(text, sent.findings, path=where, media_type=media_type)
    if data is not None:
        content.check_bytes(data, sent.attachment, sent.findings, path=sent.at, media_type=media_type)
    return media_type, data


def _warn_of_missing(sent: Sent, deviation: Deviation, name: str, message_fr: str) -> None:
    if name not in sent.attachment and f"{sent.at}.{name}" not in sent.findings.faulted:
        sent.findings.deviate(deviation, f"{sent.at}.{name}", message_fr)


def _inline(sent: Sent) -> tuple[str, str]:
    if "url" in sent.attachment:
        sent.findings.fault(
            "pdsm.attachment.url.0..0", f"{sent.at}.url", "Le fichier est dans « data », sans adresse."
        )
    sent.require("pdsm.attachment.data.1..1", sent.attachment, "data", sent.at, "le fichier")
    return sent.attachment.get("data", ""), f"{sent.at}.data"


def _entry(sent: Sent, media_type: str) -> tuple[str, str]:
    """Return the base64 of the Binary of the bundle to which the attachment refers, and its path."""
    if "data" in sent.attachment:
        sent.findings.fault(
            "pdsm.attachment.data.0..0",
            f"{sent.at}.data",
            "Le fichier est dans une ressource Binary du lot.",
        )
    if not sent.require("pdsm.attachment.url.1..1", sent.attachment, "url", sent.at, "l’adresse du fichier"):
        return "", sent.at
    found = sent.around.files.get(sent.attachment["url"])
    if found is None:
        sent.findings.fault(
            "pdsm.attachment.url",
            f"{sent.at}.url",
            "Aucune ressource Binary du lot ne porte cette adresse.",
        )
        return "", sent.at
    declared, text, where = found
    if media_type and content.MEDIA_TYPES.get(declared.partition(";")[0].strip().lower()) != media_type:
        sent.findings.fault(
            "pdsm.binary.contentType",
            f"{where}.contentType",
            "La nature du fichier n’est pas celle annoncée.",
        )
    return text, f"{where}.data"
