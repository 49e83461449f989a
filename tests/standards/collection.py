"""Every CDA document of the samples of others, wherever it stands: alone, or inside a message or a package."""

import base64
import binascii
import io
import re
import tarfile
import zipfile
from collections.abc import Iterator
from functools import cache

from tests.standards.samples import SHARED

INTEROP = SHARED / "data/interop"
MAX_NESTING = 3
_ROOT = re.compile(rb"<(?:[\w-]+:)?ClinicalDocument[\s>/]")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{80,}={0,2}")
_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_STYLESHEET = re.compile(rb"<xsl:(?:stylesheet|transform)[\s>]")


@cache
def collection() -> dict[str, bytes]:
    """The documents by name: the path of the file, then its place inside when it is not the file itself."""
    found: dict[str, bytes] = {}
    for file in sorted(path for path in INTEROP.rglob("*") if path.is_file()):
        name = str(file.relative_to(INTEROP))
        for number, data in enumerate(_documents(file.read_bytes())):
            found[f"{name} #{number + 1}" if data != file.read_bytes() else name] = data
    return found


def _documents(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """Yield the CDA documents that bytes are, or hold: by root element, in base64, in archives."""
    if depth > MAX_NESTING:
        return
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _documents(archive.read(name), depth + 1)
    elif data[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                opened = archive.extractfile(member) if member.isfile() else None
                if opened is not None:
                    yield from _documents(opened.read(), depth + 1)
    elif _is_document(data):
        yield data
    else:
        yield from _encoded(data, depth)


def _is_document(data: bytes) -> bool:
    """Whether the root element is a ClinicalDocument, or a style sheet that embeds one."""
    if not _XML.match(data):
        return False
    root = re.search(rb"<[A-Za-z_][^>]*>", re.sub(rb"<!--.*?-->|<\?.*?\?>", b"", data, flags=re.DOTALL))
    if root is None:
        return False
    return bool(_ROOT.match(root[0]) or (_STYLESHEET.match(root[0]) and _ROOT.search(data)))


def _encoded(data: bytes, depth: int) -> Iterator[bytes]:
    for match in _BASE64.finditer(data):
        try:
            decoded = base64.b64decode(match[0] + b"=" * (-len(match[0]) % 4))
        except (binascii.Error, ValueError):
            continue
        if _XML.match(decoded) or decoded[:4] == b"PK\x03\x04":
            yield from _documents(decoded, depth + 1)
