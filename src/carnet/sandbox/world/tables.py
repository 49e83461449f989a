"""Texts that the population points to by number: communes, names, streets, countries."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from carnet.standards.ins import comparison_key

DATA = Path(__file__).parent.parent / "data"

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.integer[Any]]

COUNTRIES = ("99109", "99127", "99131", "99134", "99139", "99208", "99341", "99350", "99351", "99352")
"""INSEE codes of some countries of birth."""

MATERNITY_INHABITANTS = 15_000
"""Communes from this size on have births; in each département, its largest commune has."""


@dataclass(frozen=True)
class Texts:
    """Texts of different lengths as one array: `data[i, :lengths[i]]` is the i-th, in UTF-8."""

    data: Bytes
    lengths: Numbers

    @classmethod
    def of(cls, texts: list[str]) -> "Texts":
        encoded = [text.encode() for text in texts]
        lengths = np.array([len(text) for text in encoded], dtype=np.int64)
        data = np.array(encoded, dtype=f"S{max(lengths.max(), 1)}")
        return cls(data.view(np.uint8).reshape(len(texts), -1), lengths)

    def __len__(self) -> int:
        return len(self.lengths)


@dataclass(frozen=True)
class Communes:
    """The communes where people live, in the order of the file; `cumulated` inhabitants, `births` weights."""

    codes: tuple[str, ...]
    names: Texts
    postal_codes: Texts
    departements: Texts
    departement_of: Numbers
    cumulated: Numbers
    births: Numbers


@dataclass(frozen=True)
class Names:
    """The invented names. `ascii_*`: the same without accents, for e-mail addresses."""

    given: dict[str, Texts]
    family: Texts
    streets: Texts
    ascii_given: dict[str, Texts]
    ascii_family: Texts


@cache
def communes() -> Communes:
    """Return the inhabited communes of France."""
    with (DATA / "communes.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if int(row["population"]) > 0]
    departements = [row["departement"] for row in rows]
    order = {code: number for number, code in enumerate(dict.fromkeys(departements))}
    departement_of = np.array([order[code] for code in departements], dtype=np.int64)
    inhabitants = np.array([int(row["population"]) for row in rows], dtype=np.int64)
    return Communes(
        codes=tuple(row["insee_code"] for row in rows),
        names=Texts.of([row["name"].upper() for row in rows]),
        postal_codes=Texts.of([row["postal_code"] for row in rows]),
        departements=Texts.of(departements),
        departement_of=departement_of,
        cumulated=np.cumsum(inhabitants),
        births=_births(inhabitants, departement_of),
    )


@cache
def birth_places() -> tuple[str, ...]:
    """Return the codes that a place of birth points to: communes, then countries."""
    return communes().codes + COUNTRIES


@cache
def names() -> Names:
    """Return the invented names."""
    with (DATA / "names.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lists = {kind: [row["name"] for row in rows if row["kind"] == kind] for kind in {r["kind"] for r in rows}}
    return Names(
        given={sex: Texts.of(lists[f"given_{sex.lower()}"]) for sex in "FM"},
        family=Texts.of(lists["family"]),
        streets=Texts.of(lists["street"]),
        ascii_given={sex: Texts.of([_slug(n) for n in lists[f"given_{sex.lower()}"]]) for sex in "FM"},
        ascii_family=Texts.of([_slug(name)[:24] for name in lists["family"]]),
    )


def _births(inhabitants: Numbers, departement_of: Numbers) -> Numbers:
    """Cumulated weight of each commune as a place of birth: its inhabitants if it has a maternity, else 0."""
    largest = np.zeros(departement_of.max() + 1, dtype=np.int64)
    np.maximum.at(largest, departement_of, inhabitants)
    has = (inhabitants >= MATERNITY_INHABITANTS) | (inhabitants == largest[departement_of])
    return np.cumsum(np.where(has, inhabitants, 0))


def _slug(name: str) -> str:
    return comparison_key(name).lower().replace(" ", "")
