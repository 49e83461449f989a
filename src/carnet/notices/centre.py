"""The centre: what a person was told, read, marked and cleared. Each statement names her."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from carnet.notices.wordings import WORDINGS, NoticeCode
from carnet.platform import clock
from carnet.platform.outbox import Outcome

_CARDS = (
    "select n.id, n.about_id, n.code, n.reference, n.at, n.read_at is not null, n.in_digest,"
    " n.mail_id is not null, d.outcome, d.at from notices_notice n"
    " left join notices_delivery d on d.key = 'notice:' || n.mail_id::text where n.person_id = %(person)s"
)


class NoticeUnknownError(LookupError):
    """No such notice in this person's centre."""


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """One notice. `about_id`: whose space it speaks of; `reference`: what it points at, in that space.

    `waits`: it will be in the next e-mail that gathers several. `mailed`: an e-mail was written about it;
    `outcome` and `settled_at` tell how it left, None while it has not.
    """

    id: UUID
    about_id: UUID
    code: NoticeCode
    reference: UUID | None
    at: datetime
    read: bool
    waits: bool = False
    mailed: bool = False
    outcome: Outcome | None = None
    settled_at: datetime | None = None

    @property
    def title(self) -> str:
        """The words of the notice."""
        return WORDINGS[self.code].title


@dataclass(frozen=True, slots=True)
class Unread:
    """What is not read: the latest about one space, how many there are, and how many about other spaces."""

    latest: list[NoticeCard]
    count: int
    elsewhere: int


# -- reads


def list_notices(
    person_id: UUID, *, about_id: UUID, unread_only: bool = False, limit: int = 20
) -> list[NoticeCard]:
    """Return what a person was told about one space, latest first."""
    return list_page(person_id, about_ids=[about_id], unread_only=unread_only, limit=limit)


def list_page(
    person_id: UUID,
    *,
    about_ids: Sequence[UUID],
    unread_only: bool = False,
    before: UUID | None = None,
    limit: int = 20,
) -> list[NoticeCard]:
    """Return what a person was told about some spaces, latest first. `before`: the last of the page above."""
    unread = "and n.read_at is null" if unread_only else ""
    keyset = "and n.id < %(before)s" if before else ""
    return _fetch(
        f"{_CARDS} and n.about_id = any(%(about)s) {unread} {keyset} order by n.id desc limit %(limit)s",
        {"person": person_id, "about": list(about_ids), "before": before, "limit": limit},
    )


def get_notice(person_id: UUID, notice_id: UUID) -> NoticeCard:
    """Return one notice of a person; raises NoticeUnknownError, also for another's."""
    found = _fetch(f"{_CARDS} and n.id = %(id)s", {"person": person_id, "id": notice_id})
    if not found:
        raise NoticeUnknownError(str(notice_id))
    return found[0]


def list_unread(
    person_id: UUID, *, about_id: UUID, limit: int, hidden: Sequence[UUID] = (), others: Sequence[UUID] = ()
) -> Unread:
    """Return what a person has not read about one space, and how much about `others`: one statement.

    Notices of what is `hidden` from her in that space are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select e.count, u.* from (select count(*) from notices_notice where person_id = %(person)s"  # noqa: S608 - own conditions
            " and about_id = any(%(others)s) and read_at is null) e left join"
            f" (select count(*) over (), c.* from ({_CARDS} and n.about_id = %(about)s and n.read_at is null"
            " and (n.reference is null or n.reference <> all(%(hidden)s::uuid[]))) c"
            " order by 2 desc limit %(limit)s) u on true",
            {"person": person_id, "about": about_id, "others": list(others), "hidden": list(hidden),
             "limit": limit},
        )  # fmt: skip
        rows = cursor.fetchall()
    elsewhere, count = rows[0][:2]
    return Unread([_card(row[2:]) for row in rows] if count else [], count or 0, elsewhere)


def count_unread(person_id: UUID, *, about_id: UUID) -> int:
    """Return how many notices about one space a person has not read."""
    return list_unread(person_id, about_id=about_id, limit=1).count


# -- writes


def mark_read(person_id: UUID, *, about_id: UUID, reference: UUID) -> None:
    """Note that a person has seen what her notices pointed at."""
    _mark_read(
        "about_id = %(about)s and reference = %(reference)s", person_id, about=about_id, reference=reference
    )


def mark_one_read(person_id: UUID, *, notice_id: UUID) -> None:
    """Note that a person has read one notice; nothing for one that is not hers."""
    _mark_read("id = %(id)s", person_id, id=notice_id)


def mark_all_read(person_id: UUID, *, about_ids: Sequence[UUID]) -> None:
    """Note that a person has read every notice about these spaces."""
    _mark_read("about_id = any(%(about)s)", person_id, about=list(about_ids))


def clear(person_id: UUID, *, notice_id: UUID) -> None:
    """Delete one notice of a person, and nothing that it pointed at; no effect on another's."""
    _change("delete from notices_notice where person_id = %(person)s and id = %(id)s",
            {"person": person_id, "id": notice_id})  # fmt: skip


def clear_read(person_id: UUID, *, about_ids: Sequence[UUID]) -> int:
    """Delete the notices about these spaces that a person has read; return how many."""
    return _change(
        "delete from notices_notice"
        " where person_id = %(person)s and about_id = any(%(about)s) and read_at is not null",
        {"person": person_id, "about": list(about_ids)},
    )


def _mark_read(condition: str, person_id: UUID, **values: Any) -> None:
    _change(
        "update notices_notice set read_at = %(now)s, in_digest = false"  # noqa: S608 - own conditions
        f" where person_id = %(person)s and {condition} and read_at is null",
        {"person": person_id, "now": clock.now(), **values},
    )


def _change(query: str, values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return int(cursor.rowcount)


def _fetch(query: str, values: dict[str, Any]) -> list[NoticeCard]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [_card(row) for row in cursor.fetchall()]


def _card(row: tuple[Any, ...]) -> NoticeCard:
    notice, about, code, reference, at, read, waits, mailed, outcome, settled_at = row
    return NoticeCard(
        id=notice,
        about_id=about,
        code=NoticeCode(code),
        reference=reference,
        at=at,
        read=read,
        waits=waits,
        mailed=mailed,
        outcome=Outcome(outcome) if outcome else None,
        settled_at=settled_at,
    )
