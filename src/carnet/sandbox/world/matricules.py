"""Matricules of a population: valid NIR, each order number once in its sex, month and place of birth."""

from collections.abc import Iterable

import numpy as np

from carnet.sandbox.world.population import Population
from carnet.sandbox.world.tables import Bytes, Numbers, birth_places
from carnet.standards.ins import LENGTH

MAX_ORDER = 999


class WorldTooLargeError(ValueError):
    """More births in one commune and month than a NIR can count."""


def matricules(population: Population, taken: Iterable[str] = ()) -> Bytes:
    """Return the 15 characters of each person's matricule, one row each.

    `taken`: numbers (13 characters) that others bear. Raises WorldTooLargeError.
    """
    sex = np.where(population.male, 1, 2)
    year, month = _year_and_month(population.birth)
    places = np.array([_digits(code) for code in birth_places()], dtype=np.int64)
    born_in = places[population.birth_place]
    # The letter of Corsica is lost in the digits: two places never share them, for 18 and 19 differ
    # from each other, and births in the départements 18 and 19 count on in the same series.
    series = ((sex * 100 + year) * 100 + month) * 100_000 + born_in
    order = _ranks(series, _taken(taken))
    if order.max(initial=0) > MAX_ORDER:
        raise WorldTooLargeError(
            "trop de naissances le même mois dans une commune : demandez moins de personnes"
        )
    key = 97 - (series * 1000 + order) % 97
    codes = np.array([code.encode() for code in birth_places()], dtype="S5").view(np.uint8).reshape(-1, 5)
    return np.hstack(
        [
            digits(sex, 1),
            digits(year, 2),
            digits(month, 2),
            codes[population.birth_place],
            digits(order, 3),
            digits(key, 2),
        ]
    ).reshape(-1, LENGTH)


def digits(values: Numbers, width: int) -> Bytes:
    """Return each number as `width` ASCII digits, zeros in front."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)


def _year_and_month(days: Numbers) -> tuple[Numbers, Numbers]:
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (months // 12 + 1970) % 100, months % 12 + 1


def _ranks(series: Numbers, taken: dict[int, list[int]]) -> Numbers:
    """Number the members of each series from 1, leaving out the numbers taken in it."""
    by_series = np.argsort(series, kind="stable")
    ordered = series[by_series]
    first = np.r_[True, ordered[1:] != ordered[:-1]]
    starts = np.maximum.accumulate(np.where(first, np.arange(len(ordered)), 0))
    ranks = np.empty(len(series), dtype=np.int64)
    ranks[by_series] = np.arange(len(ordered)) - starts + 1
    for value, numbers in taken.items():
        members = series == value
        for number in sorted(numbers):
            ranks[members & (ranks >= number)] += 1
    return ranks


def _taken(numbers: Iterable[str]) -> dict[int, list[int]]:
    series: dict[int, list[int]] = {}
    for number in numbers:
        series.setdefault(int(_letters_out(number[:10])), []).append(int(number[10:13]))
    return series


def _digits(code: str) -> int:
    return int(_letters_out(code))


def _letters_out(text: str) -> str:
    return text.replace("2A", "19").replace("2B", "18")
