"""What the room says at the start of every process: what an erasure must remove of it."""

from carnet.platform import erasure

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
