"""The sandbox's mailbox: every e-mail, letter and SMS lands in a table instead of leaving."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.platform import clock
from carnet.platform.ids import uuid7
from carnet.platform.post import Message

_COLUMNS = 'id, at, channel, "to", subject, person_id, pdf is not null'


@dataclass(frozen=True)
class Mail:
    """A line of the mailbox; `text` and `pdf` only when the message is opened."""

    id: UUID
    at: datetime
    channel: str
    to: str
    subject: str
    person_id: UUID | None
    has_pdf: bool
    text: str = ""
    pdf: bytes | None = None


class MailboxAdapter:
    """The adapter of `carnet.platform.post` where nobody is real: exactly once, in the same database."""

    transactional = True

    def deliver(self, message: Message) -> None:
        """Put one message into the mailbox; the same key twice is one message."""
        with connection.cursor() as cursor:
            cursor.execute(
                'insert into sandbox_mail (id, at, channel, "to", subject, text, pdf, person_id, key,'
                " reader_id) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (key) do nothing",
                [uuid7(), clock.now(), message.channel, message.to, message.subject, message.text,
                 message.pdf, message.person_id, message.key, message.reader_id],
            )  # fmt: skip


def list_mail(
    *,
    search: str = "",
    to: str = "",
    person_id: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[Mail]:
    """Return the latest messages first. `search`: words of the address, the subject or the text."""
    conditions, values = ["true"], list[Any]()
    for word in search.split():
        conditions.append('("to" || chr(10) || subject || chr(10) || text) ilike %s')
        values.append(f"%{_literal(word)}%")
    if to:
        conditions.append('"to" = %s')
        values.append(to)
    if person_id:
        conditions.append("person_id = %s")
        values.append(person_id)
    if before:
        conditions.append("id < %s")
        values.append(before)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from sandbox_mail"  # noqa: S608 - our own columns and conditions
            f" where {' and '.join(conditions)} order by id desc limit %s",
            [*values, limit],
        )
        return [Mail(*row) for row in cursor.fetchall()]


def find_mail(mail_id: UUID) -> Mail | None:
    """Return a whole message."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS}, text, pdf from sandbox_mail where id = %s",  # noqa: S608 - our own columns
            [mail_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    *line, text, pdf = row
    return replace(Mail(*line), text=text, pdf=None if pdf is None else bytes(pdf))


def list_addresses(limit: int = 100) -> Sequence[tuple[str, int]]:
    """Return who has mail, with how many messages, the latest served first."""
    with connection.cursor() as cursor:
        cursor.execute(
            'select "to", count(*) from sandbox_mail group by "to" order by max(at) desc, "to" limit %s',
            [limit],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _literal(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
