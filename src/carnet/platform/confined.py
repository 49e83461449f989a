"""Foreign files are opened in a helper process, bounded in memory, processor and time.

A library that decodes PDF or images may loop, swallow memory or crash on a file made for that. Here it does
so in a process that holds no connection and no key, and that is killed; the caller gets `TooCostlyError`.
Helpers are started when first needed, kept, and given up after some calls or a fault: a call costs the
transport of its bytes and little else. One process of ours keeps at most `_HELPERS` of them.
"""

import atexit
import contextlib
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from queue import Empty, LifoQueue
from typing import Any, Final, TypeVar

import msgspec

from carnet.standards.sniff import FileRefused

T = TypeVar("T")

DEFAULT_SECONDS: Final = 10.0
DEFAULT_MEGABYTES: Final = 1_024
_HELPERS: Final = 2
_CALLS_OF_ONE_HELPER: Final = 500  # what leaks in a library goes with its process
_WAIT_SECONDS: Final = 60.0
_LENGTH_BYTES: Final = 8
_MAX_ANSWER: Final = 64_000_000


class TooCostlyError(Exception):
    """The file could not be treated within its bounds, or broke what treated it."""


class BusyError(Exception):
    """All helpers were at work for too long."""


class Order(msgspec.Struct, array_like=True):
    """What a helper is asked: a function of ours by its name, its arguments, its bounds."""

    function: str
    arguments: list[Any]
    options: dict[str, Any]
    seconds: float
    megabytes: int


class Answer(msgspec.Struct, array_like=True):
    """What it says: a value (msgpack), or the refusal that the function raised (rule, sentence)."""

    value: bytes = b""
    rule: str = ""
    message_fr: str = ""
    fault: str = ""


def run(
    function: Callable[..., T],
    *arguments: Any,
    seconds: float = DEFAULT_SECONDS,
    megabytes: int = DEFAULT_MEGABYTES,
    **options: Any,
) -> T:
    """Return what a function of `carnet.standards` makes of bytes, run in a helper.

    Arguments and result go through msgpack; the function's annotated result says its type. `seconds`:
    processor time, and twice as much by the clock. Raises FileRefused as the function does,
    TooCostlyError, BusyError.
    """
    order = Order(
        f"{function.__module__}:{function.__qualname__}", list(arguments), options, seconds, megabytes
    )
    answer = _ask(msgspec.msgpack.encode(order), seconds)
    if answer.rule:
        raise FileRefused(answer.rule, answer.message_fr)
    if answer.fault:
        raise TooCostlyError(answer.fault)
    try:
        value: T = msgspec.msgpack.decode(answer.value, type=function.__annotations__["return"])
    except msgspec.DecodeError as error:
        raise TooCostlyError("réponse illisible") from error
    return value


def close() -> None:
    """Let the idle helpers of this process go; others are started when they are needed again."""
    pool, idle = _pool, []
    with contextlib.suppress(Empty):
        while True:
            idle.append(pool.idle.get_nowait())
    for helper in idle:
        if helper is not None:
            helper.end()
        pool.idle.put(None)


def _ask(order: bytes, seconds: float) -> Answer:
    pool = _pool
    try:
        helper = pool.idle.get(timeout=_WAIT_SECONDS)
    except Empty:
        raise BusyError("toutes les places sont prises") from None
    keep: _Helper | None = None
    try:
        helper = helper if helper is not None and helper.alive() else _Helper()
        answer = helper.ask(order, time.monotonic() + 2 * seconds + 5)
        keep = helper if helper.calls < _CALLS_OF_ONE_HELPER else None
        return answer
    finally:
        if keep is None and helper is not None:
            helper.end()
        pool.idle.put(keep)


class _Helper:
    """One process that waits for orders on its standard input."""

    def __init__(self) -> None:
        self.calls = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", "carnet.platform.confined_helper"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            env={"LC_ALL": "C.UTF-8", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}, cwd="/",
            start_new_session=True,
        )  # fmt: skip

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, order: bytes, deadline: float) -> Answer:
        """Send an order and return the answer; raises TooCostlyError when the helper died or was late."""
        self.calls += 1
        try:
            self._send(order, deadline)
            size = int.from_bytes(self._receive(_LENGTH_BYTES, deadline))
            if size > _MAX_ANSWER:
                raise TooCostlyError("réponse trop longue")
            return msgspec.msgpack.decode(self._receive(size, deadline), type=Answer)
        except (OSError, msgspec.DecodeError) as error:
            raise TooCostlyError("le traitement du fichier s’est interrompu") from error

    def _send(self, order: bytes, deadline: float) -> None:
        assert self._process.stdin is not None
        left = memoryview(len(order).to_bytes(_LENGTH_BYTES) + order)
        descriptor = self._process.stdin.fileno()
        while left:
            _wait(descriptor, selectors.EVENT_WRITE, deadline)
            left = left[os.write(descriptor, left[:65_536]) :]

    def _receive(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        descriptor, parts = self._process.stdout.fileno(), []
        while size:
            _wait(descriptor, selectors.EVENT_READ, deadline)
            part = os.read(descriptor, min(size, 1_048_576))
            if not part:
                raise TooCostlyError("le traitement du fichier s’est interrompu")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def end(self) -> None:
        """Kill it: it holds nothing that could be lost."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def disown(self) -> None:
        """Let go of it without ending it: it is another process's."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.returncode = 0  # else Python would wait for a child that is not ours


def _wait(descriptor: int, event: int, deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, event)
        if not selector.select(max(0.0, deadline - time.monotonic())):
            raise TooCostlyError("le traitement du fichier a duré trop longtemps")


class _Pool:
    """The places for helpers: None where none is started."""

    def __init__(self) -> None:
        self.idle: LifoQueue[_Helper | None] = LifoQueue()
        for _ in range(_HELPERS):
            self.idle.put(None)


_pool = _Pool()


def _forget() -> None:
    """A forked child has no helper: those of its parent answer its parent."""
    global _pool  # noqa: PLW0603 - one pool a process
    for helper in _pool.idle.queue:
        if helper is not None:
            helper.disown()
    _pool = _Pool()


os.register_at_fork(after_in_child=_forget)
atexit.register(close)
