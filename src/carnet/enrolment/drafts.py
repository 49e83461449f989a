"""An activation or an objection under way, between its screens: it survives a reload and the back button.

The browser holds a random token; the row is sealed under a key that needs both the service's keys and that
token, so what was typed (a password among it) cannot be read from the database alone. One hour, real time.
"""

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7

LIFETIME = timedelta(hours=1)


class DraftMissing(LookupError):  # noqa: N818 - said to the person
    """No such draft, or its hour is over: begin again."""

    message_fr = "Votre saisie a expiré ou a été terminée. Recommencez depuis le début."


class DraftStale(Exception):  # noqa: N818 - said to the person
    """The draft was saved from another window since this page was shown."""

    message_fr = (
        "Cette page a été enregistrée depuis une autre fenêtre ou un autre onglet."
        " Voici ce qui est enregistré : vérifiez, puis continuez."
    )


@dataclass(frozen=True)
class Draft:
    """What was said so far. `kind`: activate, object, proof. `code_id`: None who came by FranceConnect."""

    id: UUID
    person_id: UUID
    holder_id: UUID
    code_id: UUID | None
    kind: str
    version: int = 1
    email: str = ""
    phone: str = ""
    email_confirmed: bool = False
    phone_confirmed: bool = False
    login: str = ""
    password: str = ""

    @property
    def for_child(self) -> bool:
        return self.person_id != self.holder_id

    @property
    def contacts_confirmed(self) -> bool:
        """Whether there is a contact, and every one given was confirmed."""
        email = self.email_confirmed or not self.email
        phone = self.phone_confirmed or not self.phone
        return bool(self.email or self.phone) and email and phone

    @property
    def has_credentials(self) -> bool:
        return bool(self.login and self.password)


def create_draft(*, person_id: UUID, holder_id: UUID, code_id: UUID | None, kind: str) -> str:
    """Keep a new draft and return the browser's token."""
    token = secrets.token_urlsafe(32)
    draft = Draft(uuid7(), person_id, holder_id, code_id, kind)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into enrolment_draft (id, token_key, person_id, sealed, expires_at)"
            " values (%s, %s, %s, %s, %s)",
            [draft.id, _token_key(token), person_id, _seal(token, draft), clock.real_now() + LIFETIME],
        )
    return token


def find_draft(token: str, kind: str) -> Draft | None:
    """Return the live draft of a token, of that kind, or None."""
    return _read(token, kind, "")


def get_draft(token: str, kind: str) -> Draft:
    """Return the live draft of a token, of that kind; raises DraftMissing."""
    draft = find_draft(token, kind)
    if draft is None:
        raise DraftMissing
    return draft


def change_draft(token: str, kind: str, *, version: int, **said: Any) -> Draft:
    """Keep what was said on a page that showed `version`; raises DraftStale, DraftMissing."""
    with transaction.atomic():
        draft = lock_draft(token, kind, version=version)
        changed = replace(draft, version=draft.version + 1, **said)
        _write(token, changed)
    return changed


def lock_draft(token: str, kind: str, *, version: int) -> Draft:
    """Return a draft, kept for this transaction; raises DraftStale, DraftMissing."""
    draft = _read(token, kind, " for update")
    if draft is None:
        raise DraftMissing
    if draft.version != version:
        raise DraftStale
    return draft


def turn_draft(token: str, draft: Draft, kind: str) -> None:
    """Make another kind of a draft and forget what was typed (an objection becomes its proof)."""
    _write(token, Draft(draft.id, draft.person_id, draft.holder_id, draft.code_id, kind))


def drop_draft(draft_id: UUID) -> None:
    """Forget a draft."""
    with connection.cursor() as cursor:
        cursor.execute("delete from enrolment_draft where id = %s", [draft_id])


def forget_expired() -> int:
    """Delete the drafts whose hour is over; return how many."""
    with connection.cursor() as cursor:
        cursor.execute("delete from enrolment_draft where expires_at <= %s", [clock.real_now()])
        return int(cursor.rowcount)


def _read(token: str, kind: str, suffix: str) -> Draft | None:
    query = f"select sealed from enrolment_draft where token_key = %s and expires_at > %s{suffix}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [_token_key(token), clock.real_now()])
        row = cursor.fetchone()
    if row is None:
        return None
    facts = orjson.loads(crypto.open_system(_purpose(token), bytes(row[0])))
    names = ("id", "person_id", "holder_id", "code_id")
    ids = {name: UUID(facts[name]) for name in names if facts[name]}
    draft = Draft(**(facts | ids))
    return draft if draft.kind == kind else None


def _write(token: str, draft: Draft) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update enrolment_draft set sealed = %s, expires_at = %s where id = %s",
            [_seal(token, draft), clock.real_now() + LIFETIME, draft.id],
        )


def _seal(token: str, draft: Draft) -> bytes:
    return crypto.seal_system(_purpose(token), orjson.dumps(asdict(draft)))


def _purpose(token: str) -> str:
    return f"draft:{token}"


def _token_key(token: str) -> bytes:
    return crypto.index_hash("draft-token", token)
