"""What a professional's page of a record costs with many documents: statements, processor, bytes.

    python bench/consult.py [--documents 5000] [--requests 100]

The page goes through the whole WSGI stack. Baseline: the same page of a record with ten documents, in the
same run; the ratio says what the other documents cost. Beyond the budget the exit code is 1.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent))
from home import CONTROL, call, cpu_name, database

BUDGET = {"statements": 15, "cpu_ms": 80.0}
FEW = 10
TYPES = ("11488-4", "11490-0", "11502-2", "18748-4", "57833-6", "60591-5")


def main() -> int:
    """Measure, print a table and one JSON line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=5000)
    arguments.add_argument("--requests", type=int, default=100)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)):
        few, many = make_patients(FEW, args.documents)
        baseline = measure(few, args.requests)
        figures = measure(many, args.requests)
    figures["cpu_ms_of_ten_documents"] = baseline["cpu_ms"]
    figures["ratio_to_ten_documents"] = round(figures["cpu_ms"] / baseline["cpu_ms"], 2)
    figures["machine"] = f"{os.cpu_count()} x {cpu_name()}"
    for name, value in figures.items():
        print(f"{name:26} {value}")
    print(json.dumps(figures))
    return int(any(figures[name] > most for name, most in BUDGET.items()))


def make_patients(few: int, many: int) -> list[tuple[str, str]]:
    """Make two patients of one doctor with so many documents; return her cookie and their addresses."""
    from django.db import connection
    from django.urls import reverse

    from carnet.directory import api as directory
    from carnet.pro.page import sign
    from tests.conftest import acting_as
    from tests.documents.deposits import add_claire
    from tests.people.register import add_person, open_space
    from tests.pro.visits import add_professional, treat, visit

    doctor = add_professional()
    client = visit(*doctor)
    token = client.cookies[directory.sessions.COOKIE].value
    found = []
    patients = add_claire(), add_person(given_names="TOM", sex="M", birth_date=date(1975, 3, 1))
    open_space(patients[1])
    for person, number in zip(patients, (few, many), strict=True):
        treat(person, *doctor)
        give_documents(person, number)
        visitor = directory.sessions.find(token)
        address = reverse("pro:record", args=[sign(person, visitor)])
        found.append((f"{directory.sessions.COOKIE}={token}", address))
    with acting_as("carnet_owner"), connection.cursor() as cursor:
        cursor.execute("analyze documents_document, documents_words, documents_source")
    return found


def give_documents(person: UUID, number: int) -> None:
    """Deposit one document, then copy its row: the page reads rows, not contents."""
    from django.db import connection

    from tests.documents.shelves import add_document, managed

    add_document(person, 1)
    with managed(person), connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_name = 'documents_document'"
        )
        names = [row[0] for row in cursor.fetchall()]
        own = {
            "id": "gen_random_uuid()",
            "entry_id": "gen_random_uuid()",
            "unique_key": "decode(md5(n::text), 'hex')",
            "content_key": "decode(md5('c' || n), 'hex')",
            "set_key": "decode(md5('s' || n), 'hex')",
            "created_on": "created_on - n * interval '7 hours'",
            "type_code": f"(array{list(TYPES)!r})[1 + mod(n, {len(TYPES)})]",
        }
        columns = ", ".join(own.get(name, name) for name in names)
        cursor.execute(
            f"insert into documents_document ({', '.join(names)})"
            f" select {columns} from documents_document, generate_series(1, %s) n where person_id = %s",
            [number - 1, person],
        )


def measure(patient: tuple[str, str], requests: int) -> dict[str, Any]:
    """Return the medians of one page, asked for so many times."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cookie, address = patient
    with CaptureQueriesContext(connection) as captured:
        body = call(cookie, address)
    sent = [one for one in captured.captured_queries if not CONTROL.match(one["sql"])]
    cpu, wall = [], []
    for _ in range(requests):
        began, spent = time.perf_counter(), time.process_time()
        call(cookie, address)
        cpu.append(time.process_time() - spent)
        wall.append(time.perf_counter() - began)
    return {
        "statements": len(sent),
        "cpu_ms": round(statistics.median(cpu) * 1000, 1),
        "wall_ms": round(statistics.median(wall) * 1000, 1),
        "kilobytes": round(len(body) / 1000, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
