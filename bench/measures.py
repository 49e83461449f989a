"""What the pages of measures cost with 5,000 values: statements, CPU, bytes.

    python bench/measures.py [--requests 100] [--values 5000]

Everything stands in a folder of its own, removed at the end. The pages go through the whole WSGI stack.
"""

import argparse
import gzip
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from home import ASSET, BUDGET, CONTROL, _compressed, call, cpu_name, database

PAGES = (
    "/mesures/",
    "/mesures/tension/?periode=tout",
    "/mesures/poids/?periode=tout",
    "/mesures/imc/?periode=tout",
)


def main() -> int:
    """Measure, print one JSON line and a table; exit code 1 beyond the budget."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--requests", type=int, default=100)
    arguments.add_argument("--values", type=int, default=5000)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)):
        cookie = make_a_diary(args.values)
        pages = {path: measure(cookie, path, args.requests) for path in PAGES}
    print(f"{'page':34} {'statements':>10} {'cpu_ms':>8} {'wall_ms':>8} {'kilobytes':>9}")
    for path, one in pages.items():
        print(f"{path:34} {one['statements']:10} {one['cpu_ms']:8} {one['wall_ms']:8} {one['kilobytes']:9}")
    print(json.dumps({"pages": pages, "machine": f"{os.cpu_count()} x {cpu_name()}"}))
    return int(any(one[name] > most for one in pages.values() for name, most in BUDGET.items()))


def make_a_diary(values: int) -> str:
    """Make a person with half as many weights, as many blood pressures, and some of each other kind."""
    from carnet.measures.api import Kind
    from carnet.platform import clock
    from tests.measures.entering import GOOD, add_claire, add_series
    from tests.portal.visits import visit

    claire, now = add_claire(), clock.now()
    for kind in GOOD:
        add_series(claire, kind, 5, step=timedelta(days=100), start=now)
    add_series(claire, Kind.BLOOD_PRESSURE, values, step=timedelta(hours=9), start=now)
    add_series(claire, Kind.WEIGHT, values // 2, step=timedelta(hours=6), start=now)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in visit(claire).cookies.items())


def measure(cookie: str, path: str, requests: int) -> dict[str, Any]:
    """CPU of this process and wall time per page, after a warm-up; the page and its files, compressed."""
    for _ in range(10):
        page = call(cookie, path)
    walls, cpu = [], time.process_time()
    for _ in range(requests):
        began = time.perf_counter()
        call(cookie, path)
        walls.append((time.perf_counter() - began) * 1000)
    spent = time.process_time() - cpu
    return {
        "statements": count_statements(cookie, path),
        "cpu_ms": round(spent * 1000 / requests, 2),
        "wall_ms": round(statistics.median(walls), 2),
        "kilobytes": round((len(page) + assets_of(page)) / 1000, 1),
    }


def count_statements(cookie: str, path: str) -> int:
    """Return how many statements a page sends, transaction control and the sandbox's clock apart."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        call(cookie, path)
    sent = [query["sql"] for query in captured.captured_queries]
    return sum(not CONTROL.match(sql) and "platform_clock" not in sql for sql in sent)


def assets_of(page: bytes) -> int:
    """The compressed size of every file that a page names."""
    from django.conf import settings

    names = {path.removeprefix("/static/") for path in ASSET.findall(gzip.decompress(page).decode())}
    return sum(_compressed(Path(settings.STATIC_ROOT) / name) for name in names)


if __name__ == "__main__":
    sys.exit(main())
