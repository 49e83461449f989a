"""Sessions: a random token in a cookie, its hash in the database, revocable one by one.

Real time rules here (carnet.platform.clock.real_now): moving the field's clock logs nobody out.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7

COOKIE = "carnet_session"
DEVICE_COOKIE = "carnet_device"
IDLE = timedelta(minutes=120)  # facts/mes.md 11: inactivity in the State's app
LONGEST = timedelta(hours=12)
FRESH = timedelta(minutes=10)
_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True)
class Visitor:
    """Who is behind a request. `profile_id`: whose space is looked at (her own unless she switched).

    `caregiver`: she looks at it as the caregiver of that person, not as her representative.
    """

    session_id: UUID
    account_id: UUID
    kind: str
    owner_id: UUID
    roles: frozenset[str]
    method: str
    profile_id: UUID
    proven_at: datetime
    caregiver: bool = False

    @property
    def fresh(self) -> bool:
        """Whether identity was proven within the last ten minutes (asked before what cannot be undone)."""
        return clock.real_now() - self.proven_at < FRESH


def token_key(token: str) -> bytes:
    """Return what is stored of a session's or device's token."""
    return crypto.index_hash("token", token)


def start(*, account_id: UUID, device_id: UUID, method: str) -> str:
    """Open a session after both factors passed; return the cookie's token."""
    token = secrets.token_urlsafe(32)
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_session (id, account_id, device_id, token_key, method, profile_id,"
            " created_at, last_seen_at, proven_at) values (%s, %s, %s, %s, %s, null, %s, %s, %s)",
            [uuid7(), account_id, device_id, token_key(token), method, now, now, now],
        )
    return token


def find(token: str) -> Visitor | None:
    """Return the visitor of a live session, or None; one statement, and one more each minute."""
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "select s.id, a.id, a.kind, a.owner_id, a.roles, s.method, s.profile_id, s.proven_at,"
            " s.last_seen_at, s.caregiver from people_session s join people_account a on a.id = s.account_id"
            " where s.token_key = %s and s.last_seen_at > %s and s.created_at > %s",
            [token_key(token), now - IDLE, now - LONGEST],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        if now - row[8] > _TOUCH:
            cursor.execute("update people_session set last_seen_at = %s where id = %s", [now, row[0]])
    return Visitor(
        session_id=row[0],
        account_id=row[1],
        kind=row[2],
        owner_id=row[3],
        roles=frozenset(row[4].split()),
        method=row[5],
        profile_id=row[6] or row[3],
        proven_at=row[7],
        caregiver=row[9],
    )


def prove_again(session_id: UUID) -> None:
    """Note that the visitor has just proven her identity again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_session set proven_at = %s where id = %s", [clock.real_now(), session_id]
        )


def choose_profile(session_id: UUID, person_id: UUID, *, caregiver: bool = False) -> None:
    """Show another space from now on. Whether she may is the door's decision, at each access."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_session set profile_id = %s, caregiver = %s where id = %s",
            [person_id, caregiver, session_id],
        )


def leave_profile(owner_id: UUID, person_id: UUID) -> None:
    """Show her own space again to a person who was looking at `person_id` in any of her sessions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_session set profile_id = null, caregiver = false where profile_id = %s"
            " and account_id in (select id from people_account where owner_id = %s)",
            [person_id, owner_id],
        )


def end(session_id: UUID) -> None:
    """End one session."""
    with connection.cursor() as cursor:
        cursor.execute("delete from people_session where id = %s", [session_id])


def end_all(account_id: UUID, *, but: UUID | None = None) -> int:
    """End an account's sessions, one excepted; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from people_session where account_id = %s and id is distinct from %s", [account_id, but]
        )
        return int(cursor.rowcount)
