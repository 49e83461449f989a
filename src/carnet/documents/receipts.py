"""What a deposit came to, as its depositor is told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Deposited:
    """What a deposit came to. `already`: the very same document was there; nothing was added.

    `shown_as`: the document that is shown for it, when another has the same content; else its own id.
    `entry_id` (entryUUID), `meta_version`, `changed_at`: of its metadata as they are. `replaced`: the older
    version whose place it took.
    """

    person_id: UUID
    document_id: UUID
    already: bool
    shown_as: UUID
    entry_id: UUID
    meta_version: int
    changed_at: datetime
    replaced: UUID | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of documents sent together, in their order; the id of their set, if they had one."""

    person_id: UUID
    submission_id: UUID | None
    deposited: tuple[Deposited, ...]
