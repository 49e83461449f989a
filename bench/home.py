"""What the home page costs: statements, CPU, bytes; and the same statements sent by pgbench, in one run.

    python bench/home.py [--requests 300] [--documents 40]

Everything stands in a folder of its own, removed at the end. The page goes through the whole WSGI stack.
"""

import argparse
import io
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BUDGET = {"statements": 12, "cpu_ms": 60.0, "kilobytes": 250.0}
SENTENCES = (
    "Examen clinique sans particularité, patiente en bon état général",
    "La tension artérielle est équilibrée sous traitement",
    "Antécédent de fracture du poignet droit dans l’enfance, sans séquelle",
    "La sérologie de l’hépatite B montre une immunité acquise par vaccination",
    "Œdème discret des chevilles en fin de journée, prédominant à gauche",
    "Le bilan biologique montre une créatinine stable et un ionogramme normal",
    "Radiographie du thorax : pas de foyer, silhouette cardiaque normale",
    "Poursuite de la kinésithérapie respiratoire, deux séances par semaine",
    "Prochaine consultation dans six mois avec un nouvel électrocardiogramme",
    "Une échographie abdominale est demandée devant les douleurs décrites",
)
SENTENCES_OF_5_KB = 70
CONTROL = re.compile(r"^(BEGIN|COMMIT)")
ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
NEW_JOURNAL_ID = re.compile(r"(insert into journal .*? values \()'[0-9a-f-]+'(?:::uuid)?", re.DOTALL)


def main() -> int:
    """Measure, print one JSON line and a table; exit code 1 beyond the budget."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--requests", type=int, default=300)
    arguments.add_argument("--documents", type=int, default=40)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)) as target:
        cookie = make_a_space(args.documents)
        figures = measure_page(cookie, args.requests) | measure_bytes(cookie)
        figures |= measure_pgbench(target, capture(cookie), seconds=5)
    figures["ratio_to_pgbench"] = round(figures["wall_ms"] / figures["pgbench_ms"], 1)
    figures["machine"] = f"{os.cpu_count()} x {cpu_name()}"
    for name, value in figures.items():
        print(f"{name:18} {value}")
    print(json.dumps(figures))
    return int(any(figures[name] > most for name, most in BUDGET.items()))


@contextmanager
def database(home: Path) -> Iterator[Any]:
    """Start a server of its own, migrated; what follows acts as carnet_app."""
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
        settings.DATABASES["default"] = entry | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
        settings.ALLOWED_HOSTS = ["testserver"]
        prepare()
        yield target
        from django.db import connection

        connection.close()


def prepare() -> None:
    """Migrate as owner, collect the static files, then be the application."""
    import django
    import structlog
    from django.core.management import call_command

    django.setup()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(io.StringIO()))
    with redirect_stdout(io.StringIO()):
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
    from tests.conftest import become

    become("carnet_app")


def make_a_space(documents: int) -> str:
    """Make a mother with a son, documents and notices; return the cookies of her session."""
    from datetime import date

    from tests.documents.deposits import add_claire
    from tests.documents.shelves import add_document
    from tests.notices.test_notices import hand_over
    from tests.people.register import add_person
    from tests.portal.visits import visit

    mother = add_claire()
    add_person(given_names="TOM", sex="M", birth_date=date(2015, 3, 1), attached_to=mother)
    client = visit(mother)
    for number in range(documents):
        add_document(mother, number, text=text_of(number))
    hand_over()
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


def text_of(number: int) -> str:
    """Five kilobytes of a report, each its own: the same sentences in another order, and its number."""
    import random

    draw = random.Random(number)
    said = draw.choices(SENTENCES, k=SENTENCES_OF_5_KB)
    return f"Feuille {number}. " + " ".join(f"{one} ({draw.randrange(10_000)})." for one in said)


def call(cookie: str, path: str = "/") -> bytes:
    """Send one request through the WSGI stack; return the body as it is transferred."""
    from django.test import RequestFactory

    headers = {"HTTP_COOKIE": cookie, "HTTP_ACCEPT_ENCODING": "gzip"}
    environ = RequestFactory().get(path, **headers).environ
    answers: list[str] = []
    start: Callable[..., None] = lambda status, _headers: answers.append(status)  # noqa: E731
    response = handler()(environ, start)
    body = b"".join(response)
    response.close()
    assert answers == ["200 OK"], answers
    return body


@lru_cache(maxsize=1)
def handler() -> Callable[..., Any]:
    """The WSGI callable, every middleware in it."""
    from django.core.handlers.wsgi import WSGIHandler

    return WSGIHandler()


def capture(cookie: str, path: str = "/") -> list[str]:
    """Return the statements of one page, transaction control among them."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    call(cookie, path)
    with CaptureQueriesContext(connection) as captured:
        call(cookie, path)
    return [query["sql"] for query in captured.captured_queries if "platform_clock" not in query["sql"]]


def measure_page(cookie: str, requests: int, path: str = "/") -> dict[str, Any]:
    """CPU of this process and wall time per page, after a warm-up."""
    for _ in range(20):
        call(cookie, path)
    walls, cpu = [], time.process_time()
    for _ in range(requests):
        began = time.perf_counter()
        call(cookie, path)
        walls.append((time.perf_counter() - began) * 1000)
    return {
        "statements": sum(not CONTROL.match(sql) for sql in capture(cookie, path)),
        "cpu_ms": round((time.process_time() - cpu) * 1000 / requests, 2),
        "wall_ms": round(statistics.median(walls), 2),
    }


def measure_bytes(cookie: str, path: str = "/") -> dict[str, Any]:
    """The page and every file that it names, as they are transferred (gzip)."""
    import gzip

    from django.conf import settings

    page = call(cookie, path)
    assets = {path.removeprefix("/static/") for path in ASSET.findall(gzip.decompress(page).decode())}
    sizes = [_compressed(Path(settings.STATIC_ROOT) / name) for name in assets]
    return {
        "page_kilobytes": round(len(page) / 1000, 1),
        "kilobytes": round((len(page) + sum(sizes)) / 1000, 1),
    }


def _compressed(file: Path) -> int:
    packed = file.with_name(f"{file.name}.gz")
    return (packed if packed.exists() else file).stat().st_size


def measure_pgbench(target: Any, statements: list[str], *, seconds: int) -> dict[str, Any]:
    """The same statements in the same order by pgbench, one client, each line of journal a new one."""
    from carnet.platform.postgres.binaries import wheel_bin

    sent = [NEW_JOURNAL_ID.sub(r"\1carnet_uuid7(now())", one).strip() for one in statements]
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write("".join(f"{one};\n" for one in sent))
        file.flush()
        pgbench = shutil.which("pgbench", path=str(wheel_bin())) or "pgbench"
        command = [pgbench, "-n", "-M", "simple", "-c", "1", "-T", str(seconds), "-f", file.name]
        command.append(target.conninfo("app"))
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"latency average = ([\d.]+) ms", said)
    assert found, said
    return {"pgbench_ms": round(float(found[1]), 2)}


def cpu_name() -> str:
    """The processor, as the system names it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


if __name__ == "__main__":
    sys.exit(main())
