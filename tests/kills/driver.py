"""Kills a process with -9 in the middle of its work, at a moment drawn by lot.

A nursery (this file, run as a program) prepares Django once, and forks a process for each order: the
process logs in to the test's database as a role of production, plays one scenario of
`tests.kills.scenarios`, and writes what it has done, line by line, into a file: what stands there was
acknowledged. It is killed after a delay, at the n-th of its steps, or at a step of a given name. A step is
anything that another process could see: an exchange with the database, a file written, renamed or removed.
"""

import json
import logging
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NICK = "carnet-kill"  # what the processes call themselves in pg_stat_activity
_GIVE_UP_SECONDS = 120
_numbers = count(1)


@dataclass(frozen=True)
class Moment:
    """When to kill: after `seconds`, at step number `step`, or at the `step`-th one whose name matches `name`.

    `after`: the step has been made, yet nobody was told.
    """

    seconds: float | None = None
    step: int = 1
    name: str = ""
    after: bool = False

    def __str__(self) -> str:
        if self.seconds is not None:
            return f"after {self.seconds * 1000:.1f} ms"
        which = f"step {self.step}" + (f" of /{self.name}/" if self.name else "")
        return f"{'after' if self.after else 'before'} {which}"


@dataclass(frozen=True)
class Ran:
    """How a process went. `said`: what it acknowledged; `steps` and `seconds` only if it came to its end."""

    killed: bool
    said: tuple[str, ...]
    steps: int = 0
    seconds: float = 0.0


class Nursery:
    """Runs scenarios in processes of their own, on the database `name`, with the test's keys and blobs."""

    def __init__(self, *, database: str, key_file: str, blobs: str) -> None:
        self._database = database
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))
        } | {
            "DJANGO_SETTINGS_MODULE": "carnet.config.settings.sandbox",
            "CARNET_ROLE": "app",
            "CARNET_KEY_FILE": key_file,
            "CARNET_BLOBS": blobs,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kills.driver"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, cwd=ROOT, text=True,
        )  # fmt: skip

    def run(self, scenario: str, *, role: str, kill: Moment | None = None, **facts: Any) -> Ran:
        """Play a scenario in a process of that role; AssertionError if it fails by itself."""
        with tempfile.NamedTemporaryFile("r", prefix="carnet-kill-") as told:
            order = {
                "scenario": scenario, "role": role, "database": self._database, "told": told.name,
                "nick": f"{NICK}-{os.getpid()}-{next(_numbers)}",
                "kill": asdict(kill) if kill else None, "facts": facts,
            }  # fmt: skip
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            *said, last = told.read().split("\n")
        wait_until_gone(order["nick"])
        if code == -signal.SIGKILL:  # what it was still writing was told to nobody
            return Ran(True, tuple(line for line in said if not line.startswith("=")))
        assert code == 0, "\n".join(said)
        assert last == ""
        steps, seconds = said.pop().removeprefix("= ").split()
        return Ran(False, tuple(said), int(steps), float(seconds))

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(_GIVE_UP_SECONDS)


def draw(rng: random.Random, whole: Ran) -> Moment:
    """Draw a moment of a run that would take as long, or as many steps, as `whole`."""
    if rng.random() < 1 / 3:
        return Moment(seconds=rng.uniform(0, whole.seconds))
    return Moment(step=rng.randint(1, whole.steps), after=rng.random() < 1 / 2)


def wait_until_gone(nick: str) -> None:
    """Wait until the server has noticed that a process is dead: until then its locks are held."""
    from django.db import connection

    deadline = time.monotonic() + _GIVE_UP_SECONDS
    while True:
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_stat_activity where application_name = %s", [nick])
            if cursor.fetchone() == (0,):
                return
        assert time.monotonic() < deadline, f"{nick} is still there"
        time.sleep(0.005)


# -- the nursery's side


def main() -> None:
    """Read orders, one JSON line each; answer each with the exit code of its process."""
    import django

    from carnet.platform import logging as carnet_logging

    carnet_logging.configure(level=logging.ERROR)
    django.setup()
    from tests.kills import scenarios

    for line in sys.stdin:
        order = json.loads(line)
        print(_raise_child(order, getattr(scenarios, order["scenario"])), flush=True)


def _raise_child(order: dict[str, Any], scenario: Callable[..., None]) -> int:
    """Fork a process for the order, kill it when its time has come, and return its exit code."""
    begun_out, begun_in = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(begun_out)
        _play(order, scenario, begun_in)
    os.close(begun_in)
    os.read(begun_out, 1)
    os.close(begun_out)
    seconds = order["kill"] and order["kill"]["seconds"]
    if seconds is not None:
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)  # its number is ours until we ask how it ended
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _play(order: dict[str, Any], scenario: Callable[..., None], begun: int) -> None:
    """Be the process: never returns."""
    told = os.open(order["told"], os.O_WRONLY | os.O_APPEND)

    def say(text: object) -> None:
        os.write(told, f"{text}\n".encode())

    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(2, 1)  # the nursery's own output is for its answers
        _log_in(order)
        moment = Moment(**order["kill"]) if order["kill"] else None
        os.write(begun, b".")
        began = time.perf_counter()
        with _stepping(moment) as steps:
            scenario(say, **order["facts"])
        say(f"= {steps.made} {time.perf_counter() - began}")
    except BaseException:  # noqa: BLE001 - told to the test, which fails
        say(traceback.format_exc())
        os._exit(1)
    os._exit(0)


def _log_in(order: dict[str, Any]) -> None:
    """Point Django at the test's database, as the role of the order."""
    from django.conf import settings
    from django.db import connection

    from carnet.platform.postgres.target import resolve

    target = resolve(os.environ, settings.CARNET_HOME)
    connection.settings_dict.update(target.django(order["role"], name=order["database"]))
    connection.settings_dict["OPTIONS"]["application_name"] = order["nick"]


class _Steps:
    """Counts the steps, and dies at the one that was drawn."""

    def __init__(self, moment: Moment | None) -> None:
        self.made = 0
        self._moment = moment if moment and moment.seconds is None else None
        self._matched = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.made += 1
        here = self._is_it(name)
        if here and self._moment and not self._moment.after:
            os.kill(os.getpid(), signal.SIGKILL)
        yield
        if here:
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_it(self, name: str) -> bool:
        if self._moment is None:
            return False
        if not self._moment.name:
            return self.made == self._moment.step
        matches = re.search(self._moment.name, name) is not None
        self._matched += matches
        return matches and self._matched == self._moment.step


@contextmanager
def _stepping(moment: Moment | None) -> Iterator[_Steps]:
    """Make a step of every exchange with the database and of every change of a file."""
    import psycopg

    steps = _Steps(moment)
    original = psycopg.Connection.wait

    def wait(self, gen, *args, **kwargs):
        with steps.step(_said_by(gen)):
            return original(self, gen, *args, **kwargs)

    psycopg.Connection.wait = wait
    live = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if live and (name := _change_of_file(event, arguments)):
            with steps.step(name):
                pass

    sys.addaudithook(watch)
    try:
        yield steps
    finally:
        live = False
        psycopg.Connection.wait = original


def _said_by(gen: Any) -> str:
    """Name an exchange: the statement sent, or the generator that leads it (a commit, a piece of a copy)."""
    frame = getattr(gen, "gi_frame", None)
    if frame is None:
        return str(getattr(gen, "__name__", gen))
    said = frame.f_locals.get("query") or frame.f_locals.get("command") or ""
    said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join([gen.__name__, *said.split()])


def _change_of_file(event: str, arguments: tuple[Any, ...]) -> str:
    if event in {"os.rename", "os.remove", "os.rmdir", "os.mkdir"}:
        return f"{event} {arguments[0]}"
    if event == "open":
        path, mode, flags = arguments
        written = any(letter in (mode or "") for letter in "wax+") or flags & (os.O_WRONLY | os.O_RDWR)
        if written and not str(path).startswith("/dev"):
            return f"open {path}"
    return ""


if __name__ == "__main__":
    main()
