"""Making and emptying the world: the population, the personas, then how far their spaces are."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, transaction
from tqdm import tqdm

from carnet.platform import blobs, clock
from carnet.sandbox.personas import PERSONAS
from carnet.sandbox.personas.register import add_personas, taken_numbers
from carnet.sandbox.personas.staging import stage
from carnet.sandbox.world.loading import WorldExistsError, fill

__all__ = ["Made", "WorldExistsError", "empty", "make"]

_ROOMS = (
    "people", "notices", "enrolment", "access", "documents", "profile", "measures", "histories", "exports",
    "support", "desk", "directory", "sandbox",
)  # fmt: skip
_GROUND = ("platform_outbox", "platform_personkey", "platform_ratelimit")


@dataclass(frozen=True)
class Made:
    """What was made, and in how many seconds."""

    persons: int
    personas: int
    seconds: float


def make(persons: int, *, seed: int, quiet: bool = False) -> Made:
    """Make the world in an empty register: `persons` from the seed, and the personas.

    Interrupted, it leaves no population (one transaction), or a population whose personas the next `make`
    brings where they must be. Raises WorldExistsError when there is a whole world.
    """
    started = time.monotonic()
    clock.forget()
    bar: tqdm[Any]
    try:
        with tqdm(total=None, unit=" lignes", unit_scale=True, disable=quiet or None) as bar:
            fill(
                persons,
                seed=seed,
                at=clock.now(),
                taken=taken_numbers(),
                progress=_shown(bar),
                then=_personas,
            )
    except WorldExistsError:
        if not stage(quiet=quiet):
            raise
    else:
        stage(quiet=quiet)
    return Made(persons, len(PERSONAS), time.monotonic() - started)


def empty() -> None:
    """Empty register, spaces, desk, mailbox and blobs. The journal stays, its facts unreadable."""
    for person_id in _persons_with_key():
        blobs.store().delete_all(person_id)
    models = [model for room in _ROOMS for model in apps.get_app_config(room).get_models()]
    tables = [model._meta.db_table for model in models]  # noqa: SLF001 - Django documents `_meta`
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"truncate {', '.join((*tables, *_GROUND))}")


def _persons_with_key() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("select person_id from platform_personkey")
        return [row[0] for row in cursor.fetchall()]


def _personas() -> None:
    add_personas()


def _shown(bar: "tqdm[Any]") -> Callable[[str, int, int], None]:
    done: dict[str, int] = {}

    def show(table: str, rows: int, total: int) -> None:
        if table not in done:
            done[table] = 0
            bar.reset(total)
            bar.set_description(table)
        done[table] += rows
        bar.update(rows)

    return show
