"""One drill: the same work done unharmed once, then killed again and again, each time taken up by another.

After each kill what was acknowledged must be there and nothing twice (`check_killed`); when the work has been
taken up to its end, the rows must be those of the run that nobody killed (`rows_of`).
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.kills.driver import Nursery, draw

KILLS = 15 if os.environ.get("CARNET_LONG") else 3
_MOST_KILLS_OF_ONE_WORK = 2
_MOST_MISSES = 20

Facts = dict[str, Any]


@dataclass(frozen=True)
class Drill:
    """What is done, as whom, and what must hold.

    `prepare` makes work for one case and returns the facts given to the process; `check_killed` gets them and
    what the dead process had acknowledged; `rows_of` returns comparable rows, without what differs each time.
    """

    scenario: str
    role: str
    prepare: Callable[[], Facts]
    check_killed: Callable[[Facts, tuple[str, ...]], None]
    rows_of: Callable[[Facts], Any]


def run(drill: Drill, nursery: Nursery) -> None:
    """Kill this work KILLS times; AssertionError says at which moment something was lost or doubled."""
    seed = int(os.environ.get("CARNET_KILLS_SEED") or random.randrange(2**32))
    rng = random.Random(seed)
    facts = drill.prepare()
    whole = nursery.run(drill.scenario, role=drill.role, **facts)
    drill.check_killed(facts, whole.said)
    wanted = drill.rows_of(facts)
    kills = misses = 0
    while kills < KILLS:
        facts = drill.prepare()
        for _ in range(rng.randint(1, _MOST_KILLS_OF_ONE_WORK)):
            moment = draw(rng, whole)
            ran = nursery.run(drill.scenario, role=drill.role, kill=moment, **facts)
            kills, misses = kills + ran.killed, misses + (not ran.killed)
            print(f"{drill.scenario}, seed {seed}, kill {kills}: {moment}")  # shown with a failure
            drill.check_killed(facts, ran.said)
        nursery.run(drill.scenario, role=drill.role, **facts)
        assert drill.rows_of(facts) == wanted
        assert misses < _MOST_MISSES + KILLS, "the moments drawn never fall within the work"
    print(
        f"{drill.scenario}: {kills} kills among {whole.steps} steps, seed {seed}: nothing lost, nothing doubled"
    )
