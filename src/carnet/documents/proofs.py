"""A paper that the service itself puts among a person's documents, as the proof of what was decided."""

from datetime import datetime
from typing import Final
from uuid import UUID

from carnet.access.api import Visibility
from carnet.documents import authoring, entering, policies, text
from carnet.documents.coming import Coming
from carnet.documents.receipts import Deposited
from carnet.journal.api import Actor, EventType, Purpose
from carnet.standards import sniff
from carnet.standards.cda import reader
from carnet.standards.cda.model import Attachment
from carnet.terminology import api as terminology

PROOF_TYPE: Final = "EXPPAT_1"
"""Volontés et droits du patient (JDV_J07)."""


def add_proof(person_id: UUID, *, proof_id: UUID, title: str, pdf: bytes, moment: datetime) -> Deposited:
    """Put a proof among a person's documents, hidden from professionals, to whom it is of no use.

    `proof_id`: of what it proves, at which `moment`; the same twice is one document.
    Raises access.Refused (a closed space).
    """
    kind, by = terminology.get_document_type(PROOF_TYPE), Actor.system()
    file = Attachment(sniff.PDF, pdf)
    data = authoring.write(
        person_id, by=by, kind=kind, title=title, moment=moment, file=file,
        unique_id=f"2.25.{proof_id.int}", written_at=moment,
    )  # fmt: skip
    coming = Coming(
        person_id, data, reader.read(data, max_bytes=policies.MAX_CDA_BYTES), by, Purpose.OPERATE,
        EventType.DOCUMENT_ADDED, Visibility(masked=True), masked_by_person=True,
    )  # fmt: skip
    return entering.enter(coming, lambda: text.read_file(file, trusted=True))
