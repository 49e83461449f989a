"""The door of summaries: the page of a record that is read in ten seconds, as one reader sees it."""

from carnet.summaries.interests import Interests, InterestsRefusedError, interests_of, read_interests
from carnet.summaries.model import Block, Code, Line, Page, Said
from carnet.summaries.reading import read_page
from carnet.summaries.showing import Links, tell, tell_help

__all__ = [
    "Block",
    "Code",
    "Interests",
    "InterestsRefusedError",
    "Line",
    "Links",
    "Page",
    "Said",
    "interests_of",
    "read_interests",
    "read_page",
    "tell",
    "tell_help",
]
