"""A structure corrects the metadata of its own: status, labels, archived (PDSm flows 3 and 4)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

import orjson
from django.db import connection

from carnet.access import api as access
from carnet.access.api import Access, Rule
from carnet.documents import locator, releasing
from carnet.documents.announcing import DEPOSITED, Readers, announce
from carnet.documents.held import (
    HELD,
    INVISIBLE,
    INVISIBLE_TO_REPRESENTATIVES,
    MASKED,
    Held,
    HeldUnknown,
    located,
    open_held,
    visibility_of,
)
from carnet.documents.held_rules import WITHDRAWN, Change, HeldRefused, check
from carnet.documents.policies import LEVELS, normal_id
from carnet.documents.queries import fetch
from carnet.documents.withdrawing import mark_withdrawn
from carnet.journal.api import Actor, EventType, Purpose
from carnet.platform import clock
from carnet.platform.ids import uuid7

Labels = frozenset[str] | Callable[[frozenset[str]], frozenset[str] | None] | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A change as it is asked for, before the document is seen."""

    status: str | None
    labels: Labels
    archived: bool | None
    expected: int | None

    @property
    def event(self) -> EventType:
        """What the journal calls it while nothing more is known."""
        said = Change(self.status, None if callable(self.labels) else self.labels, self.archived)
        return EventType.DOCUMENT_LABELLED if said.empty else said.event

    def of(self, held: Held) -> Change:
        """Return what is wanted of a document, which is seen now."""
        labels = self.labels(held.labels) if callable(self.labels) else self.labels
        return Change(self.status, labels, self.archived)


def change_held(
    document: UUID | str,
    *,
    by: Actor,
    status: str | None = None,
    labels: Labels = None,
    archived: bool | None = None,
    expected: int | None = None,
) -> Held:
    """Change the metadata of a document of the structure's own; return it as it is then.

    `document`: its id, or its uniqueId. `labels`: all that it is to have, or a pure function that says so of
    those it has. `expected`: the version of the metadata that the software read last. What is so already
    changes nothing, not even the version. A structure that the person blocked still corrects what it
    brought: `withheld` of what is returned.
    Raises HeldUnknown; HeldRefused, which the journal keeps by its field.
    """
    person_id, document_id = _locate(document, by)
    asked = _Asked(status, labels, archived, expected)
    try:
        with access.open(
            person_id, by=by, purpose=Purpose.MANAGE, event=asked.event, reference=document_id, late=True
        ) as a:
            done = _change(a, document_id, asked)
    except access.Refused as refused:
        raise HeldUnknown from refused
    if isinstance(done, Held):
        return replace(done, withheld=access.is_blocked(person_id, by.structure))
    raise done


def _locate(document: UUID | str, by: Actor) -> tuple[UUID, UUID]:
    if isinstance(document, UUID):
        return located(locator.locate_id(document), by)
    return located(locator.locate_unique(by.structure, normal_id(document)), by)


def _change(a: Access, document_id: UUID, asked: _Asked) -> Held | HeldRefused | HeldUnknown:
    """Do it, or write why not: a refusal is returned, and raised once its line is committed."""
    held = _hold(a, document_id)
    if held is None:
        a.refuse(asked.event, reference=document_id, reason=Rule.NOT_OWN)
        return HeldUnknown()
    wanted = asked.of(held)
    try:
        change = check(held, wanted, expected=asked.expected)
    except HeldRefused as refused:
        a.refuse(asked.event, reference=document_id, reason=f"{refused.code}:{refused.field}")
        return refused
    _write(a, held, change)
    changed = _hold(a, document_id)
    assert changed is not None
    return changed


def _hold(a: Access, document_id: UUID) -> Held | None:
    """Return a document of the structure's own, kept as it is until the door shuts."""
    rows = fetch(
        f"select {HELD} from documents_document d where d.person_id = %(person)s and d.id = %(document)s"  # noqa: S608 - own
        f" and {a.scope.sql()} for update of d",
        {"person": a.person_id, "document": document_id},
    )
    return open_held(a.person_id, rows[0], a.key()) if rows else None


def _write(a: Access, held: Held, change: Change) -> None:
    if change.empty:
        a.record(EventType.DOCUMENT_READ, reference=held.id)
    elif change.status == WITHDRAWN:
        _note(a, EventType.DOCUMENT_WITHDRAWN, held)
        mark_withdrawn(a, held.id)
    else:
        _update(a, held, change)
        if change.labels is not None:
            _note(a, EventType.DOCUMENT_LABELLED, held)
            _tell(a, held, change.labels)
        if change.archived is not None:
            _note(a, EventType.DOCUMENT_ARCHIVED, held)


def _note(a: Access, event: EventType, held: Held) -> None:
    """Write the line, which names the document and the structure by the names they had."""
    personal = {name: held.facts[name] for name in ("title", "structure_name")}
    a.record(event, reference=held.id, personal=personal, key=a.key())


def _update(a: Access, held: Held, change: Change) -> None:
    """Write the metadata, another state of them; what the person hid stays hidden."""
    labels = held.labels if change.labels is None else change.labels
    (level,) = labels & LEVELS
    facts = {**held.facts, "confidentiality": level}
    with connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set masked = %(masked)s or masked_by_person,"
            " invisible_patient = %(patient)s, invisible_representatives = %(representatives)s,"
            " released_at = case when invisible_patient > %(patient)s then %(now)s else released_at end,"
            " archived = %(archived)s, level = %(level)s, sealed = %(sealed)s, entry_id = %(entry)s,"
            " changed_at = %(now)s, meta_version = meta_version + 1"
            " where person_id = %(person)s and id = %(id)s",
            {
                "masked": MASKED in labels,
                "patient": INVISIBLE in labels,
                "representatives": INVISIBLE_TO_REPRESENTATIVES in labels,
                "level": level,
                "archived": held.archived if change.archived is None else change.archived,
                "sealed": a.key().seal("document", orjson.dumps(facts)),
                "entry": uuid7(),
                "now": clock.now(),
                "person": a.person_id,
                "id": held.id,
            },
        )
    if INVISIBLE in held.labels - labels and held.status == "current":  # an older one waits with its latest
        releasing.show_rest(a, held.id)
    if MASKED in labels - held.labels:
        _mask_older(a, held)


def _mask_older(a: Access, held: Held) -> None:
    """Hide its older versions too: what is hidden under one name is not left readable under another."""
    fetch(
        "update documents_document v set masked = true, entry_id = carnet_uuid7(%(now)s),"
        " changed_at = %(now)s, meta_version = v.meta_version + 1 from documents_document d"
        " where d.person_id = %(person)s and d.id = %(id)s and v.person_id = d.person_id"
        " and v.set_key = d.set_key and v.structure = d.structure and v.depositor = d.depositor"
        " and v.status = 'superseded' and not v.masked returning v.id",
        {"now": clock.now(), "person": a.person_id, "id": held.id},
    )


def _tell(a: Access, held: Held, labels: frozenset[str]) -> None:
    """Tell of a document those who may read it from now on: to them it is as if it came now."""
    if held.status != "current":
        return
    readers = Readers(a.person_id)
    knew = readers.told(held.visibility)
    if told := [person for person in readers.told(visibility_of(labels)) if person not in knew]:
        announce(
            DEPOSITED, person_id=a.person_id, document_id=held.id, told=told,
            once=f"shown:{held.meta_version + 1}",
        )  # fmt: skip
