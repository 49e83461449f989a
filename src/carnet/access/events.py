"""What the room says at the start of every process: what an erasure must remove of it."""

from carnet.platform import erasure

erasure.register("access", tables=[("access_sharing", "person_id"), ("access_block", "person_id")])
