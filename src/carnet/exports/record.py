"""Everything of a record that its asker may see, read in one go behind one door; contents come after.

Each room is read in pages. What is kept in memory is the register: some hundred bytes a line.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from carnet.access import api as access
from carnet.access.api import Access, clients_of, professionals_of, structures_of
from carnet.directory import api as directory
from carnet.directory.api import ProfessionalCard
from carnet.documents import api as documents
from carnet.documents.api import DocumentCard
from carnet.histories import api as histories
from carnet.histories.api import Episode
from carnet.journal.api import Line
from carnet.measures import api as measures
from carnet.measures.api import Kind, Value
from carnet.people import api as people
from carnet.people.api import PersonCard
from carnet.platform import clock, crypto
from carnet.platform.crypto import PersonKey
from carnet.profile import api as profile
from carnet.profile.api import RubricView

BATCH: Final = 500

T = TypeVar("T")


@dataclass(frozen=True)
class Record:
    """A record as one asker may see it at one moment. `titles`: of the documents, by id, for the history.

    `names`: of the persons who acted; `software`: of the clients; `structures`: by FINESS number;
    `professionals`: who acted, by id. `own`: the asker is the holder. `key`: opens the contents.
    """

    person: PersonCard
    asker_id: UUID
    at: datetime
    rubrics: list[RubricView]
    measures: Mapping[Kind, list[Value]]
    episodes: list[Episode]
    episodes_shared: bool
    documents: list[DocumentCard]
    folders: Mapping[UUID, str]
    lines: list[Line]
    names: Mapping[UUID, str]
    key: PersonKey
    software: Mapping[UUID, str] = field(default_factory=dict)
    structures: Mapping[str, str] = field(default_factory=dict)
    professionals: Mapping[UUID, ProfessionalCard] = field(default_factory=dict)

    @property
    def own(self) -> bool:
        return self.person.id == self.asker_id

    @property
    def titles(self) -> dict[UUID, str]:
        return {card.id: card.title for card in self.documents}


def read_record(a: Access) -> Record:
    """Return all of the record that the open door shows."""
    assert a.by.id is not None
    key, hidden = crypto.ensure_key(a.person_id), documents.list_hidden(a)
    lines = list(_pages(lambda last: _lines(a, hidden, last)))
    return Record(
        person=people.get_person(a.person_id),
        asker_id=a.by.id,
        at=clock.now(),
        rubrics=profile.list_rubrics(a),
        measures={kind: list(_pages(_values_of(a, kind))) for kind in Kind},
        episodes=list(_pages(lambda last: _episodes(a, last))),
        episodes_shared=histories.is_shared(a),
        documents=_documents(a),
        folders={folder.id: folder.name for folder in documents.list_folders(a)},
        lines=lines,
        names=people.find_names(_persons_of(a, lines)),
        key=key,
        software=directory.find_software(clients_of(lines)),
        structures=directory.name_structures(structures_of(lines)),
        professionals=directory.name_professionals(professionals_of(lines)),
    )


def _pages(read: Callable[[T | None], list[T]]) -> Iterator[T]:
    """Yield from one page after the other; `read` is given the last item of the page above."""
    last: T | None = None
    while page := read(last):
        yield from page
        last = page[-1]
        if len(page) < BATCH:
            return


def _lines(a: Access, hidden: list[UUID], last: Line | None) -> list[Line]:
    """A page of the history, without what is hidden from this reader."""
    return access.list_history(a, hidden=hidden, last=last.id if last else None, limit=BATCH)


def _values_of(a: Access, kind: Kind) -> Callable[[Value | None], list[Value]]:
    def read(last: Value | None) -> list[Value]:
        before = measures.Position(last.at, last.id) if last else None
        return measures.list_values(a, kind, limit=BATCH, before=before)

    return read


def _episodes(a: Access, last: Episode | None) -> list[Episode]:
    before = histories.Position(last.day, last.id) if last else None
    return histories.list_days(a, limit=BATCH, before=before)


def _documents(a: Access) -> list[DocumentCard]:
    """What the lists show, and behind it older versions and what came several ways: latest first."""
    found = [*_pages(lambda last: _recent(a, last)), *documents.list_behind(a)]
    return sorted(found, key=lambda card: (card.created_on, card.id), reverse=True)


def _recent(a: Access, last: DocumentCard | None) -> list[DocumentCard]:
    before = documents.Position(last.created_on, last.id) if last else None
    return documents.list_recent(a, limit=BATCH, before=before)


def _persons_of(a: Access, lines: list[Line]) -> list[UUID]:
    """Return who acted, and the representatives, who may have written lines of the profile."""
    known: dict[UUID, Any] = {line.actor.id: None for line in lines if line.actor.id}
    known.update((one.id, None) for one in people.list_representatives(a.person_id))
    return sorted(known)
