"""A structure reads back a submission set of its own: which documents it sent together (ITI-66)."""

from uuid import UUID

from carnet.access import api as access
from carnet.access.api import Access, Rule
from carnet.documents import locator, submissions
from carnet.documents.held import HeldUnknown, located
from carnet.documents.submissions import SubmissionCard
from carnet.journal.api import Actor, EventType, Purpose


def get_submission(submission_id: UUID, *, by: Actor) -> SubmissionCard:
    """Return a set that the structure sent; journalled as a reading.

    Raises HeldUnknown for any other, access.Refused (BLOCKED) when it is its own and the person blocked it.
    """
    person_id, _ = located(locator.locate_submission(submission_id), by)
    try:
        with access.open(
            person_id, by=by, purpose=Purpose.CONSULT, event=EventType.DOCUMENT_READ,
            reference=submission_id, late=True,
        ) as a:  # fmt: skip
            card = _read(a, submission_id)
    except access.Refused as refused:
        if refused.scope.rule is Rule.BLOCKED and _is_own(person_id, submission_id, by):
            raise
        raise HeldUnknown from refused
    if card is None:
        raise HeldUnknown
    return card


def _read(a: Access, submission_id: UUID) -> SubmissionCard | None:
    card = submissions.find_submission(a, submission_id)
    if card is None:
        a.refuse(EventType.DOCUMENT_READ, reason=Rule.NOT_OWN, reference=submission_id)
    else:
        a.record(EventType.DOCUMENT_READ, reference=submission_id)
    return card


def _is_own(person_id: UUID, submission_id: UUID, by: Actor) -> bool:
    with access.look(
        person_id, by=by, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_READ, reference=submission_id
    ) as a:
        return submissions.find_submission(a, submission_id) is not None
