"""The second channel of what is urgent: an SMS, when the e-mail has not left within two minutes.

An emergency access is told at once (CSP R1111-48) even while the relay is down. Two minutes are five tries of
the pump (docs/adr/0022-emergency.md). An e-mail in doubt counts as not left: told twice is better than never.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import connection
from prometheus_client import Counter

from carnet.notices.wordings import WORDINGS, NoticeCode
from carnet.people import api as people
from carnet.platform import clock, outbox, post

TOPIC: Final = "notices.second_channel"
WAIT: Final = timedelta(minutes=2)
NOWHERE = Counter("carnet_urgent_notices_nowhere_total", "Urgent notices that had no second channel to take")

log = structlog.get_logger("carnet.notices")


def plan_second_channel(notice_id: UUID, code: NoticeCode, *, person_id: UUID, mailed: bool) -> None:
    """Have a notice looked at again in two minutes; now, when no e-mail leaves at all (`mailed` false)."""
    outbox.emit(
        TOPIC,
        key=f"{TOPIC}:{notice_id}",
        person_id=person_id,
        facts={"notice_id": str(notice_id), "code": str(code)},
        due_at=clock.real_now() + (WAIT if mailed else timedelta(0)),
    )


def take(notice_id: UUID, code: NoticeCode, *, person_id: UUID) -> None:
    """Write an SMS unless the e-mail of this notice has left. In the present transaction."""
    if _has_left(notice_id):
        return
    phone = _phone(person_id)
    if not phone:
        NOWHERE.inc()
        log.error("urgent notice: no e-mail left, and no telephone is known", code=code)
        return
    wording = WORDINGS[code]
    post.send(
        post.Message(
            channel=post.Channel.SMS,
            to=phone,
            subject=wording.subject,
            text=f"{wording.text} Connectez-vous à votre espace santé pour le voir, ou appelez le 3422.",
            key=f"notice-sms:{notice_id}",
            person_id=person_id,
        )
    )


def _has_left(notice_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from notices_delivery where key = %s and outcome = %s)",
            [f"notice:{notice_id}", str(outbox.Outcome.SENT)],
        )
        return bool(cursor.fetchone() == (True,))


def _phone(person_id: UUID) -> str:
    account = people.find_account(person_id)
    if account and account.phone:
        return account.phone
    contact = people.find_contact(person_id)
    return contact.phone if contact else ""
