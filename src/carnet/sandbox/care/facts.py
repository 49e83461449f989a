"""What a life of care is made from: a person as the register knows her, and a die that falls the same."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from carnet.standards.ins import Traits

ADULT: Final = 18
YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of the same family in the register. `relation`: SPOUSE, MOTHER, FATHER, CHILD or OTHER."""

    relation: str
    first_name: str
    last_name: str
    birth_date: date
    adult: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A person as the register knows her, on the day from which her past is told.

    `role`: the key of a persona whose life has a subject of its own, else "".
    """

    person_id: UUID
    matricule: str
    oid: str
    traits: Traits
    used_family: str
    given: str
    birth_date: date
    today: date
    city: str = "Toulouse"
    postal_code: str = "31000"
    insee_code: str = "31555"
    departement: str = "31"
    relatives: tuple[Relative, ...] = ()
    role: str = ""

    @property
    def male(self) -> bool:
        return self.traits.sex == "M"

    @property
    def age(self) -> int:
        return self.age_on(self.today)

    @property
    def name(self) -> str:
        """The name that a letter gives her."""
        return f"{self.given.title()} {self.used_family}"

    def age_on(self, day: date) -> int:
        """Return her age in years on a day."""
        had = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had else 1)

    def e(self, masculine: str, feminine: str) -> str:
        """Return the word that agrees with her."""
        return masculine if self.male else feminine


class Die(random.Random):
    """Random numbers that depend on the seed, the person and the subject alone."""

    @classmethod
    def of(cls, seed: int, facts: Facts, subject: str) -> "Die":
        """Return the die of one subject of a life: what is added to one subject leaves the others alone."""
        return cls(f"{seed}:{facts.matricule}:{subject}")

    def happens(self, chance: float) -> bool:
        """Say whether something of that chance happens."""
        return self.random() < chance

    def day(self, first: date, last: date) -> date:
        """Return a working day between two days, the last included (or the first, if they are one)."""
        drawn = first + timedelta(days=self.randint(0, max(0, (last - first).days)))
        while drawn.weekday() > 4 and drawn > first:  # noqa: PLR2004 - Saturday, Sunday
            drawn -= timedelta(days=1)
        return drawn

    def one(self, of: Sequence[Any]) -> Any:
        """Return one of these."""
        return of[self.randrange(len(of))]


def years_after(day: date, years: float) -> date:
    """Return the day that many years later."""
    return day + timedelta(days=round(years * YEAR))


def partial(day: date, parts: int) -> str:
    """Return a partial date: its year (1), its month (2) or the whole day (3)."""
    return day.isoformat()[: (4, 7, 10)[parts - 1]]
