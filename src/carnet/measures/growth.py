"""Reference curves of growth, from a file that an operator may lawfully show (docs/measures.md).

None is shipped: those in use in France are to be licensed. Without a file the child's own curve stands alone.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from carnet.measures.catalogue import KINDS, Kind

XY = tuple[float, float]
GROWTH_KINDS: Final = (Kind.WEIGHT, Kind.HEIGHT, Kind.HEAD_CIRCUMFERENCE, Kind.BODY_MASS_INDEX)
COLUMNS: Final = ("measure", "sex", "age_days", "label", "value")
_MOST_DAYS: Final = 7_305
_MOST_BYTES: Final = 5_000_000


class GrowthFileError(ValueError):
    """The file of reference curves is not what docs/measures.md describes; the message names the line."""


@dataclass(frozen=True, slots=True)
class Curves:
    """Reference curves by (kind, sex, label), in the UCUM unit, and where they come from."""

    source: str = ""
    lines: Mapping[tuple[Kind, str, str], tuple[XY, ...]] = field(default_factory=dict)

    def list_lines(self, kind: Kind, sex: str) -> list[tuple[str, tuple[XY, ...]]]:
        """Return the (label, points) of one kind and sex, in the order of the file; points: (days, value)."""
        return [
            (label, points)
            for (of, for_sex, label), points in self.lines.items()
            if (of, for_sex) == (kind, sex)
        ]


def growth_curves() -> Curves:
    """Return the operator's reference curves, none when the setting is empty; raises GrowthFileError."""
    path = settings.CARNET_GROWTH_CURVES
    return _load(path, Path(path).stat().st_mtime_ns) if path else Curves()


@lru_cache(maxsize=2)
def _load(path: str, _changed: int) -> Curves:
    if Path(path).stat().st_size > _MOST_BYTES:
        raise GrowthFileError(f"courbes de croissance : plus de {_MOST_BYTES} octets")
    try:
        return read_curves(Path(path).read_text(encoding="utf-8").splitlines())
    except UnicodeDecodeError as error:
        raise GrowthFileError("courbes de croissance : le fichier n’est pas en UTF-8") from error


def read_curves(lines: Iterable[str]) -> Curves:
    """Read the file: lines that begin with "#" name the source, then a CSV of COLUMNS.

    Raises GrowthFileError with the number of the line and the rule.
    """
    source, body = [], []
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            source.append(line.lstrip("# ").strip())
        elif line.strip():
            body.append((number, line))
    try:
        rows = list(csv.reader(line for _, line in body))
    except csv.Error as error:
        raise GrowthFileError("courbes de croissance : ce n’est pas un fichier CSV") from error
    if not rows or tuple(rows[0]) != COLUMNS:
        raise GrowthFileError(f"courbes de croissance : les colonnes attendues sont {', '.join(COLUMNS)}")
    if not source:
        raise GrowthFileError("courbes de croissance : une première ligne « # … » doit nommer la source")
    found: dict[tuple[Kind, str, str], list[XY]] = {}
    for (number, _), row in zip(body[1:], rows[1:], strict=False):
        key, point = _read_row(number, row)
        found.setdefault(key, []).append(point)
    return Curves(" ".join(source), {key: tuple(sorted(points)) for key, points in found.items()})


def _read_row(number: int, row: list[str]) -> tuple[tuple[Kind, str, str], XY]:
    def refuse(rule: str) -> GrowthFileError:
        return GrowthFileError(f"courbes de croissance, ligne {number} : {rule}")

    if len(row) != len(COLUMNS):
        raise refuse(f"{len(COLUMNS)} colonnes sont attendues")
    code, sex, days, label, value = (cell.strip() for cell in row)
    if code not in {str(kind) for kind in GROWTH_KINDS}:
        raise refuse(f"measure vaut un de {', '.join(GROWTH_KINDS)}")
    if sex not in {"F", "M"}:
        raise refuse("sex vaut F ou M")
    if not 1 <= len(label) <= 5:  # noqa: PLR2004 - what fits at the end of a line
        raise refuse("label compte de 1 à 5 caractères")
    try:
        age, number_kept = float(days), float(value)
    except ValueError:
        raise refuse("age_days et value sont des nombres, avec un point") from None
    least, most = KINDS[Kind(code)].parts[0].hard
    if not (0 <= age <= _MOST_DAYS and min(least, 0.0) <= number_kept <= most):
        raise refuse(f"age_days va de 0 à {_MOST_DAYS}, value ne dépasse pas {most:g}")
    return (Kind(code), sex, label), (age, number_kept)
