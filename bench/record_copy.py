"""What a copy of everything costs: seconds, statements, peak of memory, bytes.

    python bench/record_copy.py [--documents 1000] [--values 5000] [--kilobytes 100]

Half of the documents are reports of 5 kB of text, half are files of so many kilobytes. Everything stands in a
folder of its own, removed at the end.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent))
from home import cpu_name, database, text_of

MOST_MEGABYTES = 150.0
"""What the preparation may need beyond what the process had before."""


def main() -> int:
    """Measure, print one JSON line and a table; exit code 1 beyond the budget of memory."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=1000)
    arguments.add_argument("--values", type=int, default=5000)
    arguments.add_argument("--kilobytes", type=int, default=100)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)):
        person = make_a_record(args.documents, args.values, args.kilobytes * 1000)
        figures = measure(person)
    figures |= {
        "documents": args.documents,
        "values": args.values,
        "machine": f"{os.cpu_count()} x {cpu_name()}",
    }
    for name, value in figures.items():
        print(f"{name:18} {value}")
    print(json.dumps(figures))
    return int(figures["more_megabytes"] > MOST_MEGABYTES)


def make_a_record(documents: int, values: int, size: int) -> UUID:
    """Give a person so many documents and measures; return her id."""
    from datetime import timedelta

    from carnet.access import api as access
    from carnet.documents import api as rooms
    from carnet.journal.api import Actor, EventType, Purpose
    from carnet.measures.api import Kind
    from tests.documents.deposits import add_claire
    from tests.measures.entering import add_series

    person = add_claire()
    with access.open(
        person, by=Actor.system(), purpose=Purpose.OPERATE, event=EventType.DOCUMENT_DEPOSITED
    ) as a:
        rooms.load_documents(a, (_document(person, number, size) for number in range(documents)))
    for number in range(5):
        kind = (Kind.WEIGHT, Kind.HEART_RATE, Kind.GLUCOSE, Kind.BLOOD_PRESSURE, Kind.HEIGHT)[number]
        add_series(person, kind, values // 5, step=timedelta(hours=6))
    return person


def _document(person: UUID, number: int, size: int) -> bytes:
    from tests.documents.deposits import scanned

    if number % 2:
        media_type, data = "image/jpeg", b"\xff\xd8\xff\xe0" + os.urandom(size)
    else:
        media_type, data = "text/plain", text_of(number).encode()
    made: bytes = scanned(person, number, media_type=media_type, data=data)
    return made


def measure(person: UUID) -> dict[str, Any]:
    """Prepare one copy and return its figures."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from carnet.exports import api as exports
    from carnet.exports import queries
    from carnet.exports.preparing import prepare
    from carnet.journal.api import Actor, ActorKind

    copy_id = exports.ask_copy(person, by=Actor(ActorKind.PATIENT, person))
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here
    before, wall, cpu = resident("VmRSS"), time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as captured:
        prepare(copy_id)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    made = queries.find(copy_id)
    assert made is not None
    assert made.ready
    return {
        "wall_seconds": round(wall, 2),
        "cpu_seconds": round(cpu, 2),
        "statements": len(captured),
        "archive_megabytes": round(made.size / 1e6, 1),
        "blobs": sum(len(part.names) for part in made.parts),
        "before_megabytes": before,
        "more_megabytes": round(resident("VmHWM") - before, 1),
    }


def resident(what: str) -> float:
    """Return megabytes of memory: VmRSS now, VmHWM at its peak."""
    status = Path("/proc/self/status").read_text()
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    assert found
    return round(int(found[1]) / 1000, 1)


if __name__ == "__main__":
    sys.exit(main())
