"""Sharing the lives out to several processes. Imported by each before Django is ready: it imports no room."""

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any
from uuid import UUID

from carnet.platform.lifeline import tie


def share_out(pieces: Sequence[list[UUID]], seed: int, processes: int) -> Iterator[Any]:
    """Yield what `running.lay` returns for each piece, as they come, from that many fresh interpreters.

    A connection to the database must not be shared with a forked child. A process that dies ends the run:
    BrokenProcessPool is raised, and what was laid down stays.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _prepare, (os.getpid(),)) as pool:
        asked = [pool.submit(_lay, piece, seed) for piece in pieces]
        try:
            for done in as_completed(asked):
                yield done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _prepare(parent: int) -> None:
    """Make a new process ready; its environment says settings and data folder. It dies with the first."""
    import django
    from django.db import connection

    tie(parent, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process stops the others
    os.environ.setdefault("CARNET_ROLE", "loader")
    django.setup()
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit to off")


def _lay(piece: list[UUID], seed: int) -> Any:
    from carnet.sandbox.care.running import lay

    return lay(piece, seed)
