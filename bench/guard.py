"""The guard of accounts: 19 stolen accounts that want 510,000 files, among a normal month of professionals.

    python bench/guard.py [--accounts 10000] [--days 30] [--seed 11]

Pure: the judgement and the baselines of the product, without a database. A month is lived by a model of the
population (docs/guard.md says which), from which the baselines are made as the daily job makes them; the
month after is judged, account day by account day. Then thieves read with 19 such accounts; what their owners
read meanwhile is left out: it could only end the theft sooner. Printed: files exposed before each freeze,
false freezes and step-ups for 10,000 professionals and day. A file is the record of one person. Needs numpy.
"""

import argparse
import json
import math
import os
import sys
import time
from dataclasses import dataclass
from typing import Any

import django
import numpy as np
from home import ROOT

sys.path.insert(0, str(ROOT / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carnet.config.settings.test")

WANTED, STOLEN = 510_000, 19
HOURS = np.array(
    [0.3, 0.2, 0.1, 0.1, 0.1, 0.2, 0.6, 2, 7, 10, 11, 9, 4, 6, 9, 10, 10, 8, 6, 3, 1.5, 0.8, 0.5, 0.4]
)
"""When an ordinary day reads, hour by hour (weights)."""
NIGHT = np.array([5, 4.5, 4, 3.5, 3, 3, 4, 5, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 6, 6.5, 6, 5.5])
_NIGHT_HOURS = [22, 23, 0, 1, 2, 3, 4, 5]


@dataclass(frozen=True)
class Trade:
    """A profession of the model: its share, persons read on a working day, what of that is without a tie."""

    role: str
    share: float
    persons: float  # mean of the median account
    spread: float  # of accounts, log-normal
    untied: float  # mean share without a tie
    files: float  # documents opened for each person
    nights: float  # share of accounts that are on call some nights


TRADES = (
    Trade("10", 0.30, 17, 0.40, 0.14, 1.6, 0.15),
    Trade("60", 0.28, 14, 0.40, 0.10, 0.8, 0.20),
    Trade("21", 0.12, 55, 0.35, 0.55, 0.6, 0.05),
    Trade("70", 0.14, 11, 0.35, 0.12, 0.5, 0.0),
    Trade("40", 0.08, 9, 0.40, 0.18, 0.8, 0.02),
    Trade("50", 0.04, 9, 0.40, 0.15, 1.0, 0.25),
    Trade("41", 0.04, 4, 0.45, 0.15, 0.7, 0.0),
)
WEEKDAYS = np.array([1.1, 1.0, 0.9, 1.0, 1.0, 0.25, 0.05])


def main() -> int:
    """Measure, print a table and one JSON line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--accounts", type=int, default=10_000)
    arguments.add_argument("--days", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=11)
    args = arguments.parse_args()
    django.setup()
    began = time.perf_counter()
    rng = np.random.default_rng(args.seed)
    worlds = [World(trade, round(args.accounts * trade.share), rng) for trade in TRADES]
    taught = {world.trade.role: world.live(args.days) for world in worlds}
    limits = {role: learn(role, days) for role, days in taught.items()}
    start = {role: learn(role, []) for role in taught}
    lived = {world.trade.role: world.live(args.days) for world in worlds}
    figures: dict[str, Any] = {
        "accounts": args.accounts, "days": args.days, "seed": args.seed,
        "starting": errors(lived, start, args.days), "measured": errors(lived, limits, args.days),
        "thieves": {name: thefts(limits, rng, *plan) for name, plan in PLANS.items()},
        "thieves_first_month": {name: thefts(start, rng, *plan) for name, plan in PLANS.items()},
    }  # fmt: skip
    show(figures, limits, time.perf_counter() - began)
    return 0


class World:
    """The accounts of one profession, each with its size, its share without a tie and its nights."""

    def __init__(self, trade: Trade, accounts: int, rng: np.random.Generator) -> None:
        self.trade, self.rng, self.size = trade, rng, accounts
        self.means = trade.persons * rng.lognormal(-(trade.spread**2) / 2, trade.spread, accounts)
        shape = 6.0
        self.untied = rng.beta(shape * trade.untied, shape * (1 - trade.untied), accounts)
        self.on_call = rng.random(accounts) < trade.nights

    def live(self, days: int) -> list[Any]:
        """Live that many days; return the counts of every account day on which something was read."""
        from carnet.access.guard.policies import Counts

        found, weeks = [], np.zeros((7, self.size), dtype=int)
        for day in range(days):
            persons, untied, hour, night, files = self._day(day)
            weeks[day % 7] = untied
            week = weeks.sum(axis=0)
            rows = np.stack([persons, untied, hour, night, files, week])[:, persons > 0]
            found += [Counts(*row) for row in rows.T.tolist()]
        return found

    def _day(self, day: int) -> tuple[np.ndarray, ...]:
        rng, size = self.rng, self.size
        busy = rng.lognormal(-0.04, 0.28, size)
        busy *= np.where(rng.random(size) < 0.004, rng.uniform(1.5, 2.5, size), 1)  # replaces a colleague
        busy *= np.where(rng.random(size) < 0.0005, rng.uniform(3, 6, size), 1)  # a vaccination campaign
        works = rng.random(size) < np.minimum(0.93, WEEKDAYS[day % 7] * 0.93)
        nightly = self.on_call & (rng.random(size) < 0.12)
        mean = self.means * busy * np.maximum(WEEKDAYS[day % 7], 0.5) * (works | nightly)
        persons = rng.poisson(mean)
        share = np.where(nightly, np.maximum(self.untied, 0.5), self.untied)
        untied = rng.binomial(persons, share)
        weights = np.where(nightly[:, None], NIGHT, HOURS)
        hours = rng.multinomial(persons, weights / weights.sum(axis=1, keepdims=True))
        two = hours + np.roll(hours, -1, axis=1)
        hour = np.maximum(hours.max(axis=1), np.ceil(two.max(axis=1) * 0.6).astype(int))  # across the hour
        return (
            persons,
            untied,
            hour,
            hours[:, _NIGHT_HOURS].sum(axis=1),
            rng.poisson(self.trade.files * persons),
        )


def learn(role: str, days: list[Any]) -> Any:
    """Return the limits that the product makes of these account days."""
    from carnet.access.guard.baselines import starting_baseline
    from carnet.access.guard.policies import limits_of, make_baseline

    return limits_of(make_baseline(days, starting_baseline(role)))


def errors(lived: dict[str, list[Any]], limits: dict[str, Any], days: int) -> dict[str, Any]:
    """Return false freezes and step-ups for 10,000 professionals and day, all of them and by profession."""
    from carnet.access.guard.policies import Verdict, judge

    found: dict[str, Any] = {}
    total = {"frozen": 0, "asked": 0, "accounts": 0.0}
    for role, counts in lived.items():
        share = next(trade.share for trade in TRADES if trade.role == role)
        verdicts = [judge(one, limits[role], proven=False) for one in counts]
        frozen = sum(one.verdict is Verdict.FREEZE for one in verdicts)
        asked = sum(one.verdict is not Verdict.WATCH for one in verdicts)
        found[role] = {"days": len(counts), "frozen": frozen, "asked": asked}
        total["frozen"] += frozen
        total["asked"] += asked
        total["accounts"] += share
    whole = sum(len(counts) for counts in lived.values())
    every = [10_000 * total[name] / whole for name in ("frozen", "asked")]
    return {
        "by_profession": found, "account_days": whole, "days": days,
        "frozen_per_10000": round(every[0], 3), "asked_per_10000": round(every[1], 2),
        "frozen_at_most_per_10000": round(upper(total["frozen"]) * 10_000 / whole, 3),
    }  # fmt: skip


def upper(count: int) -> float:
    """Return the 95 % upper bound of a Poisson count (Wilson and Hilferty's approximation)."""
    k = count + 1
    return k * (1 - 1 / (9 * k) + 1.645 / (3 * math.sqrt(k))) ** 3


PLANS: dict[str, tuple[float, bool, bool]] = {
    "as fast as it goes": (2000.0, False, False),
    "over one day": (WANTED / STOLEN / 24, False, False),
    "over the month": (WANTED / STOLEN / 30 / 10, True, False),
    "below the limits, if they are known": (0.0, True, True),
}
"""For each plan: files an hour, whether in working hours only, whether he knows the limits."""


def thefts(
    limits: dict[str, Any],
    rng: np.random.Generator,
    pace: float,
    by_day: bool,  # noqa: FBT001 - a plan is a tuple
    knows: bool,  # noqa: FBT001
) -> Any:
    """Let 19 accounts be read with for thirty days; return what was exposed, with and without the card."""
    roles = rng.choice([t.role for t in TRADES], STOLEN, p=[t.share for t in TRADES])
    found = {}
    for name, proves in (("cannot step up", False), ("steps up", True)):
        ran = [steal(limits[role], pace, by_day=by_day, knows=knows, proves=proves) for role in roles]
        exposed = [one[0] for one in ran]
        found[name] = {
            "exposed": sum(exposed), "most": max(exposed), "share": round(sum(exposed) / WANTED, 5),
            "stopped": sum(one[1] != "" for one in ran), "by": sorted({one[1] for one in ran}),
        }  # fmt: skip
    return found


def steal(limits: Any, pace: float, *, by_day: bool, knows: bool, proves: bool) -> tuple[int, str]:
    """Read file after file with one account; return how many, and the signal that ended it ("": nothing)."""
    from carnet.access.guard.policies import Counts, Verdict, judge

    quota = WANTED // STOLEN
    most = careful(limits, proves=proves) if knows else 10**9
    exposed, history = 0, list[int]()
    for _day in range(30):
        today, night = 0, 0
        for hour in range(8, 18) if by_day else range(24):
            within = 0
            wish = most / 10 if knows else pace
            for _ in range(math.ceil(wish)):
                if exposed >= quota or today >= most:
                    break
                exposed, today, within = exposed + 1, today + 1, within + 1
                night += hour in _NIGHT_HOURS
                week = today + sum(history[-6:])
                counts = Counts(today, today, within, night, today, week)
                found = judge(counts, limits, proven=proves)
                if found.verdict is Verdict.FREEZE or (found.verdict is Verdict.STEP_UP and not proves):
                    return exposed, found.signal
        history.append(today)
    return exposed, ""


def careful(limits: Any, *, proves: bool) -> int:
    """Return how many files a day a thief reads who knows every limit and stays below."""
    at = [(limit.freeze if proves else limit.step) for limit in limits.values()]
    day = min(at[0], at[1], at[4])
    return int(min(day, at[5] // 7))


def show(figures: dict[str, Any], limits: dict[str, Any], seconds: float) -> None:
    """Print the tables, then one JSON line."""
    print(
        f"{figures['accounts']} professionals, {figures['days']} days,"
        f" seed {figures['seed']}, {seconds:.0f} s"
    )
    for name in ("starting", "measured"):
        one = figures[name]
        print(
            f"{name + ' baselines':20} false freezes {one['frozen_per_10000']} (at most"
            f" {one['frozen_at_most_per_10000']}, 95 %), step-ups {one['asked_per_10000']}"
            f" for 10,000 account days ({one['account_days']})"
        )
        for role, found in one["by_profession"].items():
            print(f"  {role:4} {found['days']:8} days, {found['frozen']} frozen, {found['asked']} asked")
    print("limits from the measured baselines (step-up, freeze)")
    for role, found in limits.items():
        print(f"  {role:4} " + ", ".join(f"{k} {v.step}/{v.freeze}" for k, v in found.items()))
    for title in ("thieves", "thieves_first_month"):
        print(f"{title}: {STOLEN} accounts that want {WANTED} files")
        for plan, by in figures[title].items():
            for who, found in by.items():
                print(
                    f"  {plan:36} {who:15} {found['exposed']:7} files ({100 * found['share']:.2f} %),"
                    f" most {found['most']}, {found['stopped']} stopped by {', '.join(found['by']) or '-'}"
                )
    print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
