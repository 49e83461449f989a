"""What the room says at the start of every process: what an erasure must remove of it."""

from carnet.platform import erasure

erasure.register(
    "profile",
    tables=[
        ("profile_link", "person_id"),
        ("profile_entry", "person_id"),
        ("profile_rubricchoice", "person_id"),
    ],
)
