"""A folder sent: a few documents at once, every answer kept, versions after what they replace."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from carnet.config.sending.ledger import Entry, Ledger, Outcome
from carnet.config.sending.metadata import Publication, describe
from carnet.config.sending.order import Later, rounds
from carnet.config.sending.server import Answer, Server
from carnet.standards.cda.model import CdaRefused

MAX_BYTES: Final = 7_000_000
"""Largest document that is read; the server has its own bounds (docs/fhir.md)."""

_OUTCOMES: Final = {201: Outcome.DEPOSITED, 200: Outcome.ALREADY, 500: Outcome.FAILED}
_AHEAD: Final = 2  # documents being made ready for each that is being sent
_FLUSH_SECONDS: Final = 0.2

Progress = Callable[[Outcome], None]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file whose answer is known."""

    entry: Entry


Result = Entry | Later | Skipped


def list_files(folder: Path) -> list[Path]:
    """Return the documents of a folder and of those inside it, by name."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() == ".xml" and path.is_file())


def name_of(folder: Path, path: Path) -> str:
    """Return how the ledger calls a file of that folder."""
    return path.relative_to(folder).as_posix()


def send(
    folder: Path, files: Sequence[Path], *, server: Server, ledger: Ledger, at_once: int, again: bool,
    progress: Progress,
) -> Counter[Outcome]:  # fmt: skip
    """Send every file that has no answer yet; with `again`, those that were refused too. Count the answers.

    Raises ServerGone when the server does not answer any more, KeyboardInterrupt when asked to stop: what
    was answered by then is in the ledger, and the same call goes on.
    """
    sender = _Sender(folder, server, ledger, again=again)
    run = _Run(sender, ledger, progress)
    with ThreadPoolExecutor(at_once, thread_name_prefix="send") as pool:
        try:
            later = run.through(pool, files, at_once, may_wait=True)
            for paths in rounds(later):
                run.through(pool, paths, at_once, may_wait=False)
        except BaseException:
            server.stop()
            run.keep_what_comes()
            raise
    return run.counts


class _Sender:
    """The work of one thread about one file."""

    def __init__(self, folder: Path, server: Server, ledger: Ledger, *, again: bool) -> None:
        self._folder, self._server, self._ledger, self._again = folder, server, ledger, again

    def __call__(self, path: Path, *, may_wait: bool) -> Result:
        name = name_of(self._folder, path)
        data = _read(path)
        digest = hashlib.sha256(data).hexdigest()
        known = self._ledger.find(name, digest)
        if known and not self._wanted(known.outcome):
            return Skipped(known)
        try:
            publication = describe(data, max_bytes=MAX_BYTES)
        except CdaRefused as refused:
            return _entry(name, digest, "", Answer(0, rules=(f"{refused.rule} : {refused.message_fr}",)))
        if may_wait and publication.replaces:
            return _later(path, publication)
        return _entry(name, digest, publication.unique_id, self._server.publish(publication.body))

    def _wanted(self, outcome: Outcome) -> bool:
        """Whether what was answered so is sent again."""
        return outcome is Outcome.FAILED or (self._again and outcome is Outcome.REFUSED)


class _Run:
    """One run: futures on one side, lines of the ledger on the other."""

    def __init__(self, sender: _Sender, ledger: Ledger, progress: Progress) -> None:
        self._sender, self._ledger, self._progress = sender, ledger, progress
        self._pending: set[Future[Result]] = set()
        self._entries: list[Entry] = []
        self._flushed_at = time.monotonic()
        self.counts: Counter[Outcome] = Counter()

    def through(
        self, pool: ThreadPoolExecutor, files: Iterable[Path], at_once: int, *, may_wait: bool
    ) -> list[Later]:
        """Lead files through the pool, a few ahead of it; return those put aside."""
        waiting: Iterator[Path] = iter(files)
        later: list[Later] = []
        while True:
            room = at_once * _AHEAD - len(self._pending)
            self._pending |= {
                pool.submit(self._sender, path, may_wait=may_wait) for path in islice(waiting, room)
            }
            if not self._pending:
                self._flush()
                return later
            finished, self._pending = wait(self._pending, return_when=FIRST_COMPLETED)
            for future in sorted(finished, key=lambda one: one.exception() is not None):  # answers first
                self._take(future.result(), later)
            if time.monotonic() - self._flushed_at > _FLUSH_SECONDS:
                self._flush()

    def keep_what_comes(self) -> None:
        """Keep the answers of what is on its way, after a failure or an interruption."""
        for future in self._pending:
            future.cancel()
        for future in wait(self._pending).done:
            if not future.cancelled() and future.exception() is None:
                self._take(future.result(), [])
        self._flush()

    def _take(self, result: Result, later: list[Later]) -> None:
        if isinstance(result, Later):
            later.append(result)
            return
        if isinstance(result, Skipped):
            self._progress(result.entry.outcome)
            return
        self._entries.append(result)
        self.counts[result.outcome] += 1
        self._progress(result.outcome)

    def _flush(self) -> None:
        if self._entries:
            self._ledger.add(self._entries)
            self._entries = []
        self._flushed_at = time.monotonic()


def _read(path: Path) -> bytes:
    """Return a file, or the first bytes of one that is far too large: enough to refuse it."""
    with path.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def _later(path: Path, publication: Publication) -> Later:
    return Later(path, publication.unique_id, frozenset(publication.replaces), publication.made_at)


def _entry(name: str, digest: str, unique_id: str, answer: Answer) -> Entry:
    outcome = _OUTCOMES.get(answer.status, Outcome.REFUSED)
    return Entry(
        file=name, sha256=digest, unique_id=unique_id, outcome=outcome, status=answer.status,
        location=answer.location, rules=answer.rules, at=datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip
