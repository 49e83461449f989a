"""A document that comes: what is known of it before there is a row."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final
from uuid import UUID

from carnet.access.api import Visibility
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.standards.cda import plain
from carnet.standards.cda.model import Document

MEDIA_TYPE: Final = "text/xml"
"""What is stored is the CDA itself, whatever it carries (XDS mimeType)."""

OWN_DEPOSITORS: Final = (
    ActorKind.PATIENT.value, ActorKind.LEGAL_REPRESENTATIVE.value, ActorKind.CAREGIVER.value,
)  # fmt: skip
"""Whose documents are the person's own (facts/mes.md 3.7)."""


@dataclass(frozen=True)
class Coming:
    """A document that comes: its bytes and what they say, who brings it, as which act.

    `data`: the CDA that is kept. `file`: what was sent, when that is a CDA made around it; `media_type`: of
    what was sent. `replaces`: what its depositor names as replaced beside it, by uniqueId or by our id, which
    must be there; when it names none, what the CDA says counts, if it is there. `masked_by_person`: she hides
    it. `face`: its metadata as its depositor gave them. `structure_name`: of the depositor, in the directory.
    `professional_id`: who answers for it, when a professional brings it. `held_until`: when its patient sees
    it at the latest, while it is hidden from her.
    """

    person_id: UUID
    data: bytes
    document: Document
    by: Actor
    purpose: Purpose
    event: EventType
    visibility: Visibility
    folder_id: UUID | None = None
    masked_by_person: bool = False
    file: bytes | None = None
    media_type: str = MEDIA_TYPE
    replaces: tuple[str | UUID, ...] = ()
    archived: bool = False
    entry_id: UUID | None = None
    face: bytes | None = None
    structure_name: str = ""
    professional_id: UUID | None = None
    held_until: datetime | None = None

    @cached_property
    def narrative(self) -> str:
        """The words of its sections; "" for a file."""
        return plain.text_of(self.document)

    @property
    def own(self) -> bool:
        """Say whether the person brings it, or who represents her."""
        return self.by.kind in OWN_DEPOSITORS

    @property
    def sent(self) -> bytes:
        """The bytes as they were sent, which their depositor gets back."""
        return self.data if self.file is None else self.file

    @property
    def replaced(self) -> tuple[str | UUID, ...]:
        """What it takes the place of."""
        return self.replaces or self.document.replaces
