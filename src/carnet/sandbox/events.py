"""What an erasure must remove of the sandbox: the mail about the person's space, or to her account."""

from carnet.platform import erasure

_HERS = f"person_id = {erasure.PERSON} or reader_id = {erasure.PERSON}"
erasure.register("sandbox", tables=[("sandbox_mail", _HERS)])
