"""The sections of a document of level 3: a narrative that people read, and entries that software reads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree

from carnet.standards.cda.elements import add, add_code, add_identifier, add_text, checked
from carnet.standards.cda.model import Code

Entry = Callable[[etree._Element], None]  # noqa: SLF001 - the only name of the type
"""Writes one entry into the section element that it is given."""

MAX_SECTIONS: Final = 3
"""How deep sections may stand one in another: a synthesis needs three levels."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that an entry refers to by its name."""

    text: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of a narrative: one row of headings, then rows of as many cells."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str | Cell]]
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of level 3: title, code, paragraphs and tables in order, entries, sections inside it.

    A section without blocks has no text of its own, as those have that only gather others.
    """

    title: str
    code: Code
    blocks: Sequence[str | Table]
    templates: Sequence[str] = ()
    entries: Sequence[Entry] = ()
    sections: Sequence["Section"] = ()


def write_section(body: etree._Element, section: Section, *, depth: int = 1) -> None:
    """Write a section and those inside it. Raises ValueError when they are nested too deep."""
    if depth > MAX_SECTIONS:
        raise ValueError("sections are nested too deep")
    element = add(add(body, "component"), "section")
    for template in section.templates:
        add_identifier(element, "templateId", template)
    add_code(element, "code", section.code)
    add_text(element, "title", section.title)
    if section.blocks or not section.sections:
        _write_blocks(add(element, "text"), section.blocks)
    for entry in section.entries:
        entry(element)
    for inner in section.sections:
        write_section(element, inner, depth=depth + 1)


def _write_blocks(text: etree._Element, blocks: Sequence[str | Table]) -> None:
    for block in blocks:
        if isinstance(block, Table):
            _write_table(text, block)
        else:
            add_text(text, "paragraph", block)


def _write_table(text: etree._Element, table: Table) -> None:
    if any(len(row) != len(table.headings) for row in table.rows):
        raise ValueError("a row of the table has not as many cells as there are headings")
    element = add(text, "table")
    add_text(element, "caption", table.caption)
    heading = add(add(element, "thead"), "tr")
    for label in table.headings:
        add(heading, "th").text = checked(label)
    rows = add(element, "tbody")
    for cells in table.rows:
        row = add(rows, "tr")
        for cell in cells:
            _write_cell(row, cell)


def _write_cell(row: etree._Element, cell: str | Cell) -> None:
    element = add(row, "td")
    if isinstance(cell, Cell):
        add(element, "content", ID=cell.name).text = checked(cell.text)
    else:
        element.text = checked(cell)
