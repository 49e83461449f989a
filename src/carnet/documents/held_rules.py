"""What a structure may change of its own documents' metadata, pure (facts/interop.md 2.7; mes.md 3.6).

Status, labels, archived: nothing else. A document that somebody could read is never hidden from her after.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from carnet.documents.held import (
    INVISIBLE,
    INVISIBLE_TO_REPRESENTATIVES,
    MASKED,
    STATUS,
    Held,
)
from carnet.documents.policies import LEVELS
from carnet.journal.api import EventType

WITHDRAWN: Final = STATUS["deleted"]
_LABELS: Final = LEVELS | {MASKED, INVISIBLE, INVISIBLE_TO_REPRESENTATIVES}


class HeldCode(StrEnum):
    """Why a change was refused: FHIR IssueType, and the status that it leads to."""

    PRECONDITION = "conflict"  # 412: another version than the one expected
    VALUE = "value"  # 422: no such label or status
    RULE = "business-rule"  # 422: known, and not allowed

    @property
    def status(self) -> int:
        return 412 if self is HeldCode.PRECONDITION else 422


class HeldRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """A change was refused. `field`: status, labels, archived or version; `message_fr`: the rule."""

    def __init__(self, code: HeldCode, field: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.code = code
        self.field = field
        self.message_fr = message_fr


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of a document; None: nothing of that kind. `labels`: all of them."""

    status: str | None = None
    labels: frozenset[str] | None = None
    archived: bool | None = None

    def of(self, held: Held) -> "Change":
        """Return what of it would change something."""
        return Change(
            None if self.status == held.status else self.status,
            None if self.labels == held.labels else self.labels,
            None if self.archived == held.archived else self.archived,
        )

    @property
    def event(self) -> EventType:
        """What the journal calls it; several at once are known by the gravest."""
        if self.status == WITHDRAWN:
            return EventType.DOCUMENT_WITHDRAWN
        if self.labels is not None:
            return EventType.DOCUMENT_LABELLED
        return EventType.DOCUMENT_READ if self.archived is None else EventType.DOCUMENT_ARCHIVED

    @property
    def empty(self) -> bool:
        return self == Change()


def check(held: Held, wanted: Change, *, expected: int | None) -> Change:
    """Return what is to be done. Raises HeldRefused."""
    if expected is not None and expected != held.meta_version:
        raise HeldRefused(
            HeldCode.PRECONDITION,
            "version",
            f"La version attendue est {expected}, la version actuelle est {held.meta_version} :"
            " relisez le document, puis recommencez.",
        )
    if wanted.labels is not None:
        check_labels(wanted.labels)
    change = wanted.of(held)
    if held.status == WITHDRAWN and not change.empty:
        raise _refused("status", "Un document retiré ne change plus.")
    _check_status(held, change)
    if change.labels is not None:
        _check_hidden(held.labels, change.labels)
    return change


def check_labels(labels: frozenset[str]) -> None:
    """Refuse labels that are unknown, several levels or none, and what nobody would see."""
    if unknown := sorted(labels - _LABELS):
        raise HeldRefused(HeldCode.VALUE, "labels", f"Étiquette de sécurité inconnue : {unknown[0]}.")
    if len(labels & LEVELS) != 1:
        raise HeldRefused(
            HeldCode.VALUE,
            "labels",
            "Il faut un niveau de confidentialité, et un seul : N, R ou V.",
        )
    if {MASKED, INVISIBLE} <= labels:
        raise _refused("labels", "Un document ne peut être caché à la fois aux professionnels et au patient.")


def _check_status(held: Held, change: Change) -> None:
    match change.status:
        case None:
            return
        case "superseded":
            raise _refused(
                "status",
                "Un document est remplacé quand sa nouvelle version est déposée.",
            )
        case "current":
            raise _refused("status", "Une version remplacée ne redevient pas la version actuelle.")
        case "entered-in-error" if held.status != "current":
            raise _refused("status", "Seule la dernière version d’un document peut être retirée.")
        case "entered-in-error" if change.labels is not None or change.archived is not None:
            raise _refused("status", "Un document retiré ne change plus : demandez son retrait seul.")
        case "entered-in-error":
            return
        case _:
            raise HeldRefused(
                HeldCode.VALUE, "status", "Le statut est current, superseded ou entered-in-error."
            )


def _check_hidden(before: frozenset[str], after: frozenset[str]) -> None:
    """Refuse to take from somebody, unsaid, what she could read (facts/mes.md 3.6)."""
    if INVISIBLE in after - before:
        raise _refused("labels", "Un document que le patient peut lire ne lui est plus caché ensuite.")
    if INVISIBLE_TO_REPRESENTATIVES in after - before:
        raise _refused(
            "labels", "Un document que les représentants légaux peuvent lire ne leur est plus caché ensuite."
        )


def _refused(field: str, message_fr: str) -> HeldRefused:
    return HeldRefused(HeldCode.RULE, field, message_fr)
