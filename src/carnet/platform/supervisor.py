"""Runs the database and Carnet's processes together, for one machine (`carnet serve`).

Starts the database, then each process in order; restarts what falls; stops edges, then workers, then the
database. When it dies itself, however it dies, nothing of this stays: the kernel signals its children
(lifeline), and a guardian ends those that do not listen and their own children.
"""

import contextlib
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from carnet.platform import guardian
from carnet.platform.child import Child, Console, Process, Tier
from carnet.platform.postgres.cluster import Cluster
from carnet.platform.postgres.errors import DatabaseError

__all__ = ["Process", "Supervisor", "Tier"]

_TICK = 0.2
_DATABASE_PAUSE = 0.5
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class _StopAskedError(Exception):
    """A stop was asked for while something was being waited for."""


class _StartFailedError(Exception):
    """A process did not come up the first time: its configuration is wrong, trying again will not help."""


class Supervisor:
    """Runs `processes` on the embedded `cluster` (None: the database is elsewhere).

    `console` receives short lines for people. `grace`: seconds each tier has to stop before it is killed.
    `ready_within`: seconds each process has to serve, at first start. `on_ready` is called once all serve.
    """

    def __init__(
        self,
        home: Path,
        cluster: Cluster | None,
        processes: Sequence[Process],
        *,
        console: Console = print,
        grace: float = 5.0,
        ready_within: float = 60.0,
        on_ready: Callable[[], None] | None = None,
    ) -> None:
        logs = home / "log"
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._cluster = cluster
        self._children = [Child(process, logs, console) for process in processes]
        self._console = console
        self._grace = grace
        self._ready_within = ready_within
        self._on_ready = on_ready
        self._asked = 0
        self._guardian: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Run until SIGTERM, SIGINT or SIGHUP; return 0 then, 1 when something could not start.

        A second signal stops without waiting. Main thread only.
        """
        with self._signals(), self._guarded():
            try:
                self._start_all()
                while not self._asked:
                    self._watch_once()
            except _StopAskedError:
                pass
            except (DatabaseError, _StartFailedError, OSError) as error:
                self._console(f"Arrêt : {error}")
                return 1
            finally:
                self._stop_all()
        return 0

    def _start_all(self) -> None:
        self._start_database()
        for child in self._children:
            self._start(child)
            self._wait_ready(child)
        self._console("Tout est prêt.")
        if self._on_ready is not None:
            self._on_ready()

    def _start_database(self) -> None:
        if self._cluster is not None:
            self._cluster.start(progress=self._while_database_starts)

    def _while_database_starts(self, message: str) -> None:
        self._console(f"    base | {message}")
        for child in self._children:
            child.pump()
        if self._asked:
            raise _StopAskedError

    def _start(self, child: Child) -> None:
        child.start()
        self._tell_guardian("+", child)

    def _wait_ready(self, child: Child) -> None:
        deadline = time.monotonic() + self._ready_within
        while not child.is_ready():
            self._listen()
            if self._asked:
                raise _StopAskedError
            if child.has_ended():
                raise _StartFailedError(
                    f"{child.spec.name} s’est arrêté au démarrage. Son journal : {child.log}"
                )
            if time.monotonic() > deadline:
                waited = f"{self._ready_within:.0f} s"
                raise _StartFailedError(
                    f"{child.spec.name} ne répond pas après {waited}. Son journal : {child.log}"
                )

    def _watch_once(self) -> None:
        self._listen()
        if self._cluster is not None and not self._cluster.is_alive():
            self._console(f"    base | s’est arrêtée, relance dans {_DATABASE_PAUSE:g} s")
            time.sleep(_DATABASE_PAUSE)
            self._start_database()
        for child in self._children:
            if child.start_at is not None and time.monotonic() >= child.start_at:
                self._start(child)
            elif child.pid is not None and child.has_ended():
                code = self._bury(child)
                if child.spec.once and code == 0:
                    continue
                pause = child.plan_restart()
                self._console(f"{child.spec.name:>8} | s’est arrêté (code {code}), relance dans {pause:g} s")

    def _listen(self) -> None:
        """Pass on what the children say, for one tick."""
        with selectors.DefaultSelector() as selector:
            for child in self._children:
                if child.output is not None and not child.has_ended():
                    selector.register(child.output, selectors.EVENT_READ, child)
            for key, _ in selector.select(_TICK):
                key.data.pump()

    def _stop_all(self) -> None:
        for tier in sorted(Tier):
            self._stop_tier([c for c in self._children if c.spec.tier is tier and c.pid is not None])
        if self._cluster is not None:
            self._cluster.stop()

    def _stop_tier(self, children: list[Child]) -> None:
        for child in reversed(children):
            child.send(signal.SIGTERM)
        deadline = time.monotonic() + self._grace
        while not all(child.has_ended() for child in children):
            self._listen()
            # One signal asked for this stop; a second one means "now".
            if time.monotonic() > deadline or self._asked > 1:
                break
        for child in children:
            self._bury(child)

    def _bury(self, child: Child) -> int:
        # Told before the number is free again: the guardian must never end a stranger's group.
        self._tell_guardian("-", child)
        return child.bury()

    def _tell_guardian(self, change: str, child: Child) -> None:
        if self._guardian is None or self._guardian.stdin is None:
            return
        with contextlib.suppress(BrokenPipeError):
            self._guardian.stdin.write(f"{change}{child.pid}\n".encode())
            self._guardian.stdin.flush()

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        command = [sys.executable, "-I", "-S", guardian.__file__]
        self._guardian = subprocess.Popen(  # noqa: S603 - our own program
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True, cwd="/"
        )
        try:
            yield
        finally:
            with contextlib.suppress(BrokenPipeError):
                self._guardian.communicate()
            self._guardian = None

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._on_signal) for number in _STOP_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._asked += 1
