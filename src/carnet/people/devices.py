"""Browsers that have logged in once: known by a long-lived cookie, named for their owner.

One cookie serves every account of a browser: what is kept is its hash together with the account.
Knowing the device replaces no proof; it only spares an e-mail, and counts her attempts apart from others'.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from carnet.journal.api import EventType, Purpose, write
from carnet.people import sessions
from carnet.people.accounts import AccountCard
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7

_BROWSERS = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True)
class SessionCard:
    """A live session as its owner sees it: which device, since when."""

    id: UUID
    device_id: UUID
    label: str
    method: str
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class DeviceCard:
    """A browser that has logged in. `live`: it has a session now."""

    id: UUID
    label: str
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True)
class Recognised:
    """A browser at a login: its row, the cookie to set, and whether it was seen for the first time."""

    id: UUID
    token: str
    label: str
    new: bool
    first_of_account: bool


def label_of(user_agent: str) -> str:
    """Return a plain name for a browser: "Firefox sur Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "Navigateur inconnu")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return re.sub(r"\s+", " ", f"{browser} sur {system}" if system else browser)


def is_known(account_id: UUID, token: str) -> bool:
    """Say whether this browser has logged in to this account before."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from people_device where token_key = %s", [_key(account_id, token)])
        return cursor.fetchone() is not None


def recognise(account_id: UUID, *, token: str, user_agent: str) -> Recognised:
    """Note that a browser logs in to an account; a browser without a cookie gets one."""
    token = token or secrets.token_urlsafe(32)
    now, label = clock.real_now(), label_of(user_agent)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from people_device where account_id = %s", [account_id])
        row = cursor.fetchone()
        fresh_id = uuid7()
        cursor.execute(
            "insert into people_device (id, account_id, token_key, label, first_seen_at, last_seen_at)"
            " values (%s, %s, %s, %s, %s, %s) on conflict (token_key) do update set"
            " label = excluded.label, last_seen_at = excluded.last_seen_at returning id",
            [fresh_id, account_id, _key(account_id, token), label, now, now],
        )
        found = cursor.fetchone()
    assert row is not None
    assert found is not None
    return Recognised(found[0], token, label, found[0] == fresh_id, row[0] == 0)


def list_sessions(account_id: UUID) -> list[SessionCard]:
    """Return the live sessions of an account, latest first."""
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "select s.id, d.id, d.label, s.method, s.created_at, s.last_seen_at"
            " from people_session s join people_device d on d.id = s.device_id"
            " where s.account_id = %s and s.last_seen_at > %s and s.created_at > %s"
            " order by s.last_seen_at desc",
            [account_id, now - sessions.IDLE, now - sessions.LONGEST],
        )
        return [SessionCard(*row) for row in cursor.fetchall()]


def list_devices(account_id: UUID) -> list[DeviceCard]:
    """Return the browsers that have logged in to an account, latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, label, first_seen_at, last_seen_at from people_device where account_id = %s"
            " order by last_seen_at desc",
            [account_id],
        )
        return [DeviceCard(*row) for row in cursor.fetchall()]


def revoke_session(card: AccountCard, session_id: UUID) -> bool:
    """End one session of an account and say so in the journal; return whether it was this account's."""
    return _revoke(card, "id = %s", [session_id], reason="session") == 1


def revoke_others(card: AccountCard, *, but: UUID) -> int:
    """End every session of an account but one; return how many."""
    return _revoke(card, "id <> %s", [but], reason="others")


def revoke_device(card: AccountCard, device_id: UUID) -> bool:
    """Forget a browser and end its sessions; return whether it was this account's."""
    with transaction.atomic(), connection.cursor() as cursor:
        _revoke(card, "device_id = %s", [device_id], reason="device")
        cursor.execute("delete from people_device where account_id = %s and id = %s", [card.id, device_id])
        return bool(cursor.rowcount == 1)


def _revoke(card: AccountCard, condition: str, values: list[UUID], *, reason: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"delete from people_session s using people_device d where d.id = s.device_id"  # noqa: S608
            f" and s.account_id = %s and s.{condition} returning d.label",
            [card.id, *values],
        )
        labels = [row[0] for row in cursor.fetchall()]
        if labels:
            write(EventType.SESSION_REVOKED, person_id=card.owner_id, by=card.actor, purpose=Purpose.MANAGE,
                  reason=reason, personal={"devices": labels})  # fmt: skip
    return len(labels)


def _key(account_id: UUID, token: str) -> bytes:
    return crypto.index_hash("device", f"{account_id}\0{token}")
