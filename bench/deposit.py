"""What a deposit costs, and where its time goes: a PDF of 200 kB, a CDA of 200 kB, many small ones at once.

    python bench/deposit.py [--times 30] [--many 300] [--profile 20]

A document comes as a software sends it (`documents.submit`), one after the other, on one core: the process
keeps to one, the database has the others. `--profile`: the functions in which a deposit of each kind spends
most of its time by itself.

Everything stands in a folder of its own, removed at the end. Each phase is the time spent inside the
function named: the median of all deposits. The baseline is what no deposit can do without:
the same bytes sealed, written and flushed, and one row in one transaction.
"""

import argparse
import cProfile
import json
import os
import platform
import pstats
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).parents[1]
FINESS = "310000013"
PHASES = {
    "read the document": ("carnet.documents.submitting", "_read_one"),
    "compare the person": ("carnet.documents.submitting", "_find_person"),
    "make a CDA around a file": ("carnet.documents.wrapping", "wrap"),
    "look for what refuses it": ("carnet.documents.entering", "_look"),
    "read its words": ("carnet.documents.text", "read"),
    "make its record": ("carnet.documents.entering", "make_record"),
    "write the content": ("carnet.platform.blobs", "FolderStore.put_many"),
    "write rows": ("carnet.documents.entering", "_write_all"),
}


def main() -> int:
    """Measure, print figures and one JSON line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=30)
    arguments.add_argument("--many", type=int, default=300)
    arguments.add_argument("--profile", type=int, default=0, metavar="FUNCTIONS")
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)):
        figures = measure(args.times, args.many, args.profile)
    figures["machine"] = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(json.dumps(figures))
    return 0


def measure(times: int, many: int, profiled: int) -> dict[str, Any]:
    """Return milliseconds for each kind of document, its phases, and their ratio to the baseline."""
    figures: dict[str, Any] = {}
    for kind, make in {"PDF of 200 kB": pdf_file, "CDA of 200 kB": cda_sent}.items():
        figures[kind] = deposit(kind, make, times, profiled)
    figures["many"] = load(many)
    return figures


def deposit(kind: str, make: Callable[[Any, int], Any], times: int, profiled: int) -> dict[str, Any]:
    """Deposit documents of a kind one after the other."""
    from tests.documents.sending import send

    person = somebody()
    sent = [make(person, number) for number in range(2 * times + 1)]
    send(sent[0])  # the first starts helpers and caches
    alone = sent[1 : times + 1]
    cpu = time.process_time()
    took = [timed(partial(send, one)) for one in alone]
    cpu = (time.process_time() - cpu) / times
    with phases() as spent, profile(kind, profiled):
        for one in sent[times + 1 :]:
            send(one)
    base = statistics.median(timed(partial(baseline, person, one.data)) for one in alone)
    return report(kind, len(alone[0].data), took, spent, base) | {"cpu_ms": round(cpu * 1000, 2)}


@contextmanager
def profile(kind: str, functions: int) -> Iterator[None]:
    """Print the functions that take most time by themselves, when some are asked for."""
    if not functions:
        yield
        return
    with cProfile.Profile() as taken:
        yield
    print(f"\n{kind}: where the time goes (profiled, all deposits together)")
    pstats.Stats(taken).sort_stats("tottime").print_stats(functions)


def report(
    kind: str, size: int, took: list[float], spent: dict[str, list[float]], base: float
) -> dict[str, Any]:
    median = statistics.median(took)
    print(f"\n{kind} ({size} bytes): {median * 1000:.1f} ms, {1 / statistics.fmean(took):.0f} a second,")
    print(f"  {median / base:.1f} times the baseline")
    print(f"  {'baseline':28} {base * 1000:7.2f} ms")
    for name, seconds in spent.items():
        print(f"  {name:28} {statistics.median(seconds) * 1000:7.2f} ms")
    print(f"  {'slowest of all':28} {max(took) * 1000:7.2f} ms")
    return {
        "ms": round(median * 1000, 2), "a_second": round(1 / statistics.fmean(took), 1),
        "baseline_ms": round(base * 1000, 2), "ratio": round(median / base, 2),
        "phases_ms": {name: round(statistics.median(seconds) * 1000, 2) for name, seconds in spent.items()},
    }  # fmt: skip


def load(many: int) -> dict[str, Any]:
    """Measure `load_documents` with structured reports of a few kilobytes, in wall and processor time."""
    from carnet.access import api as access
    from carnet.documents import api as documents
    from carnet.journal.api import Actor, EventType, Purpose

    person = somebody()
    sent = [cda_document(person, number, lines=40) for number in range(many)]
    wall, cpu = time.perf_counter(), time.process_time()
    with access.open(person, by=Actor.system(), purpose=Purpose.OPERATE,
                     event=EventType.DOCUMENT_DEPOSITED, late=True) as a:  # fmt: skip
        documents.load_documents(a, sent)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    each = {"bytes": len(sent[0]), "ms": round(wall / many * 1000, 2), "cpu_ms": round(cpu / many * 1000, 2)}
    print(
        f"\n{many} reports of {each['bytes']} bytes at once: {each['ms']} ms, {each['cpu_ms']} of processor"
    )
    return each


def baseline(person: Any, data: bytes) -> None:
    from django.db import connection, transaction

    from carnet.platform import blobs, crypto

    key = crypto.ensure_key(person)
    blobs.store().put(person, uuid4().hex, key.seal("bench", data))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("insert into bench_row values (%s, %s)", [uuid4(), data[:200]])


@contextmanager
def phases() -> Iterator[dict[str, list[float]]]:
    """Count the seconds spent inside each function of PHASES."""
    from importlib import import_module

    spent: dict[str, list[float]] = defaultdict(list)
    undo: list[tuple[Any, str, Any]] = []
    for name, (module, path) in PHASES.items():
        holder: Any = import_module(module)
        *outer, attribute = path.split(".")
        for part in outer:
            holder = getattr(holder, part)
        original = getattr(holder, attribute)
        undo.append((holder, attribute, original))
        setattr(holder, attribute, _timing(original, name, spent))
    try:
        yield spent
    finally:
        for holder, attribute, original in undo:
            setattr(holder, attribute, original)


def _timing(original: Callable[..., Any], name: str, spent: dict[str, list[float]]) -> Callable[..., Any]:
    def timing(*args: Any, **kwargs: Any) -> Any:
        began = time.perf_counter()
        try:
            return original(*args, **kwargs)
        finally:
            spent[name].append(time.perf_counter() - began)

    return timing


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def somebody() -> Any:
    from tests.documents.deposits import add_claire

    return add_claire()


def pdf_file(person: Any, number: int) -> Any:
    """A report of some pages of text, and an image to make its size, sent as the file it is."""
    import random

    from tests.documents.sending import file
    from tests.standards import papers

    text = " ".join(WORDS[(place * 7 + number) % len(WORDS)] for place in range(600))
    noise = random.Random(number).randbytes(185_000)
    return file(person, number, data=papers.pdf(text, 3) + b"\n%" + noise.replace(b"\n", b" "))


def cda_sent(person: Any, number: int) -> Any:
    from carnet.access.api import Visibility
    from carnet.documents.api import Submitted

    return Submitted(cda_document(person, number), "text/xml", "", Visibility())


def cda_document(person: Any, number: int, lines: int = 3_100) -> bytes:
    from carnet.standards.cda.writer import Table, write_n3
    from tests.documents.deposits import header_of
    from tests.standards.samples import N3_TEMPLATES, RESULTS

    rows = [(WORDS[(n * 3 + number) % len(WORDS)], f"{n},{number}", "0,70 à 1,05") for n in range(lines)]
    table = Table(headings=("Analyse", "Résultat", "Valeurs de référence"), rows=rows)
    header = header_of(person, number, template_ids=N3_TEMPLATES)
    return write_n3(header, (replace(RESULTS, blocks=("Prélèvement du matin.", table)),))


@contextmanager
def database(home: Path) -> Iterator[None]:
    """Run a server of our own, migrated, and be carnet_app in it."""
    os.environ |= {"CARNET_HOME": str(home), "DJANGO_SETTINGS_MODULE": "carnet.config.settings.sandbox"}
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    from django.conf import settings

    from carnet.platform.crypto import create_key_file
    from carnet.platform.postgres.cluster import Cluster
    from carnet.platform.postgres.roles import bootstrap
    from carnet.platform.postgres.target import resolve

    create_key_file(Path(settings.CARNET_KEY_FILE))
    with Cluster(home):
        target = resolve(os.environ, home)
        bootstrap(target.conninfo("admin", "postgres"), target.database, for_tests=True)
        entry = target.django("test")
        entry["OPTIONS"] = {**entry.get("OPTIONS", {}), "assume_role": "carnet_owner"}
        settings.DATABASES["default"] = entry | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False}
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", interactive=False, verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("create table bench_row (id uuid primary key, content bytea)")
            cursor.execute("grant insert on bench_row to carnet_app")
            cursor.execute("set role carnet_app")
        yield
        connection.close()


WORDS = [
    "glycémie",
    "créatinine",
    "hémoglobine",
    "leucocytes",
    "plaquettes",
    "natrémie",
    "kaliémie",
    "calcémie",
    "ferritine",
    "cholestérol",
    "triglycérides",
    "transaminases",
    "bilirubine",
    "albumine",
    "protéinurie",
    "hématurie",
    "fracture",
    "scaphoïde",
    "radiographie",
    "échographie",
    "scanner",
    "poumon",
    "cœur",
    "foie",
    "rein",
    "rate",
    "pancréas",
    "thyroïde",
    "anévrisme",
    "œdème",
    "hépatite",
    "névralgie",
]

if __name__ == "__main__":
    sys.exit(main())
