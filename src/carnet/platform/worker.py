"""One worker process, for one database role: the pump of its topics, its jobs, its daily run.

Three threads of work: procrastinate's loop in the main one, the pump, and the carer, which gives the jobs of
dead workers back and asks for the daily run when a day is due. If one of them breaks, the process ends: its
supervisor starts it again.
"""

import asyncio
import os
import threading
from collections.abc import Callable

import structlog
from django.db import Error, close_old_connections, connection
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from carnet.platform import daily, jobs
from carnet.platform.jobs import HEARTBEAT_SECONDS, STALLED_SECONDS, Role
from carnet.platform.pump import Pump, topics_of
from carnet.platform.tasks import run_daily

log = structlog.get_logger("carnet.worker")

_CARE_SECONDS = 3.0
_GRACE_SECONDS = 4.0
# Two may wait for others (the move of the clock waits for the daily run), so never fewer than three.
_AT_ONCE = 3


def run(role: Role) -> None:
    """Work until SIGTERM or SIGINT; jobs under way have a few seconds to end."""
    pump = Pump(role)
    stop = threading.Event()
    threads = [_thread("carer", lambda: _care(role, stop))]
    if topics_of(role, transactional=True) or topics_of(role, transactional=False):
        threads.append(_thread("pump", pump.run))
    log.info("worker started", role=role)
    try:
        asyncio.run(_run_jobs(role))
    finally:
        stop.set()
        pump.stop()
        for thread in threads:
            thread.join(_GRACE_SECONDS)
        log.info("worker stopped", role=role)


def care_once(role: Role) -> None:
    """Give stalled jobs back, and ask for the daily run if a day is due and nobody is at it."""
    revived = jobs.revive_stalled(role)
    if revived:
        log.warning("jobs given back", role=role, count=revived)
    waiting, under_way = jobs.count_active(run_daily[role].name, role)
    if daily.is_due(role) and not waiting and not under_way:
        run_daily[role].defer_once(role=role)


async def _run_jobs(role: Role) -> None:
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3)
    with app.replace_connector(connector) as working:
        async with working.open_async():
            await working.run_worker_async(
                queues=[role],
                concurrency=_AT_ONCE,
                shutdown_graceful_timeout=_GRACE_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                delete_jobs="successful",
            )


def _care(role: Role, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            care_once(role)
        except Error as error:
            log.warning("the database does not answer", error=type(error).__name__)
            close_old_connections()
        stop.wait(_CARE_SECONDS)
    connection.close()


def _thread(name: str, work: Callable[[], None]) -> threading.Thread:
    def watched() -> None:
        try:
            work()
        except BaseException:
            log.exception("a part of the worker broke", part=name)
            os._exit(1)

    thread = threading.Thread(target=watched, name=name, daemon=True)
    thread.start()
    return thread
