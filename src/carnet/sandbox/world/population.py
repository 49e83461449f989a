"""Who lives in the world: households spread over the communes, with ages, families and names.

All arrays have one entry a person unless said otherwise; a person is a position in them. Days are counted
from 1970-01-01. Shares and ages are invented.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from carnet.sandbox.world.tables import COUNTRIES, Numbers, communes, names

Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int32]

NOBODY = -1
YEAR = 365.25
ADULT = 18

# Kinds of household: one adult; a couple; a couple with children; one parent with children.
_KINDS, _ADULTS = (0.36, 0.26, 0.26, 0.12), np.array([1, 2, 2, 1])
_CHILDREN = (0.42, 0.38, 0.15, 0.05)
_MEAN_SIZE = 2.21
_SINGLE, _COUPLE, _ONE_PARENT = 0, 1, 3


class Share:
    """The invented shares of the world."""

    EMAIL = 0.72
    PHONE = 0.80
    NEWBORN = 0.02  # households with a child of less than 45 days
    TWINS = 0.03
    OLD_AND_ALONE = 0.35
    COUPLE_OF_ONE_SEX = 0.03
    SINGLE_MAN = 0.46
    LONE_FATHER = 0.18
    BOY = 0.512
    HUSBAND_NAME = 0.6
    ONE_GIVEN_NAME = 0.25
    NO_THIRD_GIVEN_NAME = 0.55
    BORN_NEAR = 0.55
    BORN_ABROAD = 0.10
    TUTELLE = 0.005
    CURATELLE = 0.004
    DEAD, DEAD_OLD, OLD = 0.003, 0.035, 70
    HALF = 0.5


@dataclass(frozen=True)
class Population:
    """The persons. `name_used` NOBODY: the birth name. `died` NOBODY: alive. `guardian`: of a tutelle."""

    day: int
    household: Small
    home: Small  # commune
    birth: Small  # day
    male: Flags
    family_name: Small
    name_used: Small
    given: npt.NDArray[np.int16]  # three columns; 2nd and 3rd may be NOBODY
    birth_place: Small  # position in tables.birth_places()
    parent: Small  # to whom a minor is attached
    died: Small
    protection: npt.NDArray[np.int8]  # 0 none, 1 tutelle, 2 curatelle
    guardian: Small
    has_email: Flags
    has_phone: Flags

    def __len__(self) -> int:
        return len(self.birth)


@dataclass(frozen=True)
class _Households:
    """One entry a household; `start` is the position of its first person."""

    kind: Numbers
    adults: Numbers
    size: Numbers
    start: Numbers


@dataclass(frozen=True)
class _Places:
    """One entry a person: the household, the rank in it (adults first), whether a child of it."""

    household: Numbers
    rank: Numbers
    child: Flags

    @classmethod
    def of(cls, households: _Households) -> "_Places":
        household = np.repeat(np.arange(len(households.size)), households.size)
        rank = np.arange(len(household)) - households.start[household]
        return cls(household, rank, rank >= households.adults[household])


def populate(persons: int, seed: int, today: date) -> Population:
    """Return a population of exactly `persons`, the same for the same seed and day."""
    rng = np.random.default_rng([seed, 1])
    day = (today - date(1970, 1, 1)).days
    households = _households(persons, rng)
    places = _Places.of(households)
    household, child = places.household, places.child
    birth, child_age = _births(households, places, day, rng)
    male = _sexes(households, places, rng)
    family_name, name_used = _family_names(households, places, male, rng)
    minor = child & (child_age < ADULT * YEAR)
    home = _homes(households, persons, rng)[household]
    died = _deaths(birth, child, day, rng)
    protection, guardian = _protection(child, died, rng)
    return Population(
        day=day,
        household=household.astype(np.int32),
        home=home.astype(np.int32),
        birth=birth.astype(np.int32),
        male=male,
        family_name=family_name.astype(np.int32),
        name_used=name_used.astype(np.int32),
        given=_given_names(male, rng),
        birth_place=_birth_places(home, rng).astype(np.int32),
        parent=np.where(minor, _attached_to(households, household, rng), NOBODY).astype(np.int32),
        died=died.astype(np.int32),
        protection=protection.astype(np.int8),
        guardian=guardian.astype(np.int32),
        has_email=~minor & (rng.random(persons) < Share.EMAIL),
        has_phone=~minor & (rng.random(persons) < Share.PHONE),
    )


def _households(persons: int, rng: np.random.Generator) -> _Households:
    count = int(persons / _MEAN_SIZE * 1.1) + 50
    kind = rng.choice(4, count, p=_KINDS)
    children = np.where(kind > _COUPLE, rng.choice(4, count, p=_CHILDREN) + 1, 0)
    ends = np.cumsum(_ADULTS[kind] + children)
    last = int(np.searchsorted(ends, persons))
    kind, size = kind[: last + 1], np.diff(ends[: last + 1], prepend=0)
    size[last] -= ends[last] - persons  # the last household is cut to reach the exact number
    return _Households(kind, np.minimum(_ADULTS[kind], size), size, np.cumsum(size) - size)


def _homes(households: _Households, persons: int, rng: np.random.Generator) -> Numbers:
    """Spread the households over the communes so that each gets its share, to a household's size."""
    cumulated = communes().cumulated
    order = rng.permutation(len(households.size))
    middle = np.cumsum(households.size[order]) - households.size[order] / 2
    home = np.empty(len(order), dtype=np.int64)
    home[order] = np.searchsorted(cumulated, middle / persons * cumulated[-1], side="right")
    return home


def _births(
    households: _Households, places: _Places, day: int, rng: np.random.Generator
) -> tuple[Numbers, npt.NDArray[np.float64]]:
    """Return days of birth, and the age in days of those who live with a parent."""
    household, rank, child = places.household, places.rank, places.child
    count = len(households.size)
    youngest = rng.uniform(0, 22 * YEAR, count)
    newborn = rng.random(count) < Share.NEWBORN
    youngest[newborn] = rng.uniform(0, 45, int(newborn.sum()))
    gaps = rng.uniform(1.2 * YEAR, 4.5 * YEAR, (count, 4))
    gaps[:, 1:][rng.random((count, 3)) < Share.TWINS] = 0  # twins
    gaps[:, 0] = youngest
    ages = np.cumsum(gaps, axis=1)
    number = np.clip(rank - households.adults[household], 0, 3)
    child_age = np.where(child, ages[household, number], 0.0)
    eldest = ages[np.arange(count), np.clip(households.size - households.adults - 1, 0, 3)]
    adult_age = _adult_ages(households, eldest, rng)[household] + np.where(
        rank == 1, np.clip(rng.normal(-2 * YEAR, 4 * YEAR, len(rank)), -8 * YEAR, 12 * YEAR), 0.0
    )
    youngest_parent = np.where(households.kind > _COUPLE, eldest, 0)[household] + (ADULT + 0.1) * YEAR
    age = np.where(child, child_age, np.clip(adult_age, youngest_parent, 104 * YEAR))
    return day - np.floor(age).astype(np.int64), child_age


def _adult_ages(
    households: _Households, eldest: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Age in days of the first adult of each household; a parent's follows from the eldest child's."""
    count = len(households.size)
    alone = np.where(
        rng.random(count) < Share.OLD_AND_ALONE,
        rng.triangular(66, 70, 102, count),
        rng.uniform(18.2, 66, count),
    )
    couple = rng.triangular(20, 62, 96, count)
    parent = eldest / YEAR + rng.triangular(20, 30, 44, count)
    return np.select([households.kind == _SINGLE, households.kind == _COUPLE], [alone, couple], parent) * YEAR


def _sexes(households: _Households, places: _Places, rng: np.random.Generator) -> Flags:
    household, rank, child = places.household, places.rank, places.child
    count = len(households.size)
    alike = rng.random(count) < Share.COUPLE_OF_ONE_SEX  # couples of one sex
    first_male = np.select(
        [households.kind == _SINGLE, households.kind == _ONE_PARENT],
        [rng.random(count) < Share.SINGLE_MAN, rng.random(count) < Share.LONE_FATHER],
        rng.random(count) < Share.HALF,
    )
    second_male = np.where(alike, first_male, ~first_male)
    adult_male = np.where(rank == 0, first_male[household], second_male[household])
    return np.where(child, rng.random(len(rank)) < Share.BOY, adult_male).astype(np.bool_)


def _family_names(
    households: _Households, places: _Places, male: Flags, rng: np.random.Generator
) -> tuple[Numbers, Numbers]:
    """Return birth names and names in use: children bear one parent's, some wives use their husband's."""
    household, rank, child = places.household, places.rank, places.child
    own = rng.integers(0, len(names().family), len(rank))
    start = households.start[household]
    two = households.adults[household] == 2  # noqa: PLR2004
    second = np.where(two, start + 1, start)
    father = np.where(male[start] | ~two, start, second)
    birth_name = np.where(child, own[father], own)
    other = np.where(rank == 0, second, start)
    takes = (~child) & two & ~male & male[other] & (rng.random(len(rank)) < Share.HUSBAND_NAME)
    return birth_name, np.where(takes, own[other], NOBODY)


def _given_names(male: Flags, rng: np.random.Generator) -> npt.NDArray[np.int16]:
    count = len(male)
    sizes = np.where(male, len(names().given["M"]), len(names().given["F"]))
    given = (rng.random((count, 3)) * sizes[:, None]).astype(np.int16)
    more = rng.random((count, 2))
    given[more[:, 0] < Share.ONE_GIVEN_NAME, 1] = NOBODY
    given[(more[:, 1] < Share.NO_THIRD_GIVEN_NAME) | (given[:, 1] == NOBODY), 2] = NOBODY
    return given


def _birth_places(home: Numbers, rng: np.random.Generator) -> Numbers:
    """Half were born in the département where they live, a tenth abroad, the others anywhere."""
    places = communes()
    count = len(home)
    last_of = (
        np.searchsorted(places.departement_of, np.arange(places.departement_of.max() + 1), side="right") - 1
    )
    ends = places.births[last_of]
    starts = np.concatenate([[0], ends[:-1]])
    departement = places.departement_of[home]
    near = starts[departement] + rng.random(count) * (ends - starts)[departement]
    drawn = np.where(rng.random(count) < Share.BORN_NEAR, near, rng.random(count) * ends[-1])
    born: Numbers = np.searchsorted(places.births, drawn, side="right")
    abroad = rng.random(count) < Share.BORN_ABROAD
    born[abroad] = len(places.codes) + rng.integers(0, len(COUNTRIES), int(abroad.sum()))
    return born


def _attached_to(households: _Households, household: Numbers, rng: np.random.Generator) -> Numbers:
    """The parent to whom the insurer attaches the household's children: either of them."""
    chosen = np.where(rng.random(len(households.size)) < Share.HALF, households.adults - 1, 0)
    parent: Numbers = (households.start + chosen)[household]
    return parent


def _deaths(birth: Numbers, child: Flags, day: int, rng: np.random.Generator) -> Numbers:
    age = (day - birth) / YEAR
    dead = ~child & (rng.random(len(birth)) < np.where(age > Share.OLD, Share.DEAD_OLD, Share.DEAD))
    return np.where(dead, day - rng.integers(1, 60, len(birth)), NOBODY)


def _protection(child: Flags, died: Numbers, rng: np.random.Generator) -> tuple[Numbers, Numbers]:
    """Return measures of protection, and for a tutelle the guardian: an adult who is not protected."""
    adult = ~child & (died == NOBODY)
    draw = rng.random(len(child))
    protection = np.where(
        adult & (draw < Share.TUTELLE), 1, np.where(adult & (draw < Share.TUTELLE + Share.CURATELLE), 2, 0)
    )
    able = np.flatnonzero(adult & (protection == 0))
    guardian = np.full(len(child), NOBODY)
    if len(able):
        wards = protection == 1
        guardian[wards] = rng.choice(able, int(wards.sum()))
    return protection, guardian
