"""What a file is, from its own bytes and nothing else: names and announced types are only claims."""

import re
from typing import Final

PDF: Final = "application/pdf"
PLAIN: Final = "text/plain"
RTF: Final = "text/rtf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
GIF: Final = "image/gif"
TIFF: Final = "image/tiff"
XML: Final = "text/xml"
HTML: Final = "text/html"


class FileRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """A file was not taken. `rule`: a word for the rule that it broke; `message_fr` tells people."""

    def __init__(self, rule: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.rule = rule
        self.message_fr = message_fr


_SIGNATURES: Final = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"{\\rtf", RTF),
)
_OTHERS: Final = (
    (b"MZ", "un programme Windows"),
    (b"\x7fELF", "un programme"),
    (b"\xcf\xfa\xed\xfe", "un programme"),
    (b"\xca\xfe\xba\xbe", "un programme"),
    (b"#!", "un programme"),
    (b"PK\x03\x04", "une archive ZIP, ou un document Word ou Excel"),
    (b"PK\x05\x06", "une archive ZIP"),
    (b"Rar!", "une archive RAR"),
    (b"7z\xbc\xaf\x27\x1c", "une archive 7z"),
    (b"\x1f\x8b", "une archive gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "un ancien document Word ou Excel"),
    (b"GIF8", "une image GIF"),
    (b"BM", "une image BMP"),
    (b"RIFF", "une image WebP, un son ou une vidéo"),
    (b"%!PS", "un fichier PostScript"),
)
_HTML = re.compile(r"\s*<(?:!doctype\s+html|html|head|body|script|svg)\b", re.IGNORECASE)
_XML = re.compile(r"\s*(?:<\?xml\s|<!--|<[A-Za-z_][\w.:-]*[\s/>])")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def sniff(data: bytes) -> str | None:
    """Return the media type that the bytes show, or None when they show none that we know.

    A signature counts only at the very first byte: a file that is a program first and a PDF further on
    is not a PDF. Text must be UTF-8, or Latin-1 without control characters; XML and HTML are told from
    plain text by their first tag.
    """
    for signature, media_type in _SIGNATURES:
        if data.startswith(signature):
            return media_type
    text = find_text(data)
    if text is None:
        return None
    if _HTML.match(text):
        return HTML
    return XML if _XML.match(text) else PLAIN


def agrees(media_type: str, data: bytes) -> bool:
    """Whether the bytes are what `media_type` announces.

    Plain text may begin with what looks like a tag: it is shown escaped. It may not begin with the
    signature of another kind of file.
    """
    shown = sniff(data)
    if media_type == PLAIN:
        return shown in {PLAIN, XML, HTML}
    return shown == media_type


def find_text(data: bytes) -> str | None:
    """Return the bytes as text, or None when they hold anything but printable text.

    UTF-8 (with or without mark) first, UTF-16 only with its mark, else Latin-1 as Windows writes it.
    An empty file is not a text.
    """
    if not data:
        return None
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "windows-1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _UNPRINTABLE.search(text) else text
    return None


def name_fr(data: bytes) -> str:
    """Say in French what a file seems to be, for whoever expected something else ("une archive ZIP")."""
    if data[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"}:
        return "une image HEIC ou AVIF"
    if data[4:8] == b"ftyp":
        return "une vidéo"
    for signature, name in _OTHERS:
        if data.startswith(signature):
            return name
    shown = sniff(data)
    return _NAMES_FR.get(shown, "un fichier inconnu") if shown else "un fichier inconnu"


_NAMES_FR: Final = {
    PDF: "un document PDF",
    PLAIN: "un texte",
    RTF: "un texte RTF",
    JPEG: "une image JPEG",
    PNG: "une image PNG",
    GIF: "une image GIF",
    TIFF: "une image TIFF",
    XML: "un fichier XML",
    HTML: "une page web",
}
