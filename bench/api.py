"""What deposits cost over HTTP, on the running process: how many a second, and how soon the person is told.

    python bench/api.py [--times 60] [--rate 50] [--seconds 20]

Each deposit is a CDA of 200 kB sent by ITI-105; the delay of notices is measured with small ones too. The
process for software, a worker and the database are those of production, in a folder of its own that is
removed at the end; the client runs on the same machine and takes its share of it. The SQL of one deposit,
with new keys each time, is sent by pgbench in the same run: it neither reads a document nor stores its bytes.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parent))
from deposit import cda_document
from home import cpu_name, database

FINESS = "310000013"
PERSONS = 8
LINES = 3_100  # of a report of 200 kB
_GRAIN = 0.01  # seconds between two looks at the notices
_NAME = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")  # a UUID without dashes, or a key of 16 bytes


def main() -> int:
    """Measure, print figures and one JSON line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=60, help="deposits of each kind")
    arguments.add_argument("--rate", type=float, default=50, help="deposits a second asked for")
    arguments.add_argument("--seconds", type=float, default=20)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)) as target:
        figures = measure(Path(folder), target, args)
    figures["machine"] = f"{os.cpu_count()} x {cpu_name()}"
    for name, value in figures.items():
        print(f"{name:32} {value}")
    print(json.dumps(figures))
    return 0


def measure(folder: Path, target: Any, args: argparse.Namespace) -> dict[str, Any]:
    """Return deposits a second by one client and by eight, pgbench's, and the delay of notices."""
    from tests.clients.running import running

    papers, token = Papers(), account()
    figures: dict[str, Any] = {"bytes of a document": len(papers.one())}
    with running(folder / "api.log") as api, worker(folder):
        publish(api.url, token, [papers.body() for _ in range(10)], 1)  # the first starts helpers and caches
        for clients in (1, 8):
            bodies = [papers.body() for _ in range(args.times)]
            rate, cpu, took = publish(api.url, token, bodies, clients, watched=api.process.pid)
            figures[f"deposits/s, {clients} client(s)"] = round(rate, 1)
            figures[f"ms of processor, {clients} client(s)"] = round(cpu * 1000, 1)
            figures[f"p50 / p99 ms, {clients} client(s)"] = f"{took[0] * 1000:.0f} / {took[1] * 1000:.0f}"
        for kind, lines in {"a few kB": 40, "200 kB": LINES}.items():
            bodies = [papers.body(lines) for _ in range(int(args.rate * args.seconds))]
            found = until_told(api.url, token, bodies, rate=args.rate, seconds=args.seconds)
            figures |= {f"{name}, {kind}": value for name, value in found.items()}
    statements = capture(papers)
    for clients in (1, 8):
        tps = pgbench(target, statements, clients)
        figures[f"pgbench/s, {clients} client(s)"] = round(tps, 1)
        figures[f"share of pgbench, {clients} client(s)"] = round(
            figures[f"deposits/s, {clients} client(s)"] / tps, 3
        )
    return figures


class Papers:
    """Documents of 200 kB, each another, about several persons in turn."""

    def __init__(self) -> None:
        from tests.documents.deposits import add_claire
        from tests.portal.visits import give_account

        self.persons = [add_claire(birth_name=f"BANC{letter}") for letter in "ABCDEFGH"[:PERSONS]]
        for person in self.persons:  # else nobody would be told
            give_account(person, email=f"{person}@exemple.test")
        self.number = 0
        self._lock = threading.Lock()

    def one(self, lines: int = LINES) -> bytes:
        with self._lock:
            self.number += 1
            number = self.number
        return cda_document(self.persons[number % len(self.persons)], number, lines=lines)

    def body(self, lines: int = LINES) -> bytes:
        """Return the request of ITI-105 for another document."""
        from carnet.config.sending.metadata import describe

        return describe(self.one(lines), max_bytes=10**7).body


def account() -> str:
    """Register a software; return an access token of its."""
    from tests.directory.clients import add_client, token_of

    card, _ = add_client(FINESS)
    return token_of(card)


def publish(
    url: str, token: str, bodies: list[bytes], clients: int, *, watched: int = 0
) -> tuple[float, float, tuple[float, float]]:
    """Send documents; return how many a second, seconds of the server's processor each, p50 and p99."""
    took: list[float] = []
    with client(url, token, clients) as http, ThreadPoolExecutor(clients) as pool:
        began, spent = time.perf_counter(), processor_of(watched)
        took.extend(pool.map(lambda body: send(http, body)[0], bodies))
        wall, spent = time.perf_counter() - began, processor_of(watched) - spent
    ordered = sorted(took)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return len(bodies) / wall, spent / len(bodies), (statistics.median(ordered), p99)


def until_told(url: str, token: str, bodies: list[bytes], *, rate: float, seconds: float) -> dict[str, Any]:
    """Deposit at a rate; return the rate reached, and how long after its answer a document has its notice."""
    answered: dict[str, float] = {}
    over = threading.Event()
    told: dict[str, float] = {}
    watcher = threading.Thread(target=watch, args=(answered, told, over))
    watcher.start()
    clients = 16
    with client(url, token, clients) as http, ThreadPoolExecutor(clients) as pool:
        began = time.perf_counter()

        def at(place: int) -> None:
            time.sleep(max(0.0, began + place / rate - time.perf_counter()))
            if time.perf_counter() > began + seconds:
                return
            _, document_id = send(http, bodies[place])
            answered[document_id] = time.perf_counter()

        list(pool.map(at, range(len(bodies))))
        wall = time.perf_counter() - began
    deadline = time.monotonic() + 60
    while len(told) < len(answered) and time.monotonic() < deadline:
        time.sleep(_GRAIN)
    over.set()
    watcher.join()
    assert told, "nobody was told: is the worker there?"
    delays = sorted(max(0.0, told[one] - answered[one]) for one in answered if one in told)
    p99 = delays[min(len(delays) - 1, int(len(delays) * 0.99))]
    return {
        "reached, deposits/s": round(len(answered) / wall, 1),
        "deposit to notice, p50 ms": round(statistics.median(delays) * 1000),
        "deposit to notice, p99 ms": round(p99 * 1000), "never told": len(answered) - len(delays),
    }  # fmt: skip


def watch(answered: dict[str, float], told: dict[str, float], over: threading.Event) -> None:
    """Look at the notices again and again; note when that of each document was first seen."""
    from django.db import connection

    with connection.cursor() as cursor:
        while not over.is_set():
            waiting = [one for one in list(answered) if one not in told]
            if waiting:
                cursor.execute(
                    "select distinct reference from notices_notice where reference = any(%s::uuid[])",
                    [waiting],
                )
                now = time.perf_counter()
                told |= {str(reference): now for (reference,) in cursor.fetchall()}
            time.sleep(_GRAIN)
    connection.close()


def send(http: Any, body: bytes) -> tuple[float, str]:
    """Send one document; return the seconds that it took and the id that it got."""
    began = time.perf_counter()
    answer = http.post("/fhir/DocumentReference", content=body)
    took = time.perf_counter() - began
    assert answer.status_code == 201, answer.text
    return took, answer.headers["Location"].split("DocumentReference/")[1].split("/")[0]


@contextmanager
def client(url: str, token: str, clients: int) -> Iterator[Any]:
    import httpx2

    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/fhir+json",
        "Prefer": "return=minimal",
    }
    limits = httpx2.Limits(max_connections=clients, max_keepalive_connections=clients)
    with httpx2.Client(base_url=url, headers=headers, limits=limits, trust_env=False, timeout=60) as http:
        yield http


@contextmanager
def worker(folder: Path) -> Iterator[None]:
    """Run the worker that tells people, as `carnet serve` does."""
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "carnet.config.cli", "worker", "--role", "app"],
            env={**os.environ, "CARNET_ROLE": "app"}, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def processor_of(pid: int) -> float:
    """Return the seconds of processor that a process and its children have used."""
    import psutil

    if not pid:
        return 0.0
    whole = psutil.Process(pid)
    return sum(sum(one.cpu_times()[:2]) for one in (whole, *whole.children(recursive=True)))


def capture(papers: Papers) -> list[str]:
    """Return the SQL of one deposit as a script of pgbench: what was new in it is new each time."""
    first, second = (captured(cda_document(papers.persons[0], 10**6 + number)) for number in range(2))
    common = set(_NAME.findall("\n".join(second)))
    new = [one for one in dict.fromkeys(_NAME.findall("\n".join(first))) if one not in common]
    drawn = (f"replace(carnet_uuid7(now())::text, '-', '') as v{place}" for place in range(len(new)))
    script = [f"select {', '.join(drawn)} \\gset"]
    for statement in first:
        text = " ".join(statement.split())
        for place, one in enumerate(new):
            text = text.replace(one, f":v{place}")
            text = text.replace(str(UUID(one)), f":v{place}")
        script.append(f"{text};")
    return script


def captured(data: bytes) -> list[str]:
    """Return what one deposit of our own sends, the transaction's ends included."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from carnet.documents import api as documents
    from carnet.journal.api import Actor, ActorKind

    by = Actor(ActorKind.HEALTHCARE_FACILITY, structure=FINESS)
    with CaptureQueriesContext(connection) as sent:
        documents.deposit(data, structure=FINESS, by=by)
    return [one["sql"] for one in sent if "sandbox_clock" not in one["sql"]]


def pgbench(target: Any, script: list[str], clients: int, *, seconds: int = 5) -> float:
    """Return how often a second pgbench does the same inserts."""
    from carnet.platform.postgres.binaries import wheel_bin

    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("\n".join(script) + "\n")
        file.flush()
        program = shutil.which("pgbench", path=str(wheel_bin())) or "pgbench"
        command = [program, "-n", "-M", "simple", "-c", str(clients), "-j", str(min(clients, 2))]
        command += ["-T", str(seconds), "-f", file.name, target.conninfo("app")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    assert found, done.stdout + done.stderr
    return float(found[1])


if __name__ == "__main__":
    sys.exit(main())
