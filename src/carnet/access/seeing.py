"""What somebody else would see of a record that is open: "que voit ce médecin de moi ?"."""

from dataclasses import replace
from typing import TYPE_CHECKING

from carnet.access.caring import care_rights
from carnet.access.policies import decide_scope
from carnet.journal.api import Actor, Purpose
from carnet.platform import clock

if TYPE_CHECKING:
    from carnet.access.api import Access


def as_seen_by(a: "Access", actor: Actor) -> "Access":
    """Return an Access with the scope of a professional, as he would be let in now. It reads, and no more.

    What is hidden from who looks stays hidden: a result that waits to be announced does not show in the
    doctor's page that its patient is shown, and a minor's representatives see it as if he had no tie of her
    confidential care. Look at `scope.allowed`: he may be refused, and then nothing is
    given. Nothing may be written in his name: the journal's line is that of who looks. Raises ValueError
    when the door was opened for another purpose than to consult.
    """
    if a.purpose is not Purpose.CONSULT:
        raise ValueError("the door was not opened to look")
    rights = care_rights(a.person_id, actor, with_secret=not a.scope.hides_from_representatives)
    scope = decide_scope(actor, rights, Purpose.CONSULT, clock.today())
    narrowed = replace(
        scope,
        hides_from_patient=a.scope.hides_from_patient,
        hides_from_representatives=a.scope.hides_from_representatives,
    )
    return replace(a, by=actor, scope=narrowed, borrowed=True)
