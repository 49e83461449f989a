"""One supervised process: its start, what it says, its end, and when it may start again."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

from carnet.platform.lifeline import tied_to_parent

Console = Callable[[str], None]

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
# Who has lived this long was well: its next fall starts from the shortest pause again.
_WELL_AFTER = 60.0
_LINE_SHOWN = 160
_LOG_ROTATED_AT = 10_000_000


class Tier(IntEnum):
    """In which order processes stop: those that take requests before those that work for them."""

    EDGE = 0
    WORKER = 1


@dataclass(frozen=True)
class Process:
    """What to run. `env` is added to ours; `ready` tells when it serves (none: as soon as it runs).

    `once`: it has an end; ended well it is not started again.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    tier: Tier = Tier.EDGE
    once: bool = False


class Child:
    """A process under supervision. All its output goes to `<logs>/<name>.log`, short lines to the console."""

    def __init__(self, spec: Process, logs: Path, console: Console) -> None:
        self.spec = spec
        self.log = logs / f"{spec.name}.log"
        self.start_at: float | None = None  # when to start again, once it has fallen
        self._console = console
        self._process: subprocess.Popen[bytes] | None = None
        self._pause = _FIRST_PAUSE
        self._started_at = 0.0
        self._partial = b""
        self._file: BinaryIO | None = None
        self._mute = False

    @property
    def pid(self) -> int | None:
        """Its process number, which is that of its group."""
        return self._process.pid if self._process else None

    @property
    def output(self) -> int | None:
        """The descriptor on which it speaks, to wait on; none once it has closed it."""
        if self._mute or self._process is None or self._process.stdout is None:
            return None
        return self._process.stdout.fileno()

    def start(self) -> None:
        """Start it in a session of its own, tied to our life, in silence towards the terminal's Ctrl-C."""
        self.start_at = None
        self._mute = False
        self._started_at = time.monotonic()
        self._file = _open_log(self.log)
        self._process = subprocess.Popen(  # noqa: S603 - the words come from our own entry point
            self.spec.argv,
            env={**os.environ, **self.spec.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=tied_to_parent(signal.SIGTERM),  # noqa: PLW1509 - one bare system call, loaded beforehand
        )
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)

    def is_ready(self) -> bool:
        """Tell whether it serves."""
        return self.pid is not None and (self.spec.ready is None or self.spec.ready())

    def has_ended(self) -> bool:
        """Tell whether it has ended; its number stays reserved until `bury`."""
        if self._process is None:
            return True
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None

    def pump(self) -> None:
        """Pass on what it has said since."""
        if self._process is None or self._process.stdout is None or self._file is None:
            return
        with contextlib.suppress(BlockingIOError):
            while said := os.read(self._process.stdout.fileno(), 65536):
                self._file.write(said)
                self._show(said)
            self._mute = True

    def send(self, sent: signal.Signals) -> None:
        """Send a signal to it alone: it ends its own children in its own order."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, sent)

    def bury(self) -> int:
        """End what is left of its group, close its log, and return its exit code (negative: a signal)."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)  # the number is still reserved
        code = self._process.wait()
        self.pump()
        if self._partial:
            self._show(b"\n")
        if self._process.stdout is not None:
            self._process.stdout.close()
        if self._file is not None:
            self._file.close()
        self._process = self._file = None
        return code

    def plan_restart(self) -> float:
        """Choose when it starts again, later after each fall, and return the pause in seconds."""
        if time.monotonic() - self._started_at > _WELL_AFTER:
            self._pause = _FIRST_PAUSE
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
        self.start_at = time.monotonic() + pause
        return pause

    def _show(self, said: bytes) -> None:
        *lines, self._partial = (self._partial + said).split(b"\n")
        for line in lines:
            self._console(f"{self.spec.name:>8} | {line.decode(errors='replace')[:_LINE_SHOWN]}")


def _open_log(log: Path) -> BinaryIO:
    """Open a log for appending, ours alone; past ten megabytes the old one becomes `.1`."""
    if log.exists() and log.stat().st_size > _LOG_ROTATED_AT:
        log.replace(log.with_suffix(".log.1"))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    return os.fdopen(descriptor, "wb", buffering=0)
