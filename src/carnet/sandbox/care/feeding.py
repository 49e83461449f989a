"""Laying a life of care into one record: one door, one transaction, all of it or nothing.

Runs as carnet_loader, which alone writes histories.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.histories import api as histories
from carnet.journal.api import Actor, EventType, Purpose
from carnet.measures import api as measures
from carnet.platform import blobs, clock
from carnet.profile import api as profile
from carnet.sandbox.care.entries import list_entries
from carnet.sandbox.care.facts import Facts
from carnet.sandbox.care.living import compose
from carnet.sandbox.care.papers import write_papers
from carnet.sandbox.care.tellings import list_episodes, list_measures

_REIMBURSED = timedelta(days=2 * 365)
_UNREAD = timedelta(days=30)  # whoever has activated her space has read what is older
_BEGUN = (
    "select exists (select from profile_entry where person_id = %(person)s)"
    " or exists (select from profile_rubricchoice where person_id = %(person)s)"
    " or exists (select from measures_value where person_id = %(person)s)"
    " or exists (select from histories_episode where person_id = %(person)s)"
)
_DONE = (
    "update sandbox_life set fed_at = %(now)s, documents = %(documents)s, measures = %(measures)s,"
    " entries = %(entries)s, episodes = %(episodes)s where person_id = %(person)s and fed_at is null"
)


@dataclass(frozen=True, slots=True)
class Fed:
    """How much a life was. All 0: the person had begun to write herself, and was left alone."""

    documents: int = 0
    measures: int = 0
    entries: int = 0
    episodes: int = 0

    def __add__(self, other: "Fed") -> "Fed":
        return Fed(
            self.documents + other.documents,
            self.measures + other.measures,
            self.entries + other.entries,
            self.episodes + other.episodes,
        )


class AlreadyFedError(Exception):
    """The life was laid down by somebody else meanwhile: nothing is written twice."""


def feed(facts: Facts, *, seed: int) -> Fed:
    """Lay down the life of a person whose row of sandbox_life was begun; return how much it was.

    The documents are written before the door is opened. Raises AlreadyFedError, access.Refused.
    """
    life = compose(facts, seed=seed)
    papers = write_papers(life, seed=seed)
    with access.open(
        facts.person_id, by=Actor.system(), purpose=Purpose.OPERATE, event=EventType.CARE_HISTORY_FED
    ) as a:
        fed = Fed()
        if not _has_begun(facts.person_id):
            fed = Fed(
                documents.load_documents(a, papers, read_until=_read_until(a)),
                len(measures.load_values(a, list_measures(life, now=clock.now()))),
                len(profile.load_entries(a, list_entries(life))),
                histories.feed(a, list_episodes(life, first=facts.today - _REIMBURSED), tell=False)["added"],
            )
        _note(facts.person_id, fed)
    return fed


def _read_until(a: access.Access) -> datetime | None:
    return clock.now() - _UNREAD if a.space.state == "activated" else None


def forget_leftovers(person_id: UUID) -> None:
    """Remove the contents that an interrupted attempt left: those that no document of hers names."""
    left = set(blobs.store().names(person_id))
    if not left:
        return
    with connection.cursor() as cursor:
        cursor.execute("select blob from documents_document where person_id = %s", [person_id])
        left -= {row[0] for row in cursor.fetchall()}
    for name in left:
        blobs.store().delete(person_id, name)


def _has_begun(person_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_BEGUN, {"person": person_id})
        row: tuple[bool, ...] | None = cursor.fetchone()
    return row == (True,)


def _note(person_id: UUID, fed: Fed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _DONE,
            {
                "now": clock.now(),
                "person": person_id,
                "documents": fed.documents,
                "measures": fed.measures,
                "entries": fed.entries,
                "episodes": fed.episodes,
            },
        )
        if not cursor.rowcount:
            raise AlreadyFedError(str(person_id))
