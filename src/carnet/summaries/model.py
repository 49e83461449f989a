"""The page of a record, as one reader sees it: plain values, nothing is read any more."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from carnet.people.api import PersonCard


class Said(StrEnum):
    """What is known of a block. Never shown as the same thing (facts/mes.md 2.1)."""

    FILLED = "filled"
    NOT_FILLED = "not_filled"
    NONE_DECLARED = "none_declared"
    NOT_SHARED = "not_shared"
    NOT_GIVEN = "not_given"

    @property
    def words(self) -> str:
        """The short words of a state that holds nothing."""
        return _WORDS[self]


_WORDS = {
    Said.FILLED: "",
    Said.NOT_FILLED: "Non renseigné",
    Said.NONE_DECLARED: "Aucun déclaré",
    Said.NOT_SHARED: "Non partagé",
    Said.NOT_GIVEN: "Non ouvert à votre profession",
}


class Code(StrEnum):
    """The blocks of the page."""

    ALLERGIES = "allergies"
    TREATMENTS = "treatments"
    DISEASES = "diseases"
    MEASURES = "measures"
    CONTACTS = "contacts"
    VACCINATIONS = "vaccinations"
    STAYS = "stays"
    LATEST = "latest"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a block. `author`: who wrote it, in words, and `day` when.

    `mark`: one or two words that must be seen ("Anticoagulant"). `unread`: a document that the reader has
    not opened. `document_id`, `measure`: what it leads to, if it does.
    """

    title: str
    text: str
    author: str
    day: date | None
    mark: str = ""
    unread: bool = False
    document_id: UUID | None = None
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One subject. `note`: what its state means, in a sentence; `more`: lines without room on the page."""

    code: Code
    title: str
    said: Said
    note: str
    lines: tuple[Line, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A record on one screen. `doctor`: the médecin traitant, in words. `since`: the reader's last visit."""

    person: PersonCard
    age: str
    doctor: str
    blood_group: str
    since: datetime | None
    blocks: tuple[Block, ...]

    def block(self, code: Code) -> Block:
        """Return one block."""
        return next(one for one in self.blocks if one.code is code)
