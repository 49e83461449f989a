"""What the room listens to: a decision between a person and her caregiver is put on paper."""

from uuid import UUID

from carnet.access import api as access
from carnet.access.api import Refused
from carnet.journal.api import EventType
from carnet.papers.caregivers import find_decision, save_proof
from carnet.platform.outbox import Event, handles


@handles(access.delegations.DECIDED, transactional=False)
def write_proof(event: Event) -> None:
    """Write the paper; nothing for a space that was closed or erased meanwhile, which takes none."""
    assert event.person_id is not None
    found = find_decision(UUID(event.facts["delegation"]), event.person_id)
    if found is None:
        return
    try:
        save_proof(found, EventType(event.facts["event"]))
    except Refused:
        return
