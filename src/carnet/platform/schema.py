"""Which migrations of this version the database lacks: asked by the readiness probe and before serving."""

from functools import cache

from django.db import connection


def list_pending_migrations() -> list[str]:
    """Return the names of the migrations of this version that the database lacks."""
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass('django_migrations') is not null")
        if cursor.fetchone() != (True,):
            return ["toutes"]
        cursor.execute("select app, name from django_migrations")
        done = set(cursor.fetchall())
    return sorted(f"{app}.{name}" for app, name in _known_migrations() - done)


@cache
def _known_migrations() -> frozenset[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
