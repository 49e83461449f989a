"""Where the guard keeps an account, and how it comes out of it: by stepping up, or by a review."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from carnet.access.guard.policies import Verdict
from carnet.platform import clock

BY_HAND: Final = "by_hand"
"""The reason of who was frozen by a reviewer, and not by the counts."""

_COLUMNS: Final = "professional_id, state, reason, since, proven_at, reviewed_at, reviewer_id"


@dataclass(frozen=True, slots=True)
class GuardCard:
    """Where an account stands. `reason`: the signal that gave it; `reviewed_at`: when it was released."""

    professional_id: UUID
    state: str
    reason: str
    since: datetime
    proven_at: datetime | None
    reviewed_at: datetime | None
    reviewer_id: UUID | None


def find_guard_state(professional_id: UUID) -> GuardCard | None:
    """Return where the guard keeps an account; None while it is only watched."""
    found = _cards(
        f"select {_COLUMNS} from access_guardstate where professional_id = %(id)s and state <> 'released'",  # noqa: S608
        {"id": professional_id},
    )
    return found[0] if found else None


def list_frozen(*, limit: int = 100) -> list[GuardCard]:
    """Return the frozen accounts, the latest first."""
    return _cards(
        f"select {_COLUMNS} from access_guardstate where state = 'frozen'"  # noqa: S608
        " order by since desc, professional_id limit %(limit)s",
        {"limit": limit},
    )


def count_frozen() -> int:
    """Count the frozen accounts."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from access_guardstate where state = 'frozen'")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def prove(professional_id: UUID, *, proven_at: datetime) -> bool:
    """Note that an account has stepped up. `proven_at`: real time of the proof; False if it is too old.

    The proof must be later than the question. The question is kept in the field's time: what has passed since
    then is the same in both, or longer where the sandbox's clock was moved.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update access_guardstate set proven_at = %(now)s where professional_id = %(id)s"
            " and state = 'step_up' and proven_at is null"
            " and %(proven)s::timestamptz > %(real)s::timestamptz - (%(now)s::timestamptz - since)",
            {"id": professional_id, "now": clock.now(), "real": clock.real_now(), "proven": proven_at},
        )
        return bool(cursor.rowcount)


def freeze(professional_id: UUID, *, reviewer_id: UUID) -> bool:
    """Freeze an account by hand (an emergency access that was not justified); False if it already is."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into access_guardstate as g (professional_id, state, reason, since, reviewer_id) values"
            " (%(id)s, %(state)s, %(reason)s, %(now)s, %(reviewer)s) on conflict (professional_id) do update"
            " set state = excluded.state, reason = excluded.reason, since = excluded.since, proven_at = null,"
            " reviewer_id = excluded.reviewer_id where g.state <> 'frozen'",
            {"id": professional_id, "state": str(Verdict.FREEZE), "reason": BY_HAND, "now": clock.now(),
             "reviewer": reviewer_id},
        )  # fmt: skip
        return bool(cursor.rowcount)


def release(professional_id: UUID, *, reviewer_id: UUID) -> bool:
    """Release a frozen account: counting begins again from now. False when somebody already has."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update access_guardstate set state = 'released', reviewed_at = %(now)s,"
            " reviewer_id = %(reviewer)s, since = %(now)s, proven_at = null"
            " where professional_id = %(id)s and state = 'frozen'",
            {"id": professional_id, "now": clock.now(), "reviewer": reviewer_id},
        )
        return bool(cursor.rowcount)


def _cards(query: str, values: dict[str, Any]) -> list[GuardCard]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [GuardCard(*row) for row in cursor.fetchall()]
