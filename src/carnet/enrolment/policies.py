"""The life cycle of a space: one pure state machine, each move with its legal source (facts/mes.md 1.4-1.9).

No I/O, no clock. `next_state` is the only way from one state to another; actions write what it returns.
"""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from carnet.people.api import is_minor_on

OBJECTION_DAYS = 42
"""Six weeks: from the sending of the information (R1111-28), or of a suspension (R1111-36)."""
ARCHIVE_YEARS = 10
ERASURE_MONTHS = 3

INFORMATION = "R1111-28"
CLOSURE = "R1111-36"
LAWS = {
    INFORMATION: "Information, opposition et ouverture (code de la santé publique, R1111-28)",
    CLOSURE: "Fermeture, archivage et effacement (code de la santé publique, R1111-36)",
}
"""What the journal keeps as the reason of a move, and how it is told."""


class State(StrEnum):
    """Where a space stands. `eligible` has no row. `suspended`: fraud or serious malfunction."""

    ELIGIBLE = "eligible"
    NOTIFIED = "notified"
    ACTIVATED = "activated"
    OPENED = "opened"
    OBJECTED = "objected"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    ERASING = "erasing"
    ERASED = "erased"


class Event(StrEnum):
    """What may happen to a space."""

    NOTIFY = "notify"
    BOUNCE = "bounce"  # the e-mail did not arrive: a letter leaves, the six weeks start again
    ASK_CODE = "ask_code"
    ACTIVATE = "activate"
    TAKE_OVER = "take_over"  # come of age: her own account on the space that her parents managed
    OBJECT = "object"
    SILENCE = "silence"
    CLOSE = "close"
    REOPEN = "reopen"
    DIE = "die"
    SUSPEND = "suspend"
    LIFT_SUSPENSION = "lift_suspension"
    SUSPENSION_ENDS = "suspension_ends"
    ASK_ERASURE = "ask_erasure"
    CANCEL_ERASURE = "cancel_erasure"
    ARCHIVE_ENDS = "archive_ends"
    ERASE = "erase"


@dataclass(frozen=True)
class Facts:
    """What a move depends on besides the state. `day`: the field's day of the move.

    `sent_on`: day of the last sending of the information. `suspended_on`, `archive_until`,
    `erasure_due_on`: as in the row. `has_account`: she has credentials of her own. `of_age`: 18 or more.
    `no_contact`: an erasure left its mark. `erasing_now`: the execution of the erasure has begun.
    """

    day: date
    alive: bool = True
    of_age: bool = True
    has_account: bool = False
    no_contact: bool = False
    sent_on: date | None = None
    was_activated: bool = False
    suspended_on: date | None = None
    archive_until: date | None = None
    erasure_due_on: date | None = None
    erasing_now: bool = False


class TransitionRefused(Exception):  # noqa: N818 - a decision, not a failure
    """The life cycle does not allow it. `rule`: code of the reason; `message_fr`: said to the person."""

    def __init__(self, rule: str, message_fr: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.message_fr = message_fr


@dataclass(frozen=True)
class Guard:
    """A condition of a move, and what is said when it does not hold."""

    rule: str
    holds: Callable[[Facts], bool]
    message_fr: str


ALIVE = Guard(
    "deceased", lambda f: f.alive, "Le décès de cette personne est enregistré : son espace reste fermé."
)
CONTACT_ALLOWED = Guard(
    "no_contact", lambda f: not f.no_contact, "L’espace a été effacé à sa demande : plus aucun envoi."
)
WINDOW_OVER = Guard(
    "within_six_weeks",
    lambda f: f.sent_on is not None and f.day >= opens_on(f.sent_on),
    "Les six semaines pour s’opposer ne sont pas écoulées.",
)
NO_ACCOUNT = Guard(
    "account_exists",
    lambda f: not f.has_account,
    "Un compte existe déjà pour cet espace : connectez-vous, ou choisissez « mot de passe oublié ».",
)
OF_AGE = Guard("minor", lambda f: f.of_age, "L’espace d’un mineur se gère depuis le compte de son parent.")
NOT_BEGUN = Guard(
    "erasure_begun", lambda f: not f.erasing_now, "L’effacement a commencé : il ne peut plus être annulé."
)
ERASURE_DUE = Guard(
    "erasure_not_due",
    lambda f: f.erasure_due_on is not None and f.day >= f.erasure_due_on,
    "La date de l’effacement n’est pas atteinte.",
)
ARCHIVE_OVER = Guard(
    "archive_runs",
    lambda f: f.archive_until is not None and f.day >= f.archive_until,
    "Les dix ans d’archivage ne sont pas écoulés.",
)
SUSPENSION_OVER = Guard(
    "within_six_weeks",
    lambda f: f.suspended_on is not None and f.day >= opens_on(f.suspended_on),
    "Les six semaines pour contester la suspension ne sont pas écoulées.",
)
NOT_SUSPENDED = Guard(
    "suspended",
    lambda f: f.suspended_on is None,
    "L’espace a été fermé pendant une suspension : appelez le 3422, qui vérifie et peut la lever.",
)
WAS_ACTIVATED = Guard("never_activated", lambda f: f.was_activated, "Cet espace n’a jamais été activé.")
WAS_NOT_ACTIVATED = Guard("was_activated", lambda f: not f.was_activated, "Cet espace a été activé.")


@dataclass(frozen=True)
class Transition:
    """One row: from `sources`, on `event`, to `target`, if `guards` hold; by which article."""

    event: Event
    sources: tuple[State, ...]
    target: State
    law: str
    guards: tuple[Guard, ...] = ()


_S, _E = State, Event
_NOT_YET = (_S.ELIGIBLE, _S.NOTIFIED, _S.OPENED)
_STAYS = (_S.ELIGIBLE, _S.NOTIFIED, _S.OPENED, _S.OBJECTED, _S.CLOSED, _S.ERASED)

TRANSITIONS: tuple[Transition, ...] = (
    Transition(_E.NOTIFY, (_S.ELIGIBLE,), _S.NOTIFIED, INFORMATION, (ALIVE, CONTACT_ALLOWED)),
    Transition(_E.BOUNCE, (_S.NOTIFIED,), _S.NOTIFIED, INFORMATION, (ALIVE, CONTACT_ALLOWED)),
    # A code changes no state by itself: only who holds it may activate or object.
    *(Transition(_E.ASK_CODE, (s,), s, INFORMATION, (ALIVE, NO_ACCOUNT)) for s in _STAYS),
    # Who objected, or was erased, may ask for a space at any time: by activating with a new code.
    *(Transition(_E.ACTIVATE, (s,), _S.ACTIVATED, INFORMATION, (ALIVE, NO_ACCOUNT)) for s in _NOT_YET),
    Transition(_E.ACTIVATE, (_S.OBJECTED, _S.ERASED), _S.ACTIVATED, CLOSURE, (ALIVE, NO_ACCOUNT)),
    Transition(_E.TAKE_OVER, (_S.ACTIVATED,), _S.ACTIVATED, INFORMATION, (ALIVE, NO_ACCOUNT, OF_AGE)),
    Transition(_E.OBJECT, (_S.ELIGIBLE, _S.NOTIFIED), _S.OBJECTED, INFORMATION),
    Transition(_E.OBJECT, (_S.OPENED,), _S.CLOSED, CLOSURE),
    Transition(_E.SILENCE, (_S.NOTIFIED,), _S.OPENED, INFORMATION, (WINDOW_OVER, ALIVE, CONTACT_ALLOWED)),
    Transition(_E.CLOSE, (_S.ACTIVATED, _S.OPENED, _S.SUSPENDED), _S.CLOSED, CLOSURE),
    Transition(
        _E.REOPEN, (_S.CLOSED, _S.ERASING), _S.ACTIVATED, CLOSURE, (ALIVE, NOT_BEGUN, NOT_SUSPENDED)
    ),
    Transition(_E.DIE, (_S.NOTIFIED, _S.ACTIVATED, _S.OPENED, _S.SUSPENDED), _S.CLOSED, CLOSURE),
    Transition(_E.SUSPEND, (_S.ACTIVATED, _S.OPENED), _S.SUSPENDED, CLOSURE),
    Transition(_E.LIFT_SUSPENSION, (_S.SUSPENDED,), _S.ACTIVATED, CLOSURE, (ALIVE, WAS_ACTIVATED)),
    Transition(_E.LIFT_SUSPENSION, (_S.SUSPENDED,), _S.OPENED, CLOSURE, (ALIVE, WAS_NOT_ACTIVATED)),
    # Closed meanwhile: the space stays closed, and may be reopened again.
    Transition(_E.LIFT_SUSPENSION, (_S.CLOSED,), _S.CLOSED, CLOSURE),
    Transition(_E.SUSPENSION_ENDS, (_S.SUSPENDED,), _S.CLOSED, CLOSURE, (SUSPENSION_OVER,)),
    Transition(_E.ASK_ERASURE, (_S.CLOSED,), _S.ERASING, CLOSURE),
    Transition(_E.CANCEL_ERASURE, (_S.ERASING,), _S.CLOSED, CLOSURE, (NOT_BEGUN,)),
    Transition(_E.ARCHIVE_ENDS, (_S.CLOSED,), _S.ERASING, CLOSURE, (ARCHIVE_OVER,)),
    Transition(_E.ERASE, (_S.ERASING,), _S.ERASED, CLOSURE, (ERASURE_DUE,)),
)  # fmt: skip

_NOT_FROM_HERE: dict[State, str] = {
    State.ELIGIBLE: "Aucune information n’a encore été envoyée pour cet espace.",
    State.NOTIFIED: "L’espace n’est pas encore ouvert.",
    State.ACTIVATED: "L’espace est déjà activé.",
    State.OPENED: "L’espace est déjà ouvert.",
    State.OBJECTED: "L’opposition est déjà enregistrée.",
    State.SUSPENDED: "L’espace est suspendu : appelez le 3422.",
    State.CLOSED: "L’espace est fermé.",
    State.ERASING: "L’effacement de cet espace est demandé.",
    State.ERASED: "L’espace a été effacé.",
}


def next_state(state: State, event: Event, facts: Facts) -> State:
    """Return the state after `event`; raises TransitionRefused with the rule that stands against it.

    `rule` is `not_from_<state>` when the event has no place there, else the first guard that fails.
    """
    rows = [row for row in TRANSITIONS if row.event is event and state in row.sources]
    if not rows:
        raise TransitionRefused(f"not_from_{state}", _NOT_FROM_HERE[state])
    failed: list[Guard] = []
    for row in rows:
        against = [guard for guard in row.guards if not guard.holds(facts)]
        if not against:
            return row.target
        failed += against
    raise TransitionRefused(failed[0].rule, failed[0].message_fr)


def law_of(state: State, event: Event) -> str:
    """Return the article under which `event` is possible from `state`; raises LookupError."""
    for row in TRANSITIONS:
        if row.event is event and state in row.sources:
            return row.law
    raise LookupError(f"{event} from {state}")


def opens_on(sent_on: date) -> date:
    """Return the first day on which silence opens: 42 days after the sending (2022-01-31 → 2022-03-14)."""
    return sent_on + timedelta(days=OBJECTION_DAYS)


def archive_end(closed_on: date) -> date:
    """Return the day on which a closed space is erased: ten years later; 29 February → 28 (2024 → 2034)."""
    return _same_day(closed_on.year + ARCHIVE_YEARS, closed_on.month, closed_on.day)


def erasure_due(asked_on: date, delay_days: int) -> date:
    """Return the day of the erasure: `delay_days` after it was asked, three months at most (R1111-36)."""
    month = asked_on.month + ERASURE_MONTHS
    latest = _same_day(asked_on.year + (month - 1) // 12, (month - 1) % 12 + 1, asked_on.day)
    return min(asked_on + timedelta(days=max(delay_days, 0)), latest)


def is_of_age(birth_date: date, day: date) -> bool:
    """Say whether a person is 18 or more on `day`."""
    return not is_minor_on(birth_date, day)


def _same_day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
