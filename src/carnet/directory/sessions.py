"""Sessions of professionals: as those of people, a random token in a cookie, its hash in the database.

A cookie of its own: who is also a patient keeps the two apart. Real time rules, as for every session.
"""

import secrets
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from carnet.directory.professionals import (
    PLACE_COLUMNS,
    PROFESSIONAL_COLUMNS,
    PlaceCard,
    ProfessionalCard,
    actor_of,
)
from carnet.journal.api import Actor
from carnet.platform import clock, crypto
from carnet.platform.ids import uuid7

COOKIE: Final = "carnet_pro"
IDLE: Final = timedelta(minutes=60)
LONGEST: Final = timedelta(hours=12)
FRESH: Final = timedelta(minutes=10)
_TOUCH: Final = timedelta(minutes=1)
TRAINING: Final = "training"
"""How the actor of a session in training mode came: the journal marks her acts by it, and the door lets her
into the record of invented persons only."""
_SEAL: Final = "psc-id-token"
_FIND: Final = (
    "select s.id, s.authentication, s.training, s.secret, s.proven_at, s.last_seen_at, s.software,"  # noqa: S608
    f" {PROFESSIONAL_COLUMNS}, {PLACE_COLUMNS} from directory_professionalsession s"
    " join directory_professional p on p.id = s.professional_id"
    " left join directory_place l on l.id = s.place_id"
    " left join directory_structure t on t.finess = l.structure_id"
    " where s.token_key = %(key)s and s.last_seen_at > %(idle)s and s.created_at > %(longest)s and p.active"
)
_PROFESSIONAL_AT: Final = 7
_PLACE_AT: Final = _PROFESSIONAL_AT + len(fields(ProfessionalCard))


@dataclass(frozen=True)
class ProVisitor:
    """The professional behind a request. `place`: where she acts, None until she has chosen.

    `software`: the client by which she opened a patient's page, the last one, if she did.
    """

    session_id: UUID
    professional: ProfessionalCard
    place: PlaceCard | None
    authentication: str
    training: bool
    secret: bool
    proven_at: datetime
    software: UUID | None = None

    @property
    def actor(self) -> Actor:
        """Who acts; only once a place is chosen."""
        if self.place is None:
            raise LookupError("no place is chosen")
        return actor_of(
            self.professional, self.place, authentication=self._came, software=self.software,
            secret=self.secret,
        )  # fmt: skip

    @property
    def _came(self) -> str:
        """How she came, as the journal keeps it."""
        if self.training:
            return TRAINING
        launched = self.software is not None and self.authentication == "psc"
        return "psc_launch" if launched else self.authentication

    @property
    def fresh(self) -> bool:
        """Whether identity was proven within the last ten minutes."""
        return clock.real_now() - self.proven_at < FRESH


def start(
    *,
    professional_id: UUID,
    place_id: UUID | None = None,
    authentication: str = "psc",
    level: str = "",
    id_token: str = "",
) -> str:
    """Open a session of who has proven who she is; return the cookie's token."""
    token, now = secrets.token_urlsafe(32), clock.real_now()
    sealed = crypto.seal_system(_SEAL, id_token.encode()) if id_token else None
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into directory_professionalsession (id, token_key, professional_id, place_id,"
            " authentication, level, id_token, training, secret, created_at, last_seen_at, proven_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, false, false, %s, %s, %s)",
            [uuid7(), _key(token), professional_id, place_id, authentication, level, sealed, now, now, now],
        )
    return token


def find(token: str) -> ProVisitor | None:
    """Return who is behind a live session, or None. Who has left the annuaire has no session any more."""
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            _FIND,
            {
                "key": _key(token), "idle": now - IDLE, "longest": now - LONGEST, "today": clock.today(),
            },
        )  # fmt: skip
        row = cursor.fetchone()
        if row is None:
            return None
        if now - row[5] > _TOUCH:
            cursor.execute(
                "update directory_professionalsession set last_seen_at = %s where id = %s", [now, row[0]]
            )
    place = PlaceCard(*row[_PLACE_AT:]) if row[_PLACE_AT] else None
    return ProVisitor(
        session_id=row[0],
        professional=ProfessionalCard(*row[_PROFESSIONAL_AT:_PLACE_AT]),
        place=place if place and place.active else None,
        authentication=row[1],
        training=row[2],
        secret=row[3],
        proven_at=row[4],
        software=row[6],
    )


def choose_place(session_id: UUID, place_id: UUID) -> None:
    """Act at this place from now on; the caller has checked that it is one of hers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "update directory_professionalsession set place_id = %(place)s,"
            " software = case when place_id = %(place)s then software end where id = %(id)s",
            {"place": place_id, "id": session_id},
        )


def set_secret(session_id: UUID, *, secret: bool) -> None:
    """Enter or leave the secret connection: a minor's confidential care (facts/mes.md 1.7)."""
    _set(session_id, "secret", secret)


def set_training(session_id: UUID, *, training: bool) -> None:
    """Enter or leave the training mode."""
    _set(session_id, "training", training)


def set_software(session_id: UUID, client_id: UUID) -> None:
    """Note by which software she has just opened a patient's page; another place forgets it."""
    _set(session_id, "software", client_id)


def prove_again(session_id: UUID) -> None:
    """Note that she has just proven her identity again."""
    _set(session_id, "proven_at", clock.real_now())


def end(session_id: UUID) -> str:
    """End a session; return the ID token that Pro Santé Connect asks back, or ""."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from directory_professionalsession where id = %s returning id_token", [session_id]
        )
        row = cursor.fetchone()
    return crypto.open_system(_SEAL, row[0]).decode() if row and row[0] else ""


def end_all(professional_id: UUID) -> int:
    """End every session of a professional; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from directory_professionalsession where professional_id = %s", [professional_id]
        )
        return int(cursor.rowcount)


def forget_ended() -> int:
    """Delete the sessions whose time has passed; return how many."""
    now = clock.real_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from directory_professionalsession where last_seen_at <= %s or created_at <= %s",
            [now - IDLE, now - LONGEST],
        )
        return int(cursor.rowcount)


def _set(session_id: UUID, column: str, value: UUID | bool | datetime) -> None:  # noqa: FBT001
    with connection.cursor() as cursor:
        cursor.execute(
            f"update directory_professionalsession set {column} = %s where id = %s",  # noqa: S608 - own names
            [value, session_id],
        )


def _key(token: str) -> bytes:
    return crypto.index_hash("token", token)
