"""What is unlike a profession: pure. Nothing is published about it (docs/adr/0023-guard.md)."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

ANY_ROLE: Final = "*"
REGULATION: Final = "/regulation"
"""After a profession: a doctor while he regulates for the SAMU, whose callers are nobody's patients."""

STEP_QUANTILE: Final = 0.999
FREEZE_QUANTILE: Final = 0.9999
STEP_MARGIN: Final = 1.25
FREEZE_MARGIN: Final = 1.5
SMALL: Final = 5
"""Added to every limit, so that a rare act of a profession that reads little is not yet unlike it."""

MOST_DRIFT: Final = 2.0
"""How far a measured baseline may stand above the starting one: thieves must not teach the guard."""

ENOUGH_DAYS: Final = 5_000
"""Account days from which a profession's own quantiles are believed."""


class Verdict(StrEnum):
    """What becomes of an account after one more reading."""

    WATCH = "watch"
    STEP_UP = "step_up"
    FREEZE = "frozen"


@dataclass(frozen=True, slots=True)
class Counts:
    """What an account has read on one day of the field, since the guard last released it.

    `persons`: distinct persons. `unrelated`: those whom nothing but his own word ties to him. `hour`:
    distinct persons begun within the last hour. `night`: those begun between 22 and 6 o'clock. `files`:
    documents opened. `week`: `unrelated` of the last seven days.
    """

    persons: int = 0
    unrelated: int = 0
    hour: int = 0
    night: int = 0
    files: int = 0
    week: int = 0


SIGNALS: Final = tuple(field.name for field in fields(Counts))


@dataclass(frozen=True, slots=True)
class Limit:
    """From more than which an account steps up, or is frozen."""

    step: int
    freeze: int


Baseline = Mapping[str, tuple[float, float]]
"""For each signal, the two quantiles (99.9 % and 99.99 %) of an account's day in a profession."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict and the signal that gave it ("" for none)."""

    verdict: Verdict
    signal: str = ""


def limits_of(baseline: Baseline) -> dict[str, Limit]:
    """Return the limits that a baseline sets."""
    return {
        signal: Limit(
            math.ceil(step * STEP_MARGIN) + SMALL,
            max(math.ceil(freeze * FREEZE_MARGIN), math.ceil(step * STEP_MARGIN)) + 2 * SMALL,
        )
        for signal, (step, freeze) in baseline.items()
    }


def judge(counts: Counts, limits: Mapping[str, Limit], *, proven: bool) -> Judgement:
    """Judge an account after one more reading. `proven`: it has stepped up today.

    Freezing comes before all: a thief who holds the card proves whatever is asked.
    """
    asked = ""
    for signal in SIGNALS:
        value, limit = getattr(counts, signal), limits[signal]
        if value > limit.freeze:
            return Judgement(Verdict.FREEZE, signal)
        if value > limit.step and not asked:
            asked = signal
    if asked and not proven:
        return Judgement(Verdict.STEP_UP, asked)
    return Judgement(Verdict.WATCH)


def make_baseline(days: Sequence[Counts], starting: Baseline) -> dict[str, tuple[float, float]]:
    """Return the quantiles of account days that were lived, within twice the starting baseline.

    With few days the starting baseline stands: the tail of a small sample says nothing. Never below half of
    it: a quiet month must not shut out the month after.
    """
    if len(days) < ENOUGH_DAYS:
        return dict(starting)
    made = {}
    for signal in SIGNALS:
        values = sorted(getattr(day, signal) for day in days)
        measured = tuple(_quantile(values, part) for part in (STEP_QUANTILE, FREEZE_QUANTILE))
        bounds = starting[signal]
        made[signal] = (_within(measured[0], bounds[0]), _within(measured[1], bounds[1]))
    return made


def _quantile(values: Sequence[int], part: float) -> float:
    return float(values[min(len(values) - 1, math.ceil(part * len(values)) - 1)])


def _within(measured: float, start: float) -> float:
    return min(max(measured, start / 2), start * MOST_DRIFT)
