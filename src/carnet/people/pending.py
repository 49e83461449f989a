"""Steps under way that belong to no session: a token, its hash in the database, a sealed state, an end.

Real time. The token stands in a cookie or in the link of an e-mail.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7


@dataclass(frozen=True)
class Step:
    """A step under way. `owner_id`: the person or agent it is about, for erasure."""

    id: UUID
    purpose: str
    owner_id: UUID | None
    facts: dict[str, Any]
    expires_at: datetime


def begin(
    purpose: str, *, owner_id: UUID | None, facts: dict[str, Any], lifetime: timedelta, token: str = ""
) -> str:
    """Keep a step and return its token, a random one unless given (the same token replaces its step)."""
    token = token or secrets.token_urlsafe(32)
    expires_at = clock.real_now() + lifetime
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_pending (id, token_key, purpose, owner_id, sealed, expires_at)"
            " values (%s, %s, %s, %s, %s, %s) on conflict (token_key) do update set"
            " owner_id = excluded.owner_id, sealed = excluded.sealed, expires_at = excluded.expires_at",
            [uuid7(), _key(purpose, token), purpose, owner_id, _sealed(purpose, facts), expires_at],
        )
    return token


def find(purpose: str, token: str) -> Step | None:
    """Return the step of a token, or None if there is none or its time has passed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, owner_id, sealed, expires_at from people_pending"
            " where token_key = %s and expires_at > %s",
            [_key(purpose, token), clock.real_now()],
        )
        row = cursor.fetchone()
    return _step(purpose, row) if row else None


def take(purpose: str, token: str) -> Step | None:
    """Return the step of a token and end it, in the present transaction: two browsers cannot both have it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from people_pending where token_key = %s and expires_at > %s"
            " returning id, owner_id, sealed, expires_at",
            [_key(purpose, token), clock.real_now()],
        )
        row = cursor.fetchone()
    return _step(purpose, row) if row else None


def note(step: Step, facts: dict[str, Any]) -> None:
    """Replace the facts of a step."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update people_pending set sealed = %s where id = %s", [_sealed(step.purpose, facts), step.id]
        )


def take_step(step: Step) -> bool:
    """End a step; return whether it was still there (another browser may have ended it)."""
    with connection.cursor() as cursor:
        cursor.execute("delete from people_pending where id = %s", [step.id])
        return bool(cursor.rowcount == 1)


def end_all(owner_id: UUID, *, but: str = "") -> None:
    """End every step of a person or agent, those of one purpose excepted."""
    with connection.cursor() as cursor:
        cursor.execute("delete from people_pending where owner_id = %s and purpose <> %s", [owner_id, but])


def list_later(step: Step) -> list[Step]:
    """Return the steps of the same purpose and owner that were begun after this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, owner_id, sealed, expires_at from people_pending"
            " where owner_id = %s and purpose = %s and id > %s order by id",
            [step.owner_id, step.purpose, step.id],
        )
        return [_step(step.purpose, row) for row in cursor.fetchall()]


def _step(purpose: str, row: tuple[Any, ...]) -> Step:
    facts = orjson.loads(crypto.open_system("pending:" + purpose, bytes(row[2])))
    return Step(row[0], purpose, row[1], facts, row[3])


def _sealed(purpose: str, facts: dict[str, Any]) -> bytes:
    return crypto.seal_system("pending:" + purpose, orjson.dumps(facts))


def _key(purpose: str, token: str) -> bytes:
    return crypto.index_hash("pending", f"{purpose}\0{token}")
