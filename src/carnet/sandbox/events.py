"""What an erasure must remove of the sandbox: the mail about the person's space, and that she had a life."""

from carnet.platform import erasure

_HERS = f"person_id = {erasure.PERSON} or reader_id = {erasure.PERSON}"
erasure.register("sandbox", tables=[("sandbox_mail", _HERS), ("sandbox_life", "person_id")])
