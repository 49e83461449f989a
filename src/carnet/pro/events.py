"""What the room says at the start of every process: what an erasure must remove of it."""

from carnet.platform import erasure

erasure.register("pro", tables=[("pro_trainingpatient", "person_id")])
