"""What each profession looks for first: data, that an operator may replace (docs/pro.md).

`data/interests.csv` has one row for a profession (TRE_G15, `*` for those that have none of their own), a kind
and a rank: `latest`, the document types of which the latest is shown; `news`, the order of what is new;
`measure`, the measures shown. `data/anticoagulants.csv`: the names by which a treatment is put first.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from django.conf import settings

from carnet.measures.api import KINDS, Kind
from carnet.standards.words import normalise
from carnet.terminology import api as terminology

ANYBODY: Final = "*"
_KINDS: Final = ("latest", "news", "measure")


class InterestsRefusedError(ValueError):
    """The file of interests is not right. The message names the line and the rule, in French."""


@dataclass(frozen=True, slots=True)
class Interests:
    """Of one profession. `latest`: sets of document types; `news`: types in order; `measures`: in order."""

    latest: tuple[tuple[str, ...], ...] = ()
    news: tuple[str, ...] = ()
    measures: tuple[Kind, ...] = ()


def interests_of(profession: str) -> Interests:
    """Return what a profession looks for first."""
    known = _interests(settings.CARNET_INTERESTS)
    return known.get(profession) or known[ANYBODY]


def read_interests(lines: Iterable[str]) -> dict[str, Interests]:
    """Return the interests by profession from the lines of a CSV; raises InterestsRefusedError."""
    found: dict[tuple[str, str], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    for number, row in enumerate(csv.DictReader(lines), start=2):
        profession, kind, rank, codes = _read_row(number, row)
        found[profession, kind].append((rank, codes))
    professions = {profession for profession, _ in found}
    if ANYBODY not in professions:
        raise InterestsRefusedError("il manque les lignes de la profession « * ».")
    return {one: _gather(one, found) for one in professions}


def check_interests(path: str) -> int:
    """Return how many professions have a list of their own in a file ("": Carnet's own).

    Raises InterestsRefusedError, OSError.
    """
    return len(_interests(path))


def is_anticoagulant(name: str) -> bool:
    """Say whether a treatment, by the name that somebody wrote, is an anticoagulant."""
    return not _anticoagulants().isdisjoint(normalise(name).split())


def _read_row(number: int, row: Mapping[str, str | None]) -> tuple[str, str, int, tuple[str, ...]]:
    profession, kind = row.get("profession") or "", row.get("kind") or ""
    rank, codes = row.get("rank") or "", tuple((row.get("codes") or "").split())
    where = f"ligne {number}"
    if profession != ANYBODY and profession not in terminology.list_professions():
        raise InterestsRefusedError(f"{where} : « {profession} » n’est pas une profession (TRE_G15).")
    if kind not in _KINDS:
        raise InterestsRefusedError(f"{where} : « {kind} » doit être latest, news ou measure.")
    if not rank.isascii() or not rank.isdigit():
        raise InterestsRefusedError(f"{where} : le rang « {rank} » doit être un nombre.")
    for code in codes:
        _check_code(where, kind, code)
    return profession, kind, int(rank), codes


def _check_code(where: str, kind: str, code: str) -> None:
    if kind == "measure":
        if code not in Kind.__members__ or KINDS[Kind(code)].computed:
            raise InterestsRefusedError(f"{where} : « {code} » n’est pas une mesure enregistrée.")
        return
    try:
        terminology.get_document_type(code)
    except terminology.UnknownCodeError:
        raise InterestsRefusedError(
            f"{where} : « {code} » n’est pas un type de document (JDV_J07)."
        ) from None


def _gather(profession: str, found: Mapping[tuple[str, str], list[tuple[int, tuple[str, ...]]]]) -> Interests:
    latest, news, measures = (
        [codes for _, codes in sorted(found.get((profession, kind), ()))] for kind in _KINDS
    )
    return Interests(
        latest=tuple(codes for codes in latest if codes),
        news=tuple(code for codes in news for code in codes),
        measures=tuple(Kind(code) for codes in measures for code in codes),
    )


@lru_cache(maxsize=4)
def _interests(path: str) -> dict[str, Interests]:
    text = Path(path).read_text("utf-8") if path else _data("interests.csv")
    return read_interests(text.splitlines())


@lru_cache(maxsize=1)
def _anticoagulants() -> frozenset[str]:
    rows = csv.DictReader(_data("anticoagulants.csv").splitlines())
    return frozenset(normalise(row["name"]) for row in rows)


def _data(name: str) -> str:
    return (files("carnet.summaries") / "data" / name).read_text("utf-8")
