"""From what a person types to the UCUM unit that is kept, and back to words. Pure."""

import re
from typing import Final

from carnet.measures.catalogue import KINDS, Kind, KindInfo, Unit
from carnet.measures.refusals import MeasureRefused

NARROW: Final = "\u202f"
_SPACES: Final = re.compile(r"[\s\u00a0\u202f]+")
_NUMBER: Final = re.compile(r"(\d{1,7})(?:[.,](\d{1,6}))?", re.ASCII)
_KEPT_DECIMALS: Final = 4


def read_value(kind: Kind, text: str, *, unit: str = "", field: str = "value") -> float:
    """Return what was typed in the UCUM unit of the kind; comma or point, spaces forgiven.

    `unit`: one of the kind's units, its first by default. Raises MeasureRefused(field, message):
    not a number, or more decimals than the unit has.
    """
    chosen = get_unit(KINDS[kind], unit)
    found = _NUMBER.fullmatch(_SPACES.sub("", text))
    if not found:
        raise MeasureRefused(field, f"Écrivez un nombre, par exemple {_example(chosen)}.")
    whole, decimals = found[1], (found[2] or "").rstrip("0")
    if len(decimals) > chosen.decimals:
        raise MeasureRefused(field, _too_fine(chosen))
    return round(float(f"{whole}.{decimals or 0}") * chosen.factor, _KEPT_DECIMALS)


def write_value(kind: Kind, value: float, *, unit: str = "", fewest: int | None = None) -> str:
    """Return the number alone, as a person would type it in that unit; `fewest`: decimals kept if zero."""
    chosen = get_unit(KINDS[kind], unit)
    least = min(KINDS[kind].fewest if fewest is None else fewest, chosen.decimals)
    return _decimal(value / chosen.factor, fewest=least, most=chosen.decimals)


def show_number(kind: Kind, value: float, *, fewest: int | None = None) -> str:
    """Return a value with its unit: "72,5 kg", "1,75 m", "8 250 pas"."""
    chosen = KINDS[kind].units[0]
    number = write_value(kind, value, fewest=fewest)
    whole, comma, decimals = number.partition(",")
    return f"{int(whole):,}".replace(",", NARROW) + f"{comma}{decimals} {chosen.label}"


def show_pair(kind: Kind, value: float, second: float | None) -> str:
    """Return a whole measure: "128/79 mmHg", or the one number with its unit."""
    if second is None:
        return show_number(kind, value)
    return f"{write_value(kind, value)}/{show_number(kind, second)}"


def get_unit(info: KindInfo, code: str) -> Unit:
    """Return a unit of the kind, its first for ""; raises MeasureRefused on the field `unit`."""
    for unit in info.units:
        if unit.code == (code or info.units[0].code):
            return unit
    raise MeasureRefused("unit", "Choisissez une des unités proposées.")


def _decimal(number: float, *, fewest: int, most: int) -> str:
    """Write a number in French, half rounded up as people do."""
    whole, _, decimals = f"{number + 1e-9:.{most}f}".partition(".")
    kept = decimals.rstrip("0").ljust(fewest, "0")
    return f"{whole},{kept}" if kept else whole


def _example(unit: Unit) -> str:
    return {"m": "1,75", "g/L": "1,10", "mmol/L": "6,1", "pas": "8250"}.get(
        unit.code, "72,5" if unit.decimals else "110"
    )


def _too_fine(unit: Unit) -> str:
    if not unit.decimals:
        return "Écrivez un nombre entier, sans virgule."
    count = {1: "un seul chiffre", 2: "deux chiffres", 3: "trois chiffres"}[unit.decimals]
    return f"Écrivez {count} après la virgule, pas plus."
