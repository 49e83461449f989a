"""What the room says at the start of every process: what an erasure must remove of it."""

from carnet.platform import erasure

erasure.register(
    "histories",
    tables=[
        ("histories_episode", "person_id"),
    ],
)
