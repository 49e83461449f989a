"""Provisional codes: derived, so that a re-print is the same code; kept only as a second HMAC.

Source: facts/mes.md 1.5 and 1.6 (12 characters, single use, six weeks, for activation or objection).
"""

import hmac
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db import connection

from carnet.enrolment.policies import opens_on
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7

ALPHABET = "CDFGHJKMNPQRTVWXY3479"
"""No vowel (no word by chance), nothing that reads as another: 0 O, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V."""
LENGTH = 12
GROUP = 4

_FIRST_DAY = date(2020, 1, 1)
_ISSUES_A_DAY = 100
_UNBIASED = 256 - 256 % len(ALPHABET)


class CodeState(StrEnum):
    """What became of a code that its holder shows."""

    VALID = "valid"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class CodeCard:
    """One issued code; the code itself is known only to whom it was sent."""

    id: UUID
    person_id: UUID
    issue: int
    expires_on: date
    used_at: datetime | None
    revoked_at: datetime | None

    def state_on(self, day: date) -> CodeState:
        """Return what the code is worth on `day`; it is valid up to and including `expires_on`."""
        if self.used_at:
            return CodeState.USED
        if self.revoked_at:
            return CodeState.REVOKED
        return CodeState.EXPIRED if day > self.expires_on else CodeState.VALID


def derive(person_id: UUID, issue: int) -> str:
    """Return the code of one issue for one person: 12 characters of ALPHABET, each as likely as another."""
    key = crypto.derived_key("provisional-code")
    letters: list[str] = []
    block = 0
    while len(letters) < LENGTH:
        seed = person_id.bytes + issue.to_bytes(8) + block.to_bytes(4)
        stream = hmac.digest(key, seed, "sha256")
        letters += [ALPHABET[byte % len(ALPHABET)] for byte in stream if byte < _UNBIASED]
        block += 1
    return "".join(letters[:LENGTH])


def in_groups(code: str) -> str:
    """Return the code as it is printed: in groups of four, which are read and typed more surely."""
    return " ".join(code[i : i + GROUP] for i in range(0, len(code), GROUP))


def issue_code(person_id: UUID, *, channel: str) -> str:
    """Revoke a person's open codes and issue a new one, valid six weeks; return it, to be sent at once.

    In the transaction of the act, which holds a lock on the person (`queries.lock_space`).
    """
    now, today = clock.now(), clock.today()
    revoke_codes(person_id)
    issue = _next_issue(person_id, today)
    code = derive(person_id, issue)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into enrolment_provisionalcode (id, person_id, issue, code_key, channel, issued_at,"
            " expires_on, used_at, revoked_at) values (%s, %s, %s, %s, %s, %s, %s, null, null)",
            [uuid7(), person_id, issue, code_key(person_id, code), channel, now, opens_on(today)],
        )
    return code


def reprint_code(person_id: UUID, *, channel: str) -> str | None:
    """Return the open code again, for another six weeks and by another channel; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update enrolment_provisionalcode set expires_on = %s, channel = %s"
            " where person_id = %s and used_at is null and revoked_at is null returning issue",
            [opens_on(clock.today()), channel, person_id],
        )
        row = cursor.fetchone()
    return derive(person_id, row[0]) if row else None


def revoke_codes(person_id: UUID) -> None:
    """Make a person's open codes worthless."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update enrolment_provisionalcode set revoked_at = %s"
            " where person_id = %s and used_at is null and revoked_at is null",
            [clock.now(), person_id],
        )


def find_code(person_ids: list[UUID], code: str) -> CodeCard | None:
    """Return the code shown, if it was issued to one of these persons, whatever became of it."""
    keys = [code_key(person_id, code) for person_id in person_ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, person_id, issue, expires_on, used_at, revoked_at from enrolment_provisionalcode"
            " where code_key = any(%s)",
            [keys],
        )
        row = cursor.fetchone()
    return CodeCard(*row) if row else None


def use_code(code_id: UUID) -> bool:
    """Use a code up; False if it was used or revoked meanwhile (another browser was faster)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update enrolment_provisionalcode set used_at = %s"
            " where id = %s and used_at is null and revoked_at is null",
            [clock.now(), code_id],
        )
        return bool(cursor.rowcount)


def code_key(person_id: UUID, code: str) -> bytes:
    """Return what is stored of a code. It is bound to the person: two persons may have the same code."""
    return crypto.index_hash("provisional-code", f"{person_id}:{code}")


def _next_issue(person_id: UUID, today: date) -> int:
    """Return an issue number never used for this person, even if an erasure deleted the earlier rows."""
    floor = (today - _FIRST_DAY).days * _ISSUES_A_DAY
    with connection.cursor() as cursor:
        cursor.execute(
            "select greatest(coalesce(max(issue), 0) + 1, %s) from enrolment_provisionalcode"
            " where person_id = %s",
            [floor, person_id],
        )
        row = cursor.fetchone()
    assert row is not None
    return int(row[0])
