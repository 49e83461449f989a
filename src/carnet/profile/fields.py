"""What a rubric asks, declared as data: one field gives the check, the form and the words of a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

NAME_LENGTH: Final = 50
COMMENT_LENGTH: Final = 3000
"""The generic limits of facts/mes.md 2.1."""


class Kind(StrEnum):
    """How a field is typed, checked and shown."""

    TEXT = "text"  # one line; the forbidden characters of facts/mes.md 2.1
    LONG = "long"  # several lines
    DATE = "date"  # partial
    CHOICE = "choice"
    MANY = "many"  # several of the choices
    NUMBER = "number"  # whole
    CODE = "code"  # digits and letters of a given shape, spaces forgiven
    SCAN = "scan"  # what a reader of DataMatrix typed: never kept, it fills other fields


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its code, and its words."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that a rubric asks.

    `most`: characters of a text, or the greatest number. `suggestions`: a list of
    `terminology.list_names`. `shown_if`: the field and the answers without which this one has no sense.
    `more`: asked on demand, so that the form stays light.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    hint: str = ""
    required: bool = False
    most: int = NAME_LENGTH
    choices: tuple[Choice, ...] = ()
    suggestions: str = ""
    shown_if: tuple[str, tuple[str, ...]] | None = None
    more: bool = False

    def label_of(self, code: str) -> str:
        """Return the words of an answer; a code that is no longer proposed is shown as it is."""
        return next((one.label for one in self.choices if one.code == code), code)

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Say whether the answers given so far leave a sense to this field."""
        if self.shown_if is None:
            return True
        name, answers = self.shown_if
        return values.get(name) in answers


def choices(*pairs: tuple[str, str]) -> tuple[Choice, ...]:
    """Return choices from (code, label) pairs."""
    return tuple(Choice(code, label) for code, label in pairs)


def comment(label: str = "Commentaire", hint: str = "") -> Field:
    """Return the comment that most rubrics end with."""
    return Field("comment", label, Kind.LONG, hint=hint, most=COMMENT_LENGTH, more=True)
