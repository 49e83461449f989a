"""What a search costs the database: 1,000 documents of 5 kB, the statements alone, as the server times them.

    python bench/search.py [--documents 1000] [--times 20]

Baseline: the same page of the list without a search. Beyond 30 ms of server time the exit code is 1.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent))
from home import database, text_of

BUDGET_MS = 30.0
SEARCHES = {
    "every document": "examen",
    "one word": "hépatite",
    "six words": "hépatite oedème créatinine thorax séances poignet",
    "unfinished": "kinesi",
    "in quotes": '"immunité acquise par vaccination"',
    "no match": "introuvable",
    "a number": "500",
}


def main() -> int:
    """Print a table and one JSON line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=1000)
    arguments.add_argument("--times", type=int, default=20)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)):
        person = make_documents(args.documents)
        figures = {"no search": measure(person, "", args.times)}
        figures |= {name: measure(person, words, args.times) for name, words in SEARCHES.items()}
    print(f"{'search':16} {'found':>10} {'statements':>10} {'server ms':>10} {'whole ms':>10}")
    for name, found in figures.items():
        print(f"{name:16}", *(f"{value:10}" for value in found.values()))
    print(json.dumps(figures))
    return int(any(found["server_ms"] > BUDGET_MS for found in figures.values()))


def make_documents(number: int) -> UUID:
    """Give one person that many documents; the planner knows of them."""
    from django.db import connection

    from tests.conftest import acting_as
    from tests.documents.deposits import add_claire
    from tests.documents.shelves import add_document

    person = add_claire()
    for one in range(number):
        add_document(person, one, text=text_of(one))
    with acting_as("carnet_owner"), connection.cursor() as cursor:
        cursor.execute("analyze documents_document, documents_words, documents_source")
    return person


def measure(person: UUID, words: str, times: int) -> dict[str, Any]:
    """Send one search that many times; the median of what the server says it took, and of the whole."""
    import time

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from carnet.documents import api as documents
    from tests.documents.shelves import opened

    whole = []
    with opened(person) as a:
        a.key()
        for _ in range(times):
            began = time.perf_counter()
            found = len(look(documents, a, words))
            whole.append((time.perf_counter() - began) * 1000)
        with CaptureQueriesContext(connection) as sent:
            look(documents, a, words)
        server = sum(time_on_server(query["sql"], times) for query in sent.captured_queries)
    return {
        "found": found,
        "statements": len(sent),
        "server_ms": round(server, 2),
        "whole_ms": round(statistics.median(whole), 2),
    }


def look(documents: Any, a: Any, words: str) -> Any:
    """Return the first page of what is found, or of the list."""
    filters = documents.Filters()
    if not words:
        return documents.list_documents(a, filters, limit=21)
    return documents.search(a, words, filters, limit=20).cards


def time_on_server(statement: str, times: int) -> float:
    """Return the median of planning and execution, in milliseconds, as the server measures them."""
    from django.db import connection

    took = []
    for _ in range(times):
        with connection.cursor() as cursor:
            cursor.execute(f"explain (analyze, timing off, format json) {statement}")
            plan = cursor.fetchone()[0][0]
        took.append(plan["Planning Time"] + plan["Execution Time"])
    return statistics.median(took)


if __name__ == "__main__":
    sys.exit(main())
