"""A result that waited is shown to its patient: announced, or its day has come, or she wants all at once.

What is announced is a content: the older versions and the twins of a document are shown with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.access import api as access
from carnet.access.api import Access, Visibility
from carnet.documents import announcing, holding, twins, writing
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.queries import fetch
from carnet.journal.api import Actor, EventType, Purpose
from carnet.platform import clock
from carnet.platform.clock import PARIS

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class _Held:
    """A document that waits, behind its door and locked."""

    id: UUID
    content_key: bytes
    set_key: bytes
    structure: str
    visibility: Visibility
    title: str


_COLUMNS: Final = "id, content_key, set_key, structure, masked, invisible_representatives, sealed"
_HELD: Final = (
    f"select {_COLUMNS} from documents_document where person_id = %(person)s and id = any(%(ids)s)"  # noqa: S608 - own columns
    " and invisible_patient and status = 'current'"
)
_LOCK: Final = " order by id for update"


def release(person_id: UUID, document_id: UUID, *, by: Actor) -> None:
    """Show a result to its patient: it was announced. By who deposited it, or a doctor of the same structure.

    Raises DepositRefused: NOT_FOUND when no such document of his waits; access.Refused. Journalled.
    """
    with access.open(
        person_id, by=by, purpose=Purpose.MANAGE, event=EventType.RESULT_RELEASED, reference=document_id,
        late=True,
    ) as a:  # fmt: skip
        found = _find_own(a, document_id)
        if found:
            _show(a, found)
        else:
            a.refuse(EventType.RESULT_RELEASED, reason="not_waiting", reference=document_id)
    if not found:
        raise _not_waiting()


def release_all(a: Access) -> None:
    """Show everything that waits: the person wants to see her results at once, and has just said so.

    What is coming meanwhile ends before, and is shown, or sees her choice (entering).
    """
    writing.hold(a, [])
    rows = fetch(
        "select document_id from documents_hold where person_id = %(person)s"
        " order by held_until, document_id",
        {"person": a.person_id},
    )
    _show_each(a, [row[0] for row in rows])


def show_rest(a: Access, document_id: UUID) -> None:
    """Show what goes with a document that its software hides from the patient no more: the same content."""
    rows = fetch(
        f"select {_COLUMNS} from documents_document where person_id = %(person)s and id = %(id)s",  # noqa: S608
        {"person": a.person_id, "id": document_id},
    )
    held = _held(rows[0], a)
    shown = _unhide(a, held)
    holding.forget(a.person_id, [document_id, *shown])
    _join_twin(a, held, [document_id, *shown])


def show_passed(day: date) -> int:
    """Show what waits until that day or an earlier one, in the order of the deadlines; return how many."""
    until, done = datetime.combine(day, time(), PARIS), 0
    while rows := fetch(
        "select person_id, array_agg(document_id order by held_until, document_id) from documents_hold"
        " where held_until <= %(until)s group by person_id order by min(held_until), person_id"
        " limit %(most)s",
        {"until": until, "most": _BATCH},
    ):
        for person_id, ids in rows:
            _show_passed_of(person_id, ids)
            done += len(ids)
    return done


def _show_passed_of(person_id: UUID, ids: Sequence[UUID]) -> None:
    with access.open(
        person_id, by=Actor.system(), purpose=Purpose.OPERATE, event=EventType.RESULT_RELEASED, late=True
    ) as a:
        _show_each(a, ids)
        if not a.lines:  # gone meanwhile: nothing was shown, and the line says which
            a.record(EventType.RESULT_RELEASED, reference=ids[0])


def _show_each(a: Access, ids: Sequence[UUID]) -> None:
    """Show documents in their order; one that went with another's content is shown already."""
    for document_id in ids:
        found = _list_held(a, [document_id])
        if found:
            _show(a, found[0])
    holding.forget(a.person_id, ids)


def _find_own(a: Access, document_id: UUID) -> _Held | None:
    """Return what waits under that id, if whoever acts may release it."""
    own = " and (professional_id = %(professional)s or (%(doctor)s and structure = %(structure)s))"
    return next(iter(_list_held(a, [document_id], own)), None)


def _list_held(a: Access, ids: Sequence[UUID], condition: str = "") -> list[_Held]:
    rows = fetch(
        f"{_HELD}{condition}{_LOCK}",
        {"person": a.person_id, "ids": list(ids), "professional": a.by.id,
         "doctor": a.by.role == holding.DOCTOR, "structure": a.by.structure},
    )  # fmt: skip
    return [_held(row, a) for row in rows]


def _held(row: tuple[Any, ...], a: Access) -> _Held:
    document_id, content, of_set, structure, masked, representatives, sealed = row
    title = orjson.loads(a.key().open("document", sealed))["title"]
    now = Visibility(masked=masked, invisible_representatives=representatives, structure=structure)
    return _Held(document_id, content, of_set, structure, now, title)


def _show(a: Access, held: _Held) -> None:
    shown = _unhide(a, held)
    holding.forget(a.person_id, shown)
    a.record(EventType.RESULT_RELEASED, reference=held.id, personal={"title": held.title}, key=a.key())
    if not _join_twin(a, held, shown):
        told = announcing.list_told(a.person_id, held.visibility)
        announcing.announce(announcing.SHOWN, person_id=a.person_id, document_id=held.id, told=told)


def _unhide(a: Access, held: _Held) -> list[UUID]:
    """Show a document, its older versions and what has the same content; what was deleted stays hidden."""
    rows = fetch(
        "update documents_document set invisible_patient = false, released_at = %(now)s,"
        " changed_at = %(now)s, entry_id = carnet_uuid7(%(now)s), meta_version = meta_version + 1"
        " where person_id = %(person)s and invisible_patient and status <> 'deleted'"
        " and invisible_representatives = %(representatives)s"
        " and (id = %(id)s or content_key = %(content)s or (set_key = %(set)s and structure = %(structure)s))"
        " returning id",
        {"person": a.person_id, "id": held.id, "content": held.content_key, "set": held.set_key,
         "structure": held.structure, "now": clock.now(),
         "representatives": held.visibility.invisible_representatives},
    )  # fmt: skip
    return [row[0] for row in rows]


def _join_twin(a: Access, held: _Held, shown: Sequence[UUID]) -> bool:
    """Put what is shown now behind the same content that she could read already, if there is one; say so."""
    head = twins.find_head(a, held.content_key, held.visibility, but=shown)
    if head is None:
        return False
    fetch(
        "update documents_document set same_as = %(head)s, masked = masked or %(masked)s,"
        " masked_by_person = masked_by_person or %(hers)s where person_id = %(person)s"
        " and id = any(%(ids)s) and content_key = %(content)s and status = 'current' returning id",
        {"head": head.id, "masked": head.masked, "hers": head.masked_by_person, "person": a.person_id,
         "ids": list(shown), "content": held.content_key},
    )  # fmt: skip
    return True


def _not_waiting() -> DepositRefused:
    return DepositRefused(
        Code.NOT_FOUND, "document", "Aucun résultat de votre structure n’attend d’annonce sous ce nom."
    )
