"""What the room says at the start of every process: what an erasure must remove of it."""

from carnet.access import delegations
from carnet.access import emergency_telling as emergency_telling  # registers its handler
from carnet.access import informing  # noqa: F401 - registers its handlers
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
