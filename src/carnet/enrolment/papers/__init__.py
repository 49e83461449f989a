"""Papers as tagged PDF (PDF/UA-1), made by typst from the templates beside: letters and proofs."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson

_HERE = Path(__file__).parent
_CODE = re.compile(r"[A-Z0-9]{4} [A-Z0-9]{4} [A-Z0-9]{4}")
_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre")  # fmt: skip


def day_text(day: date) -> str:
    """Return a day as one writes it: 1er mars 2026."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def make_letter(*, title: str, address: str, day: date, text: str) -> bytes:
    """Return a letter as PDF. `address` in lines; `text`: paragraphs, headings in capitals, a code."""
    return _compile(
        "letter",
        {"title": title, "address": address.split("\n"), "day_text": day_text(day), "blocks": _blocks(text)},
        day,
    )


def make_proof(*, title: str, statement: str, rows: Mapping[str, str], effects: list[str], check: str,
               day: date) -> bytes:  # fmt: skip
    """Return a proof as PDF: a statement, a table of facts, its effects, how to check it."""
    data = {"title": title, "statement": statement, "rows": [list(row) for row in rows.items()],
            "effects": effects, "check": check}  # fmt: skip
    return _compile("proof", data, day)


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


def _compile(template: str, data: dict[str, Any], day: date) -> bytes:
    import typst

    data["day"] = [day.year, day.month, day.day]
    made = typst.compile(
        str(_HERE / f"{template}.typ"),
        root=str(_HERE),
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,  # the same page on every machine: typst carries its own fonts
        sys_inputs={"data": orjson.dumps(data).decode()},
    )
    assert isinstance(made, bytes)
    return made
