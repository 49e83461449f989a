"""What the room says at the start of every process: what an erasure must remove of it."""

from carnet.platform import erasure

erasure.register(
    "measures",
    tables=[
        ("measures_value", "person_id"),
        ("measures_setting", "person_id"),
    ],
)
