"""An independent reading of the HTML made from foreign documents: what may stand in it, and nothing else."""

import re
from html.parser import HTMLParser

TAGS = frozenset(
    [
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
        "sup",
        "ul",
        "ol",
        "li",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "figure",
        "figcaption",
        "img",
        "a",
        "pre",
    ]
)
VALUES = {
    "id": r"cda(note)?-[A-Za-z0-9_.-]+",
    "class": r"(cda-(table|footnotes|caption|attachment|host|plain))?",
    "scope": r"col|row",
    "colspan": r"[0-9]{1,3}",
    "rowspan": r"[0-9]{1,4}",
    "tabindex": r"0",
    "role": r"group",
    "aria-label": r"Tableau",
    "alt": r"(?s).*",
    "rel": r"noopener noreferrer nofollow external",
    "src": r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/]+=*",
    "href": r"https?://[^\s\"'<>\\]+|#cda(note)?-[A-Za-z0-9_.-]+",
}


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        assert tag in TAGS, tag
        self.tags.append(tag)
        for name, value in attributes:
            assert name in VALUES, (tag, name)
            assert re.fullmatch(VALUES[name], value or ""), (tag, name, value)
            if name == "id":
                self.ids.append(value)

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl):
        raise AssertionError(f"a declaration: {decl}")


def check(html: str) -> _Reader:
    """Fail on any tag, attribute or address that is not expected; return tags, ids and text met."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.ids) == len(set(reader.ids))
    return reader
