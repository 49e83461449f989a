"""Papers as tagged PDF (PDF/UA-1), made by typst: a room has its templates, and all share `paper.typ`.

A template reads `sys.inputs.data` as JSON, so what people wrote is never markup, and begins with
`#import "/platform/paper.typ": paper`.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson

# What typst's own fonts can show, in hexadecimal: PDF/UA refuses a text that would be seen as empty boxes.
_SHOWN: Final = (
    "21-7e a1-ac ae-377 37a-37f 384-38a 38c 38e-3a1 3a3-4ff 510-513 51a-51d 5d0-5ea 621-63a "
    "640-64a 660-669 1e00-1eff 2010-2027 2030-2040 2042 2044-2052 2054-205e 2070-2071 2074-208e "
    "2090-209c 20a0-20bf 2100-211e 2120 2122 2124 2126-2151 2153-2184 2189 2190-22ff 25a0-262f"
)
MISSING: Final = "□"
"""Stands for a character that cannot be printed."""
_ROOT: Final = Path(__file__).parents[1]
_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
           "novembre", "décembre")  # fmt: skip


def day_text(day: date) -> str:
    """Return a day as one writes it: 1er mars 2026."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def printable(text: str) -> str:
    """Return a text with what no font of ours shows replaced by MISSING (a Chinese name, a smiley)."""
    return _unshown().sub(MISSING, text)


def make_pdf(template: Path, data: Mapping[str, Any], day: date) -> bytes:
    """Return the PDF of a template of this package, filled with data (JSON); `day`: that of the paper."""
    import typst

    made = typst.compile(
        str(template),
        root=str(_ROOT),
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,  # the same page on every machine: typst carries its own fonts
        sys_inputs={"data": orjson.dumps(_shown({**data, "day": [day.year, day.month, day.day]})).decode()},
    )
    assert isinstance(made, bytes)
    return made


def _shown(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case Mapping():
            return {name: _shown(one) for name, one in value.items()}
        case list() | tuple():
            return [_shown(one) for one in value]
    return value


@cache
def _unshown() -> re.Pattern[str]:
    spans = (span.partition("-") for span in _SHOWN.split())
    shown = "".join(f"{chr(int(first, 16))}-{chr(int(last or first, 16))}" for first, _, last in spans)
    escaped = shown.replace("\\", r"\\").replace("]", r"\]").replace("[", r"\[").replace("^", r"\^")
    return re.compile(f"[^\n \u00a0\u202f{escaped}]")
