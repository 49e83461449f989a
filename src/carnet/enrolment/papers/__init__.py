"""Papers as tagged PDF (PDF/UA-1), made by typst from the templates beside: letters and proofs."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from carnet.platform.typesetting import day_text, make_pdf

__all__ = ["day_text", "make_letter", "make_proof"]

_HERE = Path(__file__).parent
_CODE = re.compile(r"[A-Z0-9]{4} [A-Z0-9]{4} [A-Z0-9]{4}")


def make_letter(*, title: str, address: str, day: date, text: str) -> bytes:
    """Return a letter as PDF. `address` in lines; `text`: paragraphs, headings in capitals, a code."""
    return make_pdf(
        _HERE / "letter.typ",
        {"title": title, "address": address.split("\n"), "day_text": day_text(day), "blocks": _blocks(text)},
        day,
    )


def make_proof(*, title: str, statement: str, rows: Mapping[str, str], effects: list[str], check: str,
               day: date) -> bytes:  # fmt: skip
    """Return a proof as PDF: a statement, a table of facts, its effects, how to check it."""
    data = {"title": title, "statement": statement, "rows": [list(row) for row in rows.items()],
            "effects": effects, "check": check}  # fmt: skip
    return make_pdf(_HERE / "proof.typ", data, day)


def _blocks(text: str) -> list[dict[str, str]]:
    """Cut a plain text into what the letter shows: the same words in the e-mail and on paper."""
    blocks: list[dict[str, str]] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        head, _, rest = paragraph.partition("\n")
        if head.isupper() and not _CODE.fullmatch(head):
            blocks.append({"kind": "heading", "text": head.capitalize()})
            head, _, rest = rest.partition("\n")
        if _CODE.fullmatch(head):
            blocks.append({"kind": "code", "text": head})
        elif head:
            rest = f"{head}\n{rest}".strip()
        if rest:
            blocks.append({"kind": "text", "text": rest})
    return blocks
