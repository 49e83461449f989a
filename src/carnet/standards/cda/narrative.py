"""The narrative of a CDA document as an HTML fragment that can stand in a page of Carnet.

Safe twice over: the fragment is built by construction (each known element gives a fixed tag, all text is
escaped, nothing is copied from the document but text, bounded numbers and checked addresses), then it
goes through a sanitiser with the same allow-list. Headings begin at level 2, under the page's title; every
id begins with `cda`, so that a document cannot address the page around it.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Final
from urllib.parse import urlsplit

import nh3
from lxml import etree

from carnet.standards import sniff
from carnet.standards.cda.model import NAMESPACE, Attachment, Document
from carnet.standards.cda.plain import sections_of

MAX_IMAGE_BYTES: Final = 300_000
MAX_IMAGES_BYTES: Final = 2_000_000
MAX_MEDIA: Final = 500
MAX_NESTING: Final = 40
"""Beyond this depth the structure is dropped and the text kept."""

_H: Final = f"{{{NAMESPACE}}}"
_BLOCKS: Final = frozenset({"paragraph", "list", "table", "renderMultiMedia"})
_PARENTS: Final = {
    "thead": {"table"},
    "tbody": {"table"},
    "tfoot": {"table"},
    "tr": {"table", "thead", "tbody", "tfoot"},
    "th": {"tr"},
    "td": {"tr"},
    "item": {"list"},
}
_STYLES: Final = {
    "bold": ("strong",),
    "italics": ("em",),
    "emphasis": ("em",),
    "bolditalics": ("strong", "em"),
    "underline": ("u",),
}
_REVISED: Final = {"insert": "ins", "delete": "del"}
_KINDS: Final = {sniff.PDF: "PDF", sniff.PLAIN: "texte", sniff.RTF: "texte RTF", sniff.TIFF: "image TIFF"}
_IMAGES: Final = frozenset({sniff.JPEG, sniff.PNG, sniff.GIF})

_TAGS: Final = frozenset(
    {
        "section",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "div",
        "br",
        "span",
        "strong",
        "em",
        "u",
        "ins",
        "del",
        "sub",
    }
    | {"sup", "ul", "ol", "li", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "pre"}
    | {"figure", "figcaption", "img"}
)
_ATTRIBUTES: Final = {
    "*": {"id"},
    "div": {"tabindex", "role", "aria-label"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "img": {"src", "alt"},
    "a": {"href", "rel"},
}
_CLASSES: Final = {
    "div": {"cda-table", "cda-footnotes"},
    "p": {"cda-caption", "cda-attachment"},
    "span": {"cda-host"},
    "pre": {"cda-plain"},
}
_ALLOWED_VALUES: Final = {
    "id": re.compile(r"cda(?:note)?-[\w.-]+"),
    "src": re.compile(r"data:image/(?:jpeg|png|gif);base64,[A-Za-z0-9+/]+=*"),
    "href": re.compile(r"https?://\S+|#cda(?:note)?-[\w.-]+"),
}


def to_html(document: Document) -> str:
    """Return the body of a document as an HTML fragment, safe to stand unescaped in a page.

    Level 3: its sections, each with its title and its text. Level 1: the text of a plain text file, and
    an empty string for any other file (the page offers the file itself, `document.attachments[0]`).
    Images of at most `MAX_IMAGE_BYTES` are shown in place; other files are named where they stand.
    """
    if document.structured_body is not None:
        return _SANITISER.clean(_Rendering.of(document).html(document.structured_body))
    body = document.attachments[0]
    text = sniff.find_text(body.data) if body.media_type == sniff.PLAIN else None
    return _SANITISER.clean(f'<pre class="cda-plain">{escape(text)}</pre>') if text else ""


def _allowed(_tag: str, attribute: str, value: str) -> str | None:
    rule = _ALLOWED_VALUES.get(attribute)
    return value if rule is None or rule.fullmatch(value) else None


_SANITISER: Final = nh3.Cleaner(
    tags=set(_TAGS),
    attributes=_ATTRIBUTES,
    attribute_filter=_allowed,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "data"},
    link_rel=None,
)


@dataclass
class _Rendering:
    """One document being rendered: what was already said, so that ids stay unique and images bounded."""

    media: dict[str, Attachment]
    notes: dict[etree._Element, int]
    note_ids: dict[str, int]
    holders: set[etree._Element]
    ids: set[str] = field(default_factory=set)
    pending_notes: list[etree._Element] = field(default_factory=list)
    image_bytes: int = 0
    media_count: int = 0

    @classmethod
    def of(cls, document: Document) -> "_Rendering":
        body = document.structured_body
        assert body is not None
        notes = {note: number for number, note in enumerate(body.iter(f"{_H}footnote"), 1)}
        note_ids = {note.get("ID", ""): number for note, number in notes.items() if note.get("ID")}
        return cls(_media(document, body), notes, note_ids, _holders_of_blocks(body))

    def html(self, body: etree._Element) -> str:
        """Sections one after the other in document order; their depth shows in the level of the heading."""
        return "".join(self.section(section) for section in sections_of(body))

    def section(self, section: etree._Element) -> str:
        heading, text = self.heading(section), section.find(f"{_H}text")
        content = self.children(text, 0).strip() if text is not None else ""
        content += self.footnotes()
        return f"<section>{heading}{content}</section>" if heading or content else ""

    def heading(self, section: etree._Element) -> str:
        title = " ".join(_text_of(section.find(f"{_H}title")).split())
        level = min(6, 2 + sum(1 for _ in section.iterancestors(f"{_H}section")))
        return f"<h{level}>{escape(title)}</h{level}>" if title else ""

    def children(self, element: etree._Element, depth: int) -> str:
        if depth > MAX_NESTING:
            return escape(_text_of(element))
        parts = [escape(element.text or "")]
        for child in element:
            parts += [self.element(child, depth + 1), escape(child.tail or "")]
        return "".join(parts)

    def element(self, element: etree._Element, depth: int) -> str:
        """Render one element; what has no place in a narrative, or is out of its place, gives its text."""
        name = _name(element)
        if _is_program(element):
            return ""
        parent = element.getparent()
        if name in _PARENTS and (parent is None or _name(parent) not in _PARENTS[name]):
            return self.children(element, depth)
        return _HANDLERS.get(name, _Rendering.children)(self, element, depth)

    def same(self, element: etree._Element, depth: int) -> str:
        """An element that HTML has under the same name."""
        name = _name(element)
        return f"<{name}{self.id_of(element)}>{self.children(element, depth)}</{name}>"

    def paragraph(self, element: etree._Element, depth: int) -> str:
        tag = "div" if element in self.holders else "p"
        return f"<{tag}{self.id_of(element)}>{self.styled(element, depth)}</{tag}>"

    def list_of_items(self, element: etree._Element, depth: int) -> str:
        tag = "ol" if element.get("listType") == "ordered" else "ul"
        return f"<{tag}{self.id_of(element)}>{self.children(element, depth)}</{tag}>"

    def item(self, element: etree._Element, depth: int) -> str:
        return f"<li{self.id_of(element)}>{self.styled(element, depth)}</li>"

    def content(self, element: etree._Element, depth: int) -> str:
        inner = self.styled(element, depth)
        revised = _REVISED.get(element.get("revised", ""))
        if revised:
            inner = f"<{revised}>{inner}</{revised}>"
        identifier = self.id_of(element)
        return f"<span{identifier}>{inner}</span>" if identifier else inner

    def styled(self, element: etree._Element, depth: int) -> str:
        """Children of an element under its styleCode; the style is dropped where it would enclose blocks."""
        inner = self.children(element, depth)
        if element in self.holders or not inner.strip():
            return inner
        styles = (element.get("styleCode") or "").casefold().split()
        tags = dict.fromkeys(tag for style in styles for tag in _STYLES.get(style, ()))
        for tag in reversed(tags):
            inner = f"<{tag}>{inner}</{tag}>"
        return inner

    def caption(self, element: etree._Element, depth: int) -> str:
        inner = self.styled(element, depth)
        parent = element.getparent()
        if parent is not None and _name(parent) == "table":
            return f"<caption>{inner}</caption>"
        if parent is not None and _name(parent) == "list":
            return f'<li><p class="cda-caption">{inner}</p></li>'
        return f'<p class="cda-caption">{inner}</p>'

    def table(self, element: etree._Element, depth: int) -> str:
        """A table in a box that can scroll on a narrow screen, hence can be reached by the keyboard."""
        inner = self.children(element, depth)
        box = '<div class="cda-table" role="group" aria-label="Tableau" tabindex="0">'
        return f"{box}<table{self.id_of(element)}>{inner}</table></div>"

    def cell(self, element: etree._Element, depth: int) -> str:
        inner = self.styled(element, depth)
        header = _name(element) == "th" and bool(inner.strip())
        tag = "th" if header else "td"
        attributes = self.id_of(element) + _span(element, "colspan", 100) + _span(element, "rowspan", 1000)
        if header:
            in_head = next(element.iterancestors(f"{_H}thead"), None) is not None
            attributes += f' scope="{"col" if in_head else "row"}"'
        return f"<{tag}{attributes}>{inner}</{tag}>"

    def link(self, element: etree._Element, depth: int) -> str:
        """A link to the web shows the name of the site it leads to; any other address is left out."""
        inner, href = self.children(element, depth), (element.get("href") or "").strip()
        if href.startswith("#"):
            return f'<a href="#{_safe_id(href[1:])}">{inner}</a>' if len(href) > 1 else inner
        host = _web_host(href)
        if host is None:
            return inner
        label = inner if inner.strip() else escape(href)
        return (
            f'<a href="{escape(href)}" rel="noopener noreferrer nofollow external">{label}</a>'
            f' <span class="cda-host">({escape(host)})</span>'
        )

    def multimedia(self, element: etree._Element, _depth: int) -> str:
        """The images and files referred to, each once; the caption goes with the first."""
        caption = " ".join(_text_of(element.find(f"{_H}caption")).split())
        references = dict.fromkeys((element.get("referencedObject") or "").split())
        found = [self.media[reference] for reference in references if reference in self.media]
        found = found[: max(0, MAX_MEDIA - self.media_count)]
        self.media_count += len(found)
        if not found:
            label = f"{caption} : fichier annoncé" if caption else "Fichier annoncé"
            return f'<p class="cda-attachment">{escape(label)}, impossible à montrer ici.</p>'
        captions = [caption, *[""] * (len(found) - 1)]
        return "".join(map(self.medium, found, captions))

    def medium(self, attachment: Attachment, caption: str) -> str:
        size = len(attachment.data)
        shown = size <= MAX_IMAGE_BYTES and self.image_bytes + size <= MAX_IMAGES_BYTES
        if attachment.media_type in _IMAGES and shown:
            self.image_bytes += size
            return _figure(attachment, caption)
        kind = _KINDS.get(attachment.media_type, "image")
        label = f"{caption} : fichier joint" if caption else "Fichier joint"
        return (
            f'<p class="cda-attachment">{escape(label)} ({kind}), à ouvrir avec les fichiers du document.</p>'
        )

    def footnote(self, element: etree._Element, _depth: int) -> str:
        self.pending_notes.append(element)
        return _note_link(self.notes[element])

    def footnote_reference(self, element: etree._Element, _depth: int) -> str:
        return _note_link(self.note_ids.get(element.get("IDREF", "")))

    def footnotes(self) -> str:
        """The notes called in the section that ends, under it; a note inside a note is said within it."""
        numbered = [(self.notes[note], escape(_text_of(note).strip())) for note in self.pending_notes]
        lines = [f'<p id="cdanote-{number}"><sup>{number}</sup> {text}</p>' for number, text in numbered]
        self.pending_notes = []
        return f'<div class="cda-footnotes">{"".join(lines)}</div>' if lines else ""

    def id_of(self, element: etree._Element) -> str:
        """The id attribute, prefixed; a second element of the same id loses it."""
        name = _safe_id(element.get("ID") or "")
        if name == "cda-" or name in self.ids:
            return ""
        self.ids.add(name)
        return f' id="{name}"'


_HANDLERS: Final[dict[str, Callable[[_Rendering, etree._Element, int], str]]] = {
    "br": lambda _rendering, _element, _depth: "<br>",
    **dict.fromkeys(("sub", "sup", "thead", "tbody", "tfoot", "tr"), _Rendering.same),
    "content": _Rendering.content,
    "paragraph": _Rendering.paragraph,
    "caption": _Rendering.caption,
    "list": _Rendering.list_of_items,
    "item": _Rendering.item,
    "table": _Rendering.table,
    "th": _Rendering.cell,
    "td": _Rendering.cell,
    "linkHtml": _Rendering.link,
    "renderMultiMedia": _Rendering.multimedia,
    "footnote": _Rendering.footnote,
    "footnoteRef": _Rendering.footnote_reference,
}


def _figure(attachment: Attachment, caption: str) -> str:
    data = base64.b64encode(attachment.data).decode("ascii")
    legend = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    alt = escape(caption or "Image du document")
    return f'<figure><img src="data:{attachment.media_type};base64,{data}" alt="{alt}">{legend}</figure>'


def _note_link(number: int | None) -> str:
    return f'<sup><a href="#cdanote-{number}">{number}</a></sup>' if number else ""


def _name(element: etree._Element) -> str:
    """The local name of an element of HL7's namespace; empty for any other, whose text alone is kept."""
    tag = str(element.tag)
    return tag[len(_H) :] if tag.startswith(_H) else ""


def _is_program(element: etree._Element) -> bool:
    """Whether an element, of whatever namespace, holds a script or a style sheet rather than text."""
    return str(element.tag).rpartition("}")[2].casefold() in {"script", "style"}


def _media(document: Document, body: etree._Element) -> dict[str, Attachment]:
    """The files that the narrative can refer to, by the ID of the medium or of a region drawn on it."""
    media = {attachment.name: attachment for attachment in document.attachments if attachment.name}
    for region in body.iter(f"{_H}regionOfInterest"):
        medium = region.find(f"{_H}entryRelationship/{_H}observationMedia")
        if medium is not None and medium.get("ID") in media:
            media.setdefault(region.get("ID", ""), media[medium.get("ID", "")])
    return media


def _holders_of_blocks(body: etree._Element) -> set[etree._Element]:
    """Every element that encloses a block: found upwards from the blocks, each enclosing element once."""
    holders: set[etree._Element] = set()
    for block in body.iter(*(f"{_H}{name}" for name in _BLOCKS)):
        for ancestor in block.iterancestors():
            if ancestor in holders:
                break
            holders.add(ancestor)
    return holders


def _span(element: etree._Element, name: str, ceiling: int) -> str:
    value = element.get(name, "")
    return (
        f' {name}="{value}"' if re.fullmatch(r"[1-9][0-9]{0,3}", value) and 1 < int(value) <= ceiling else ""
    )


def _safe_id(name: str) -> str:
    return "cda-" + re.sub(r"[^A-Za-z0-9_.-]", "_", name.strip())[:80]


def _web_host(href: str) -> str | None:
    """The host of a plain web address; None for another scheme, or one that could mislead the reader."""
    if not re.fullmatch(r"https?://[^\s\\\"'<>]{1,1000}", href, re.IGNORECASE):
        return None
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    return parts.hostname if parts.hostname and "@" not in parts.netloc else None


def _text_of(element: etree._Element | None) -> str:
    return "".join(map(str, element.itertext())) if element is not None else ""
