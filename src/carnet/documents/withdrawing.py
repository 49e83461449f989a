"""A structure takes back what it deposited: marked deleted, said to the person (facts/mes.md 3.7)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson

from carnet.access import api as access
from carnet.access.api import Access, Visibility
from carnet.documents import announcing, holding, locator, policies, twins
from carnet.documents.policies import Code, DepositRefused, normal_id
from carnet.documents.queries import fetch
from carnet.journal.api import Actor, EventType, Purpose
from carnet.platform import clock
from carnet.platform.ids import uuid7


def withdraw(unique_id: str, *, by: Actor) -> UUID:
    """Take back the document that a structure deposited under a uniqueId; return its id.

    Raises DepositRefused: NOT_FOUND when it has none of that name, whoever else has, and when the person's
    space is shut; 900 when it is not the latest version, or was taken back already.
    """
    actor = policies.check_depositor(by.structure, by)
    place = locator.locate_unique(actor.structure, normal_id(unique_id))
    if place is None:
        raise _not_found("unknown")
    person_id, document_id = place
    try:
        with access.open(
            person_id, by=actor, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_WITHDRAWN,
            reference=document_id, late=True,
        ) as a:  # fmt: skip
            refused = _take_back(a, document_id)
    except access.Refused as shut:
        raise _not_found(shut.scope.rule) from shut
    if refused:
        raise refused
    return document_id


def withdraw_own(
    person_id: UUID, document_id: UUID, *, by: Actor, then: Callable[[Access], None] | None = None
) -> None:
    """Take back what a professional, or his structure, deposited. Journalled either way.

    `then`: what else goes with it, behind the same door: all or nothing.

    Raises DepositRefused: 901 when it is not theirs, or not there; 900 when it is not the latest version.
    access.Refused as the door.
    """
    with access.open(
        person_id, by=by, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_WITHDRAWN, reference=document_id,
        late=True,
    ) as a:  # fmt: skip
        refused = _take_back(a, document_id)
        if then and not refused:
            then(a)
    if refused:
        raise policies.not_yours() if refused.code is Code.NOT_FOUND else refused


def _take_back(a: Access, document_id: UUID) -> DepositRefused | None:
    """Do it, or write why not and return the refusal, to be raised once its line is committed."""
    try:
        facts = _hold_own(a, document_id)
    except DepositRefused as refused:
        a.refuse(EventType.DOCUMENT_WITHDRAWN, reason=refused.reason, reference=document_id)
        return refused
    personal = {name: facts[name] for name in ("title", "structure_name")}
    a.record(EventType.DOCUMENT_WITHDRAWN, reference=document_id, personal=personal, key=a.key())
    mark_withdrawn(a, document_id)
    return None


def mark_withdrawn(a: Access, document_id: UUID) -> None:
    """Take back a document whose row is locked and checked: current, its depositor's own. No journal line.

    The row stays for the history, without its words, and its content with it (a legal trace). What another
    sent of the same content comes forward. Who could read it is told.
    """
    values = {"person": a.person_id, "id": document_id, "now": clock.now(), "entry": uuid7()}
    rows = fetch(
        "update documents_document set status = 'deleted', status_at = %(now)s, folder_id = null,"
        " pinned_at = null, changed_at = %(now)s, entry_id = %(entry)s, meta_version = meta_version + 1"
        " where person_id = %(person)s and id = %(id)s"
        " returning masked, invisible_patient, invisible_representatives",
        values,
    )
    fetch("delete from documents_words where person_id = %(person)s and id = %(id)s returning id", values)
    if rows[0][1]:
        holding.forget(a.person_id, [document_id])
    twins.bring_forward(a, [document_id, *_list_older(a, document_id)])
    told = announcing.list_told(a.person_id, Visibility(*rows[0]))
    announcing.announce(announcing.WITHDRAWN, person_id=a.person_id, document_id=document_id, told=told)


def _not_found(reason: str) -> DepositRefused:
    return DepositRefused(
        Code.NOT_FOUND, "uniqueId", "Aucun document de votre structure ne porte cet identifiant (uniqueId).",
        reason=reason,
    )  # fmt: skip


def _hold_own(a: Access, document_id: UUID) -> dict[str, Any]:
    """Lock a document of the structure that acts, if it may be taken back; return its facts."""
    rows = fetch(
        "select status, sealed from documents_document"  # noqa: S608 - own constants
        f" where person_id = %(person)s and id = %(id)s and ({a.scope.sql()}) for update",
        {"person": a.person_id, "id": document_id},
    )
    if not rows:
        raise _not_found("unknown")
    status, sealed = rows[0]
    if status != "current":
        raise DepositRefused(
            Code.WRONG_VERSION, "uniqueId", "Seule la dernière version d’un document peut être retirée."
        )
    facts: dict[str, Any] = orjson.loads(a.key().open("document", sealed))
    return facts


def _list_older(a: Access, document_id: UUID) -> list[UUID]:
    """The versions that a document replaced: no list shows them, but what others sent of them is theirs."""
    rows = fetch(
        "select o.id from documents_document o join documents_document d on d.person_id = o.person_id"
        " and d.set_key = o.set_key and d.structure = o.structure"
        " where d.person_id = %(person)s and d.id = %(id)s and o.status = 'superseded'",
        {"person": a.person_id, "id": document_id},
    )
    return [row[0] for row in rows]
