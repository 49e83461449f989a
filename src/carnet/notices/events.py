"""What the room listens to, and what an erasure must remove of it."""

from datetime import datetime
from uuid import UUID

from carnet.notices import api, digest, second_channel, telling
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
    _tell_of(event, NoticeCode.DOCUMENT_ADDED)


@handles("documents.replaced", transactional=True)
def tell_of_new_version(event: Event) -> None:
    """Tell of a document that takes the place of another: `document_id` is the new one."""
    _tell_of(event, NoticeCode.DOCUMENT_REPLACED)


@handles("documents.shown", transactional=True)
def tell_of_result(event: Event) -> None:
    """Tell of a result that waited for its announcement and is shown now."""
    _tell_of(event, NoticeCode.RESULT_SHOWN)


@handles("documents.vaccinated", transactional=True)
def tell_of_vaccination(event: Event) -> None:
    """Tell of a vaccination that a professional recorded: `document_id` is its note."""
    _tell_of(event, NoticeCode.VACCINATION_ADDED)


@handles("documents.withdrawn", transactional=True)
def tell_of_withdrawal(event: Event) -> None:
    """Tell that the structure which had deposited a document took it back."""
    _tell_of(event, NoticeCode.DOCUMENT_WITHDRAWN)


def _tell_of(event: Event, code: NoticeCode) -> None:
    assert event.person_id is not None
    for person in event.facts["told"]:
        api.tell(
            UUID(person), about_id=event.person_id, code=code, reference=UUID(event.facts["document_id"])
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


@handles(telling.GATHER, transactional=True)
def gather(event: Event) -> None:
    """Write the e-mail of what came since the last one."""
    assert event.person_id is not None
    telling.gather(event.person_id)


@handles(second_channel.TOPIC, transactional=True)
def take_second_channel(event: Event) -> None:
    """Write by SMS what could not be written by e-mail in time."""
    assert event.person_id is not None
    second_channel.take(
        UUID(event.facts["notice_id"]), NoticeCode(event.facts["code"]), person_id=event.person_id
    )


@handles(digest.TOPIC, transactional=True)
def write_digest(event: Event) -> None:
    """Write a batch of the e-mails of the day."""
    after = event.facts["after"]
    digest.write_batch(datetime.fromisoformat(event.facts["until"]), after=UUID(after) if after else None)
