"""The matrix of habilitation: what each profession may read, as data (facts/mes.md 4.2; docs/rights.md).

Three files of `data/`, or of the folder that CARNET_MATRIX names: `professions.csv`, `matrix.csv` (types of
document) and `matrix_parts.csv` (rubrics of the profile, measures, care history). A row says yes or no for a
profession and a pattern: `*`, `class:` and a class code, or a code; of several, the most precise decides.
`origin`: `published`, by the arrêté, or `own`, a cautious rule of this service where nothing is published.
What no row gives is denied, for an unknown profession or type too.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from django.conf import settings

from carnet.terminology import api as terminology

PARTS: Final = (
    "TREATMENTS", "DISEASES", "HOSPITALIZATIONS", "VACCINATIONS", "BLOOD_GROUP", "ALLERGIES", "DISABILITIES",
    "FAMILY_HISTORIES", "LIFESTYLES", "PROFESSIONALS", "CONTACTS", "WISHES", "measures", "care_history",
)  # fmt: skip
"""The parts of a record beside its documents: the rubrics of the profile, and `sharing.Part`."""

ORIGINS: Final = frozenset({"published", "own"})
GROUPS: Final = frozenset({"health", "social", "other"})
_DOCTORS: Final = frozenset({"N", "R"})
_OTHERS: Final = frozenset({"N"})
_CLASS: Final = "class:"


class MatrixError(ValueError):
    """The matrix cannot be used: which file, which line, which rule, in French for the operator."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One row: what it says of a pattern, and where it comes from."""

    pattern: str
    given: bool
    origin: str
    source: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What a profession may read. `levels`: of confidentiality (docs/adr/0019-rights.md)."""

    types: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    levels: frozenset[str] = _OTHERS
    is_health: bool = False

    @property
    def reads(self) -> bool:
        """Whether it may read anything at all."""
        return bool(self.types or self.parts)


@dataclass(frozen=True, slots=True)
class Profession:
    """A profession (TRE_G15, or SECRETARIAT_MEDICAL). `same_as`: whose rows it follows, or ""."""

    code: str
    label: str
    group: str
    same_as: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole matrix: professions in their order, the rows of each, and what they come to."""

    professions: Mapping[str, Profession]
    types: Mapping[str, tuple[Cell, ...]]
    parts: Mapping[str, tuple[Cell, ...]]
    grants: Mapping[str, Grant] = field(default_factory=dict)


NOTHING: Final = Grant()


def get_grant(profession: str) -> Grant:
    """Return what a profession may read: nothing for one that the matrix does not know."""
    return get_matrix().grants.get(profession, NOTHING)


def get_matrix() -> Matrix:
    """Return the matrix of this process, read once. Raises MatrixError."""
    return _load(settings.CARNET_MATRIX)


def check_matrix(folder: str = "") -> Matrix:
    """Read a matrix anew and return it; raises MatrixError. `folder`: "" for Carnet’s own."""
    return _read(Path(folder) if folder else files("carnet.access").joinpath("data"))


_load = lru_cache(maxsize=2)(check_matrix)


def cell_of(cells: Iterable[Cell], code: str, *, class_code: str = "") -> Cell | None:
    """Return the row that decides on a code: the most precise, of equals the last; None when none speaks."""
    ranks = {"*": 1, f"{_CLASS}{class_code}": 2, code: 3}
    found = [cell for cell in cells if cell.pattern in ranks]
    return max(reversed(found), key=lambda cell: ranks[cell.pattern], default=None)


# -- reading the files


def _read(folder: Traversable) -> Matrix:
    professions = {row.code: row for row in _professions(folder)}
    types = _cells(folder, "matrix.csv", professions, _is_type_pattern)
    parts = _cells(folder, "matrix_parts.csv", professions, lambda pattern: pattern in {"*", *PARTS})
    grants = {code: _grant(one, types, parts) for code, one in professions.items()}
    return Matrix(professions, types, parts, grants)


def _grant(
    one: Profession, types: Mapping[str, tuple[Cell, ...]], parts: Mapping[str, tuple[Cell, ...]]
) -> Grant:
    code = one.same_as or one.code
    given = (
        kind.code
        for kind in terminology.list_document_types()
        if _says_yes(cell_of(types.get(code, ()), kind.code, class_code=kind.class_code))
    )
    held = (part for part in PARTS if _says_yes(cell_of(parts.get(code, ()), part)))
    levels = _DOCTORS if code == "10" else _OTHERS
    return Grant(frozenset(given), frozenset(held), levels, one.group == "health")


def _says_yes(cell: Cell | None) -> bool:
    return cell is not None and cell.given


def _professions(folder: Traversable) -> Iterator[Profession]:
    seen: set[str] = set()
    for where, row in _rows(folder, "professions.csv", ("profession", "label_fr", "group", "same_as")):
        code, same_as = row["profession"], row["same_as"]
        _must(code != "" and code not in seen, where, f"profession « {code} » vide ou déjà dite")
        _must(row["group"] in GROUPS, where, f"group vaut {', '.join(sorted(GROUPS))}")
        _must(same_as == "" or same_as in seen, where, f"same_as « {same_as} » n’est pas dit plus haut")
        seen.add(code)
        yield Profession(code, row["label_fr"], row["group"], same_as)


def _cells(
    folder: Traversable, name: str, professions: Mapping[str, Profession], fits: Callable[[str], bool]
) -> dict[str, tuple[Cell, ...]]:
    cells: dict[str, tuple[Cell, ...]] = {}
    for where, row in _rows(folder, name, ("profession", "pattern", "given", "origin", "source")):
        code, pattern = row["profession"], row["pattern"]
        one = professions.get(code)
        _must(one is not None, where, f"profession « {code} » absente de professions.csv")
        _must(not (one and one.same_as), where, f"profession « {code} » suit déjà une autre (same_as)")
        _must(fits(pattern), where, f"pattern « {pattern} » n’est ni *, ni class:, ni un code connu")
        _must(row["given"] in {"yes", "no"}, where, "given vaut yes ou no")
        _must(row["origin"] in ORIGINS, where, "origin vaut published ou own")
        _must(row["source"] != "", where, "source est vide")
        said = all(cell.pattern != pattern for cell in cells.get(code, ()))
        _must(said, where, f"pattern « {pattern} » déjà dit pour la profession {code}")
        cell = Cell(pattern, row["given"] == "yes", row["origin"], row["source"])
        cells[code] = (*cells.get(code, ()), cell)
    return cells


def _is_type_pattern(pattern: str) -> bool:
    kinds = terminology.list_document_types()
    if pattern.startswith(_CLASS):
        return pattern.removeprefix(_CLASS) in {kind.class_code for kind in kinds if kind.class_code}
    return pattern == "*" or pattern in {kind.code for kind in kinds}


def _rows(folder: Traversable, name: str, columns: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        text = folder.joinpath(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MatrixError(f"Matrice d’habilitation, {name} : fichier illisible ({error}).") from error
    reader = csv.DictReader(text.splitlines())
    _must(tuple(reader.fieldnames or ()) == columns, name, f"les colonnes sont {', '.join(columns)}")
    for row in reader:
        where = f"{name} ligne {reader.line_num}"
        _must(None not in row and None not in row.values(), where, f"{len(columns)} colonnes attendues")
        yield where, row


def _must(fine: object, where: str, rule: str) -> None:
    if not fine:
        raise MatrixError(f"Matrice d’habilitation, {where} : {rule}.")
