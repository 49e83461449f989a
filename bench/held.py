"""What a structure's reads cost behind the door, journal included: one document, a search that finds 20.

    python bench/held.py [--times 1000] [--clients 4] [--documents 200]

Round trips, processor time of our own process, time by the clock; and the same SQL, in the same messages,
sent by pgbench in the same run. Then the same over HTTP: the process for software beside its database, the
client on the same machine, processor time of that process alone. Everything stands in a folder of its own,
removed at the end.
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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from home import ROOT, cpu_name, database

BUDGET = {
    "one document": {"round_trips": 3, "cpu_ms": 1.0},
    "search of 20": {"round_trips": 3, "cpu_ms": 2.0},
}
NEW_LINE = re.compile(r"(insert into journal \([^)]*\) select )'[0-9a-f-]+'(?:::uuid)?")


def main() -> int:
    """Measure, print a table and one JSON line; exit code 1 beyond the budget."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--times", type=int, default=1000)
    arguments.add_argument("--clients", type=int, default=4)
    arguments.add_argument("--documents", type=int, default=200)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)) as target:
        reads, asked = make_reads(args.documents)
        figures = {name: measure(read, args.times, args.clients, target) for name, read in reads.items()}
        for name, found in over_http(Path(folder) / "api.log", asked, args.times, args.clients).items():
            figures[name] |= found
    print(
        f"{args.documents} documents of one structure among as many others; {os.cpu_count()} x {cpu_name()}"
    )
    for name, found in figures.items():
        print(name)
        for label, value in found.items():
            print(f"  {label:24} {value}")
    print(json.dumps(figures))
    return int(any(figures[name][key] > most for name, of in BUDGET.items() for key, most in of.items()))


def make_reads(documents: int) -> tuple[dict[str, Callable[[], Any]], dict[str, tuple[str, str]]]:
    """Give one person documents of two structures; return the reads of one of the two, and as requests."""
    from carnet.documents import api as held
    from tests.documents.deposits import add_claire
    from tests.documents.held import CLINIC, LAB, bring, give_face
    from tests.people.register import matricule_of

    person = add_claire()
    made = []
    for number in range(documents):
        made.append(bring(person, number))
        give_face(person, made[-1], description="Compte rendu. " * 100)  # 1.5 kB, as by FHIR
        bring(person, documents + number, by=CLINIC)
    matricule, current = matricule_of(person), held.HeldFilters(statuses=frozenset({"current"}))
    one = made[documents // 2]
    patient = f"patient.identifier=urn:oid:1.2.250.1.213.1.4.10|{matricule}&status=current&_count=20"
    return {
        "one document": lambda: held.get_held(one, by=LAB),
        "search of 20": lambda: held.search_held(by=LAB, matricule=matricule, filters=current, limit=20),
    }, {
        "one document": (f"/fhir/DocumentReference/{one}", ""),
        "search of 20": ("/fhir/DocumentReference/_search", patient),
    }


def measure(read: Callable[[], Any], times: int, clients: int, target: Any) -> dict[str, Any]:
    """Return what one read costs: alone, by several clients, and by pgbench."""
    sent = capture(read)
    for _ in range(50):
        read()
    wall, cpu = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        read()
        wall.append(time.perf_counter() - began)
    cpu = (time.process_time() - cpu) / times
    one, many = statistics.mean(wall) * 1000, several(read, times, clients)
    bare, bare_many = pgbench(target, sent, 1), pgbench(target, sent, clients)
    return {
        "round_trips": len(sent), "cpu_ms": round(cpu * 1000, 3), "wall_ms": round(one, 3),
        "p50_ms": round(statistics.median(wall) * 1000, 3), "pgbench_ms": round(1000 / bare, 3),
        "ratio_to_pgbench": round(one * bare / 1000, 2), f"per_second_{clients}": round(many),
        f"pgbench_per_second_{clients}": round(bare_many),
        f"share_of_pgbench_{clients}": round(many / bare_many, 2),
    }  # fmt: skip


def over_http(
    log: Path, asked: dict[str, tuple[str, str]], times: int, clients: int
) -> dict[str, dict[str, Any]]:
    """Return what each request costs the process that answers it, by one client and by several."""
    from tests.clients.running import running
    from tests.directory.clients import add_client, token_of
    from tests.documents.deposits import FINESS

    token = token_of(add_client(FINESS)[0])
    paths = os.pathsep.join(str(path) for path in (ROOT / "src", ROOT, ROOT / "bench"))
    with running(log, settings={"DJANGO_SETTINGS_MODULE": "quiet", "PYTHONPATH": paths}) as api:
        return {
            name: request(api.url, api.process.pid, token, path, form, times, clients)
            for name, (path, form) in asked.items()
        }


def request(  # noqa: PLR0917 - what a request is
    url: str, pid: int, token: str, path: str, form: str, times: int, clients: int
) -> dict[str, Any]:
    """Send one request again and again, over connections that stay; return its figures."""
    import httpx2

    headers = {"Authorization": f"Bearer {token}"}
    if form:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    with httpx2.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as http:

        def ask(_: int = 0) -> float:
            began = time.perf_counter()
            answer = http.post(path, content=form) if form else http.get(path)
            took = time.perf_counter() - began
            assert answer.status_code == 200, answer.text
            return took

        for _ in range(100):
            ask()
        spent = processor_of(pid)
        took = [ask() for _ in range(times)]
        spent = (processor_of(pid) - spent) / times
        with ThreadPoolExecutor(clients) as pool:
            began = time.perf_counter()
            list(pool.map(ask, range(times)))
            rate = times / (time.perf_counter() - began)
    return {
        "http_cpu_ms": round(spent * 1000, 2), "http_p50_ms": round(statistics.median(took) * 1000, 2),
        f"http_per_second_{clients}": round(rate),
    }  # fmt: skip


def processor_of(pid: int) -> float:
    """Return the seconds of processor that a process and its children have used."""
    import psutil

    whole = psutil.Process(pid)
    return sum(sum(one.cpu_times()[:2]) for one in (whole, *whole.children(recursive=True)))


def capture(read: Callable[[], Any]) -> list[str]:
    """Return what one read sends, a message a string; the sandbox's clock apart."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as sent:
        read()
    return [one["sql"] for one in sent if "platform_clock" not in one["sql"]]


def several(read: Callable[[], Any], times: int, clients: int) -> float:
    """Return reads a second of several threads of one process, each with its connection."""
    from django.db import connection

    together = threading.Barrier(clients + 1)

    def run() -> None:
        read()  # connects
        together.wait()
        for _ in range(times // clients):
            read()
        together.wait()
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(clients)]
    for thread in threads:
        thread.start()
    together.wait()
    began = time.perf_counter()
    together.wait()
    took = time.perf_counter() - began
    for thread in threads:
        thread.join()
    return times // clients * clients / took


def pgbench(target: Any, messages: list[str], clients: int, *, seconds: int = 4) -> float:
    """Return how often a second pgbench sends the same messages, each line of the journal a new one."""
    from carnet.platform.postgres.binaries import wheel_bin

    sent = [NEW_LINE.sub(r"\1carnet_uuid7(now())", one).replace("; with", " \\; with") for one in messages]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("".join(f"{one};\n" for one in sent))
        file.flush()
        program = shutil.which("pgbench", path=str(wheel_bin())) or "pgbench"
        command = [program, "-n", "-M", "simple", "-c", str(clients), "-j", str(min(clients, 2))]
        command += ["-T", str(seconds), "-f", file.name, target.conninfo("app")]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"tps = ([\d.]+) \(without", said)
    assert found, said
    return float(found[1])


if __name__ == "__main__":
    sys.exit(main())
