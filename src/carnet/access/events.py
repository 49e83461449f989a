"""What the room says at the start of every process: what an erasure must remove of it."""

from carnet.access import (
    delegations,
    emergency_telling,
    informing,  # noqa: F401 - registers its handlers
)
from carnet.access.emergencies import ENTERED
from carnet.people import api as people
from carnet.platform import erasure
from carnet.platform.outbox import Event, handles

_HERS = (
    "sharing", "block", "professionalblock", "carerelation", "consent", "administrator", "pass",
    "emergency", "visit", "resultschoice", "guardreading",
)  # fmt: skip

erasure.register(
    "access",
    tables=[
        *((f"access_{name}", "person_id") for name in _HERS),
        ("access_delegation", "person_id = %(person)s or caregiver_id = %(person)s"),
    ],
)


@handles(delegations.INVITED, transactional=True)
def tell_caregiver(event: Event) -> None:
    """Tell whom an invitation describes, or nobody."""
    delegations.tell_invited(event)


@handles(ENTERED, transactional=True)
def tell_of_emergency(event: Event) -> None:
    """Tell the holder, and a minor's representatives, of an emergency access."""
    emergency_telling.tell_of_entry(event)


people.add_spaces(delegations.list_helped_spaces)
