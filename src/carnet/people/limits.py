"""How many attempts at getting in, from where, and how long to wait after them.

The delays grow and end by themselves: nobody is shut out for good, and whoever tries in her place from
another browser does not close the one that she has used before (it is counted apart).
If attempts cannot be counted, they are refused (LimitsDownError: 503); reading pages is not limited here.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import DatabaseError, transaction

from carnet.platform.limits import Limit


class TooManyError(Exception):
    """Too many attempts. `seconds`: how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds

    @property
    def message_fr(self) -> str:
        """The sentence to show."""
        minutes = -(-self.seconds // 60)
        wait = "une minute" if minutes <= 1 else f"{minutes} minutes"
        return f"Trop d’essais. Réessayez dans {wait}, ou appelez le 3422."


class LimitsDownError(Exception):
    """Attempts cannot be counted at present, so none is taken."""

    retry_after = 30


@dataclass(frozen=True)
class Ladder:
    """Limits that follow each other: after each, a longer wait."""

    steps: tuple[Limit, ...]

    def take(self, subject: str) -> None:
        """Count one attempt; raises TooManyError with the wait, or LimitsDownError."""
        for step in self.steps:
            if not step.hit(subject):
                raise _refusal(step, subject)

    def clear(self, subject: str) -> None:
        """Forget the attempts of a subject that has succeeded."""
        for step in self.steps:
            step.clear(subject)


def _refusal(step: Limit, subject: str) -> Exception:
    try:
        with transaction.atomic():
            seconds, reached = step.seconds_left(subject), step.is_reached(subject)
    except DatabaseError:
        return LimitsDownError()
    return TooManyError(seconds) if reached else LimitsDownError()


def _ladder(purpose: str, *steps: tuple[int, timedelta]) -> Ladder:
    return Ladder(tuple(Limit(f"{purpose}:{i}", most, window) for i, (most, window) in enumerate(steps)))


_MINUTE = timedelta(minutes=1)
LOGIN: Final = _ladder("login", (5, _MINUTE), (10, 10 * _MINUTE), (20, 60 * _MINUTE))
ADDRESS: Final = _ladder("address", (60, _MINUTE), (300, 60 * _MINUTE))  # a household, a school, a desk
FACTOR: Final = _ladder("factor", (6, _MINUTE), (12, 15 * _MINUTE), (30, 24 * 60 * _MINUTE))
RECOVERY: Final = _ladder("recovery", (3, 10 * _MINUTE), (10, 24 * 60 * _MINUTE))
PROOF: Final = _ladder("proof", (5, 15 * _MINUTE), (10, 24 * 60 * _MINUTE))
SENDING: Final = _ladder("sending", (6, 60 * _MINUTE), (20, 24 * 60 * _MINUTE))
ADDRESSEE: Final = _ladder("addressee", (20, 60 * _MINUTE), (60, 24 * 60 * _MINUTE))
