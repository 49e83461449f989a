"""PDF files: whether one may be kept, and its words.

Meant to run in a helper process (carnet.platform.confined): both libraries decode foreign bytes.
"""

import io
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

import msgspec

from carnet.standards import sniff
from carnet.standards.sniff import FileRefused

MAX_PAGES: Final = 1_000
MAX_OBJECTS: Final = 300_000
TEXT_PAGES: Final = 200
TEXT_CHARACTERS: Final = 200_000
_MAX_EMBEDDED: Final = 20_000_000
_SCRIPT: Final = re.compile(rb"<(?:[\w.-]+:)?script[\s/>]", re.IGNORECASE)
_ACTIONS: Final = frozenset({"/JavaScript", "/Launch", "/ImportData", "/Rendition"})


class Reading(msgspec.Struct, frozen=True):
    """What a PDF holds. `text`: its words as the file gives them, "" for a scanned paper.

    `whole`: False when there was more text than is kept. `fault`: why it cannot be read, "" otherwise.
    """

    pages: int
    text: str
    whole: bool = True
    fault: str = ""


def check(data: bytes) -> int:
    """Return the number of pages of a PDF that a person may keep; raises FileRefused.

    Rules: `broken` (nothing opens it), `encrypted` (it asks for a password), `active` (JavaScript, a
    program to launch, an embedded file that is no document), `pages`, `objects`.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as opened:
            pages = len(opened.pages)
            _check_size(pages, len(opened.objects))
            _check_active(opened)
            return pages
    except pikepdf.PasswordError as error:
        raise FileRefused(
            "encrypted", "Ce PDF est protégé par un mot de passe. Enregistrez-le sans mot de passe."
        ) from error
    except (FileRefused, MemoryError):
        raise
    except Exception as error:  # a library raises anything on foreign bytes
        raise FileRefused("broken", "Ce PDF est abîmé : il ne peut pas être ouvert.") from error


def read(data: bytes) -> Reading:
    """Return the pages and the words of a PDF, whatever its state: a fault is told, never raised."""
    import pypdfium2  # type: ignore[import-untyped]

    try:
        opened = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return Reading(0, "", fault="encrypted" if "assword" in str(error) else "broken")
    try:
        return _read_pages(opened)
    finally:
        opened.close()


def take(data: bytes) -> Reading:
    """Check a PDF and return its words, in one go; raises FileRefused as `check` does."""
    pages = check(data)
    reading = read(data)
    if reading.fault:
        raise FileRefused("broken", "Ce PDF est abîmé : il ne peut pas être ouvert.")
    return msgspec.structs.replace(reading, pages=pages)


def receive(data: bytes) -> Reading:
    """Read a PDF that somebody else answers for: what is damaged has no words, what is dangerous is refused.

    Raises FileRefused as `check` does, but for `broken`.
    """
    try:
        return take(data)
    except FileRefused as refused:
        if refused.rule != "broken":
            raise
        return read(data)


def _check_size(pages: int, objects: int) -> None:
    if objects > MAX_OBJECTS:
        raise FileRefused("objects", "Ce PDF est trop complexe pour être ouvert sans risque.")
    if pages == 0:
        raise FileRefused("broken", "Ce PDF n’a aucune page.")
    if pages > MAX_PAGES:
        raise FileRefused("pages", f"Ce PDF a {pages} pages : la limite est de {MAX_PAGES}.")


def _check_active(opened: Any) -> None:
    """Refuse a PDF that does something by itself, wherever in the file that is said."""
    import pikepdf

    for thing in _dictionaries(opened):
        kind = thing.get("/S")
        if "/JS" in thing or (isinstance(kind, pikepdf.Name) and str(kind) in _ACTIONS):
            raise FileRefused(
                "active", "Ce PDF contient un programme (JavaScript ou lancement d’un autre logiciel)."
            )
        if "/EF" in thing:
            _check_embedded(thing["/EF"])
        if "/XFA" in thing:
            _check_form(thing["/XFA"])


def _dictionaries(opened: Any) -> Iterator[Any]:
    """Yield each dictionary of a file: actions may stand within others, without a number of their own.

    However deep: what has no number stands within one thing only, so that none is met twice.
    """
    import pikepdf

    for top in chain([opened.trailer], opened.objects):
        waiting = [top]
        while waiting:
            thing = waiting.pop()
            kind = getattr(thing, "_type_code", None)
            if kind is pikepdf.ObjectType.array:
                inside = list(thing)
            elif kind in {pikepdf.ObjectType.dictionary, pikepdf.ObjectType.stream}:
                yield thing
                inside = [value for _, value in thing.items()]
            else:
                continue
            waiting += [each for each in inside if not getattr(each, "is_indirect", False)]


def _check_embedded(files: Any) -> None:
    """Refuse a file inside that is no document, or a PDF that does something by itself."""
    import pikepdf

    for file in dict(files.items()).values() if isinstance(files, pikepdf.Dictionary) else ():
        data = _find_bytes(file)
        shown = sniff.sniff(data) if data else None
        if shown in {None, sniff.HTML}:
            raise FileRefused("active", "Ce PDF contient un fichier caché qui n’est pas un document.")
        if shown == sniff.PDF and data:
            _check_inner(data)


def _check_inner(data: bytes) -> None:
    try:
        check(data)
    except FileRefused as refused:
        if refused.rule != "broken":  # what cannot be opened does nothing either
            raise


def _find_bytes(stream: Any) -> bytes | None:
    """Return what a stream holds, None when it is none, cannot be read or is too long."""
    import pikepdf

    if not isinstance(stream, pikepdf.Stream) or len(stream.read_raw_bytes()) > _MAX_EMBEDDED:
        return None
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return None


def _check_form(form: Any) -> None:
    """Refuse a form of XML (XFA) that has scripts: a stream, or names and streams by turns."""
    import pikepdf

    for packet in form if isinstance(form, pikepdf.Array) else [form]:
        if _SCRIPT.search((_find_bytes(packet) or b"").replace(b"\0", b"")):
            raise FileRefused("active", "Ce PDF contient un formulaire avec un programme (XFA).")


def _read_pages(opened: Any) -> Reading:
    pages, parts, left = len(opened), [], TEXT_CHARACTERS
    for number in range(min(pages, TEXT_PAGES)):
        part = _page_text(opened, number, left)
        parts.append(part)
        left -= len(part)
        if left <= 0:
            return Reading(pages, "\n".join(parts)[:TEXT_CHARACTERS], whole=False)
    return Reading(pages, "\n".join(parts), whole=pages <= TEXT_PAGES)


def _page_text(opened: Any, number: int, most: int) -> str:
    """Return the words of a page; one that cannot be read has none."""
    import pypdfium2

    try:
        page = opened[number]
        found: str = page.get_textpage().get_text_bounded()
    except pypdfium2.PdfiumError:
        return ""
    return _joined(found[:most])


def _joined(text: str) -> str:
    """Put a word together again that was cut at the end of a line, and drop what no text may hold."""
    for hyphen in ("\ufffe\r\n", "\ufffe\n", "\x02\r\n", "\x02\n", "\ufffe", "\x02"):
        text = text.replace(hyphen, "")
    return text.replace("\r\n", "\n").replace("\0", " ").encode("utf-8", "replace").decode()
