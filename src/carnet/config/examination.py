"""What `carnet doctor` looks at beside the checks of the start: walls, roles, months, blobs, queues.

It runs as carnet_loader, which sees everything, and changes nothing.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

from django.conf import settings
from django.db import connection

from carnet.config.boot import DATABASE_CHECKS, SETTINGS_CHECKS, Check, Finding, Level
from carnet.platform import blobs, clock, jobs, pump
from carnet.platform.postgres.errors import DatabaseError
from carnet.platform.postgres.target import resolve

SERVING: tuple[Any, ...] = ("app", "batch", "loader")
_MONTHS_AHEAD = timedelta(days=90)
_SAMPLE = 50
_LATE = timedelta(minutes=5)
_ENOUGH_DISK = 0.10


def examine() -> list[Finding]:
    """Return every finding; what needs the database is left out when it does not answer."""
    found = [finding for check in SETTINGS_CHECKS for finding in check()]
    for check in (*DATABASE_CHECKS, *CHECKS):
        found += check()
        if any(each.check == "database" and each.level is Level.OBSTACLE for each in found):
            break
    return found


def check_logins() -> Iterator[Finding]:
    """Each serving role logs in, and those that serve people are nobody special."""
    target = resolve(os.environ, settings.CARNET_HOME)
    for role in SERVING:
        try:
            target.check(role)
        except DatabaseError as error:
            yield Finding("roles", Level.OBSTACLE, str(error), "Faites « carnet db migrate ».")
    special = _rows(
        "select r.rolname from pg_roles r where r.rolname in ('carnet_app', 'carnet_batch')"
        " and (r.rolsuper or r.rolbypassrls or r.rolcreaterole"
        " or exists (select from pg_auth_members m where m.member = r.oid))"
    )
    yield from _judge(
        "roles",
        special,
        good="Les rôles se connectent ; ceux qui servent n’ont aucun pouvoir de plus.",
        bad="Rôles trop puissants :",
        remedy="Faites « carnet db migrate », qui les ramène à ce qu’ils doivent être.",
    )


def check_walls() -> Iterator[Finding]:
    """Clinical tables are walled, nothing goes round the walls."""
    holes = _rows(
        "select c.relname from pg_class c where c.relkind in ('r', 'p')"
        " and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'person_wall')"
        " and not (c.relrowsecurity and c.relforcerowsecurity)"
    )
    holes += _rows(
        "select c.relname from pg_class c where c.relispartition and c.relkind = 'r' and"
        " has_table_privilege('carnet_app', c.oid, 'select, insert, update, delete')"
    )
    holes += _rows(
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace"
        " and c.relkind in ('v', 'm') and not coalesce('security_invoker=on' = any(c.reloptions), false)"
    )
    holes += _rows(
        "select p.proname from pg_proc p where p.prosecdef and p.pronamespace = 'public'::regnamespace"
    )
    holes += _rows(
        "select c.relname from pg_class c where c.relkind in ('r', 'p')"
        " and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'person_wall')"
        " and has_table_privilege('carnet_batch', c.oid, 'select, update, delete')"
    )
    yield from _judge(
        "walls",
        holes,
        good="Les murs tiennent : aucune table clinique n’est ouverte.",
        bad="Des murs manquent autour de :",
        remedy="Quelqu’un a changé le schéma à la main. Arrêtez le service et restaurez une sauvegarde.",
    )


def check_months() -> Iterator[Finding]:
    """The journal has three months ahead: beyond the last one, nothing can be done on any space."""
    last = _rows(
        "select max(to_date(right(c.relname, 6), 'YYYYMM')) from pg_inherits i"
        " join pg_class c on c.oid = i.inhrelid where i.inhparent = 'journal'::regclass"
    )[0]
    assert isinstance(last, date)
    end = (last + timedelta(days=32)).replace(day=1)
    good = end - clock.today() >= _MONTHS_AHEAD
    yield Finding(
        "journal",
        Level.GOOD if good else Level.OBSTACLE,
        f"Le journal a de la place jusqu’au {end:%d/%m/%Y}.",
        "" if good else "Lancez « carnet worker --role loader », qui ouvre les mois suivants.",
    )


def check_blobs() -> Iterator[Finding]:
    """The latest documents have their blob, and in a folder no blob is without its document or key."""
    missing = [
        f"{person_id}/{name}" for person_id, name in _latest_documents() if not _has_blob(person_id, name)
    ]
    yield from _judge(
        "documents",
        missing,
        good="Les derniers documents déposés ont tous leur contenu.",
        bad=f"Contenus manquants parmi les {_SAMPLE} derniers documents :",
        remedy="Restaurez-les depuis une sauvegarde (dossier « blobs »).",
    )
    where = str(settings.CARNET_BLOBS)
    if "://" not in where:
        yield from _judge(
            "blobs",
            list_orphans(Path(where)),
            good="Aucun contenu n’est sans document.",
            bad="Contenus sans document :",
            remedy="Un dépôt interrompu en laisse un ; illisibles sans clé, ils peuvent être effacés.",
            level=Level.WARNING,
        )


def list_orphans(root: Path) -> list[str]:
    """Return the blobs of a folder that no document and no copy names, as person/name."""
    named = _pairs(
        "select person_id, blob from documents_document union all"
        " select person_id, unnest(string_to_array(blobs, ' ')) from exports_copy"
    )
    known = {f"{person_id}/{name}" for person_id, name in named}
    unfinished = _rows("select id from exports_copy where state in ('asked', 'preparing')")
    prepared = tuple(f"copy-{copy_id.hex}-" for copy_id in unfinished)
    found = (path for path in root.glob("*/*/*") if not path.name.startswith((".", *prepared)))
    return sorted(name for path in found if (name := f"{path.parent.name}/{path.name}") not in known)


def check_outbox() -> Iterator[Finding]:
    """No message waits for a person's decision, none waits for a pump that does not run."""
    unsettled = pump.list_unsettled()
    yield from _judge(
        "outbox",
        [f"{row.topic} {row.state}" for row in unsettled],
        good="Aucun message n’est en doute ni en échec.",
        bad="Messages qui attendent une décision :",
        remedy="Voyez-les par « carnet outbox list » ; renvoyez-les (repeat) ou renoncez (drop).",
        level=Level.WARNING,
    )
    late = _rows(
        "select count(*) from platform_outbox where state = 'ready' and due_at < now() - %s", [_LATE]
    )[0]
    if late:
        yield Finding(
            "outbox",
            Level.WARNING,
            f"{late} message(s) attendent depuis plus de cinq minutes.",
            "Aucun processus ne les transmet : « carnet worker --role app ».",
        )


def check_jobs() -> Iterator[Finding]:
    """Workers live, nothing is stuck, the days are done."""
    living = jobs.count_living_workers()
    yield Finding(
        "workers",
        Level.GOOD if living >= len(SERVING) else Level.WARNING,
        f"{living} processus de fond en vie.",
        "" if living >= len(SERVING) else "Il en faut un par rôle : « carnet serve » les lance tous.",
    )
    failed = _rows(
        "select task_name || ' (' || queue_name || ')' from procrastinate_jobs where status = 'failed'"
    )
    yield from _judge(
        "jobs",
        sorted(set(failed)),
        good="Aucun travail n’a échoué.",
        bad="Travaux en échec :",
        remedy="La cause est dans le journal du processus (dossier « log »).",
        level=Level.WARNING,
    )


def check_disk() -> Iterator[Finding]:
    """There is room left."""
    usage = shutil.disk_usage(settings.CARNET_HOME)
    enough = usage.free / usage.total >= _ENOUGH_DISK
    yield Finding(
        "disk",
        Level.GOOD if enough else Level.WARNING,
        f"{usage.free / 1e9:.1f} Go libres.",
        "" if enough else "Faites de la place : une base sans place s’arrête.",
    )


def _judge(
    check: str,
    problems: Iterable[object],
    *,
    good: str,
    bad: str,
    remedy: str,
    level: Level = Level.OBSTACLE,
) -> Iterator[Finding]:
    """Yield the good finding, or one that names at most five problems and counts the others."""
    named = [str(problem) for problem in problems]
    if not named:
        yield Finding(check, Level.GOOD, good)
        return
    more = f" et {len(named) - 5} autre(s)" if len(named) > 5 else ""  # noqa: PLR2004
    yield Finding(check, level, f"{bad} {', '.join(named[:5])}{more}.", remedy)


def _latest_documents() -> list[tuple[UUID, str]]:
    return _pairs(
        "select person_id, blob from documents_document order by deposited_at desc limit %s", [_SAMPLE]
    )


def _has_blob(person_id: UUID, name: str) -> bool:
    try:
        return bool(blobs.store().get(person_id, name))
    except FileNotFoundError:
        return False


def _pairs(query: LiteralString, values: list[Any] | None = None) -> list[tuple[UUID, str]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _rows(query: LiteralString, values: list[Any] | None = None) -> list[Any]:
    """Return the first column."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]


CHECKS: tuple[Check, ...] = (
    check_logins,
    check_walls,
    check_months,
    check_blobs,
    check_outbox,
    check_jobs,
    check_disk,
)
