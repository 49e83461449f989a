"""Scanning later: what was kept without having been shown to the antivirus.

Resumable: each document is marked when it was seen. What is found infected is taken away: marked deleted,
its words removed, a line in the person's history; a twin comes forward, and is scanned in its turn.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from carnet.access import api as access
from carnet.documents import twins
from carnet.documents.policies import DepositRefused
from carnet.documents.queries import fetch
from carnet.documents.records import blob_purpose
from carnet.documents.submitting import read_cda
from carnet.journal.api import Actor, EventType, Purpose
from carnet.platform import antivirus, blobs, clock, crypto
from carnet.platform.antivirus import InfectedError, State
from carnet.platform.crypto import SealBrokenError


@dataclass(slots=True)
class Scanned:
    """How a round went, in documents. `left`: not seen: no answer of the scanner, or a damaged content."""

    clean: int = 0
    infected: int = 0
    left: int = 0


def scan_all(progress: Callable[[int], object] = lambda _done: None) -> Scanned:
    """Show every document that the antivirus has not seen to it. May be stopped, and run again."""
    done = Scanned()
    for person_id in _list_persons():
        _scan_person(person_id, done)
        progress(1)
    return done


def count_persons() -> int:
    """Return how many persons may have documents."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from platform_personkey")
        return int(cursor.fetchone()[0])


def _list_persons() -> Iterator[UUID]:
    """Yield who has a key, by pages: nobody else has anything sealed."""
    last = UUID(int=0)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "select person_id from platform_personkey where person_id > %s order by person_id limit 500",
                [last],
            )
            page = [row[0] for row in cursor.fetchall()]
        if not page:
            return
        yield from page
        last = page[-1]


def _scan_person(person_id: UUID, done: Scanned) -> None:
    by, purpose = Actor.system(), Purpose.OPERATE
    with access.look(person_id, by=by, purpose=purpose, event=EventType.DOCUMENTS_SCANNED) as a:
        key = crypto.find_key(person_id)
        waiting = fetch(
            "select id, blob from documents_document where person_id = %(person)s"
            " and scan = 'not_scanned' and status <> 'deleted' order by id",
            {"person": a.person_id},
        )
    if key is None or not waiting:
        return
    seen = {document_id: _show(person_id, blob, key) for document_id, blob in waiting}
    clean = [one for one, state in seen.items() if state is State.CLEAN]
    infected = [one for one, state in seen.items() if state is None]
    done.clean, done.infected = done.clean + len(clean), done.infected + len(infected)
    done.left += len(seen) - len(clean) - len(infected)
    if not clean and not infected:
        return
    with access.open(person_id, by=by, purpose=purpose, event=EventType.DOCUMENTS_SCANNED) as a:
        fetch(
            "update documents_document set scan = 'clean' where person_id = %(person)s and id = any(%(ids)s)"
            " returning id",
            {"person": a.person_id, "ids": clean},
        )
        _take_away(a, infected)


def _show(person_id: UUID, blob: str, key: crypto.PersonKey) -> State | None:
    """Return what the scanner says of one content; None: infected."""
    try:
        data = key.open(blob_purpose(blob), blobs.store().get(person_id, blob))
        files = read_cda(data).attachments
    except (OSError, SealBrokenError, DepositRefused):
        return State.NOT_SCANNED  # damaged: `carnet doctor` says so
    try:
        return antivirus.scan(*(file.data for file in files), data)
    except InfectedError:
        return None


def _take_away(a: access.Access, infected: list[UUID]) -> None:
    if not infected:
        return
    values = {"person": a.person_id, "ids": infected, "now": clock.now()}
    fetch(
        "update documents_document set status = 'deleted', status_at = %(now)s, folder_id = null,"
        " scan = 'infected', pinned_at = null, changed_at = %(now)s, entry_id = carnet_uuid7(%(now)s),"
        " meta_version = meta_version + 1"
        " where person_id = %(person)s and id = any(%(ids)s) returning id",
        values,
    )
    fetch(
        "delete from documents_words where person_id = %(person)s and id = any(%(ids)s) returning id", values
    )
    twins.bring_forward(a, infected)
    for document_id in infected:
        a.record(EventType.DOCUMENT_DELETED, reference=document_id)
