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
