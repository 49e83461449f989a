"""How documents enter a record, whoever brings them: looked at, stored, then written, each line once.

The contents are written before their rows and outside any open door, so what would refuse a document is
looked at first: a refusal leaves no content behind. Killed at any moment it leaves all or nothing of what
was sent together.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from carnet.access import api as access
from carnet.access.api import Access
from carnet.documents import (
    announcing,
    holding,
    locator,
    looking,
    policies,
    releasing,
    submissions,
    text,
    twins,
    versions,
    writing,
)
from carnet.documents.announcing import Readers
from carnet.documents.coming import Coming
from carnet.documents.policies import Code, DepositRefused
from carnet.documents.queries import fetch
from carnet.documents.receipts import Deposited, Receipt
from carnet.documents.records import (
    Record,
    blob_purpose,
    make_record,
)
from carnet.documents.submissions import SubmissionSet
from carnet.journal.api import EventType
from carnet.journal.api import write as write_line
from carnet.platform import antivirus, blobs, crypto
from carnet.platform.antivirus import InfectedError
from carnet.platform.crypto import PersonKey


@dataclass(frozen=True, slots=True)
class _Ready:
    """A document about to be written: what is kept of it, its words, who is told."""

    coming: Coming
    record: Record
    body: str
    told: tuple[UUID, ...]


_FOLDER: Final = "select 1 from documents_folder where person_id = %(person)s and id = %(id)s"


class FolderGoneError(LookupError):
    """The folder in which a document was to be put does not exist."""


def enter(
    coming: Coming, read: Callable[[], str], *, then: Callable[[Access, Deposited], None] | None = None
) -> Deposited:
    """Take one document in. `read` returns its text, or raises DepositRefused; not called for nothing.

    `then`: what is written with it, behind the same door; not when the document was there already.

    Raises access.Refused, DepositRefused; both leave a journal line that says so.
    """
    return enter_all([coming], lambda _coming: read(), then=then).deposited[0]


def enter_all(
    comings: Sequence[Coming],
    read: Callable[[Coming], str],
    *,
    submission: SubmissionSet | None = None,
    then: Callable[[Access, Deposited], None] | None = None,
) -> Receipt:
    """Take documents of one person in, all or none of them; as `enter`.

    DepositRefused says which one by its `index`. Sent again, what is there already stays as it is.
    """
    first = comings[0]
    comings, there, known = _look(_settle(comings), submission)
    fresh = [(number, one) for number, one in enumerate(comings) if there[number] is None]
    read_ones = {number: _read(number, one, read) for number, one in fresh}
    key = known or crypto.ensure_key(first.person_id)
    ready = _prepare(fresh, read_ones, key)
    reference = next((one.record.id for one in ready.values()), None) or _first(there).document_id
    with _open(first, reference) as a:
        deposited = tuple(
            _note_again(a, comings[number], found) if found else None for number, found in enumerate(there)
        )
        written = _write_all(a, ready, _set_id(key, submission, first))
        done = tuple(one or written[number] for number, one in enumerate(deposited))
        _go_on(a, done, then)
        return Receipt(a.person_id, _keep_set(a, submission, done, first), done)


def _go_on(a: Access, done: Sequence[Deposited], then: Callable[[Access, Deposited], None] | None) -> None:
    for one in done:
        if then and not one.already:
            then(a, one)


def say_refused(coming: Coming, refused: DepositRefused) -> None:
    """Write the journal's line of a refusal: by which rule, never why in words."""
    write_line(
        coming.event, person_id=coming.person_id, by=coming.by, purpose=coming.purpose, allowed=False,
        reason=refused.reason,
    )  # fmt: skip


# -- before anything is stored


def _look(
    comings: Sequence[Coming], submission: SubmissionSet | None
) -> tuple[Sequence[Coming], list[Deposited | None], PersonKey | None]:
    """Return the documents, hidden if the person hides new ones; what there is of each, None for a new one.

    And her key, if she has one. Raises what refuses one of the documents.
    """
    first = comings[0]
    try:
        with access.look(first.person_id, by=first.by, purpose=first.purpose, event=first.event) as a:
            if first.folder_id and not fetch(_FOLDER, {"person": a.person_id, "id": first.folder_id}):
                raise FolderGoneError(str(first.folder_id))
            looking.check_elsewhere(a, comings)
            key = crypto.find_key(first.person_id)
            there = looking.list_there(a, comings, key)
            if submission and key:
                ids = [one.document_id if one else None for one in there]
                submissions.check_free(a, key, submission, ids, structure=first.by.structure)
            return _hide(comings) if a.space.documents_masked else comings, there, key
    except DepositRefused as refused:
        say_refused(first, refused)
        raise


def _settle(comings: Sequence[Coming]) -> Sequence[Coming]:
    """Give what is hidden from the patient the end of its wait, or show it if she wants all at once."""
    if not any(one.visibility.invisible_patient for one in comings):
        return comings
    at_once = access.sees_results_at_once(comings[0].person_id)
    return [holding.settle(one, at_once=at_once) for one in comings]


def _hide(comings: Sequence[Coming]) -> Sequence[Coming]:
    return [one if one.own else replace(one, masked_by_person=True) for one in comings]


def _read(number: int, coming: Coming, read: Callable[[Coming], str]) -> tuple[str, str]:
    """Return the text of a new document and what the antivirus says of it."""
    try:
        with policies.naming(number):
            return read(coming), _scan(coming)
    except DepositRefused as refused:
        say_refused(coming, refused)
        raise


def _scan(coming: Coming) -> str:
    """Show the files, and the document around them, to the antivirus."""
    try:
        return antivirus.scan(*(file.data for file in coming.document.attachments), coming.data)
    except InfectedError as error:
        raise DepositRefused(
            Code.OTHER, "antivirus", "L’antivirus a reconnu un programme malveillant dans ce fichier."
        ) from error


def _prepare(
    fresh: Sequence[tuple[int, Coming]], read_ones: Mapping[int, tuple[str, str]], key: PersonKey
) -> dict[int, _Ready]:
    """Store the contents of new documents; return what is to be written, by number."""
    if not fresh:
        return {}
    readers, ready = Readers(key.person_id), {}
    for number, coming in fresh:
        body, scan = read_ones[number]
        record = make_record(coming, key, scan=scan)
        ready[number] = _Ready(coming, record, body, tuple(readers.told(record.visibility)))
    blobs.store().put_many(
        key.person_id,
        {one.record.blob: key.seal(blob_purpose(one.record.blob), one.coming.data) for one in ready.values()},
    )
    return ready


# -- behind the door


def _first(there: Sequence[Deposited | None]) -> Deposited:
    return next(one for one in there if one is not None)


def _open(coming: Coming, reference: UUID) -> AbstractContextManager[Access]:
    return access.open(
        coming.person_id, by=coming.by, purpose=coming.purpose, event=coming.event, reference=reference,
        late=True,
    )  # fmt: skip


def _note_again(a: Access, coming: Coming, there: Deposited) -> Deposited:
    """Write that a document came once more: one line, and a source if another brings it for her."""
    a.record(EventType.DOCUMENT_ALREADY_THERE, reference=there.document_id)
    if coming.own:
        writing.add_source(a, there.document_id, make_record(coming, a.key()))
    return there


def _write_all(a: Access, ready: Mapping[int, _Ready], set_id: UUID | None) -> dict[int, Deposited]:
    if not ready:
        return {}
    writing.hold(a, [one.record for one in ready.values()])
    names = [one.record.unique_key for one in ready.values()]
    came = looking.fetch_same(a, next(iter(ready.values())).record.structure, names, a.key())
    done = {}
    for number, one in ready.items():
        with policies.naming(number):
            row = came.get(one.record.unique_key)
            if row:  # its depositor sent it between our look and our lock
                done[number] = _note_again(a, one.coming, looking.same(one.coming, row))
            else:
                done[number] = _write(a, one, set_id)
    _write_places(a, {number: ready[number] for number, one in done.items() if not one.already})
    waits = any(one.record.held_until for one in ready.values())
    if waits and access.sees_results_at_once(a.person_id):  # she chose so between our look and our lock
        releasing.release_all(a)
    return done


def _write(a: Access, ready: _Ready, set_id: UUID | None) -> Deposited:
    coming, record = ready.coming, ready.record
    if coming.folder_id:
        _hold_folder(a, coming.folder_id)
    replaced = versions.find_replaced(a, record.claim)
    record = versions.follow(record, replaced)
    but = [record.id, *([replaced.id] if replaced else [])]
    head = twins.find_head(a, record.content_key, record.hidden_from, but=but)
    row = writing.row_of(record, replaced, head, folder_id=coming.folder_id, submission_id=set_id)
    writing.insert(row)
    personal = {"title": record.title, "structure_name": record.structure_name}
    a.record(coming.event, reference=record.id, personal=personal, key=a.key())
    if row["patient"]:
        a.record(EventType.RESULT_HELD, reference=record.id)
    writing.add_source(a, record.id, record)
    text.write(a, record, ready.body)
    if replaced:
        versions.supersede(a, replaced, record.id)
        a.record(EventType.DOCUMENT_REPLACED, reference=replaced.id)
    if head is None and not coming.own:
        topic = announcing.REPLACED if replaced else announcing.DEPOSITED
        announcing.announce(topic, person_id=a.person_id, document_id=record.id, told=ready.told)
    return Deposited(
        a.person_id, record.id, already=False, shown_as=head.id if head else record.id,
        entry_id=record.entry_id, meta_version=1, changed_at=row["now"],
        replaced=replaced.id if replaced else None,
    )  # fmt: skip


def _hold_folder(a: Access, folder_id: UUID) -> None:
    """Keep the folder from being deleted until the row names it."""
    if not fetch(f"{_FOLDER} for key share", {"person": a.person_id, "id": folder_id}):
        raise FolderGoneError(str(folder_id))


def _write_places(a: Access, ready: Mapping[int, _Ready]) -> None:
    """Write where a structure finds its documents again."""
    records = {number: one.record for number, one in ready.items() if not one.coming.own}
    if not records:
        return
    keys = {
        number: locator.keys_of(record.structure, record.unique_id, record.id)
        for number, record in records.items()
    }
    taken = locator.write(a.person_id, [(key, records[n].id) for n, both in keys.items() for key in both])
    for number, both in keys.items():
        if taken.intersection(both):
            with policies.naming(number):
                raise policies.duplicate()


def _set_id(key: PersonKey, submission: SubmissionSet | None, first: Coming) -> UUID | None:
    if submission is None:
        return None
    return submissions.submission_id(key, first.by.structure, submission.unique_id)


def _keep_set(
    a: Access, submission: SubmissionSet | None, done: Sequence[Deposited], first: Coming
) -> UUID | None:
    if submission is None:
        return None
    ids = [one.document_id for one in done]
    return submissions.write(a, submission, ids, structure=first.by.structure, by=first.by)
