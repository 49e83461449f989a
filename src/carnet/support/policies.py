"""What may be reported and answered, in which words. Pure: no I/O, no clock."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

MAX_WORDS: Final = 1_000
MIN_ANSWER: Final = 10
MAX_ANSWER: Final = 2_000
DIGITS: Final = 8
_BLANK_LINES: Final = re.compile(r"\n{3,}")


class Kind(StrEnum):
    """What is reported (facts/mes.md 4.4: SIGNALEMENT_DOC, SIGNALEMENT_PS)."""

    DOCUMENT = "document"
    ACCESS = "access"

    @property
    def label(self) -> str:
        """The words of the kind."""
        return "Document" if self is Kind.DOCUMENT else "Accès"


class Reason(StrEnum):
    """Why a document or an access is reported (facts/mes.md 3.7, 4.4; the lists are ours, docs/adr)."""

    NOT_MINE = "not_mine"
    WRONG_CONTENT = "wrong_content"
    UNREADABLE = "unreadable"
    NOT_TO_SEE = "not_to_see"
    UNKNOWN_ACTOR = "unknown_actor"
    NOT_TREATING = "not_treating"
    AGAINST_MY_WISH = "against_my_wish"
    NO_EMERGENCY = "no_emergency"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The words of the choice."""
        return _LABELS[self]


_LABELS: Final = {
    Reason.NOT_MINE: "Ce document concerne quelqu’un d’autre",
    Reason.WRONG_CONTENT: "Ce document contient une erreur",
    Reason.UNREADABLE: "Ce document est illisible",
    Reason.NOT_TO_SEE: "Je n’aurais pas dû voir ce document",
    Reason.UNKNOWN_ACTOR: "Je ne connais pas la personne qui a fait cet acte",
    Reason.NOT_TREATING: "Elle ne me soigne pas, ou ne me soigne plus",
    Reason.AGAINST_MY_WISH: "J’avais refusé cet accès",
    Reason.NO_EMERGENCY: "Il n’y avait pas d’urgence",
    Reason.OTHER: "Autre raison",
}
_REASONS: Final = {
    Kind.DOCUMENT: (
        Reason.NOT_MINE, Reason.WRONG_CONTENT, Reason.UNREADABLE, Reason.NOT_TO_SEE, Reason.OTHER,
    ),
    Kind.ACCESS: (
        Reason.UNKNOWN_ACTOR, Reason.NOT_TREATING, Reason.AGAINST_MY_WISH, Reason.NO_EMERGENCY, Reason.OTHER,
    ),
}  # fmt: skip


def reasons_of(kind: Kind) -> tuple[Reason, ...]:
    """Return the reasons among which a report of this kind chooses."""
    return _REASONS[kind]


class State(StrEnum):
    """Where a report stands."""

    OPEN = "open"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        """The words shown beside the report."""
        return "Répondu" if self is State.ANSWERED else "En attente de réponse"


class TicketRefused(Exception):  # noqa: N818 - a decision, not a failure
    """A rule stands against it. `field`: words, reason, answer or ""; `message_fr` is to be shown there."""

    def __init__(self, rule: str, field: str, message_fr: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.field = field
        self.message_fr = message_fr


def check_words(reason: Reason, words: str) -> str:
    """Return the words of a report, cleaned; raises TicketRefused if they miss or are too long."""
    cleaned = clean(words)
    if reason is Reason.OTHER and not cleaned:
        raise TicketRefused("no_words", "words", "Expliquez en quelques mots ce qui ne va pas.")
    if len(cleaned) > MAX_WORDS:
        raise TicketRefused("too_long", "words", _too_long(cleaned, MAX_WORDS))
    return cleaned


def check_answer(words: str) -> str:
    """Return the words of an answer, cleaned; raises TicketRefused if they miss or are too long."""
    cleaned = clean(words)
    if len(cleaned) < MIN_ANSWER:
        raise TicketRefused("too_short", "answer", f"Écrivez une réponse d’au moins {MIN_ANSWER} caractères.")
    if len(cleaned) > MAX_ANSWER:
        raise TicketRefused("too_long", "answer", _too_long(cleaned, MAX_ANSWER))
    return cleaned


def clean(words: str) -> str:
    """Return a text without what is not seen: control characters, marks of direction, empty lines in rows."""
    text = words.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in text if one == "\n" or unicodedata.category(one) not in {"Cc", "Cf", "Cs"})
    return _BLANK_LINES.sub("\n\n", kept).strip()


def show_number(number: str) -> str:
    """Return a ticket's number as it is told on the telephone: "48 27 31 59"."""
    return " ".join(number[start : start + 2] for start in range(0, len(number), 2))


def find_number(text: str) -> str:
    """Return the number that somebody typed, "" when it is none: eight digits, however they are spaced."""
    digits = re.sub(r"[\s.\-\u00a0\u202f]", "", text)
    good = len(digits) == DIGITS and digits.isascii() and digits.isdigit()
    return digits if good else ""


def _too_long(text: str, most: int) -> str:
    return f"Écrivez {most} caractères au plus ; vous en avez écrit {len(text)}."
