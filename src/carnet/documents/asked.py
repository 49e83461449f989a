"""What somebody typed to search by, read: words, words in quotes, words that must not be there. Pure.

`hépatite "prise de sang" -cholest`: every word must be there, whatever its ending; what is in quotes must
stand so; the last word may be unfinished; a word after a dash must not be there.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from carnet.standards.words import normalise

MAX_LETTERS: Final = 200
MAX_WORDS: Final = 12
_PART: Final = re.compile(r"[\"“”«»]([^\"“”«»]*)(?:[\"“”«»]|$)|(\S+)")
_WHOLE: Final = 3  # letters below which an unfinished word is taken as it is
_ENDING: Final = 3  # letters of an ending that the stemmer takes off and that may be half typed


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. Normal words only. `words`: all of them, those of phrases too; `last`: may be unfinished."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    last: str = ""
    without: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.last)

    def holds(self, *texts: str) -> bool:
        """Say whether each phrase stands, word by word, in one of the texts."""
        spaced = [f" {' '.join(normalise(text).split())} " for text in texts]
        return all(any(f" {phrase} " in text for text in spaced) for phrase in self.phrases)

    def every(self) -> tuple[str, ...]:
        """Return each word whose places are to be shown."""
        return (*self.words, self.last) if self.last else self.words


def read(typed: str) -> Asked:
    """Return what is asked for; nothing (false) when there is no word in it."""
    words: list[str] = []
    phrases, without, last = [], [], ""
    for quoted, bare in _PART.findall(typed[:MAX_LETTERS]):
        found = normalise(quoted or bare).split()
        if quoted and found:
            phrases.append(" ".join(found))
            words, last = [*words, last, *found], ""
        elif found and bare.startswith("-"):
            without += found
        elif found:
            words, last = [*words, last, *found[:-1]], found[-1]
    kept = [word for word in dict.fromkeys(words) if word][:MAX_WORDS]
    return Asked(tuple(kept), tuple(phrases), last, tuple(without[:MAX_WORDS]))


def to_sql(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Return the tsquery of a search as an expression of constants, and its values."""
    parts = ["plainto_tsquery('french', %(words)s)"]
    values: dict[str, Any] = {"words": " ".join(asked.words)}
    if asked.last:
        sql, more = _last(asked.last)
        parts, values = [*parts, sql], values | more
    for number, word in enumerate(asked.without):
        parts.append(f"!! plainto_tsquery('french', %(without{number})s)")
        values[f"without{number}"] = word
    return f"({' && '.join(parts)})", values


def any_to_sql(asked: Asked) -> tuple[str, dict[str, Any]]:
    """Return the tsquery that one word alone answers when it is among those asked for."""
    parts, values = [], {}
    for number, word in enumerate(asked.words):
        parts.append(f"plainto_tsquery('french', %(any{number})s)")
        values[f"any{number}"] = word
    if asked.last:
        sql, more = _last(asked.last)
        parts, values = [*parts, sql], values | more
    return f"({' || '.join(parts)})", values


def may_answer(asked: Asked, words: set[str]) -> list[str]:
    """Return those of the words of a text that may be among those asked for: same beginnings."""
    heads = {word[: max(_WHOLE, len(word) // 2)] for word in asked.every()}
    lengths = {len(head) for head in heads}
    return [word for word in words if any(word[:length] in heads for length in lengths)]


def _last(word: str) -> tuple[str, dict[str, Any]]:
    """The last word: its stem, or what begins with it; `vaccinati` finds what `vaccination` was kept as.

    A word so common that the dictionary drops it is dropped here too.
    """
    finished = "to_tsquery('french', %(prefix)s)"
    if len(word) < _WHOLE:
        return finished, {"prefix": f"{word}:*"}
    shorter = [word[:-cut] for cut in range(1, _ENDING + 1) if len(word) - cut > _WHOLE + 1]
    begun = " | ".join([f"{word}:*", *shorter])
    sql = (
        "(case when numnode(plainto_tsquery('french', %(last)s)) = 0 then ''::tsquery"
        f" else {finished} || to_tsquery('simple', %(begun)s) end)"
    )
    return sql, {"last": word, "prefix": f"{word}:*", "begun": begun}
