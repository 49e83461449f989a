"""What a decision costs: 50 rules of the matrix, 1,000 documents, decided one by one in Python.

    python bench/decision.py [--documents 1000] [--rules 50] [--times 30]

Baseline, in the same run and over the same things: a loop that only looks at one flag of each. Beyond 5 ms
of processor, or 40 times the baseline, the exit code is 1.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from uuid import UUID

BUDGET_MS = 5.0
MOST_TIMES_BASELINE = 40.0
_ME = UUID(int=1)
_DAY = date(2026, 11, 23)


def main() -> int:
    """Print a table and one JSON line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=1000)
    arguments.add_argument("--rules", type=int, default=50)
    arguments.add_argument("--times", type=int, default=30)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder:
        start(Path(folder), args.rules)
        figures = measure(args.documents, args.times)
    print(f"{'what':34} {'cpu ms':>8} {'times':>8}")
    for name, cpu in figures.items():
        print(f"{name:34} {cpu:8.3f} {cpu / figures['one flag of each']:8.1f}")
    ratio = figures["decide and admit"] / figures["one flag of each"]
    print(json.dumps(figures | {"ratio": round(ratio, 1)}))
    return int(figures["decide and admit"] > BUDGET_MS or ratio > MOST_TIMES_BASELINE)


def start(folder: Path, rules: int) -> None:
    """Start Django with a matrix of that many rows for one profession."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carnet.config.settings.test")
    os.environ["CARNET_HOME"] = str(folder / "home")
    os.environ["CARNET_MATRIX"] = str(folder)
    import django

    django.setup()
    from carnet.access.matrix import get_matrix
    from carnet.terminology import api as terminology

    codes = [kind.code for kind in terminology.list_document_types()][: rules - 1]
    rows = ["60,*,yes,own,bench", *(f"60,{code},{'no' if n % 2 else 'yes'},own,bench"
                                    for n, code in enumerate(codes))]  # fmt: skip
    write(folder / "professions.csv", "profession,label_fr,group,same_as", ["60,Infirmier,health,"])
    write(folder / "matrix.csv", "profession,pattern,given,origin,source", rows)
    write(folder / "matrix_parts.csv", "profession,pattern,given,origin,source", ["60,*,yes,own,bench"])
    assert len(get_matrix().types["60"]) == rules


def write(path: Path, head: str, rows: list[str]) -> None:
    """Write one file of a matrix."""
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")


def measure(number: int, times: int) -> dict[str, float]:
    """Return the medians, in milliseconds of processor."""
    from carnet.access.api import Basis, Care, Relation, Rights, Visibility, decide_scope
    from carnet.access.matrix import check_matrix
    from carnet.journal.api import Actor, ActorKind, Purpose
    from carnet.terminology import api as terminology

    draw = random.Random(5)
    kinds = [kind.code for kind in terminology.list_document_types()]
    things = [
        Visibility(draw.random() < 0.2, False, False, draw.choice(["690000013", "750000017", ""]),
                   draw.choice([None, None, _ME]), draw.choice(kinds), draw.choice("NNNRV"))
        for _ in range(number)
    ]  # fmt: skip
    actor = Actor(ActorKind.HEALTHCARE_PROFESSIONAL, _ME, "690000013")
    care = Care(role="60", active=True, basis=Basis.TEAM, informed=True)
    rights = Rights("activated", Relation.NONE, date.min, care=care)

    def decide() -> int:
        scope = decide_scope(actor, rights, Purpose.CONSULT, _DAY)
        return sum(scope.allows(thing) for thing in things)

    work: Mapping[str, Callable[[], object]] = {
        "one flag of each": lambda: sum(not thing.masked for thing in things),
        "decide alone": lambda: decide_scope(actor, rights, Purpose.CONSULT, _DAY),
        "decide and write the condition": lambda: decide_scope(actor, rights, Purpose.CONSULT, _DAY).sql(),
        "decide and admit": decide,
        "read the matrix (once a process)": lambda: check_matrix(os.environ["CARNET_MATRIX"]),
    }
    assert 0 < decide() < number
    return {name: median(act, times) for name, act in work.items()}


def median(act: Callable[[], object], times: int) -> float:
    """Return the median time of an act, in milliseconds of processor."""
    act()
    spent = []
    for _ in range(times):
        begun = time.process_time_ns()
        act()
        spent.append((time.process_time_ns() - begun) / 1e6)
    return statistics.median(spent)


if __name__ == "__main__":
    sys.exit(main())
