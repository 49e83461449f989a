"""Ways in that serve once: the code that a person shows, and the launch that a software asks for.

Only the keyed hash of a token is kept. Their time is the machine's, as for every one-time code. Each is spent
in the transaction of what it opens: a process that dies in between has spent nothing.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from carnet.platform import clock, crypto

CODE_LASTS: Final = timedelta(minutes=5)
LAUNCH_LASTS: Final = timedelta(minutes=2)
CODE_LENGTH: Final = 12
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are read as others (Crockford's base 32): 60 bits in twelve characters."""

_LONGEST_TYPED: Final = 500
_IN_ADDRESS: Final = re.compile(r"[?&]code=([^&#\s]*)")
_BETWEEN: Final = re.compile(r"[\s\u00a0\u202f.\-–_]+")
_READ_AS: Final = str.maketrans("OIL", "011")
_LOCK: Final = 0x434F_4445  # advisory lock, with a number of the person
_CLAIM: Final = (
    "update access_pass set used_at = %(now)s where key = %(key)s and kind = %(kind)s and used_at is null"
    " and expires_at > %(now)s"
)


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code as its person sees it, once: nobody can read it again. `until`: of the machine's time."""

    code: str
    until: datetime

    @property
    def text(self) -> str:
        """The code in groups of four, as it is read aloud."""
        return "-".join(self.code[i : i + 4] for i in range(0, CODE_LENGTH, 4))


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch that was spent. `person_id`: NOBODY when the software named nobody who can be entered."""

    person_id: UUID
    client_id: UUID
    consented: bool


def read_code(typed: str) -> str:
    """Return the code in what was typed, pasted or scanned, "" when there is none. Pure.

    Dashes, blanks and small letters do not count, nor O for 0, I or L for 1; a scanner gives the address.
    """
    if len(typed) > _LONGEST_TYPED:
        return ""
    found = _IN_ADDRESS.search(typed)
    code = _BETWEEN.sub("", found[1] if found else typed).upper().translate(_READ_AS)
    return code if len(code) == CODE_LENGTH and set(code) <= set(_ALPHABET) else ""


def show_code(person_id: UUID) -> ShownCode:
    """Make the code that a person shows to a professional; her older one opens nothing any more.

    In a door of hers, opened to manage with CODE_SHOWN.
    """
    shown = ShownCode(
        "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH)), clock.real_now() + CODE_LASTS
    )
    values: dict[str, Any] = {
        "lock": _LOCK,
        "person": person_id,
        "key": _key(shown.code),
        "until": shown.until,
    }
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%(lock)s, hashtext(%(person)s::text))", values)
        cursor.execute("delete from access_pass where kind = 'qr' and person_id = %(person)s", values)
        cursor.execute(
            "insert into access_pass (key, kind, person_id, structure, consented, expires_at)"
            " values (%(key)s, 'qr', %(person)s, '', true, %(until)s)",
            values,
        )
    return shown


def spend_code(code: str) -> UUID | None:
    """Spend a code in the present transaction; return whose it is, or None. One of two callers gets her."""
    row = _one(f"{_CLAIM} returning person_id", {"key": _key(code), "kind": "qr"})
    return row[0] if row else None


def keep_launch(
    person_id: UUID, *, professional_id: UUID, structure: str, client_id: UUID, consented: bool
) -> str:
    """Keep a launch for one professional acting in one structure; return its token, for an address."""
    token = secrets.token_urlsafe(32)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_pass (key, kind, person_id, professional_id, structure, client_id, consented,"
            " expires_at) values (%s, 'launch', %s, %s, %s, %s, %s, %s)",
            [_key(token), person_id, professional_id, structure, client_id, consented,
             clock.real_now() + LAUNCH_LASTS],
        )  # fmt: skip
    return token


def find_launch_structure(token: str, *, professional_id: UUID) -> str:
    """Return where a launch that still opens is for, "" when it is none of this professional's."""
    row = _one(
        "select structure from access_pass where key = %(key)s and kind = 'launch' and used_at is null"
        " and professional_id = %(professional)s and expires_at > %(now)s",
        {"key": _key(token), "professional": professional_id},
    )
    return str(row[0]) if row else ""


def spend_launch(token: str, *, professional_id: UUID, structure: str) -> Launch | None:
    """Spend a launch in the present transaction; None unless it is this professional's, in this structure."""
    row = _one(
        f"{_CLAIM} and professional_id = %(professional)s and structure = %(structure)s"
        " returning person_id, client_id, consented",
        {"key": _key(token), "kind": "launch", "professional": professional_id, "structure": structure},
    )
    return Launch(*row) if row else None


def forget_ended() -> int:
    """Delete the codes and launches that open nothing any more; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from access_pass where expires_at < %s", [clock.real_now()])
        return int(cursor.rowcount)


def _one(query: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(query, {"now": clock.real_now(), **values})
        row = cursor.fetchone()
    return tuple(row) if row else None


def _key(token: str) -> bytes:
    return crypto.index_hash("token", token)
