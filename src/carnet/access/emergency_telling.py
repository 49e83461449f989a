"""Who is told of an emergency access, at once (CSP R1111-48): the holder, and a minor's representatives.

Her médecin traitant finds it on the first page of his day (`emergencies.list_told_to`). During a minor's
confidential care her representatives are not told.
"""

from uuid import UUID

from carnet.enrolment.api import tell_of_emergency
from carnet.notices import api as notices
from carnet.notices.api import NoticeCode
from carnet.people import api as people
from carnet.platform.outbox import Event


def tell_of_entry(event: Event) -> None:
    """Write the notices of one entry; to whom has no account, by what the insurer knows."""
    assert event.person_id is not None
    others = [] if event.facts["secret"] else people.list_representatives(event.person_id)
    told = [_tell(reader, event) for reader in (event.person_id, *(one.id for one in others))]
    if not any(told) and not event.facts["secret"]:
        tell_of_emergency(event.person_id)


def _tell(reader_id: UUID, event: Event) -> bool:
    assert event.person_id is not None
    reference = UUID(event.facts["emergency_id"])
    notice = notices.tell(
        reader_id, about_id=event.person_id, code=NoticeCode.EMERGENCY_ACCESS, reference=reference
    )
    return notice is not None
