"""The words of an RTF file (Rich Text Format 1.9.1), without its fonts, pictures and embedded objects.

A file is read to its end or to the bound, whatever it holds: what is no RTF gives few words, never an error.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from carnet.standards.sniff import FileRefused

MAX_CHARACTERS: Final = 200_000
_MAX_DEPTH: Final = 2_000
_TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])"
    rb"|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\"
)
_SKIPPED: Final = frozenset(
    b"fonttbl colortbl stylesheet info pict object objdata themedata colorschememapping datastore filetbl"
    b" listtable listoverridetable rsidtbl generator xmlnstbl latentstyles fldinst private".split()
)
_BREAKS: Final = {
    b"par": "\n", b"line": "\n", b"page": "\n", b"sect": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t",
    b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”",
}  # fmt: skip
_SYMBOLS: Final = {b"~": "\u00a0", b"_": "-", b"\n": "\n", b"\r": "\n", b"{": "{", b"}": "}", b"\\": "\\"}
_OBJECTS: Final = re.compile(rb"\\(?:objdata|objupdate|objautlink)(?![a-zA-Z])")
_MACINTOSH: Final = 10_000
_PAGES: Final = {1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 437, 850, 852, _MACINTOSH}


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds inside a pair of braces. `fallback`: characters after a code of Unicode to be left out."""

    skipped: bool = False
    fallback: int = 1


def check(data: bytes) -> None:
    """Refuse (`active`) a file that carries an embedded object, which an office program may run."""
    if _OBJECTS.search(data):
        raise FileRefused("active", "Ce texte RTF contient un objet incorporé : enregistrez-le en PDF.")


def text_of(data: bytes, *, max_characters: int = MAX_CHARACTERS) -> str:
    """Return the words of an RTF file, at most `max_characters`."""
    reader = _Reader()
    for token in _TOKEN.finditer(data):
        reader.take(token)
        if reader.length >= max_characters:
            break
    return reader.text()[:max_characters]


class _Reader:
    def __init__(self) -> None:
        self.groups = [_Group()]
        self.parts: list[str] = []
        self.length = 0
        self.encoding = "cp1252"
        self.left_out = 0  # characters still to be left out
        self.surplus = 0  # groups opened beyond the bound: closed without having been

    @property
    def group(self) -> _Group:
        return self.groups[-1]

    def take(self, token: re.Match[bytes]) -> None:
        word, number, code, symbol, brace, plain = token.groups()
        if brace:
            self.open() if brace == b"{" else self.close()
        elif word:
            self.control(word.lower(), int(number) if number else None)
        elif code:
            self.add(bytes([int(code, 16)]).decode(self.encoding, "replace"))
        elif symbol == b"*":
            self.groups[-1] = replace(self.group, skipped=True)
        elif symbol:
            self.add(_SYMBOLS.get(symbol, ""))
        elif plain:
            self.add(plain.decode(self.encoding, "replace"))

    def open(self) -> None:
        if len(self.groups) < _MAX_DEPTH:
            self.groups.append(self.group)
        else:
            self.surplus += 1

    def close(self) -> None:
        if self.surplus:
            self.surplus -= 1
        elif len(self.groups) > 1:
            self.groups.pop()

    def control(self, word: bytes, number: int | None) -> None:
        if word in _SKIPPED:
            self.groups[-1] = replace(self.group, skipped=True)
        elif word == b"ansicpg" and number in _PAGES:
            self.encoding = "mac_roman" if number == _MACINTOSH else f"cp{number}"
        elif word == b"uc" and number is not None:
            self.groups[-1] = replace(self.group, fallback=min(max(number, 0), 16))
        elif word == b"u" and number is not None:
            self.left_out = 0
            self.add(chr(number & 0xFFFF))
            self.left_out = self.group.fallback
        elif word in _BREAKS:
            self.add(_BREAKS[word])

    def add(self, text: str) -> None:
        passed = min(self.left_out, len(text))
        self.left_out -= passed
        if self.group.skipped:
            return
        self.parts.append(text[passed:])
        self.length += len(text) - passed

    def text(self) -> str:
        """Join the parts. Characters beyond the first plane come as two halves; a half alone is dropped."""
        joined = "".join(self.parts).encode("utf-16-le", "surrogatepass")
        return joined.decode("utf-16-le", "ignore").replace("\0", " ")
