"""What a load of the annuaire costs: resources a second, and the same file copied line by line, in one run.

    python bench/annuaire.py [--professionals 20000]

As many professionals as structures and places, in NDJSON of the annuaire's format, loaded into an empty
directory, then again (nothing has changed). The ratio is to a bare COPY of the same lines into a table.
Everything stands in a folder of its own, removed at the end.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))
from home import cpu_name, database


def main() -> int:
    """Measure, print figures and one JSON line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--professionals", type=int, default=20_000)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)):
        figures = measure(Path(folder), args.professionals)
    figures["machine"] = f"{os.cpu_count()} x {cpu_name()}"
    for name, value in figures.items():
        print(f"{name:24} {value}")
    print(json.dumps(figures))
    return 0


def measure(folder: Path, professionals: int) -> dict[str, Any]:
    """Return resources a second of a first load, of a second one, of a bare COPY, and the ratio."""
    from carnet.directory import annuaire

    path = write(folder / "annuaire.ndjson", professionals)
    resources = 3 * professionals
    first = timed(lambda: annuaire.load([path]))
    annuaire.forget(path)
    again = timed(lambda: annuaire.load([path]))
    bare = timed(lambda: copy(path))
    return {
        "resources": resources,
        "megabytes": round(path.stat().st_size / 1e6, 1),
        "load_per_second": round(resources / first),
        "again_per_second": round(resources / again),
        "copy_per_second": round(resources / bare),
        "ratio_to_copy": round(first / bare, 1),
    }


def write(path: Path, professionals: int) -> Path:
    """Write a file with so many professionals, each with a structure and a place of his own."""
    from tests.directory.annuaire import organization, practitioner, role

    with path.open("w", encoding="utf-8") as file:
        for make in (organization, practitioner, role):
            for number in range(1, professionals + 1):
                file.write(json.dumps(make(number), ensure_ascii=False) + "\n")
    return path


def copy(path: Path) -> None:
    """Copy the lines of a file into a table of texts, as fast as the database takes them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set role carnet_owner")
        cursor.execute("create unlogged table bare (line text)")
        with cursor.copy("copy bare from stdin") as target, path.open("rb") as file:
            for line in file:
                target.write_row([line.decode()])


def timed(work: Any) -> float:
    """Return the seconds that some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
