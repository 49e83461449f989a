"""The code of a box of medicine: the CIP13 under the bars and the GS1 DataMatrix beside it.

Sources: GS1 General Specifications (application identifiers 01, 10, 17, 21; check digit modulo 10);
the CIP code of French presentations is a GTIN-13 that begins with 3400.
"""

import re
from dataclasses import dataclass
from typing import Final

_GS: Final = "\x1d"
_SYMBOLOGY: Final = ("]d2", "]C1", "]Q3")
_CIP13: Final = re.compile(r"3400[0-9]{9}", re.ASCII)
_GTIN_LENGTH: Final = 14
_FIXED: Final = {"01": _GTIN_LENGTH, "17": 6}  # identifiers whose length is fixed
_VARIABLE: Final = {"10": 20, "21": 20}  # and those that a separator ends, with their greatest length
_MOST: Final = 200


class Gs1Error(ValueError):
    """Not a code that can be read. The message is in French."""


@dataclass(frozen=True, slots=True)
class Box:
    """What the DataMatrix of a box says. `expires`: YYMMDD as printed, "" when absent."""

    cip13: str
    lot: str = ""
    serial: str = ""
    expires: str = ""


def check_digit(digits: str) -> int:
    """Return the check digit of the digits before it (modulo 10, weights 3 and 1 from the right)."""
    weighted = (int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -sum(weighted) % 10


def parse_cip13(text: str) -> str:
    """Return a CIP13 (spaces forgiven); raises Gs1Error."""
    code = re.sub(r"[\s.\u00a0\u202f-]", "", text)
    if not _CIP13.fullmatch(code):
        raise Gs1Error("le code de la boîte compte 13 chiffres et commence par 3400.")
    if check_digit(code[:-1]) != int(code[-1]):
        raise Gs1Error("le dernier chiffre du code de la boîte n’est pas le bon : relisez-le.")
    return code


def parse_box(text: str) -> Box:
    """Return what a reader of DataMatrix typed; raises Gs1Error.

    Separators may be the GS character or, as some readers type it, brackets around the identifiers.
    """
    if len(text) > _MOST:
        raise Gs1Error("ce code est trop long pour être celui d’une boîte.")
    found = _bracketed(text.strip()) if text.lstrip().startswith("(") else _plain(text.strip(" \r\n\t"))
    gtin = found.get("01", "")
    if not gtin.startswith("0") or len(gtin) != _GTIN_LENGTH:
        raise Gs1Error("ce code ne contient pas celui d’un médicament (identifiant 01).")
    return Box(
        parse_cip13(gtin[1:]),
        lot=found.get("10", ""),
        serial=found.get("21", ""),
        expires=found.get("17", ""),
    )


def _bracketed(text: str) -> dict[str, str]:
    parts = re.findall(r"\(([0-9]{2})\)([^(]*)", text)
    if not parts or "".join(f"({name}){value}" for name, value in parts) != text:
        raise Gs1Error("ce code ne se lit pas.")
    return {name: value.strip() for name, value in parts}


def _plain(text: str) -> dict[str, str]:
    for prefix in _SYMBOLOGY:
        text = text.removeprefix(prefix)
    found: dict[str, str] = {}
    while text := text.lstrip(_GS):
        name, text = text[:2], text[2:]
        value, text = _take(name, text)
        found[name] = value
    return found


def _take(name: str, text: str) -> tuple[str, str]:
    """Return the value of one identifier and what follows it."""
    if name in _FIXED:
        length = _FIXED[name]
        if len(text) < length or not (text[:length].isascii() and text[:length].isdigit()):
            raise Gs1Error("ce code est incomplet.")
        return text[:length], text[length:]
    if name not in _VARIABLE:
        raise Gs1Error("ce code n’est pas celui d’une boîte de médicament.")
    value, _, rest = text.partition(_GS)
    if not value or len(value) > _VARIABLE[name] or not value.isprintable():
        raise Gs1Error("ce code ne se lit pas.")
    return value, rest
