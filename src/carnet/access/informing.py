"""Who is told that a professional read a record, or says that she takes care of the person.

In writing, as the law asks (facts/mes.md 4.1): a notice once a day for each professional who reads. During a
minor's confidential care her representatives are not told (CSP R1111-33).
"""

from datetime import datetime, time
from typing import TYPE_CHECKING, Final
from uuid import UUID

from carnet.access import delegations
from carnet.access.entering import ASKED, JOINED, write_asked
from carnet.journal.api import EventType, list_lines
from carnet.notices import api as notices
from carnet.notices.api import NoticeCode
from carnet.people import api as people
from carnet.platform import clock, outbox
from carnet.platform.outbox import Event, handles

if TYPE_CHECKING:
    from carnet.access.api import Access

ENTERED: Final = "access.entered"
_ENOUGH: Final = 20


def note_entered(a: "Access", *, first_today: bool = False) -> None:
    """Have the person told that this professional reads her record, the first time of the day.

    In the door that was opened with SUMMARY_READ. Read openly after a secret reading, it is told.
    `first_today`: it is known already that she had not read it today.
    """
    if first_today or _is_first(a):
        outbox.emit(
            ENTERED, key=f"{ENTERED}:{a.line_id}", person_id=a.person_id,
            facts={"professional": str(a.by.id), "secret": a.by.secret},
        )  # fmt: skip


def _is_first(a: "Access") -> bool:
    midnight = datetime.combine(clock.today(), time.min, clock.PARIS)
    earlier = list_lines(
        a.person_id, key=None, before=a.line_id, since=midnight, events=[EventType.SUMMARY_READ],
        actor=a.by.id, limit=_ENOUGH,
    )  # fmt: skip
    return not any(line.allowed and line.actor.secret == a.by.secret for line in earlier)


@handles(ENTERED, transactional=True)
def tell_of_reading(event: Event) -> None:
    """Write the notices of a first reading of the day."""
    _tell(event, NoticeCode.PROFESSIONAL_ACCESS)


@handles(JOINED, transactional=True)
def tell_of_joining(event: Event) -> None:
    """Write the notices of a relation that a professional declared."""
    _tell(event, NoticeCode.CARE_TEAM_JOINED)


@handles(ASKED, transactional=True)
def write_line(event: Event) -> None:
    """Write the line of who asked to enter, in the journal of whom it was about, if anybody."""
    write_asked(event.facts)


def _tell(event: Event, code: NoticeCode) -> None:
    assert event.person_id is not None
    for reader_id in _readers(event.person_id, secret=bool(event.facts["secret"])):
        notices.tell(reader_id, about_id=event.person_id, code=code)


def _readers(person_id: UUID, *, secret: bool) -> list[UUID]:
    """Return who reads the notices of a space: its holder, and who helps or represents her."""
    if secret:
        return [person_id]
    representatives = [one.id for one in people.list_representatives(person_id)]
    return list(dict.fromkeys([person_id, *representatives, *delegations.list_caregivers(person_id)]))
