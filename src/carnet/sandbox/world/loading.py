"""Filling the tables: one transaction, so the world is there whole or not at all.

Runs as carnet_loader. In a large world, indexes are made after the rows (a third of the time).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql
from psycopg.copy import QueuedLibpqWriter

from carnet.platform import clock
from carnet.sandbox.world.copying import HEADER, TRAILER
from carnet.sandbox.world.population import populate
from carnet.sandbox.world.rows import Table, World, chunks, number, tables

Progress = Callable[[str, int, int], None]
"""Told the table, the rows just written, and how many it will have."""

LARGE = 100_000
_INDEX_MEMORY = "512MB"


class WorldExistsError(Exception):
    """There are persons in the register already."""


def fill(
    persons: int,
    *,
    seed: int,
    at: datetime,
    taken: list[str] | None = None,
    progress: Progress | None = None,
    then: Callable[[], None] | None = None,
) -> None:
    """Fill the register with a population; raises WorldExistsError when it is not empty.

    `at`: the field's time, from which ages are counted. `taken`: numbers (13 characters) that no one of
    the population may bear. `then`: further writes of the same transaction.
    """
    with transaction.atomic():
        if count_persons():
            raise WorldExistsError
        world = number(
            populate(persons, seed, at.astimezone(clock.PARIS).date()), seed=seed, at=at, taken=taken or []
        )
        for table in tables(world):
            with _indexes_after(table):
                _copy(world, table, progress or _silent)
        if then:
            then()
    with connection.cursor() as cursor:
        cursor.execute(f"analyze {', '.join(table.name for table in tables(world))}")


def count_persons() -> int:
    """Return how many persons the register holds."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from people_person")
        return int(cursor.fetchone()[0])


def _copy(world: World, table: Table, progress: Progress) -> None:
    statement = sql.SQL("copy {} ({}) from stdin (format binary)").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, table.columns))
    )
    connection.ensure_connection()
    with (
        connection.connection.cursor() as cursor,
        # The queue's thread sends while the next chunk is computed.
        cursor.copy(statement, writer=QueuedLibpqWriter(cursor)) as copy,
    ):
        copy.write(HEADER)
        for rows, body in chunks(world, table):
            copy.write(body)
            progress(table.name, rows, int(table.rows))
        copy.write(TRAILER)


@contextmanager
def _indexes_after(table: Table) -> Iterator[None]:
    """Drop the table's keys and indexes, and make them again at the end; a small table keeps them."""
    if table.rows < LARGE:
        yield
        return
    with connection.cursor() as cursor:
        made = _definitions(cursor, table.name)
        for drop, _ in made:
            cursor.execute(drop)
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"set local maintenance_work_mem = '{_INDEX_MEMORY}'")
        for _, create in reversed(made):
            cursor.execute(create)


def _definitions(cursor: CursorWrapper, table: str) -> list[tuple[str, str]]:
    """Return (drop, create) of each constraint with an index, then of each other index."""
    cursor.execute(
        "select format('alter table %%s drop constraint %%I', conrelid::regclass, conname),"
        " format('alter table %%s add constraint %%I %%s',"
        " conrelid::regclass, conname, pg_get_constraintdef(oid))"
        " from pg_constraint where conrelid = %s::regclass and contype in ('p', 'u')"
        " union all"
        " select format('drop index %%s', indexrelid::regclass), pg_get_indexdef(indexrelid) from pg_index i"
        " where indrelid = %s::regclass"
        " and not exists (select from pg_constraint c where c.conindid = i.indexrelid)",
        [table, table],
    )
    return list(cursor.fetchall())


def _silent(_table: str, _rows: int, _total: int) -> None:
    """Nobody watches."""
