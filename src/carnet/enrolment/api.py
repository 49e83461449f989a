"""The door of enrolment: the life cycle of a space."""

from uuid import UUID

from django.db import connection

from carnet.enrolment.actions.activation import (
    ACTIVATION,
    Activated,
    ActivationRefused,
    Choices,
    confirm_contacts,
    finish_activation,
    send_contact_codes,
    set_contacts,
    set_credentials,
    start_activation,
    start_activation_by_identity,
)
from carnet.enrolment.actions.closing import (
    ChangedMeanwhile,
    NotYours,
    ask_erasure,
    can_manage,
    cancel_erasure,
    change_choices,
    close,
    lift_suspension,
    reopen,
    suspend,
)
from carnet.enrolment.actions.notification import (
    TooManyCodes,
    ask_code,
    notify,
    record_bounce,
    reissue_by_support,
)
from carnet.enrolment.actions.objection import (
    OBJECTION,
    Objection,
    confirm_objection,
    find_objection,
    get_objection,
    make_proof,
    object_by_support,
    start_objection,
)
from carnet.enrolment.actions.opening import (
    close_deceased,
    close_suspended,
    end_archives,
    open_silent_spaces,
)
from carnet.enrolment.codes import in_groups
from carnet.enrolment.drafts import Draft, DraftMissing, DraftStale, drop_draft, find_draft, get_draft
from carnet.enrolment.erasure import execute as execute_erasures
from carnet.enrolment.messages import tell_of_emergency
from carnet.enrolment.policies import (
    LAWS,
    Event,
    State,
    TransitionRefused,
    archive_end,
    erasure_due,
    is_of_age,
    opens_on,
)
from carnet.enrolment.proofs import ProofRefused, find_holder, list_twins
from carnet.enrolment.queries import STATE_OF, SpaceCard, find_space, may

__all__ = [
    "ACTIVATION", "LAWS", "OBJECTION", "STATE_OF", "Activated", "ActivationRefused", "ChangedMeanwhile",
    "Choices", "Draft", "DraftMissing", "DraftStale", "Event", "NotYours", "Objection", "ProofRefused",
    "SpaceCard", "State", "TooManyCodes", "TransitionRefused", "archive_end", "ask_code", "ask_erasure",
    "can_manage", "cancel_erasure", "change_choices", "close", "close_deceased", "close_suspended",
    "confirm_contacts", "confirm_objection", "drop_draft", "end_archives", "erasure_due", "execute_erasures",
    "find_draft", "find_holder", "find_objection", "find_space", "find_state", "finish_activation",
    "get_draft", "get_objection", "in_groups", "is_of_age", "lift_suspension",
    "list_twins", "make_proof", "may", "notify", "object_by_support", "open_silent_spaces", "opens_on",
    "record_bounce", "reissue_by_support", "reopen", "send_contact_codes", "set_contacts",
    "set_credentials", "start_activation", "start_activation_by_identity", "start_objection", "suspend",
    "tell_of_emergency",
]  # fmt: skip


def find_state(person_id: UUID) -> str | None:
    """Return the life-cycle state of a person's space, or None if she was never notified nor asked."""
    with connection.cursor() as cursor:
        cursor.execute("select state from enrolment_space where person_id = %s", [person_id])
        row = cursor.fetchone()
    return str(row[0]) if row else None
