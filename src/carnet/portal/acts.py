"""How lines of the journal stand in the timeline of a page: the words are those of `access`."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from carnet.access import api as access
from carnet.access.api import actors_of, reason_words, references_of, structure_words
from carnet.journal.api import EventType, Group, Line
from carnet.platform.clock import PARIS
from carnet.portal.space import find_url
from carnet.ui.page import TimelineEntry

__all__ = ["Teller", "actors_of", "reason_words", "references_of", "structure_words"]

_ICONS: Final = {
    Group.SPACE: "shield",
    Group.ACCESS: "eye",
    Group.DOCUMENT: "document",
    Group.RECORD: "heart",
    Group.FAMILY: "people",
}
_TOGETHER_SECONDS: Final = 120


@dataclass(frozen=True)
class Teller(access.Teller):
    """Tells lines to one reader of a page, with its pictures and links."""

    def entry(self, line: Line, times: int = 1) -> TimelineEntry:
        """Return the line as the timeline shows it; `times`: how often it came in a row."""
        return TimelineEntry(
            at=line.at.astimezone(PARIS),
            title=self.what(line) + (f" ({times} fois)" if times > 1 else ""),
            text=self.details(line),
            by=self.who(line),
            why=self.why(line),
            icon="cross" if not line.allowed else _ICONS[line.wording.group],
            kind=_kind(line),
            href=find_url("history_line", line.id),
        )

    def entries(self, lines: Iterable[Line]) -> list[TimelineEntry]:
        """Return the entries of a page; the same act again within two minutes is one entry, counted."""
        runs = [list(run) for _, run in groupby(_numbered(lines), key=lambda pair: pair[0])]
        return [self.entry(run[0][1], len(run)) for run in runs]

    def document_href(self, line: Line) -> str:
        """Return the address of the document that a line is about, "" when the reader has none to see."""
        known = line.reference is not None and line.reference in self.titles
        return find_url("document", line.reference) if known else ""


def _kind(line: Line) -> str:
    if not line.allowed or line.event in {EventType.LOGIN_REFUSED, EventType.OPENED_THEN_FAILED}:
        return "error"
    if line.event is EventType.DOCUMENT_DEPOSITED:
        return "success"
    return "info" if line.wording.group in {Group.DOCUMENT, Group.RECORD, Group.SPACE} else "neutral"


def _numbered(lines: Iterable[Line]) -> Iterable[tuple[int, Line]]:
    """Give the same number to lines that follow each other and tell the same act."""
    number, before = 0, None
    for line in lines:
        if before is not None and not _same_act(before, line):
            number += 1
        before = line
        yield number, line


def _same_act(later: Line, earlier: Line) -> bool:
    def act(line: Line) -> tuple[Any, ...]:
        return line.event, line.actor, line.reference, line.allowed, line.reason

    return act(later) == act(earlier) and (later.at - earlier.at).total_seconds() <= _TOGETHER_SECONDS
