"""Pro Santé Connect as the way in of professionals: who comes, whether the annuaire knows her, and where.

Sources: facts/interop.md 6. The provider proves who she is; the annuaire says what she may be here. Whoever
it does not know, or knows no longer, and whose activity is in no structure that it knows, is refused with
what to do. An attempt is kept by the browser, sealed, and returns once.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection

from carnet.directory import sessions
from carnet.directory.professionals import PlaceCard, ProfessionalCard, find_by_national_id, list_places
from carnet.platform import clock, crypto
from carnet.platform.limits import Limit
from carnet.platform.oidc import AnswerError, Attempt, CancelledError, Client, Proven, StateError
from carnet.platform.provider_http import DirectHttp, UnreachableError
from carnet.standards import psc

__all__ = [
    "AWAY",
    "AnswerError",
    "CancelledError",
    "Entry",
    "RefusedError",
    "Returned",
    "StateError",
    "TooManyError",
    "UnreachableError",
    "begin",
    "finish",
    "is_offered",
    "keep_address",
    "kept_address",
    "log_in",
    "logout_url",
    "prove_again",
    "recognise",
]  # fmt: skip

SCOPE: Final = "openid scope_all"
LEVEL: Final = "eidas1"
LEVELS: Final = ("eidas1", "eidas2", "eidas3")
AWAY: Final = timedelta(minutes=15)
_SEAL: Final = "psc-departure"
_LEEWAY_SECONDS: Final = 60
_ADDRESS: Final = Limit("psc-address", most=120, window=timedelta(minutes=1))
_RETURN: Final = Limit("psc-return", most=1, window=2 * AWAY)


class TooManyError(Exception):
    """Too many departures from one address, or none can be counted. `seconds`: how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class RefusedError(Exception):
    """She has proven who she is, and has no access here.

    `rule`: unknown (not in the annuaire), inactive, no_activity (none is told, or none has a structure's
    number), no_place (none of them is a place that the annuaire knows), other (not who the session is of).
    """

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True)
class Returned:
    """A return from Pro Santé Connect: who, where to go next, and of which session it proves the identity."""

    identity: psc.Identity
    id_token: str
    level: str
    next: str
    session_id: UUID | None


@dataclass(frozen=True)
class Entry:
    """Who may come in, and the places of the annuaire that her activities are, at least one."""

    professional: ProfessionalCard
    places: tuple[PlaceCard, ...]


def is_offered() -> bool:
    """Say whether this installation is registered with Pro Santé Connect."""
    return bool(settings.CARNET_PSC_ISSUER)


def begin(
    *, callback: str, address: str, next_path: str = "", session_id: UUID | None = None
) -> tuple[str, str]:
    """Return where to send the browser, and what its cookie keeps until it is back.

    `session_id`: it is to prove again the identity of this session. Raises TooManyError, UnreachableError,
    AnswerError.
    """
    if not _ADDRESS.hit(address):
        raise TooManyError(_ADDRESS.seconds_left(address) or 30)
    attempt = Attempt.fresh()
    url = _client(callback).authorization_url(attempt, scope=SCOPE, acr=LEVEL, again=session_id is not None)
    facts = {
        "attempt": attempt.facts,
        "next": next_path,
        "session": str(session_id or ""),
        "left_at": _now(),
    }
    return url, _seal(facts)


def finish(token: str, query: Mapping[str, str], *, callback: str) -> Returned:
    """Turn the browser's return into an identity; an attempt returns once, whatever comes of it.

    Raises StateError, CancelledError, AnswerError (`level`: proven too weakly; `auth_time`: it should have
    been proven again; `claims`: unreadable), UnreachableError.
    """
    facts = _unseal(token)
    if facts is None or "attempt" not in facts or not _RETURN.hit(facts["attempt"]["state"]):
        raise StateError
    proven = _client(callback).finish(Attempt(**facts["attempt"]), query)
    if proven.acr not in LEVELS:
        raise AnswerError("level")
    session_id = UUID(facts["session"]) if facts["session"] else None
    if session_id and proven.proven_at < facts["left_at"] - _LEEWAY_SECONDS:
        raise AnswerError("auth_time")
    return Returned(_read(proven), proven.id_token, proven.acr, str(facts["next"]), session_id)


def recognise(identity: psc.Identity) -> Entry:
    """Return who an identity is in the annuaire, and where she acts; raises RefusedError."""
    professional = _find(identity)
    if professional is None:
        raise RefusedError("unknown")
    if not professional.active:
        raise RefusedError("inactive")
    numbers = [activity.structures for activity in identity.activities]
    if not any(numbers):
        raise RefusedError("no_activity")
    known = _keys({number for several in numbers for number in several})
    places = tuple(place for place in list_places(professional.id) if place.structure in known)
    if not places:
        raise RefusedError("no_place")
    return Entry(professional, places)


def log_in(returned: Returned) -> str:
    """Open a session for who has come; return the cookie's token. Raises RefusedError.

    One place is chosen by itself. What Pro Santé Connect says of medical regulation is noted on the places.
    """
    entry = recognise(returned.identity)
    _note_regulation(entry.places, regulates=returned.identity.regulates)
    return sessions.start(
        professional_id=entry.professional.id,
        place_id=entry.places[0].id if len(entry.places) == 1 else None,
        level=returned.level,
        id_token=returned.id_token,
    )


def prove_again(returned: Returned, visitor: sessions.ProVisitor) -> None:
    """Note that who is logged in has just proven it again; raises RefusedError when it is somebody else."""
    entry = recognise(returned.identity)
    if returned.session_id != visitor.session_id or entry.professional.id != visitor.professional.id:
        raise RefusedError("other")
    sessions.prove_again(visitor.session_id)


def logout_url(id_token: str, *, back_to: str) -> str | None:
    """Return where the session at Pro Santé Connect is ended, or None if there is none to be ended."""
    if not id_token:
        return None
    try:
        return _client("").logout_url(id_token, back_to=back_to, state=Attempt.fresh().state)
    except (UnreachableError, AnswerError):
        return None


def keep_address(url: str) -> str:
    """Return the address of the end of a session for a cookie, sealed: it carries the ID token."""
    return _seal({"url": url, "left_at": _now()})


def kept_address(token: str) -> str | None:
    """Return what `keep_address` kept, or None when it is not ours or too old."""
    facts = _unseal(token)
    return str(facts["url"]) if facts and "url" in facts else None


def _client(callback: str) -> Client:
    return Client(
        issuer=settings.CARNET_PSC_ISSUER,
        client_id=settings.CARNET_PSC_CLIENT_ID,
        client_secret=settings.CARNET_PSC_CLIENT_SECRET,
        redirect_uri=callback,
        http=DirectHttp(),
        discovery_url=settings.CARNET_PSC_DISCOVERY_URL
        or f"{settings.CARNET_PSC_ISSUER}/.well-known/wallet-openid-configuration",
        plain_userinfo=True,
    )


def _read(proven: Proven) -> psc.Identity:
    try:
        return psc.read_userinfo(proven.claims)
    except psc.PscError as error:
        raise AnswerError("claims") from error


def _find(identity: psc.Identity) -> ProfessionalCard | None:
    """Find her by her national id, else by another that Pro Santé Connect gives for the same person."""
    found = (find_by_national_id(number) for number in (identity.national_id, *identity.other_ids))
    return next((card for card in found if card), None)


def _keys(numbers: set[str]) -> set[str]:
    """Return the keys of the structures that bear one of these numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select finess from directory_structure"
            " where active and (finess = any(%(n)s) or others ?| %(n)s)",
            {"n": list(numbers)},
        )
        return {row[0] for row in cursor.fetchall()}


def _note_regulation(places: tuple[PlaceCard, ...], *, regulates: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update directory_place set regulator = %s, changed_at = %s"
            " where id = any(%s) and regulator is distinct from %s",
            [regulates, clock.now(), [place.id for place in places], regulates],
        )


def _seal(facts: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(crypto.seal_system(_SEAL, orjson.dumps(facts))).decode()


def _unseal(token: str) -> dict[str, Any] | None:
    try:
        facts: dict[str, Any] = orjson.loads(
            crypto.open_system(_SEAL, base64.urlsafe_b64decode(token.encode()))
        )
    except (ValueError, crypto.SealBrokenError):
        return None
    return facts if _now() - facts["left_at"] <= AWAY.total_seconds() else None


def _now() -> int:
    return int(clock.real_now().timestamp())
