"""Search in one person's documents: words of the content, of the title, of the authors.

No GIN index: row-level security would not let the planner use it, and a person's own documents are few.
The vectors are read by the person's key; texts are opened for the page shown alone, to show the words
where they stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from carnet.access.api import Access
from carnet.documents import asked as asking
from carnet.documents.asked import Asked
from carnet.documents.queries import COLUMNS, Position, fetch
from carnet.documents.records import DocumentCard, open_card
from carnet.documents.shelf import ORDER, Filters, conditions
from carnet.documents.wording import open_text
from carnet.standards.words import Folded, fold, normalise

_WIDTH: Final = 80  # characters shown on either side of a word that was found
_PIECES: Final = 2
_SLICE: Final = 400  # characters folded at a time; more than a piece shows
_CANDIDATES: Final = 60  # texts opened at most for one page of a search in quotes


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page of results, pinned first, then latest first.

    `titles`, `snippets`: safe HTML with `<mark>` around what was found; a document found by its title or
    authors alone has no snippet. `last`: where the next page begins, None at the end. With words in quotes
    a page may hold fewer than asked, or none, and yet have a next one.
    """

    cards: tuple[DocumentCard, ...]
    titles: Mapping[UUID, SafeString]
    snippets: Mapping[UUID, SafeString]
    last: Position | None = None


@dataclass(frozen=True, slots=True)
class _Hit:
    card: DocumentCard
    text: str


def search(
    a: Access, words: str, filters: Filters, *, limit: int = 20, before: Position | None = None
) -> SearchPage:
    """Return the documents that have every word, among those that the filters leave and the actor may read.

    At most two statements: the rows, and which words of their texts answer.
    """
    asked = asking.read(words)
    if not asked:
        return SearchPage((), {}, {})
    most = max(limit, _CANDIDATES) if asked.phrases else limit
    rows = _fetch(a, asked, filters, before, most + 1)
    hits, examined = _keep(a, asked, rows[:most], limit)
    more = examined < len(rows)
    last = Position.of(_card(a, rows[examined - 1])) if more else None
    marked = _list_answers(asked, hits)
    return SearchPage(
        cards=tuple(hit.card for hit in hits),
        titles={hit.card.id: mark_all(hit.card.title, marked) for hit in hits},
        snippets={hit.card.id: piece for hit in hits if (piece := excerpt(hit.text, marked))},
        last=last,
    )


def _fetch(
    a: Access, asked: Asked, filters: Filters, before: Position | None, limit: int
) -> list[tuple[Any, ...]]:
    condition, values = conditions(a, filters, before)
    query, more = asking.to_sql(asked)
    return fetch(
        f"select {COLUMNS}, w.sealed from documents_document d"  # noqa: S608 - constants of the house
        " join documents_words w on w.person_id = d.person_id and w.id = d.id"
        f" where w.person_id = %(person)s and {condition} and w.vector @@ {query} {ORDER}",
        values | more | {"limit": limit},
    )


def _keep(a: Access, asked: Asked, rows: list[Any], limit: int) -> tuple[list[_Hit], int]:
    """Return the hits of one page, and how many rows were looked at for it."""
    hits: list[_Hit] = []
    for number, row in enumerate(rows):
        if len(hits) == limit:
            return hits, number
        hit = _Hit(_card(a, row), open_text(a.key(), row[-1]))
        if not asked.phrases or asked.holds(*_all_of(hit)):
            hits.append(hit)
    return hits, len(rows)


def _card(a: Access, row: tuple[Any, ...]) -> DocumentCard:
    return open_card(row[:-1], a.key())


def _all_of(hit: _Hit) -> tuple[str, ...]:
    return (hit.card.title, *hit.card.authors, hit.card.organisation, hit.text)


def _list_answers(asked: Asked, hits: list[_Hit]) -> frozenset[str]:
    """Return the normal words, of these texts, that answer the search: the same dictionary decides."""
    words = {word for hit in hits for word in normalise(f"{hit.card.title} {hit.text}").split()}
    candidates = asking.may_answer(asked, words)
    if not candidates:
        return frozenset()
    query, values = asking.any_to_sql(asked)
    rows = fetch(
        f"select t from unnest(%(words_of_texts)s::text[]) t where to_tsvector('french', t) @@ {query}",  # noqa: S608
        values | {"words_of_texts": candidates},
    )
    return frozenset(row[0] for row in rows)


def mark_all(text: str, answers: frozenset[str]) -> SafeString:
    """Return a whole text, escaped, its answers marked."""
    return _marked(text, 0, len(text), _places(fold(text), answers))


def excerpt(text: str, answers: frozenset[str]) -> SafeString:
    """Return the surroundings of the first answers in a text, escaped and marked; "" when there is none."""
    places = _first_places(text, answers)
    pieces: list[SafeString] = []
    shown = 0
    for start, end in places:
        if start < shown:
            continue
        begin, shown = _bounds(text, start, end)
        body = _marked(text, begin, shown, places)
        pieces.append(mark_safe(f"{'… ' if begin else ''}{body}"))  # noqa: S308 - escaped piece by piece
        if len(pieces) == _PIECES:
            break
    tail = " …" if pieces and shown < len(text) else ""
    return mark_safe(" ".join(pieces) + tail)  # noqa: S308 - escaped piece by piece


def _first_places(text: str, answers: frozenset[str]) -> list[tuple[int, int]]:
    """Return where the first answers stand: the way back is worked out only around them.

    The text is gone through by slices cut between words, until enough was found, and one slice more.
    """
    found: list[tuple[int, int]] = []
    start, pieces = 0, 0
    while start < len(text) and pieces <= _PIECES:
        cut = text.find(" ", start + _SLICE)
        end = len(text) if cut < 0 else cut + 1
        part = text[start:end]
        if not answers.isdisjoint(normalise(part).split()):
            found += [(start + first, start + last) for first, last in _places(fold(part), answers)]
        pieces += bool(found)
        start = end
    return found


def _places(folded: Folded, answers: frozenset[str]) -> list[tuple[int, int]]:
    """Return where in the text the answers stand, in order."""
    found, start = [], 0
    for word in folded.text.split(" "):
        if word in answers:
            found.append(folded.span(start, start + len(word)))
        start += len(word) + 1
    return found


def _bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place to whole words around it."""
    first = max(0, start - _WIDTH)
    if first:
        first = start - len(text[first:start].partition(" ")[2] or text[first:start])
    last = min(len(text), end + _WIDTH)
    if last < len(text):
        last = end + len(text[end:last].rpartition(" ")[0] or text[end:last])
    return first, last


def _marked(text: str, first: int, last: int, places: list[tuple[int, int]]) -> SafeString:
    pieces, at = [], first
    for start, end in places:
        if first <= start and end <= last:
            pieces += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
            at = end
    pieces.append(escape(text[at:last]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece of text is escaped
