"""Entering a record in emergency: break-glass, and the SAMU's regulator.

Sources: CSP L1111-17 (immediate risk and unable to express herself; centre 15; unless she objected before),
R1111-48 (the holder and her médecin traitant are told), facts/mes.md 4.1, 4.3. How long it lasts and when it
must have been reviewed is published nowhere: docs/adr/0022-emergency.md.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction

from carnet.access.caring import care_rights
from carnet.access.policies import Scope, decide_scope
from carnet.access.refusals import Refused
from carnet.journal.api import Actor, EventType, Purpose, write
from carnet.platform import clock, crypto, outbox
from carnet.platform.ids import uuid7

LASTS: Final = timedelta(hours=4)
REVIEW_WITHIN: Final = timedelta(hours=72)
MIN_REASON: Final = 10
MAX_REASON: Final = 500
ENTERED: Final = "access.emergency_entered"
SEAL: Final = "emergency"
STANDS: Final = "ended_at is null and since <= %(now)s and until > %(now)s"
COLUMNS: Final = (
    "id, person_id, professional_id, structure, role, mode, since, until, ended_at, due_at, reviewed_at,"
    " outcome, secret"
)


class Mode(StrEnum):
    """How a record is entered in emergency (facts/mes.md 4.3)."""

    BREAK_GLASS = "break_glass"
    REGULATION = "regulation"


_PURPOSES: Final = {Mode.BREAK_GLASS: Purpose.BREAK_GLASS, Mode.REGULATION: Purpose.REGULATE}
_EVENTS: Final = {
    Mode.BREAK_GLASS: EventType.EMERGENCY_ENTERED,
    Mode.REGULATION: EventType.REGULATION_ENTERED,
}


class ReasonError(ValueError):
    """What was typed as a reason will not do; `message_fr` says why."""

    field = "reason"

    def __init__(self, message_fr: str) -> None:
        super().__init__(message_fr)
        self.message_fr = message_fr


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """An entry in emergency. `due_at`: when it must have been reviewed; `outcome`: "" until it is.

    `secret`: of a minor's confidential care; nothing that follows it is told to her representatives.
    """

    id: UUID
    person_id: UUID
    professional_id: UUID
    structure: str
    role: str
    mode: Mode
    since: datetime
    until: datetime
    ended_at: datetime | None
    due_at: datetime
    reviewed_at: datetime | None
    outcome: str
    secret: bool

    @property
    def purpose(self) -> Purpose:
        """For which purpose the door opens while it stands."""
        return _PURPOSES[self.mode]


def enter_emergency(person_id: UUID, *, by: Actor, reason: str) -> EmergencyCard:
    """Break the glass: enter a record for four hours, for the reason typed (10 to 500 characters).

    Whoever is in already stays in under the first reason. Raises ReasonError; Refused, journalled, when the
    decision stands against it (switch turned off, blocked, not in the annuaire, no space).
    """
    words = _check_reason(reason)
    return _enter(person_id, by, Mode.BREAK_GLASS, words)


def regulate(person_id: UUID, *, by: Actor, call: str = "") -> EmergencyCard:
    """Enter the record of whom the SAMU's regulator has on the line. `call`: the file of the call, if any.

    Raises Refused, journalled, as `enter_emergency` does.
    """
    words = f"Appel au centre 15, dossier {call.strip()[:50]}" if call.strip() else "Appel au centre 15"
    return _enter(person_id, by, Mode.REGULATION, words)


def end_emergency(person_id: UUID, *, by: Actor) -> bool:
    """End the access that stands, before its four hours; False when none does."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update access_emergency set ended_at = %(now)s where person_id = %(person)s"  # noqa: S608
            f" and professional_id = %(professional)s and {STANDS} returning id, mode, secret",
            {"person": person_id, "professional": by.id, "now": clock.now()},
        )
        ended = cursor.fetchall()
        for emergency_id, mode, secret in ended:
            who = replace(by, secret=by.secret or secret)
            write(EventType.EMERGENCY_ENDED, person_id=person_id, by=who, purpose=_PURPOSES[Mode(mode)],
                  reference=emergency_id)  # fmt: skip
    return bool(ended)


def find_emergency(person_id: UUID, *, by: Actor) -> EmergencyCard | None:
    """Return the emergency access by which a professional is in a record now, or None."""
    return _find(person_id, by, tuple(Mode))


def purpose_of(person_id: UUID, *, by: Actor) -> Purpose:
    """Return for which purpose a professional reads this record now: by emergency while it stands.

    Even who might read it otherwise: the mode is shown during the whole access (facts/mes.md 4.3).
    """
    found = find_emergency(person_id, by=by)
    return found.purpose if found else Purpose.CONSULT


def list_told_to(professional_id: UUID, *, days: int = 30, limit: int = 50) -> list[EmergencyCard]:
    """Return the emergency accesses of the last days to whom this professional is médecin traitant.

    The latest first, his own apart: he is to be told of them (CSP R1111-48).
    """
    columns = ", ".join(f"e.{name}" for name in COLUMNS.split(", "))
    return cards(
        f"select {columns} from access_emergency e where e.professional_id <> %(professional)s"  # noqa: S608
        " and e.since > %(now)s - make_interval(days => %(days)s)"
        " and exists (select from access_carerelation r where r.person_id = e.person_id"
        " and r.professional_id = %(professional)s and r.basis = 'treating'"
        " and r.since <= %(now)s and (r.until is null or r.until > %(now)s) and r.ended_at is null)"
        " order by e.since desc, e.id desc limit %(limit)s",
        {"professional": professional_id, "now": clock.now(), "days": days, "limit": limit},
    )


def cards(query: str, values: dict[str, Any]) -> list[EmergencyCard]:
    """Return the rows of a statement that selects COLUMNS."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [_card(row) for row in cursor.fetchall()]


def _card(row: tuple[Any, ...]) -> EmergencyCard:
    return replace(EmergencyCard(*row), mode=Mode(row[5]))


def _check_reason(reason: str) -> str:
    words = " ".join(reason.split())
    if len(words) < MIN_REASON:
        raise ReasonError("Écrivez une phrase d’au moins 10 caractères : la personne la lira.")
    if len(words) > MAX_REASON:
        raise ReasonError("Écrivez 500 caractères au plus.")
    return words


def _enter(person_id: UUID, by: Actor, mode: Mode, words: str) -> EmergencyCard:
    scope = _decide(person_id, by, mode)
    if not scope.allowed:
        write(_EVENTS[mode], person_id=person_id, by=by, purpose=_PURPOSES[mode], allowed=False,
              reason=scope.rule)  # fmt: skip
        raise Refused(scope)
    with transaction.atomic():
        _wait_for_the_same(person_id, by)
        return _find(person_id, by, (mode,)) or _write(person_id, by, mode, words, scope)


def _decide(person_id: UUID, by: Actor, mode: Mode) -> Scope:
    """Ask the decision as if the access stood: everything else must allow it."""
    rights = care_rights(person_id, by)
    asked = replace(rights, care=replace(rights.care, entered=str(mode)))
    return decide_scope(by, asked, _PURPOSES[mode], clock.today())


def _write(person_id: UUID, by: Actor, mode: Mode, words: str, scope: Scope) -> EmergencyCard:
    now, emergency_id, key = clock.now(), uuid7(), crypto.ensure_key(person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into access_emergency (id, person_id, professional_id, structure, role, mode, reason,"
            " since, until, due_at, outcome, secret) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s)",
            [emergency_id, person_id, by.id, by.structure, by.role, mode, key.seal(SEAL, words.encode()),
             now, now + LASTS, now + REVIEW_WITHIN, by.secret],
        )  # fmt: skip
    write(_EVENTS[mode], person_id=person_id, by=by, purpose=_PURPOSES[mode], reference=emergency_id,
          reason=scope.rule, personal={"motive": words}, key=key)  # fmt: skip
    outbox.emit(
        ENTERED, key=f"{ENTERED}:{emergency_id}", person_id=person_id,
        facts={"emergency_id": str(emergency_id), "secret": by.secret},
    )  # fmt: skip
    assert by.id is not None
    return EmergencyCard(emergency_id, person_id, by.id, by.structure, by.role, mode, now, now + LASTS, None,
                         now + REVIEW_WITHIN, None, "", by.secret)  # fmt: skip


def _find(person_id: UUID, by: Actor, modes: tuple[Mode, ...]) -> EmergencyCard | None:
    found = cards(
        f"select {COLUMNS} from access_emergency where person_id = %(person)s"  # noqa: S608
        f" and professional_id = %(professional)s and mode = any(%(modes)s) and {STANDS}"
        " order by since desc limit 1",
        {"person": person_id, "professional": by.id, "modes": [str(mode) for mode in modes],
         "now": clock.now()},
    )  # fmt: skip
    return found[0] if found else None


def _wait_for_the_same(person_id: UUID, by: Actor) -> None:
    """Two presses of one button are one access, hence one line, one notice, one review."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"emergency:{person_id}:{by.id}"]
        )
