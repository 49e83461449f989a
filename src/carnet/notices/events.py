"""What the room listens to, and what an erasure must remove of it."""

from uuid import UUID

from carnet.notices import api
from carnet.notices.wordings import NoticeCode
from carnet.platform import erasure
from carnet.platform.outbox import Event, handles

erasure.register(
    "notices",
    tables=[
        ("notices_notice", "person_id = %(person)s or about_id = %(person)s"),
        ("notices_delivery", "person_id"),
        ("notices_preference", "person_id"),
    ],
)


@handles("documents.deposited", transactional=True)
def tell_of_document(event: Event) -> None:
    """Tell of a new document those whom the decision lets read it: the event names them."""
    assert event.person_id is not None
    for person in event.facts["told"]:
        api.tell(
            UUID(person),
            about_id=event.person_id,
            code=NoticeCode.DOCUMENT_ADDED,
            reference=UUID(event.facts["document_id"]),
        )


@handles("histories.first_fed", transactional=True)
def tell_of_care_history(event: Event) -> None:
    """Tell of the first content of a history those whom the decision lets read it: the event names them."""
    assert event.person_id is not None
    for person in event.facts["told"]:
        api.tell(UUID(person), about_id=event.person_id, code=NoticeCode.CARE_HISTORY_FIRST_FED)


@handles("papers.directives_review", transactional=True)
def remind_of_directives(event: Event) -> None:
    """Remind a person to read her advance directives again, unless a reminder still waits to be read."""
    assert event.person_id is not None
    waiting = api.list_notices(event.person_id, about_id=event.person_id, unread_only=True)
    if NoticeCode.DIRECTIVES_REVIEW not in {notice.code for notice in waiting}:
        api.tell(event.person_id, about_id=event.person_id, code=NoticeCode.DIRECTIVES_REVIEW)
