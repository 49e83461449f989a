"""A letter as a PDF of one page, as a practice's printer would make it: plain type, no tags, small, quick.

Written by hand (PDF 1.4, the standard Helvetica, WinAnsi): typesetting ten thousand would take minutes.
"""

import textwrap
from collections.abc import Sequence
from typing import Final

_WIDTH: Final = 92
_TOP, _BOTTOM, _LEFT, _LEADING = 790, 60, 62, 15
_ESCAPES: Final = str.maketrans({"\\": r"\\", "(": r"\(", ")": r"\)", "\u202f": "\u00a0", "−": "-"})


def write_letter(head: Sequence[str], title: str, paragraphs: Sequence[str], signature: str) -> bytes:
    """Return the PDF of a letter. What Windows-1252 lacks is replaced; what overflows is dropped."""
    lines: list[tuple[int, str, str]] = [(10, "F1", line) for line in head]
    lines += [(10, "F1", ""), (14, "F2", title), (10, "F1", "")]
    for paragraph in paragraphs:
        lines += [(11, "F1", part) for part in textwrap.wrap(paragraph, _WIDTH)] + [(11, "F1", "")]
    lines += [(11, "F1", signature)]
    return _document(_page(lines))


def _page(lines: Sequence[tuple[int, str, str]]) -> bytes:
    parts, y = [b"BT"], _TOP
    for size, font, line in lines:
        if y < _BOTTOM:
            break
        text = line.translate(_ESCAPES).encode("cp1252", "replace")
        parts.append(b"/%s %d Tf 1 0 0 1 %d %d Tm (%s) Tj" % (font.encode(), size, _LEFT, y, text))
        y -= _LEADING
    return b"\n".join([*parts, b"ET"])


def _document(page: bytes) -> bytes:
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    ]
    made, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(made))
    )
