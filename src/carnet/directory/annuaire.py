"""The directory fed from files of the annuaire: streamed, taken up where it stopped, the same twice as once.

Sources: facts/interop.md 7. Each file is read twice: who and what structures first, then who practises
where. What was kept commits with how far the file was read, in the same transaction: killed, it resumes with
the next line. What is not in a file is left as it is: the annuaire says itself who is no longer active.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
from django.db import connection, transaction

from carnet.directory import annuaire_rows as rows
from carnet.platform import clock
from carnet.standards.annuaire import (
    AnnuaireError,
    Organization,
    Practitioner,
    PractitionerRole,
    Resource,
    read_resource,
    resources_of,
)

BATCH = 1000
LONGEST_LINE: Final = 1_000_000
LARGEST_BUNDLE: Final = 256_000_000
MOST_REPORTED: Final = 1000
_PHASES: Final = ("who", "where")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A resource that was not kept. `line`: of the file, or the rank in its Bundle; from 1."""

    file: str
    line: int
    field: str
    rule: str


@dataclass
class Loaded:
    """What a load has kept, by kind, and what it has not. `rejected` holds the first MOST_REPORTED."""

    counts: dict[str, int] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)

    def count(self, name: str, more: int = 1) -> None:
        """Add to a count."""
        self.counts[name] = self.counts.get(name, 0) + more


class UnreadableError(Exception):
    """A file that is neither NDJSON nor a Bundle, or is too large for a Bundle; the message is in French."""


def load(files: Sequence[Path], *, progress: Callable[[int], object] = lambda _lines: None) -> Loaded:
    """Load files of the annuaire; return what was kept and rejected by this run.

    `progress` gets how many resources were read since. A file that was loaded to its end, with the same
    content, is not read again. Raises OSError, UnreadableError.
    """
    done = Loaded()
    digests = {path: _digest(path) for path in files}
    states = {path: _begin(digest, path.name) for path, digest in digests.items()}
    for phase in _PHASES:
        for path in files:
            if states[path].phase == phase:
                _load_phase(path, states[path], done, progress)
    return done


def forget(path: Path) -> bool:
    """Forget that a file was loaded, so that it is read again; return whether it was known."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update directory_load set line = 0, done_at = null, counts = '{}' where digest = %s",
            [_digest(path)],
        )
        return bool(cursor.rowcount)


@dataclass
class _State:
    digest: str
    phase: str
    line: int


def _load_phase(path: Path, state: _State, done: Loaded, progress: Callable[[int], object]) -> None:
    batch: list[tuple[int, Resource]] = []
    read = state.line
    for number, content in _contents(path):
        if number <= state.line:
            continue
        read = number
        resource = _read(content, path, number, done, counting=state.phase == "who")
        if resource is not None and _is_of(resource, state.phase):
            batch.append((number, resource))
        if number % BATCH == 0:
            _keep(batch, state, number, path, done)
            progress(BATCH)
            batch.clear()
    _keep(batch, state, read, path, done)
    progress(read % BATCH)
    _end_phase(state)


def _read(content: object, path: Path, number: int, done: Loaded, *, counting: bool) -> Resource | None:
    """Return a resource that may be kept; what may not is told once, in the first reading."""
    try:
        if isinstance(content, AnnuaireError):
            raise content
        resource = read_resource(content)
    except AnnuaireError as error:
        if counting:
            _reject(done, Rejected(path.name, number, error.field, error.rule))
        return None
    if resource is None and counting:
        done.count("ignored")
    return resource


def _is_of(resource: Resource, phase: str) -> bool:
    return isinstance(resource, PractitionerRole) == (phase == "where")


def _keep(batch: list[tuple[int, Resource]], state: _State, line: int, path: Path, done: Loaded) -> None:
    """Write a batch, with how far the file was read."""
    found = [resource for _, resource in batch]
    with transaction.atomic():
        structures = rows.keep_structures([one for one in found if isinstance(one, Organization)])
        professionals = rows.keep_professionals([one for one in found if isinstance(one, Practitioner)])
        orphans = rows.keep_places([one for one in found if isinstance(one, PractitionerRole)])
        _note(state, line)
    if state.phase == "who":
        done.count("structures", structures)
        done.count("professionals", professionals)
    if state.phase == "where":
        done.count("places", len({one.id for one in found}) - len(orphans))
    lines = {resource.id: number for number, resource in batch}
    for role_id, missing in orphans.items():
        _reject(done, Rejected(path.name, lines[role_id], missing, "n’est pas dans l’annuaire chargé"))
    state.line = line


def _reject(done: Loaded, rejected: Rejected) -> None:
    done.count("rejected")
    if len(done.rejected) < MOST_REPORTED:
        done.rejected.append(rejected)


# -- how far


def _begin(digest: str, name: str) -> _State:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into directory_load (digest, name, line, counts, started_at) values (%s, %s, 0, '{}', %s)"
            " on conflict (digest) do update set name = excluded.name"
            " returning line, coalesce(counts->>'phase', 'who'), done_at is not null",
            [digest, name, clock.now()],
        )
        line, phase, done = cursor.fetchone()
    return _State(digest, "done" if done else phase, line)


def _note(state: _State, line: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update directory_load set line = %s where digest = %s", [line, state.digest])


def _end_phase(state: _State) -> None:
    following = _PHASES.index(state.phase) + 1
    state.phase, state.line = (*_PHASES, "done")[following], 0
    with connection.cursor() as cursor:
        cursor.execute(
            "update directory_load set line = 0, counts = jsonb_build_object('phase', %s::text),"
            " done_at = case when %s then %s::timestamptz end where digest = %s",
            [state.phase, state.phase == "done", clock.now(), state.digest],
        )


# -- files


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _contents(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield (rank, what was read or why it was not) of a file: a line of NDJSON each, or a whole Bundle."""
    rank = 0
    for content in _lines(path) if _is_ndjson(path) else _whole(path):
        for one in _resources(content):
            rank += 1
            yield rank, one


def _resources(content: object) -> Iterator[object]:
    if isinstance(content, AnnuaireError):
        yield content
        return
    try:
        yield from resources_of(content)
    except AnnuaireError as error:
        yield error
    except RecursionError:
        yield AnnuaireError("Bundle", "ne doit pas en contenir d’autres")


def _is_ndjson(path: Path) -> bool:
    """Tell whether the first line that is not blank is a JSON value by itself, and others follow."""
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(LONGEST_LINE + 1), b""):
            if line.strip():
                return isinstance(_parse(line), dict)
    return True


def _lines(path: Path) -> Iterator[object]:
    with path.open("rb") as file:
        for line in iter(lambda: file.readline(LONGEST_LINE + 1), b""):
            if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                yield from _skip_line(file)
            elif line.strip():
                yield _parse(line)


def _skip_line(file: Any) -> Iterator[object]:
    while (more := file.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
        pass
    yield AnnuaireError("ligne", f"doit tenir en {LONGEST_LINE} octets")


def _whole(path: Path) -> Iterator[object]:
    if path.stat().st_size > LARGEST_BUNDLE:
        raise UnreadableError(
            f"{path.name} : un Bundle tient en {LARGEST_BUNDLE // 1_000_000} Mo ; au-delà, donnez du NDJSON."
        )
    content = _parse(path.read_bytes())
    if isinstance(content, AnnuaireError):
        raise UnreadableError(f"{path.name} : ni NDJSON (une ressource par ligne), ni Bundle FHIR en JSON.")
    yield from content if isinstance(content, list) else [content]


def _parse(data: bytes) -> object:
    try:
        return orjson.loads(data)
    except (orjson.JSONDecodeError, RecursionError):
        return AnnuaireError("ligne", "doit être du JSON")
