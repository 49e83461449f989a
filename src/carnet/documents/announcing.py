"""Who is told of what becomes of a document, and that it is told."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from carnet.access import api as access
from carnet.access.api import Access, Scope, Visibility
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.people import api as people
from carnet.platform import outbox

DEPOSITED: Final = "documents.deposited"
REPLACED: Final = "documents.replaced"
WITHDRAWN: Final = "documents.withdrawn"
SHOWN: Final = "documents.shown"
VACCINATED: Final = "documents.vaccinated"
_REPRESENTATIVE: Final = ActorKind.LEGAL_REPRESENTATIVE


class Readers:
    """The holder, the representatives and the caregivers of one person, with what each may read now."""

    def __init__(self, person_id: UUID) -> None:
        self.person_id = person_id
        others = [Actor(_REPRESENTATIVE, one.id) for one in people.list_representatives(person_id)]
        others += [Actor(ActorKind.CAREGIVER, one) for one in access.list_caregivers(person_id)]
        self._scopes: list[tuple[UUID, Scope]] = [
            (one.id, access.decide(person_id, by=one, purpose=Purpose.CONSULT)) for one in others if one.id
        ]

    def told(self, visibility: Visibility) -> list[UUID]:
        """Return who is told of a document: the holder and the others, if they may read it."""
        holder = [] if visibility.invisible_patient else [self.person_id]
        return holder + [reader for reader, scope in self._scopes if scope.allows(visibility)]


def list_told(person_id: UUID, visibility: Visibility) -> list[UUID]:
    """Return who is told of one document of a person."""
    return Readers(person_id).told(visibility)


def announce(topic: str, *, person_id: UUID, document_id: UUID, told: Iterable[UUID], once: str = "") -> None:
    """Say in the outbox what became of a document; nothing when nobody may know of it.

    Once a document and topic, or once for each `once`.
    """
    names = [str(reader) for reader in told]
    if names:
        outbox.emit(
            topic,
            key=":".join(part for part in (topic, str(person_id), str(document_id), once) if part),
            person_id=person_id,
            facts={"document_id": str(document_id), "told": names},
        )


def announce_vaccination(a: Access, document_id: UUID) -> None:
    """Say that a vaccination was recorded, with the note that everybody who reads the record reads."""
    told = list_told(a.person_id, Visibility())
    announce(VACCINATED, person_id=a.person_id, document_id=document_id, told=told)
