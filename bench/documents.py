"""What the pages of documents cost with many of them: statements, CPU, bytes; home among them.

    python bench/documents.py [--requests 100] [--documents 1000]

As bench/home.py, which measures one page beside pgbench; each document has 5 kB of text of its own.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from home import BUDGET, cpu_name, database, make_a_space, measure_bytes, measure_page

PAGES = {
    "home": "/",
    "documents": "/documents/",
    "filtered": "/documents/?rubrique=BIOLOGIE&nouveaux=on",
    "choosing": "/documents/?choisir=1",
    "search": "/documents/?q=hepatite+kinesitherapie",
    "search, nothing": "/documents/?q=introuvable",
    "categories": "/documents/rubriques/",
    "folders": "/documents/dossiers/",
}


def main() -> int:
    """Measure each page, print a table and one JSON line; exit code 1 beyond the budget."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--requests", type=int, default=100)
    arguments.add_argument("--documents", type=int, default=1000)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)):
        began = time.perf_counter()
        cookie = make_a_space(args.documents)
        seconds = round(time.perf_counter() - began, 1)
        figures = {
            name: measure_page(cookie, args.requests, path) | measure_bytes(cookie, path)
            for name, path in PAGES.items()
        }
    print(f"{args.documents} documents, deposited in {seconds} s; {os.cpu_count()} x {cpu_name()}")
    print(f"{'page':16} {'statements':>10} {'CPU ms':>8} {'wall ms':>8} {'page kB':>8} {'all kB':>8}")
    for name, found in figures.items():
        print(f"{name:16} {found['statements']:10} {found['cpu_ms']:8} {found['wall_ms']:8}"
              f" {found['page_kilobytes']:8} {found['kilobytes']:8}")  # fmt: skip
    print(json.dumps(figures))
    return int(any(page[name] > most for page in figures.values() for name, most in BUDGET.items()))


if __name__ == "__main__":
    sys.exit(main())
