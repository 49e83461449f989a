"""Many documents of one person at once, behind one door: how a synthetic life of care is laid down.

For the sandbox and for migrations, never for a request: contents are written while the door is open. The
documents are trusted to be well made; each still gets all that a deposit gives: its words, its source, its
place among versions and twins, its journal line. Nobody is told of them: a professional finds the recent
ones on her day.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from carnet.access.api import Access, Visibility
from carnet.documents import arriving, holding, locator, text, versions
from carnet.documents.coming import OWN_DEPOSITORS, Coming
from carnet.documents.policies import Code, DepositRefused, check_type, check_visibility
from carnet.documents.records import Record, blob_purpose, make_record
from carnet.documents.submitting import read_cda
from carnet.documents.text import WORDS, words_of
from carnet.documents.twins import Head
from carnet.documents.versions import Replaced
from carnet.documents.writing import INSERT, SOURCE, row_of, source_of
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.people import api as people
from carnet.platform import blobs, crypto
from carnet.platform.clock import PARIS
from carnet.standards.cda.model import Document

_PATIENT_ROLE = "EXP_PATIENT"
_READ = (
    "update documents_document set read_at = created_on"
    " where person_id = %(person)s and id = any(%(ids)s) and created_on < %(until)s"
)


def load_documents(
    a: Access, documents: Iterable[bytes], *, masked: bool = False, read_until: datetime | None = None
) -> int:
    """Write CDA documents of the person of `a`, oldest first; return how many were added.

    Who deposited each is its custodian (FINESS), or the person herself when she is its author. A document
    whose uniqueId is there already is passed over. Versions and twins are looked for among those given.
    Deposited the moment that each says it was made, and read since if that was before `read_until`.
    Raises DepositRefused: nothing is written then.
    """
    if a.purpose not in {Purpose.OPERATE, Purpose.DEPOSIT}:
        raise ValueError("many documents at once are loaded by the system")
    loading = _Loading(a, people.get_person(a.person_id), masked, read_until)
    for data in documents:
        loading.take(data)
    return loading.write()


class _Loading:
    """The rows of one person, gathered before they are written."""

    def __init__(
        self,
        a: Access,
        person: people.PersonCard,
        masked: bool,  # noqa: FBT001 - passed on
        read_until: datetime | None,
    ) -> None:
        self.a, self.person, self.masked, self.read_until = a, person, masked, read_until
        self.key = crypto.ensure_key(a.person_id)
        self.rows: dict[tuple[str, bytes], dict[str, Any]] = {}
        self.contents: dict[str, bytes] = {}
        self.records: list[Record] = []
        self.words: list[dict[str, Any]] = []
        self.heads: dict[tuple[bytes, Visibility], Head] = {}

    def take(self, data: bytes) -> None:
        """Prepare a document: its content and its rows wait."""
        coming = self.coming_of(data, read_cda(data))
        record = make_record(coming, self.key)
        if _name(record) in self.rows:
            return
        old = self.find_old(record)
        replaced = _replaced(old) if old else None
        record = versions.follow(record, replaced)
        head = self.heads.get((record.content_key, record.hidden_from))
        self.contents[record.blob] = self.key.seal(blob_purpose(record.blob), data)
        row = row_of(record, replaced, head) | {"now": record.created_on}
        self.rows[_name(record)] = row
        self.records.append(record)
        body = text.read(coming.document, coming.narrative, trusted=True)
        self.words.append(words_of(self.key, record, body))
        if head is None:
            self.heads[record.content_key, record.hidden_from] = Head(
                record.id, record.hidden_from.masked, record.masked_by_person, own=False
            )

    def coming_of(self, data: bytes, document: Document) -> Coming:
        check_type(document)
        if document.patient.ins != self.person.matricule:
            raise DepositRefused(Code.INS_DIFFERS, "ins", "Le document concerne une autre personne.")
        return holding.settle(Coming(
            self.person.id, data, document, _depositor(document, self.person.id), self.a.purpose,
            EventType.DOCUMENT_DEPOSITED, check_visibility(document, Visibility()),
            masked_by_person=self.masked,
        ), at_once=False, since=document.effective_time.astimezone(PARIS).date())  # fmt: skip

    def find_old(self, record: Record) -> dict[str, Any] | None:
        """Return the row of what a document replaces among those given, of the same depositor."""
        found = ((record.structure, one) for one in record.claim.replaces)
        return next((self.rows[one] for one in found if one in self.rows), None)

    def write(self) -> int:
        """Write everything; what is there already stays as it is."""
        if not self.records:
            return 0
        blobs.store().put_many(self.a.person_id, self.contents)
        there = self.list_there()
        fresh = [record for record in self.records if _name(record) not in there]
        with connection.cursor() as cursor:
            kept = {record.id for record in fresh}
            cursor.executemany(INSERT, [self.rows[_name(record)] for record in fresh])
            arriving.note_all([self.rows[_name(record)] for record in fresh])
            holding.keep_all([self.rows[_name(record)] for record in fresh])
            cursor.executemany(SOURCE, [self.source_of(record) for record in fresh])
            cursor.executemany(WORDS, [words for words in self.words if words["id"] in kept])
            if self.read_until:
                cursor.execute(
                    _READ, {"person": self.a.person_id, "ids": list(kept), "until": self.read_until}
                )
        self.write_places(fresh)
        for record in fresh:
            self.a.record(
                EventType.DOCUMENT_DEPOSITED, reference=record.id, key=self.key,
                personal={"title": record.title, "structure_name": record.structure_name},
            )  # fmt: skip
            self.supersede(record)
        return len(fresh)

    def source_of(self, record: Record) -> dict[str, Any]:
        return source_of(self.key, record.id, record) | {"now": record.created_on}

    def write_places(self, fresh: list[Record]) -> None:
        """Write where the structures find their documents again; a name that serves elsewhere is refused."""
        theirs = [record for record in fresh if record.depositor not in OWN_DEPOSITORS]
        places = [
            (key, record.id)
            for record in theirs
            for key in locator.keys_of(record.structure, record.unique_id, record.id)
        ]
        if places and locator.write(self.person.id, places):
            raise DepositRefused(
                Code.DUPLICATE, "uniqueId", "Un document d’une autre personne porte déjà cet identifiant."
            )

    def supersede(self, record: Record) -> None:
        old = self.find_old(record)
        if old:
            versions.supersede(self.a, _replaced(old), record.id)

    def list_there(self) -> set[tuple[str, bytes]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "select structure, unique_key from documents_document"
                " where person_id = %s and unique_key = any(%s)",
                [self.a.person_id, [record.unique_key for record in self.records]],
            )
            return {(row[0], bytes(row[1])) for row in cursor.fetchall()}


def _replaced(row: dict[str, Any]) -> Replaced:
    return Replaced(row["id"], row["set"], row["version"], row["hers"], None, None, row["held"])


def _name(record: Record) -> tuple[str, bytes]:
    return record.structure, record.unique_key


def _depositor(document: Document, person_id: Any) -> Actor:
    author = document.authors[0] if document.authors else None
    if author is not None and author.role is not None and author.role.code == _PATIENT_ROLE:
        return Actor(ActorKind.PATIENT, person_id)
    custodian = document.custodian
    return Actor(ActorKind.HEALTHCARE_FACILITY, structure=(custodian.finess or "") if custodian else "")
