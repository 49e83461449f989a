"""The body: height and weight at each age, as a plain curve through rounded figures. Invented, no reference.

The charts of growth that health professionals use are not these.
"""

from datetime import date
from typing import Final

from carnet.sandbox.care.facts import YEAR, Die, Facts

_AGES: Final = (0, 0.25, 0.5, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18)
_BOYS: Final = (50, 61, 68, 76, 87, 96, 103, 116, 128, 138, 149, 163, 173, 177)
_GIRLS: Final = (49, 60, 66, 74, 86, 95, 102, 115, 127, 138, 151, 160, 163, 164)
_INDEX: Final = (13.4, 16.2, 17.2, 17.2, 16.4, 15.9, 15.6, 15.5, 15.9, 16.7, 17.8, 19.2, 20.4, 21.3)
_HEAD: Final = (35, 40.5, 43.5, 46.5, 48.5)  # at the first five ages; then three, four
_HEAD_AGES: Final = (0, 0.25, 0.5, 1, 2, 3, 4)
_SHRINKS_FROM: Final = 55


class Body:
    """The body of one person over her life: the same figures however often it is asked."""

    def __init__(self, facts: Facts, die: Die, *, heavier: float = 0.0) -> None:
        self.facts = facts
        self.tall = die.gauss(0, 0.035)
        self.heavy = max(-0.14, min(0.35, die.gauss(0.02, 0.08) + heavier))

    def height(self, day: date) -> float:
        """Return the height on a day, in cm, to half a centimetre."""
        age = self._age(day)
        table = _BOYS if self.facts.male else _GIRLS
        height = _between(_AGES, table, age) * (1 + self.tall * min(1.0, 0.5 + age / 20))
        return round((height - max(0.0, age - _SHRINKS_FROM) * 0.07) * 2) / 2

    def weight(self, day: date, noise: float = 0.0) -> float:
        """Return the weight on a day, in kg: a tenth, and fifty grams under ten kilograms."""
        age = self._age(day)
        index = _between(_AGES, _INDEX, age)
        if age > _AGES[-1]:
            index += min(4.4, (age - 18) * 0.11)
        index *= 1 + self.heavy * min(1.0, 0.3 + age / 15)
        kilograms = index * (self.height(day) / 100) ** 2 * (1 + noise)
        return round(kilograms * 20) / 20 if kilograms < 10 else round(kilograms, 1)  # noqa: PLR2004

    def head(self, day: date) -> float:
        """Return the head circumference of a small child on a day, in cm."""
        return round(_between(_HEAD_AGES, (*_HEAD, 49.6, 50.4), self._age(day)) * (1 + self.tall / 4), 1)

    def index(self, day: date) -> float:
        """Return the body mass index."""
        return self.weight(day) / (self.height(day) / 100) ** 2

    def _age(self, day: date) -> float:
        return max(0.0, (day - self.facts.birth_date).days / YEAR)


def _between(at: tuple[float, ...], values: tuple[float, ...], x: float) -> float:
    for (low, a), (high, b) in zip(
        zip(at, values, strict=False), zip(at[1:], values[1:], strict=False), strict=False
    ):
        if x <= high:
            return a + (b - a) * (x - low) / (high - low)
    return values[-1]
