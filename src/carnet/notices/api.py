"""The door of notices: what people are told, in their space and by e-mail.

A notice is a code and a reference. Neither it nor the e-mail says anything of health: what there is to
read is read in the space, after logging in.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection

from carnet.notices.wordings import WORDINGS, NoticeCode, Wording
from carnet.people import api as people
from carnet.platform import clock, post
from carnet.platform.ids import uuid7

__all__ = ["NoticeCard", "NoticeCode", "count_unread", "list_notices", "mark_all_read", "mark_read", "tell"]

_COLUMNS = "id, about_id, code, reference, at, read_at is not null"


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """One notice. `about_id`: whose space it speaks of; `reference`: what it points at, in that space."""

    id: UUID
    about_id: UUID
    code: NoticeCode
    reference: UUID | None
    at: datetime
    read: bool

    @property
    def title(self) -> str:
        """The words of the notice."""
        return WORDINGS[self.code].title


def tell(person_id: UUID, *, about_id: UUID, code: NoticeCode, reference: UUID | None = None) -> UUID | None:
    """Tell a person: a notice in her centre, and an e-mail if her account has an address.

    Returns the notice's id, None for a person without account, who has no centre to read it in.
    Call it in the transaction of what is told.
    """
    account = people.find_account(person_id)
    if account is None:
        return None
    notice_id = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into notices_notice (id, person_id, about_id, code, reference, at, read_at)"
            " values (%s, %s, %s, %s, %s, %s, null)",
            [notice_id, person_id, about_id, code, reference, clock.now()],
        )
    if account.email:
        post.send(_email(account.email, WORDINGS[code], notice_id, person_id))
    return notice_id


def list_notices(
    person_id: UUID, *, about_id: UUID, unread_only: bool = False, limit: int = 20
) -> list[NoticeCard]:
    """Return what a person was told about one space, latest first."""
    unread = "and read_at is null" if unread_only else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from notices_notice where person_id = %s and about_id = %s {unread}"  # noqa: S608
            " order by id desc limit %s",
            [person_id, about_id, limit],
        )
        return [NoticeCard(row[0], row[1], NoticeCode(row[2]), *row[3:]) for row in cursor.fetchall()]


def count_unread(person_id: UUID, *, about_id: UUID) -> int:
    """Return how many notices about one space a person has not read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from notices_notice where person_id = %s and about_id = %s and read_at is null",
            [person_id, about_id],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def mark_read(person_id: UUID, *, about_id: UUID, reference: UUID) -> None:
    """Note that a person has seen what her notices pointed at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update notices_notice set read_at = %s"
            " where person_id = %s and about_id = %s and reference = %s and read_at is null",
            [clock.now(), person_id, about_id, reference],
        )


def mark_all_read(person_id: UUID, *, about_id: UUID) -> None:
    """Note that a person has read every notice about one space."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update notices_notice set read_at = %s"
            " where person_id = %s and about_id = %s and read_at is null",
            [clock.now(), person_id, about_id],
        )


def _email(to: str, wording: Wording, notice_id: UUID, person_id: UUID) -> post.Message:
    text = (
        f"Bonjour,\n\n{wording.text}\n\n"
        f"Pour le voir, connectez-vous : {settings.CARNET_BASE_URL}\n\n"
        "Par sécurité, ce message ne contient aucune information de santé.\n"
        "Besoin d’aide ? Appelez le 3422 (service gratuit + prix d’un appel).\n"
    )
    return post.Message(
        channel=post.Channel.EMAIL,
        to=to,
        subject=wording.subject,
        text=text,
        key=f"notice:{notice_id}",
        person_id=person_id,
    )
