"""Laying down the lives of many: who waits for one, by two processes, interrupted and taken up again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from carnet.access.api import Refused
from carnet.platform import clock, loads
from carnet.sandbox.care.feeding import AlreadyFedError, Fed, feed, forget_leftovers
from carnet.sandbox.care.register import SIMPLE, read_facts
from carnet.sandbox.care.sharing import share_out
from carnet.sandbox.care.spaces import open_spaces
from carnet.sandbox.personas import PERSONAS

Progress = Callable[[int], object]
"""Told how many lives were just laid down."""

PIECE = 8
_LOCK = 0x4C49_4645
_WAITING = (
    "select s.person_id from enrolment_space s join people_person p on p.id = s.person_id"
    " left join sandbox_life l on l.person_id = s.person_id"
    " where s.state in ('opened', 'activated') and p.died_on is null and l.fed_at is null"
    " and not (p.matricule = any(%(but)s)) and (%(only)s::text[] is null or p.matricule = any(%(only)s))"
    " order by s.person_id limit %(most)s"
)


class CareUnderWayError(Exception):
    """Lives are being laid down already."""


@dataclass(frozen=True)
class Cared:
    """What a run came to: spaces opened, lives laid down, and how much they are."""

    spaces: int
    lives: int
    fed: Fed


def care(
    *,
    seed: int,
    personas_only: bool = False,
    processes: int = 2,
    spaces: bool = True,
    most: int | None = None,
    progress: Progress | None = None,
) -> Cared:
    """Lay down the life of everybody who has a space and none yet; return what was done.

    `spaces`: give a space first to two thirds of those without. `most`: that many lives at most.
    Raises CareUnderWayError when another process is at it.
    """
    with loads.alone(_LOCK, CareUnderWayError()):
        clock.forget()
        opened = (
            0
            if personas_only or not spaces
            else open_spaces(seed=seed, personas=_matricules(PERSONAS), most=most)
        )
        waiting = list_waiting(personas_only=personas_only, most=most)
        fed, lives = Fed(), 0
        for piece, count in _lay(waiting, seed, processes):
            fed, lives = fed + piece, lives + count
            if progress:
                progress(count)
    return Cared(opened, lives, fed)


def list_waiting(*, personas_only: bool = False, most: int | None = None) -> list[UUID]:
    """Return who has an open space and no life yet, personas of their own story left out."""
    simple = [persona for persona in PERSONAS if persona.key in SIMPLE]
    facts = {
        "but": _matricules(simple),
        "only": _matricules(PERSONAS) if personas_only else None,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, facts)
        return [row[0] for row in cursor.fetchall()]


def find_seed() -> int:
    """Return the seed of the lives laid down so far, 1 when there are none."""
    with connection.cursor() as cursor:
        cursor.execute("select seed from sandbox_life order by begun_at desc, person_id limit 1")
        row = cursor.fetchone()
    return int(row[0]) if row else 1


def lay(persons: Sequence[UUID], seed: int) -> tuple[Fed, int]:
    """Lay down the lives of some persons, each in a transaction; return how much and how many."""
    interrupted = _begin(persons, seed)
    fed, lives = Fed(), 0
    for facts in read_facts(persons, clock.today()):
        if facts.person_id in interrupted:
            forget_leftovers(facts.person_id)
        try:
            fed += feed(facts, seed=seed)
            lives += 1
        except (AlreadyFedError, Refused):  # by another process, or closed since she was listed
            continue
    return fed, lives


def _begin(persons: Sequence[UUID], seed: int) -> set[UUID]:
    """Note, before anything is written, whose lives are begun; return whose were before and did not end."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select person_id from sandbox_life where person_id = any(%s)", [list(persons)])
        known = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "insert into sandbox_life (person_id, seed, begun_at, documents, measures, entries, episodes)"
            " select person_id, %s, %s, 0, 0, 0, 0 from unnest(%s::uuid[]) person_id on conflict do nothing",
            [seed, clock.now(), list(persons)],
        )
    return known


def _lay(waiting: list[UUID], seed: int, processes: int) -> Iterator[tuple[Fed, int]]:
    pieces = [waiting[at : at + PIECE] for at in range(0, len(waiting), PIECE)]
    if processes < 2 or len(pieces) < 2:  # noqa: PLR2004 - nothing to share out
        with loads.trusting_the_log():
            for piece in pieces:
                yield lay(piece, seed)
        return
    yield from share_out(pieces, seed, processes)


def _matricules(personas: Sequence[Any]) -> list[str]:
    today = clock.today()
    return [persona.matricule(today) for persona in personas]
