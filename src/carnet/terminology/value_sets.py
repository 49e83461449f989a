"""The value sets that go with measures (JDV_J145 to J164): moments, sites, methods, numbers of days."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class MeasureCode:
    """One code of a value set, with its code system (OID) and its official label."""

    code: str
    system: str
    label: str


def list_measure_codes(name: str) -> tuple[MeasureCode, ...]:
    """Return the codes of one list ("J157": moments of a glycaemia); an unknown list has none."""
    return tuple(
        MeasureCode(code, system, label) for listed, code, system, label in _rows() if listed == name
    )


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, str, str, str], ...]:
    text = files("carnet.terminology").joinpath("data", "measure_value_sets.csv").read_text(encoding="utf-8")
    read = csv.DictReader(text.splitlines())
    return tuple((row["list"], row["code"], row["code_system_oid"], row["label_fr"]) for row in read)
