"""Writes of the person and of whoever acts for her. Inside an open door only (purpose: manage)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from carnet.access.api import PEOPLE, Access, must_govern
from carnet.journal.api import Purpose
from carnet.people.api import get_birth_date
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7
from carnet.profile import policies, records
from carnet.profile.policies import EntryRefused
from carnet.profile.queries import EntryUnknownError, get_entry
from carnet.profile.records import AuthorKind, Entry
from carnet.profile.rubrics import RUBRIC_OF_LINK, LinkKind, Rubric, definition_of

Links = Sequence[tuple[LinkKind, UUID]]

_KEPT_ANSWERS: Final = 50


class EntryLockedError(PermissionError):
    """The line was entered or confirmed by a professional: the person does not change it."""


class EntryChangedError(RuntimeError):
    """Another browser saved the line meanwhile. `current`: as it now stands, None when it was removed."""

    def __init__(self, current: Entry | None) -> None:
        super().__init__("the line was saved meanwhile")
        self.current = current


def add_entry(
    a: Access, *, rubric: Rubric, values: Mapping[str, Any], links: Links = (), entry_id: UUID | None = None
) -> UUID:
    """Add a line of the person's own and return its id; a declaration of "not concerned" is withdrawn.

    `entry_id`: given by a form, so that the same form sent twice adds one line; sent again with other values
    (the browser's "back") it is another line, with an id of its own. Raises EntryRefused.
    """
    _must_manage(a)
    kept = _validate(a, rubric, values)
    entry_id = entry_id or uuid7()
    entry_id = insert(a, rubric, kept, entry_id=entry_id, author_kind=AuthorKind.PERSON, origin="PATIENT")
    tie(a, rubric, entry_id, links)
    return entry_id


def change_entry(
    a: Access, *, entry_id: UUID, values: Mapping[str, Any], links: Links = (), version: int
) -> None:
    """Replace the values and links of a line.

    `version`: that of the line when the form was shown. Raises EntryUnknownError, EntryLockedError,
    EntryChangedError, EntryRefused.
    """
    _must_manage(a)
    entry = _changeable(a, entry_id, version)
    kept = _validate(a, entry.rubric, values)
    update(a, entry, kept, author_kind=AuthorKind.PERSON, author_id=a.by.id)
    _run("delete from profile_link where person_id = %s and entry_id = %s", a.person_id, entry_id)
    tie(a, entry.rubric, entry_id, links)


def remove_entry(a: Access, *, entry_id: UUID, version: int) -> None:
    """Remove a line, its links and those that lead to it; raises as `change_entry` does."""
    _must_manage(a)
    _changeable(a, entry_id, version)
    _run("delete from profile_link where person_id = %s and target_id = %s", a.person_id, entry_id)
    removed = _run(
        "delete from profile_entry where person_id = %s and id = %s and version = %s",
        a.person_id, entry_id, version,
    )  # fmt: skip
    if not removed:
        raise EntryChangedError(None)


def declare_unconcerned(a: Access, *, rubric: Rubric) -> None:
    """Declare "je ne suis pas concerné(e)", dated today; raises EntryRefused while there are lines."""
    _must_manage(a)
    if not definition_of(rubric).unconcerned:
        raise EntryRefused({"": f"« {rubric.label} » : cette déclaration n’est pas prévue."})
    lock(a, rubric)
    if _fetch(
        "select 1 from profile_entry where person_id = %s and rubric = %s limit 1", a.person_id, rubric
    ):
        raise EntryRefused({"": f"« {rubric.label} » contient des lignes : supprimez-les d’abord."})
    _choose(a, rubric, "unconcerned_on", clock.today())


def withdraw_unconcerned(a: Access, *, rubric: Rubric) -> None:
    """Take the declaration back: the rubric is not filled again."""
    _must_manage(a)
    _choose(a, rubric, "unconcerned_on", None)


def share(a: Access, *, rubric: Rubric, shared: bool) -> None:
    """Decide whether professionals see a rubric (docs/adr/0008). PermissionError for a caregiver."""
    _must_manage(a)
    must_govern(a)
    _choose(a, rubric, "shared", shared)


def insert(
    a: Access,
    rubric: Rubric,
    kept: Mapping[str, Any],
    *,
    entry_id: UUID,
    author_kind: AuthorKind,
    origin: str,
    structure: str = "",
    locked: bool = False,
) -> UUID:
    """Write a new line whose values are checked, and return its id.

    Raises EntryRefused when its place is taken. What stands under that id already with the same values is
    not written again.
    """
    lock(a, rubric)
    standing = _find_sent(a, entry_id)
    if standing is not None:
        if (standing.rubric, dict(standing.values)) == (rubric, dict(kept)):
            return entry_id
        entry_id = uuid7()
    now, slot = clock.now(), definition_of(rubric).slot(kept)
    written = _run(
        "insert into profile_entry (person_id, id, rubric, slot, author_kind, author_id, structure, origin,"
        " locked, version, created_at, changed_at, sealed)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s, %s, %s) on conflict do nothing",
        a.person_id, entry_id, rubric, slot, author_kind, a.by.id, structure, origin,
        locked, now, now, records.seal(crypto.ensure_key(a.person_id), kept),
    )  # fmt: skip
    if not written:
        raise taken(rubric)
    _run(
        "update profile_rubricchoice set unconcerned_on = null, changed_at = %s"
        " where person_id = %s and rubric = %s and unconcerned_on is not null",
        now, a.person_id, rubric,
    )  # fmt: skip
    return entry_id


def update(
    a: Access,
    entry: Entry,
    kept: Mapping[str, Any],
    *,
    author_kind: AuthorKind,
    author_id: UUID | None,
    structure: str = "",
    locked: bool = False,
) -> None:
    """Replace the values of a line that was just read; raises EntryChangedError, EntryRefused."""
    sealed = records.seal(crypto.ensure_key(a.person_id), kept, _earlier(entry, kept))
    try:
        with transaction.atomic():
            written = _run(
                "update profile_entry set sealed = %s, slot = %s, version = version + 1, changed_at = %s,"
                " author_kind = %s, author_id = %s, structure = %s, locked = %s"
                " where person_id = %s and id = %s and version = %s",
                sealed, definition_of(entry.rubric).slot(kept), clock.now(), author_kind, author_id,
                structure, locked, a.person_id, entry.id, entry.version,
            )  # fmt: skip
    except IntegrityError as error:
        raise taken(entry.rubric) from error
    if not written:
        raise EntryChangedError(_find(a, entry.id))


def lock(a: Access, rubric: Rubric) -> None:
    """Let what says "none" and what adds a line wait for each other until the transaction ends."""
    _fetch("select pg_advisory_xact_lock(hashtextextended(%s, 0))", f"profile:{a.person_id}:{rubric}")


def _earlier(entry: Entry, kept: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the earlier answers about habits, which are kept, with those that are replaced now."""
    if entry.rubric is not Rubric.LIFESTYLES or dict(entry.values) == dict(kept):
        return list(entry.earlier)
    replaced = {"at": entry.changed_at.isoformat(), "values": dict(entry.values)}
    return [replaced, *entry.earlier][:_KEPT_ANSWERS]


def _changeable(a: Access, entry_id: UUID, version: int) -> Entry:
    entry = _find(a, entry_id)
    if entry is None:
        raise EntryUnknownError(str(entry_id))
    if entry.locked:
        raise EntryLockedError(str(entry_id))
    if entry.version != version:
        raise EntryChangedError(entry)
    return entry


def _find(a: Access, entry_id: UUID) -> Entry | None:
    try:
        return get_entry(a, entry_id)
    except EntryUnknownError:
        return None


def _find_sent(a: Access, entry_id: UUID) -> Entry | None:
    """Return the line of that id for whoever may read it; who feeds a record brings new ids only."""
    return _find(a, entry_id) if a.scope.reads else None


def _validate(a: Access, rubric: Rubric, values: Mapping[str, Any]) -> dict[str, Any]:
    return policies.validate(rubric, values, birth_date=get_birth_date(a.person_id), today=clock.today())


def tie(a: Access, rubric: Rubric, entry_id: UUID, links: Links) -> None:
    """Tie a line to other things of the record; raises EntryRefused for a line that is not there."""
    checked = policies.check_links(rubric, links, own_id=entry_id)
    _check_targets(a, checked)
    for kind, target in checked:
        _run(
            "insert into profile_link (person_id, id, entry_id, kind, target_id)"
            " values (%s, %s, %s, %s, %s) on conflict do nothing",
            a.person_id, uuid7(), entry_id, kind, target,
        )  # fmt: skip


def _check_targets(a: Access, links: Sequence[tuple[LinkKind, UUID]]) -> None:
    """Refuse a link to a line that is not there; documents and measures are known to their own rooms."""
    own = [(kind, target) for kind, target in links if kind in RUBRIC_OF_LINK]
    if not own:
        return
    rows = _fetch(
        "select id, rubric from profile_entry where person_id = %s and id = any(%s)",
        a.person_id, [target for _, target in own],
    )  # fmt: skip
    if any((target, RUBRIC_OF_LINK[kind]) not in rows for kind, target in own):
        raise EntryRefused({"links": "Liens : une des lignes choisies n’existe plus."})


def _choose(a: Access, rubric: Rubric, column: str, value: object) -> None:
    """Write one choice about a rubric; `column` is one of two names of the house."""
    _run(
        f"insert into profile_rubricchoice (person_id, id, rubric, {column}, author_id, changed_at)"  # noqa: S608
        f" values (%s, %s, %s, %s, %s, %s) on conflict (person_id, rubric) do update"
        f" set {column} = excluded.{column}, author_id = excluded.author_id,"
        " changed_at = excluded.changed_at",
        a.person_id, uuid7(), rubric, value, a.by.id, clock.now(),
    )  # fmt: skip


def taken(rubric: Rubric) -> EntryRefused:
    """Return the refusal of a second line where there may be one only."""
    return EntryRefused({"": definition_of(rubric).slot_taken_fr})


def _must_manage(a: Access) -> None:
    if a.purpose is not Purpose.MANAGE:
        raise PermissionError("the door was not opened to change anything")
    if a.by.kind not in PEOPLE:
        raise PermissionError("only the person, or who stands in for her, changes what is hers")


def _run(query: str, *values: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.rowcount)


def _fetch(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
