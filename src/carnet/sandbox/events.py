"""What an erasure must remove of the sandbox: the mail that was about the person's space."""

from carnet.platform import erasure

erasure.register("sandbox", tables=[("sandbox_mail", "person_id")])
