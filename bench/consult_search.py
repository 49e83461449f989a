"""What a professional's search over a whole record costs: 1,000 documents of 5 kB, profile, measures, care.

    python bench/consult_search.py [--documents 1000] [--requests 50]

The page goes through the whole WSGI stack. Baseline: the person's own search of the same words among the
same documents, in the same run. Beyond the budget of a search (docs/performance.md) the exit code is 1.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent))
from consult import measure
from home import cpu_name, database
from search import make_documents

BUDGET = {"statements": 15, "cpu_ms": 60.0, "kilobytes": 250.0}
WORDS = quote("hépatite")


def main() -> int:
    """Measure, print a table and one JSON line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=1000)
    arguments.add_argument("--requests", type=int, default=50)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)):
        person = make_documents(args.documents)
        baseline = measure(hers(person), args.requests)
        figures = measure(doctors(person), args.requests)
    figures["cpu_ms_of_her_own_search"] = baseline["cpu_ms"]
    figures["ratio_to_her_own_search"] = round(figures["cpu_ms"] / baseline["cpu_ms"], 2)
    figures["machine"] = f"{os.cpu_count()} x {cpu_name()}"
    for name, value in figures.items():
        print(f"{name:26} {value}")
    print(json.dumps(figures))
    return int(any(figures[name] > most for name, most in BUDGET.items()))


def hers(person: UUID) -> tuple[str, str]:
    """Return the cookie of the person and the address of her search."""
    from django.urls import reverse

    from carnet.people.sessions import COOKIE
    from tests.portal.visits import visit

    client = visit(person)
    return f"{COOKIE}={client.cookies[COOKIE].value}", f"{reverse('portal:documents')}?q={WORDS}"


def doctors(person: UUID) -> tuple[str, str]:
    """Return the cookie of her doctor and the address of his search."""
    from django.urls import reverse

    from carnet.directory import api as directory
    from carnet.pro.page import sign
    from tests.pro.visits import add_professional, treat, visit

    doctor = add_professional()
    treat(person, *doctor)
    token = visit(*doctor).cookies[directory.sessions.COOKIE].value
    visitor = directory.sessions.find(token)
    assert visitor is not None
    address = reverse("pro:record_search", args=[sign(person, visitor)])
    return f"{directory.sessions.COOKIE}={token}", f"{address}?q={WORDS}"


if __name__ == "__main__":
    sys.exit(main())
