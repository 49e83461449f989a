"""The history of accesses, taken away by itself: as JSON, as PDF, as AuditEvents (facts/interop.md 10).

What the page shows, and nothing more: the same lines, the same words, without the documents themselves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from carnet.access import api as access
from carnet.access.api import Access, HistoryFilters, Teller
from carnet.directory.api import ProfessionalCard
from carnet.documents import api as documents
from carnet.exports.bundle.accesses import audit_events
from carnet.exports.bundle.directory import Directory, patient_of
from carnet.exports.record import BATCH
from carnet.journal.api import Line
from carnet.people import api as people
from carnet.people.api import PersonCard
from carnet.platform import clock
from carnet.platform.clock import PARIS
from carnet.platform.ids import uuid7
from carnet.platform.typesetting import day_text, make_pdf
from carnet.standards.fhir.codec import write_bundle
from carnet.standards.fhir.resources import AnyResource

MOST_ON_PAPER: Final = 1_000
"""A longer history is cut on paper, which says so; the other formats have it whole."""
_TEMPLATE: Final = Path(__file__).parent / "history.typ"


class Format(StrEnum):
    """In what the history is taken away."""

    PDF = "pdf"
    JSON = "json"
    FHIR = "fhir"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def suffix(self) -> str:
        return "fhir.json" if self is Format.FHIR else self.value


_MEDIA_TYPES: Final = {
    Format.PDF: "application/pdf",
    Format.JSON: "application/json",
    Format.FHIR: "application/fhir+json",
}


@dataclass(frozen=True)
class History:
    """A history as one reader may know it at one moment, and who tells it. Latest first."""

    person: PersonCard
    at: datetime
    lines: list[Line]
    teller: Teller

    @property
    def names(self) -> Mapping[UUID, str]:
        return self.teller.names

    @property
    def professionals(self) -> Mapping[UUID, ProfessionalCard]:
        return self.teller.professionals


class NotGovernedError(PermissionError):
    """A caregiver takes no data away (facts/mes.md 1.8). The message is French, for him."""


def read_history(a: Access, filters: HistoryFilters) -> History:
    """Return the lines that the reader of an open door may know; raises NotGovernedError for a caregiver.

    The door was opened with HISTORY_EXPORTED. In memory: some hundred bytes a line.
    """
    if not a.scope.governs:
        raise NotGovernedError("Un aidant ne télécharge pas les données : seule la personne le peut.")
    assert a.by.id is not None
    lines = list(_lines(a, filters))
    titles = documents.list_titles(a, access.references_of(lines))
    teller = Teller.knowing(a.by.id, a.person_id, lines, titles)
    return History(people.get_person(a.person_id), clock.now(), lines, teller)


def write_history(history: History, form: Format) -> Iterator[bytes]:
    """Yield the file, after the door has closed."""
    match form:
        case Format.JSON:
            return _json(history)
        case Format.FHIR:
            return write_bundle(_resources(history), id=uuid7(), at=history.at)
    return iter([_pdf(history)])


def _lines(a: Access, filters: HistoryFilters) -> Iterator[Line]:
    hidden, last = documents.list_hidden(a), None
    while page := access.list_history(a, hidden=hidden, filters=filters, last=last, limit=BATCH):
        yield from page
        last = page[-1].id
        if len(page) < BATCH:
            return


def _json(history: History) -> Iterator[bytes]:
    """Yield a JSON object whose last member is the list of acts, one a line."""
    person = history.person
    head = {"titulaire": person.display_name, "fait_le": history.at.astimezone(PARIS).isoformat()}
    yield orjson.dumps(head)[:-1] + b',"actes":['
    opening = b"\n"
    for line in history.lines:
        yield opening + orjson.dumps(_act(line, history.teller))
        opening = b",\n"
    yield b"\n]}\n"


def _act(line: Line, teller: Teller) -> dict[str, Any]:
    facts = {label: value for label, value in teller.facts(line) if label not in {"But", "Règle", "Décision"}}
    return {
        "id": str(line.id),
        "date": line.at.astimezone(PARIS).isoformat(timespec="milliseconds"),
        "acte": teller.what(line),
        "code": line.event.value,
        "sur": teller.details(line),
        "par": teller.who(line),
        "but": teller.purpose(line),
        "regle": access.reason_words(line.reason),
        "autorise": line.allowed,
        "comment": facts,
    }


def _resources(history: History) -> Iterator[AnyResource]:
    """No title of a document: an audit that travels says nothing clinical (facts/interop.md 10)."""
    directory = Directory(history)
    yield patient_of(history.person)
    yield from audit_events(history.lines, directory, replace(history.teller, titles={}))
    yield from directory.resources()


def _pdf(history: History) -> bytes:
    day, person, teller = history.at.astimezone(PARIS).date(), history.person, history.teller
    shown = history.lines[:MOST_ON_PAPER]
    left_out = len(history.lines) - len(shown)
    data = {
        "title": "Historique des accès",
        "person": person.display_name,
        "made": day_text(day),
        "foot": f"{person.display_name}, historique du {day_text(day)}",
        "cut": f"{left_out} actes plus anciens ne sont pas sur ce papier." if left_out else "",
        "rows": [_paper_row(line, teller) for line in shown],
    }
    return make_pdf(_TEMPLATE, data, day)


def _paper_row(line: Line, teller: Teller) -> dict[str, str]:
    return {
        "at": f"{line.at.astimezone(PARIS):%d/%m/%Y %H:%M}",
        "what": teller.what(line),
        "details": teller.details(line),
        "who": teller.who(line),
        "why": teller.why(line),
    }
