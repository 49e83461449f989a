"""Words as they are compared: without accents, case or punctuation, so that every spelling meets.

`hépatite` and `HEPATITE`, `œdème` and `oedeme`, `anti-HBs` and `anti HBs` become the same. Each character
is replaced by itself alone (no context), so a place in the normal form always leads back to a place in the
text: that is what shows a found word where it stands.
"""

import unicodedata
from array import array
from dataclasses import dataclass
from typing import Final

VERSION: Final = 1
"""Of what `normalise` does. What was prepared by another version must be prepared again."""

MAX_LEXEMES_BYTES: Final = 32_000
_ENTRY_BYTES: Final = 4  # what PostgreSQL spends on a lexeme without positions, beside its letters
_LIGATURES: Final = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"}
_MAX_WORD: Final = 60  # letters: nobody looks for a longer one, and codes printed in files are


class _Pieces(dict[int, str]):
    """What each character becomes, found out when it is first met."""

    def __missing__(self, point: int) -> str:
        piece = self[point] = _piece(chr(point))
        return piece


def _piece(character: str) -> str:
    """Return the letters and digits of one character; a space when it separates, nothing when it adorns."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    kept = [_LIGATURES.get(c, c) for c in folded if not _adorns(c)]
    return "".join("".join(c if c.isalnum() else " " for c in piece) for piece in kept)


def _adorns(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me", "Cf"} or bool(unicodedata.combining(character))


_PIECES: Final = _Pieces()


@dataclass(frozen=True, slots=True)
class Folded:
    """A normal form and where each of its characters comes from: `origins[i]` is a place in the text.

    One more origin than characters: the end of the text.
    """

    text: str
    origins: "array[int]"

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the text the characters `start` to `end` (excluded) of the normal form stand."""
        if start == end:
            return self.origins[start], self.origins[start]
        last = self.origins[end - 1]
        after = next((place for place in self.origins[end:] if place > last), last + 1)
        return self.origins[start], after


def normalise(text: str) -> str:
    """Return the text in lower case letters without marks, and digits; anything else is a space.

    Never shorter in words: spaces are not gathered, so that `fold` can map each character.
    """
    return text.translate(_PIECES)


def fold(text: str) -> Folded:
    """Return `normalise(text)` with the way back to the text."""
    if all(len(_PIECES[ord(character)]) == 1 for character in set(text)):  # most texts: nothing moves
        return Folded(normalise(text), array("l", range(len(text) + 1)))
    origins, pieces = array("l"), []
    for place, character in enumerate(text):
        piece = _PIECES[ord(character)]
        pieces.append(piece)
        origins.extend([place] * len(piece))
    origins.append(len(text))
    return Folded("".join(pieces), origins)


def distinct_words(text: str, *, max_bytes: int = MAX_LEXEMES_BYTES) -> str:
    """Return each normal word of a text once, in order, separated by spaces: the matter of a search vector.

    As many as keep a vector without positions within `max_bytes` bytes; words of more than sixty
    letters are left out.
    """
    kept, left = [], max_bytes
    for word in dict.fromkeys(normalise(text).split()):
        left -= _ENTRY_BYTES + (len(word) if word.isascii() else len(word.encode()))
        if left < 0:
            break
        if len(word) <= _MAX_WORD:
            kept.append(word)
    return " ".join(kept)
