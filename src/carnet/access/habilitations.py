"""What the matrix gives to one profession, said line by line to whoever wants to read it."""

from collections import defaultdict
from dataclasses import dataclass

from carnet.access.matrix import cell_of, get_grant, get_matrix
from carnet.terminology.api import Category, list_document_types


@dataclass(frozen=True, slots=True)
class Habilitation:
    """What a profession reads of one category of documents. `own`: a rule of this service, not published."""

    category: Category
    given: tuple[str, ...]
    refused: tuple[str, ...]
    sources: tuple[str, ...]
    own: bool


def list_habilitations(profession: str) -> list[Habilitation]:
    """Return what a profession (TRE_G15) reads, by category in the order of the person's own list."""
    matrix, grant = get_matrix(), get_grant(profession)
    known = matrix.professions.get(profession)
    cells = matrix.types.get((known.same_as or profession) if known else profession, ())
    rows: dict[Category, list[tuple[bool, str, str, bool]]] = defaultdict(list)
    for kind in list_document_types():
        if kind.category is Category.TECHNICAL:
            continue
        cell = cell_of(cells, kind.code, class_code=kind.class_code)
        source = cell.source if cell else ""
        own = cell is None or cell.origin == "own"
        rows[kind.category].append((kind.code in grant.types, kind.label, source, own))
    return [_habilitation(category, rows[category]) for category in Category if rows[category]]


def may_read_type(profession: str, type_code: str) -> bool:
    """Say whether the matrix gives a type of document to a profession."""
    return type_code in get_grant(profession).types


def _habilitation(category: Category, rows: list[tuple[bool, str, str, bool]]) -> Habilitation:
    return Habilitation(
        category,
        tuple(label for given, label, _, _ in rows if given),
        tuple(label for given, label, _, _ in rows if not given),
        tuple(dict.fromkeys(source for _, _, source, _ in rows if source)),
        any(own for _, _, _, own in rows),
    )
