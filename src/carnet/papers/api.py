"""The door of papers: the synthesis of the profile and the advance directives, as PDF among the documents."""

from carnet.papers.directives import (
    deposit_directives,
    list_directives,
    make_directives,
    remove_directives,
    save_directives,
)
from carnet.papers.questions import (
    UNSAID,
    DirectivesRefused,
    Part,
    Question,
    Said,
    Situation,
    check,
    list_parts,
    say,
)
from carnet.papers.sections import Section, SectionView, read_sections
from carnet.papers.synthesis import NothingChosenError, make_synthesis, note_of, save_synthesis

__all__ = ["UNSAID", "DirectivesRefused", "NothingChosenError", "Part", "Question", "Said", "Section",
           "SectionView", "Situation", "check", "deposit_directives", "list_directives", "list_parts",
           "make_directives", "make_synthesis", "note_of", "read_sections", "remove_directives",
           "save_directives", "save_synthesis", "say"]  # fmt: skip
