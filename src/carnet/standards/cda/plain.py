"""The narrative of a CDA document as plain text, to be searched and quoted (facts/interop.md 4).

What a person reads, in the order in which she reads it: titles, paragraphs, cells, captions. Blocks end a
line, cells are kept apart, programs are left out with what they hold. Nothing is read of the entries, whose
codes nobody sees.
"""

from collections.abc import Iterator
from typing import Final

from lxml import etree

from carnet.standards.cda.model import NAMESPACE, Document

MAX_CHARACTERS: Final = 1_000_000
_H: Final = f"{{{NAMESPACE}}}"
_LINES: Final = frozenset(
    {"title", "text", "paragraph", "list", "item", "table", "caption", "tr", "br", "footnote"}
)
_CELLS: Final = frozenset({"th", "td"})
_PROGRAMS: Final = frozenset({"script", "style"})


def text_of(document: Document, *, max_characters: int = MAX_CHARACTERS) -> str:
    """Return the text of the sections of a document of level 3, at most `max_characters` of it.

    Empty for level 1, whose body is a file: its text is for whoever can read such files.
    """
    if document.structured_body is None:
        return ""
    kept: list[str] = []
    left = max_characters
    for piece in _pieces(document.structured_body):
        kept.append(piece)
        left -= len(piece)
        if left <= 0:
            break
    lines = "".join(kept)[:max_characters].split("\n")
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def sections_of(body: etree._Element) -> Iterator[etree._Element]:
    """Yield the sections of a body, one inside another too, but none within a text, which has it said.

    Sections and texts within each other without end would else be said once for each.
    """
    for section in body.iter(f"{_H}section"):
        if next(section.iterancestors(f"{_H}text"), None) is None:
            yield section


def _pieces(body: etree._Element) -> Iterator[str]:
    for section in sections_of(body):
        for part in ("title", "text"):
            element = section.find(f"{_H}{part}")
            if element is not None:
                yield from _words(element)


def _words(element: etree._Element) -> Iterator[str]:
    """Yield the texts under an element and the breaks between them; a program's are passed over.

    One of the longest loops of a deposit: what a name stands for is looked up once.
    """
    programs, names = 0, _Names()
    for event, node in etree.iterwalk(element, events=("start", "end")):
        mark, program = names[node.tag]
        if mark:
            yield mark
        if event == "start":
            programs += program
            text = node.text
        else:
            programs -= program
            text = node.tail if node is not element else None
        if text and not programs:
            yield text.replace("\n", " ")


class _Names(dict[object, tuple[str, bool]]):
    """What the name of an element stands for: the break around it, and whether it holds a program."""

    def __missing__(self, tag: object) -> tuple[str, bool]:
        name = str(tag).rpartition("}")[2]
        mark = "\n" if name in _LINES else " " if name in _CELLS else ""
        self[tag] = mark, name.casefold() in _PROGRAMS
        return self[tag]
