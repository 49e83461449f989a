"""What the daily opening of silent spaces costs: 1.6 million in one statement, against a bare UPDATE.

    python bench/opening.py [--spaces 1600000] [--persons 1600000]

Everything stands in a folder of its own, removed at the end. The statement runs as carnet_batch, journal
lines included; the bare UPDATE touches the same rows of the same table, and writes nothing else.
"""

import argparse
import json
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
BUDGET_SECONDS = 60.0
PERSONS = """
insert into people_person (id, matricule, oid, birth_name, used_name, given_names, first_given_name,
  birth_date, sex, birth_place, protection)
select carnet_uuid7(now() - interval '40 days' + i * interval '1 ms'), lpad(i::text, 15, '0'), 'bench',
  'MARTIN', '', 'CLAIRE LOUISE', 'CLAIRE', '1980-05-17', 'F', '31555', ''
from generate_series(1, %s) i"""
SPACES = """
insert into enrolment_space (person_id, state, since, notified_on, channel, no_contact, documents_masked,
  emergency_access, samu_access, emergency_masked, terms_version, version)
select id, 'notified', now(), current_date - 42, 'email', false, false, true, true, false, '', 1
from people_person order by id limit %s"""
BARE = "update enrolment_space set state = 'opened', since = now(), opened_at = now(), version = version + 1"


def main() -> int:
    """Measure, print figures and one JSON line; exit code 1 beyond the budget."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--spaces", type=int, default=1_600_000)
    arguments.add_argument("--persons", type=int, default=1_600_000)
    args = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="carnet-bench-") as folder, database(Path(folder)):
        figures = measure(args.persons, args.spaces)
    figures["machine"] = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    for name, value in figures.items():
        print(f"{name:20} {value}")
    print(json.dumps(figures))
    return int(args.spaces >= 1_600_000 and figures["opening_seconds"] > BUDGET_SECONDS)


def measure(persons: int, spaces: int) -> dict[str, Any]:
    """Return the seconds of both statements on the same rows, and their ratio."""
    from carnet.enrolment.api import open_silent_spaces

    fill(persons, spaces)
    bare = timed(lambda: run("carnet_batch", BARE))
    fill(persons, spaces)
    opened: list[int] = []
    become("carnet_batch")
    opening = timed(lambda: opened.append(open_silent_spaces(date.today())))  # noqa: DTZ011
    lines = run("carnet_seal", "select count(*) from journal")
    assert opened == [spaces] == [lines], (opened, lines)
    return {
        "spaces": spaces,
        "opening_seconds": round(opening, 1),
        "bare_update_seconds": round(bare, 1),
        "ratio": round(opening / bare, 2),
        "journal_lines": lines,
        "client_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def fill(persons: int, spaces: int) -> None:
    """Make the register and the notified spaces anew, as they are six weeks after a sending."""
    run("carnet_owner", "truncate people_person, enrolment_space")
    run("carnet_loader", PERSONS, persons)
    run("carnet_loader", SPACES, spaces)
    for table in ("people_person", "enrolment_space"):
        run("carnet_owner", f"vacuum (analyze) {table}")
    run("carnet_loader", "checkpoint")


def run(role: str, statement: str, *values: Any) -> Any:
    """Send one statement as a role; return the first value of its answer, if it has one."""
    from django.db import connection

    become(role)
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def become(role: str) -> None:
    """Act as a role from now on."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"set role {role}")


def timed(act: Any) -> float:
    """Return the seconds that an act takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def database(home: Path) -> Iterator[None]:
    """Start a server of its own with its ordinary settings, migrated."""
    os.environ |= {"CARNET_HOME": str(home), "DJANGO_SETTINGS_MODULE": "carnet.config.settings.sandbox"}
    sys.path[:0] = [str(ROOT / "src")]
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
        yield
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
