"""What only who governs a space does in it: a caregiver does not, by whichever page or function he comes.

Source: facts/mes.md 1.8 (no sharing, no copy of the data), docs/adr/0024-control.md (who enters is not his).
Closing, erasing and the choices of a space are the insurer's acts, and are refused there (enrolment).
"""

from dataclasses import replace
from typing import Final

from carnet.access.policies import Rule, Scope
from carnet.journal.api import Actor, ActorKind, EventType

_GOVERNED: Final = frozenset(
    {
        EventType.COPY_ASKED, EventType.COPY_PREPARED, EventType.COPY_DOWNLOADED, EventType.COPY_DELETED,
        EventType.HISTORY_EXPORTED,
        EventType.STRUCTURE_BLOCKED, EventType.STRUCTURE_UNBLOCKED,
        EventType.PROFESSIONAL_BLOCKED, EventType.PROFESSIONAL_UNBLOCKED,
        EventType.ADMINISTRATOR_NAMED, EventType.ADMINISTRATOR_REMOVED,
        EventType.CODE_SHOWN, EventType.CONSENT_ENDED, EventType.RELATION_ENDED,
        EventType.CAREGIVER_INVITED,
        EventType.CARE_HISTORY_SHARING_CHANGED, EventType.PROFILE_SHARING_CHANGED,
        EventType.RESULTS_CHOICE_CHANGED,
    }
)  # fmt: skip


def within(scope: Scope, by: Actor, event: EventType) -> Scope:
    """Return a decision, refused where a caregiver would do by it what is not his to do."""
    if scope.allowed and by.kind is ActorKind.CAREGIVER and event in _GOVERNED:
        return replace(scope, allowed=False, reads=False, rule=Rule.NOT_FOR_THIS)
    return scope
