"""Which e-mail a notice deserves: pure (docs/adr/0016-notices.md).

The centre keeps every notice whatever is chosen here; only e-mails are chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from carnet.notices.wordings import NoticeCode


class Switch(StrEnum):
    """The five switches of a person (facts/mes.md 4.5)."""

    MESSAGE = "NOTIF_MESSAGE"
    DOCUMENT = "NOTIF_DOCUMENT"
    APPOINTMENT = "NOTIF_APPOINTMENT"
    SERVICE = "NOTIF_SYNCHRONIZED_SERVICE"
    SCREENING = "NOTIF_DEPISTAGE"


class Rhythm(StrEnum):
    """When e-mails leave: as things happen, once a day, or for what cannot wait alone."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    URGENT = "urgent"


class Mail(StrEnum):
    """What becomes of the e-mail of a notice. `LATER`: with others, in one."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


SWITCH_OF: Final[Mapping[NoticeCode, Switch | None]] = {
    NoticeCode.DOCUMENT_ADDED: Switch.DOCUMENT,
    NoticeCode.DOCUMENT_REPLACED: Switch.DOCUMENT,
    NoticeCode.DOCUMENT_WITHDRAWN: Switch.DOCUMENT,
    NoticeCode.CARE_HISTORY_FIRST_FED: Switch.DOCUMENT,
    NoticeCode.DIRECTIVES_REVIEW: Switch.DOCUMENT,
    NoticeCode.REPORT_RECEIVED: None,
    NoticeCode.REPORT_ANSWERED: None,
    NoticeCode.COPY_READY: None,
    NoticeCode.PROFESSIONAL_ACCESS: Switch.DOCUMENT,
    NoticeCode.CARE_TEAM_JOINED: None,
    NoticeCode.EMERGENCY_ACCESS: None,
    NoticeCode.ADMINISTRATOR_NAMED: None,
    NoticeCode.ADMINISTRATOR_REMOVED: None,
    NoticeCode.PROFESSIONAL_BLOCKED: None,
    NoticeCode.CAREGIVER_INVITED: None,
    NoticeCode.CAREGIVER_ACCEPTED: None,
    NoticeCode.CAREGIVER_REFUSED: None,
    NoticeCode.CAREGIVER_ENDED: None,
    NoticeCode.RESULT_SHOWN: Switch.DOCUMENT,
    NoticeCode.VACCINATION_ADDED: Switch.DOCUMENT,
    NoticeCode.ACCESS_REPORT_RECEIVED: None,
}
"""The switch that silences a notice; None for the answer to what the person asked for herself."""

URGENT: Final[frozenset[NoticeCode]] = frozenset({NoticeCode.EMERGENCY_ACCESS})
"""What is written at once whatever was chosen: an emergency access is never learned late (CSP R1111-48)."""

GATHERING: Final = timedelta(minutes=15)
"""At most one e-mail in that time; what comes meanwhile goes into the next one, unless it was read.

Answers are apart: who asked waits for them, and each leaves by itself.
"""

ANSWERS: Final[frozenset[NoticeCode]] = frozenset(
    code for code, switch in SWITCH_OF.items() if switch is None
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose. `off`: the switches she turned off."""

    off: frozenset[Switch] = frozenset()
    rhythm: Rhythm = Rhythm.IMMEDIATE


def silenced(preferences: Preferences) -> frozenset[NoticeCode]:
    """Return the notices of which a person wants no e-mail."""
    if preferences.rhythm is Rhythm.URGENT:
        return frozenset(NoticeCode) - URGENT
    return frozenset(code for code, switch in SWITCH_OF.items() if switch in preferences.off) - URGENT


def decide_mail(
    code: NoticeCode, preferences: Preferences, *, last: datetime | None, now: datetime, alone: bool = True
) -> Mail:
    """Decide on the e-mail of a notice. `last`: when the person's latest one was written, answers apart.

    `alone`: False while another process decides for the same person: then it may be writing one.
    """
    if code in URGENT:
        return Mail.NOW
    if code in silenced(preferences):
        return Mail.NEVER
    if preferences.rhythm is Rhythm.DAILY:
        return Mail.LATER
    if code in ANSWERS:
        return Mail.NOW
    soon = last is not None and now - last < GATHERING
    return Mail.LATER if soon or not alone else Mail.NOW
