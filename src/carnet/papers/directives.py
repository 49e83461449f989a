"""Advance directives: the paper, its place among the documents, its removal (facts/mes.md 2.1).

A new writing replaces what stood before, which is not kept: two that differ would leave a doctor in doubt.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final
from uuid import UUID

from carnet.access import api as access
from carnet.access.api import Access
from carnet.documents import api as documents
from carnet.documents.api import Deposited, DocumentCard, Filters
from carnet.journal.api import Actor, EventType, Purpose
from carnet.papers.questions import Situation, say
from carnet.people.api import PersonCard
from carnet.platform.typesetting import day_text, make_pdf
from carnet.terminology.api import Category

TYPE_CODE: Final = "EXPPAT_3"
TITLE: Final = "Directives anticipées"
_TEMPLATE: Final = Path(__file__).parent / "directives.typ"
_MOST: Final = 10


def list_directives(a: Access) -> list[DocumentCard]:
    """Return the advance directives in force that this actor may read, the last to come first."""
    cards = documents.list_documents(a, Filters(category=Category.ADVANCE_DIRECTIVES), limit=_MOST)
    return sorted(cards, key=lambda card: card.deposited_at, reverse=True)


def make_directives(
    person: PersonCard, situation: Situation, answers: Mapping[str, str], *, day: date
) -> bytes:
    """Return the directives as a PDF/UA-1; `answers` as `questions.check` gives them."""
    witnesses = [answers[name] for name in ("witness_1", "witness_2") if name in answers]
    data = {
        "title": TITLE,
        "name": f"{person.birth_name} {person.given_names}",
        "used_name": person.used_name,
        "born": day_text(person.birth_date),
        "birth_place": answers["birth_place"],
        "made": day_text(day),
        "situation": situation.label,
        "foot": f"{person.display_name}, directives du {day_text(day)}",
        "parts": [
            {"heading": part.heading, "note": part.note, "pairs": part.pairs}
            for part in say(situation, {name: text for name, text in answers.items() if name not in _APART})
        ],
        "witnesses": witnesses,
    }
    return make_pdf(_TEMPLATE, data, day)


_APART: Final = frozenset({"birth_place", "witness_1", "witness_2"})


def save_directives(person_id: UUID, *, by: Actor, pdf: bytes, day: date, masked: bool) -> Deposited:
    """Put new directives among the documents, then take away those of the person that stood before.

    Killed in between, both are there, the new one first; the next writing or removal takes the old away.
    """
    with access.look(person_id, by=by, purpose=Purpose.MANAGE, event=EventType.DIRECTIVES_MADE) as a:
        before = _own(a)
    made = documents.add_made(
        person_id,
        by=by,
        type_code=TYPE_CODE,
        title=f"{TITLE} du {day_text(day)}",
        pdf=pdf,
        masked=masked,
        event=EventType.DIRECTIVES_MADE,
    )
    _delete(person_id, by, _others(before, made))
    return made


def deposit_directives(
    person_id: UUID, *, by: Actor, data: bytes, filename: str, day: date, masked: bool
) -> Deposited:
    """Put directives that were written elsewhere among the documents, in the place of those that stood there.

    `day`: that of the writing. Raises documents.UploadRefused.
    """
    with access.look(person_id, by=by, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_ADDED) as a:
        before = _own(a)
    made = documents.add_file(
        person_id, by=by, data=data, filename=filename, title=f"{TITLE} du {day_text(day)}",
        category=Category.ADVANCE_DIRECTIVES, day=day, masked=masked,
    )  # fmt: skip
    _delete(person_id, by, _others(before, made))
    return made


def remove_directives(person_id: UUID, *, by: Actor) -> int:
    """Take the person's own directives away; return how many there were."""
    with access.look(person_id, by=by, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_DELETED) as a:
        cards = _own(a)
    _delete(person_id, by, cards)
    return len(cards)


def _others(before: list[DocumentCard], made: Deposited) -> list[DocumentCard]:
    """Return what is to go: not the new writing, nor the same one that was there already."""
    return [card for card in before if card.id not in {made.document_id, made.shown_as}]


def _own(a: Access) -> list[DocumentCard]:
    return [card for card in list_directives(a) if documents.may(card).delete]


def _delete(person_id: UUID, by: Actor, cards: list[DocumentCard]) -> None:
    if not cards:
        return
    with access.open(
        person_id, by=by, purpose=Purpose.MANAGE, event=EventType.DOCUMENT_DELETED, late=True
    ) as a:
        documents.delete_own(a, document_ids=[card.id for card in cards])
