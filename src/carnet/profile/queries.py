"""Reads. Inside an open door only; each statement names the person."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.access.api import PEOPLE, Access
from carnet.profile.records import Entry, RubricView, State, open_entry
from carnet.profile.rubrics import DEFINITIONS, LinkKind, Rubric

COLUMNS: Final = (
    "e.id, e.rubric, e.author_kind, e.author_id, e.structure, e.origin, e.locked, e.version, e.created_at,"
    " e.changed_at, e.sealed, coalesce((select json_agg(json_build_object('kind', l.kind, 'target_id',"
    " l.target_id) order by l.id) from profile_link l where l.person_id = %(person)s"
    " and l.entry_id = e.id), '[]'::json)"
)
_READABLE: Final = (
    "e.rubric = any(%(given)s) and (%(inside)s or coalesce((select c.shared from profile_rubricchoice c"
    " where c.person_id = %(person)s and c.rubric = e.rubric), %(by_default)s))"
)
"""A line that is for the profession of who reads, and that the person shares with professionals."""


class EntryUnknownError(LookupError):
    """No such line in this record."""


def list_rubrics(
    a: Access, *, rubrics: Collection[Rubric] = tuple(Rubric), as_professional: bool | None = None
) -> list[RubricView]:
    """Return the rubrics with their lines, latest written first; one statement, and one for the key.

    For a professional (by default whoever is neither the holder nor who stands in for her) a rubric that
    is not shared is NOT_SHARED, one that is not for his profession is NOT_GIVEN, which says nothing of the
    person, and nothing of either is opened. `as_professional=True` shows the holder what they see. Raises
    PermissionError for who may write but not read.
    """
    _must_read(a)
    given = [rubric for rubric in rubrics if a.scope.gives(rubric)]
    said, rows = _read(a, given)
    default = not a.space.documents_masked
    outside = a.by.kind not in PEOPLE if as_professional is None else as_professional
    views = []
    for rubric in (definition.rubric for definition in DEFINITIONS if definition.rubric in rubrics):
        choice = said.get(rubric, {})
        shared = default if choice.get("shared") is None else bool(choice["shared"])
        closed = _closed_for(rubric in given, shown=shared or not outside)
        views.append(_closed(rubric, closed) if closed else _view(a, rubric, choice, rows, shared=shared))
    return views


def get_rubric(a: Access, rubric: Rubric, *, as_professional: bool | None = None) -> RubricView:
    """Return one rubric as `list_rubrics` does."""
    return list_rubrics(a, rubrics=(rubric,), as_professional=as_professional)[0]


def get_entry(a: Access, entry_id: UUID) -> Entry:
    """Return one line; raises EntryUnknownError, also for what is not for the reader: the same statement."""
    _must_read(a)
    rows = _fetch(
        f"select {COLUMNS} from profile_entry e where e.person_id = %(person)s and e.id = %(id)s"  # noqa: S608
        f" and {_READABLE}",
        {"id": entry_id, **_reader(a)},
    )
    if not rows:
        raise EntryUnknownError(str(entry_id))
    return open_entry(rows[0], a.key())


def list_linked(a: Access, *, kind: LinkKind, target_id: UUID) -> list[Entry]:
    """Return the lines that are tied to something: the other end of a link, e.g. on a document's page."""
    wanted = {
        entry.id: entry
        for view in list_rubrics(a)
        for entry in view.entries
        if any(link.kind is kind and link.target_id == target_id for link in entry.links)
    }
    return list(wanted.values())


def count_entries(a: Access) -> int:
    """Return how many lines the profile has, of those that the reader may read."""
    _must_read(a)
    rows = _fetch(
        f"select count(*) from profile_entry e where e.person_id = %(person)s and {_READABLE}",  # noqa: S608
        _reader(a),
    )
    return int(rows[0][0])


def _read(
    a: Access, rubrics: Collection[Rubric]
) -> tuple[dict[Rubric, dict[str, Any]], list[tuple[Any, ...]]]:
    """Return what is said of whole rubrics, and the rows of all lines: one statement."""
    rows = _fetch(
        f"select c.said, d.* from (select coalesce(json_object_agg(rubric, json_build_object("  # noqa: S608
        "'shared', shared, 'unconcerned_on', unconcerned_on)), '{}'::json) as said"
        " from profile_rubricchoice where person_id = %(person)s) c"
        f" left join lateral (select {COLUMNS} from profile_entry e"
        " where e.person_id = %(person)s and e.rubric = any(%(rubrics)s)"
        " order by e.changed_at desc, e.id desc) d on true",
        {"person": a.person_id, "rubrics": [str(rubric) for rubric in rubrics]},
    )
    said = {Rubric(name): value for name, value in rows[0][0].items()}
    return said, [row[1:] for row in rows if row[1] is not None]


def _reader(a: Access) -> dict[str, Any]:
    """Return what `_READABLE` asks of who reads."""
    return {
        "person": a.person_id,
        "given": [str(rubric) for rubric in Rubric if a.scope.gives(rubric)],
        "inside": a.by.kind in PEOPLE,
        "by_default": not a.space.documents_masked,
    }


def _closed_for(given: bool, *, shown: bool) -> State | None:  # noqa: FBT001 - the first of two
    if not given:
        return State.NOT_GIVEN
    return None if shown else State.NOT_SHARED


def _closed(rubric: Rubric, state: State) -> RubricView:
    return RubricView(rubric, state, shared=False, unconcerned_on=None, entries=())


def _view(
    a: Access, rubric: Rubric, said: Mapping[str, Any], rows: Sequence[Sequence[Any]], *, shared: bool
) -> RubricView:
    since = said.get("unconcerned_on")
    entries = tuple(open_entry(row, a.key()) for row in rows if row[1] == rubric)
    state = State.FILLED if entries else State.NONE_DECLARED if since else State.NOT_FILLED
    return RubricView(rubric, state, shared, date.fromisoformat(since) if since else None, entries)


def _must_read(a: Access) -> None:
    if not a.scope.reads:
        raise PermissionError("who feeds a record does not read it")


def _fetch(query: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
