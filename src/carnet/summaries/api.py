"""The door of summaries: the page of a record that is read in ten seconds, as one reader sees it."""

from carnet.summaries.interests import (
    Interests,
    InterestsRefusedError,
    check_interests,
    interests_of,
    is_anticoagulant,
    read_interests,
)
from carnet.summaries.model import Block, Code, Line, Page, Said
from carnet.summaries.reading import find_treating, name_authors, read_page
from carnet.summaries.showing import Links, tell, tell_help
from carnet.summaries.wording import Names, age_of, note_of, of_document

__all__ = [
    "Block",
    "Code",
    "Interests",
    "InterestsRefusedError",
    "Line",
    "Links",
    "Names",
    "Page",
    "Said",
    "age_of",
    "check_interests",
    "find_treating",
    "interests_of",
    "is_anticoagulant",
    "name_authors",
    "note_of",
    "of_document",
    "read_interests",
    "read_page",
    "tell",
    "tell_help",
]
