"""What an erasure removes of the desk."""

from carnet.platform import erasure

erasure.register("desk", tables=[("desk_act", "person_id"), ("desk_callback", "person_id")])
