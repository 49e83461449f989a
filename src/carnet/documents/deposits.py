"""A deposit of one CDA by who runs the service (`carnet documents deposit`): what refuses it is told.

Software sends by `submitting.submit`, which tells nothing of the register.
"""

from uuid import UUID

from carnet.access.api import Visibility
from carnet.documents import policies, submitting
from carnet.documents.coming import MEDIA_TYPE
from carnet.documents.receipts import Deposited
from carnet.documents.submitting import Submitted
from carnet.journal.api import Actor


def deposit(
    data: bytes,
    *,
    structure: str,
    by: Actor,
    person_id: UUID | None = None,
    masked: bool = False,
    invisible_patient: bool = False,
    invisible_representatives: bool = False,
    strict: bool = False,
) -> Deposited:
    """Take in a CDA document for the person whom it is about.

    `structure`: FINESS number of the depositor. `person_id`: whom the depositor means; another person's
    document is refused. The three flags are what software must ask at a deposit (facts/mes.md 3.6).
    `strict`: the header must follow the structuration minimale, else the refusal names the rule.
    Raises DepositRefused. Killed at any moment it leaves the whole document or nothing; sent again it
    adds nothing. A new version takes the place of the one that it names.
    """
    actor = policies.check_depositor(structure, by)
    said = Visibility(masked, invisible_patient, invisible_representatives)
    sent = Submitted(data, MEDIA_TYPE, "", said)
    return submitting.take([sent], by=actor, strict=strict, person_id=person_id).deposited[0]
