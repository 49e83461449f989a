"""The one place where XML of foreign origin is parsed.

Nothing in a document may reach out of it or grow beyond its own size: no document type, hence no
entities; no network; bounds on bytes, depth and number of nodes. The bounds are checked by a streaming
pass before any tree is built, so that refusing costs little. Processing instructions and comments are
left out of the tree: a style sheet named in a document is never looked at.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any, Final
from xml.parsers import expat

from lxml import etree

DEFAULT_MAX_BYTES: Final = 20_000_000
DEFAULT_MAX_DEPTH: Final = 200
DEFAULT_MAX_NODES: Final = 500_000

# What French clinical software is known to send; anything else is refused rather than guessed.
_ENCODINGS: Final = frozenset({"utf-8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_DECLARATION = re.compile(r"<\?xml\s[^>]*?\?>")
_DECLARED_ENCODING = re.compile(rb"<\?xml\s[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")


class XmlRefused(ValueError):  # noqa: N818 - the outcome is a refusal
    """Bytes were not parsed. `rule` is one of size, encoding, doctype, depth, nodes, syntax."""

    def __init__(self, rule: str, message_fr: str) -> None:
        super().__init__(message_fr)
        self.rule = rule
        self.message_fr = message_fr


def parse(
    data: bytes,
    *,
    max_bytes: int = DEFAULT_MAX_BYTES,
    max_depth: int = DEFAULT_MAX_DEPTH,
    max_nodes: int = DEFAULT_MAX_NODES,
) -> etree._Element:
    """Parse foreign bytes and return the root element; raise `XmlRefused` with the rule that was broken.

    `max_nodes` counts elements and attributes. libxml2's own ceilings stay in force besides (a single
    text of ten million characters, for one): `huge_tree` is never switched on.
    """
    if len(data) > max_bytes:
        raise XmlRefused("size", f"Le fichier est trop volumineux : la limite est de {max_bytes} octets.")
    text = _decode(data)
    _prescan(text, max_depth=max_depth, max_nodes=max_nodes)
    return _build(text)


def _decode(data: bytes) -> bytes:
    """Return the document as UTF-8 without declaration, so that both parsers read the same characters."""
    encoding = _encoding_of(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise XmlRefused(
            "encoding", f"Le fichier n’est pas écrit dans l’encodage annoncé ({encoding})."
        ) from error
    declaration = _DECLARATION.match(text)
    return text[declaration.end() if declaration else 0 :].encode("utf-8")


def _encoding_of(data: bytes) -> str:
    if data.startswith(BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((BOM_UTF16_BE, BOM_UTF16_LE)):
        return "utf-16"
    declared = _DECLARED_ENCODING.match(data[:400])
    name = declared[1].decode("ascii").lower() if declared else "utf-8"
    if name not in _ENCODINGS or name == "utf-16":
        raise XmlRefused("encoding", f"L’encodage annoncé par le fichier ({name[:40]}) n’est pas accepté.")
    return name


class _Bounds:
    """Counts what a streaming parser meets, and stops it at the first bound crossed."""

    def __init__(self, *, max_depth: int, max_nodes: int) -> None:
        self.max_depth, self.max_nodes = max_depth, max_nodes
        self.depth = self.nodes = 0

    def start(self, _name: str, attributes: list[str]) -> None:
        self.depth += 1
        self.nodes += 1 + len(attributes) // 2
        if self.depth > self.max_depth:
            raise XmlRefused("depth", f"Le fichier imbrique plus de {self.max_depth} niveaux.")
        if self.nodes > self.max_nodes:
            raise XmlRefused("nodes", f"Le fichier contient plus de {self.max_nodes} éléments.")

    def end(self, _name: str) -> None:
        self.depth -= 1

    def doctype(self, *_args: Any) -> None:
        raise XmlRefused("doctype", "Le fichier contient une déclaration DOCTYPE, ce qui est interdit.")


def _prescan(text: bytes, *, max_depth: int, max_nodes: int) -> None:
    bounds = _Bounds(max_depth=max_depth, max_nodes=max_nodes)
    scanner = expat.ParserCreate("utf-8")
    scanner.ordered_attributes = True
    scanner.StartDoctypeDeclHandler = bounds.doctype
    scanner.StartElementHandler = bounds.start
    scanner.EndElementHandler = bounds.end
    try:
        scanner.Parse(text, True)
    except expat.ExpatError as error:
        raise XmlRefused("syntax", f"Le fichier n’est pas un XML correct (ligne {error.lineno}).") from error


def _build(text: bytes) -> etree._Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_pis=True,
        remove_comments=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise XmlRefused("doctype", "Le fichier contient une déclaration DOCTYPE, ce qui est interdit.")
    return root


def _refusal(error: etree.XMLSyntaxError) -> XmlRefused:
    """Tell a ceiling of the library (a text, a name too long) from a fault of the document."""
    if getattr(error, "code", None) == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return XmlRefused("size", "Le fichier contient un élément trop volumineux.")
    return XmlRefused("syntax", f"Le fichier n’est pas un XML correct (ligne {error.lineno}).")
