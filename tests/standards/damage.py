"""Documents of our own writing, damaged: byte by byte, or element by element so that they stay well formed."""

from hypothesis import strategies as st
from lxml import etree

from tests.standards.samples import n1, n3

OURS = n3()
HOSTILE = st.sampled_from(
    [
        "",
        " ",
        "<script>alert(1)</script>",
        "javascript:alert(1)",
        '" onload="alert(1)',
        "1.2.3",
        "99999999999999999999",
        "00000000",
        "20261345",
        "99991231235959-1400",
        "B64",
        "application/pdf",
        "text/plain",
        "UNK",
        "\u202egnp.exe",
        "é" * 5000,
    ]
)


@st.composite
def mutations(draw):
    """Bytes of ours, cut, flipped, repeated, or with a foreign piece put in."""
    data = bytearray(OURS)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["cut", "flip", "insert", "repeat"])):
            case "cut":
                del data[at : at + draw(st.integers(1, 400))]
            case "flip" if at < len(data):
                data[at] = draw(st.integers(32, 126) | st.integers(0, 255))
            case "insert":
                data[at:at] = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
            case "repeat":
                data[at:at] = data[max(0, at - 60) : at] * draw(st.integers(1, 40))
    return bytes(data)


PIECES = [
    b"<!DOCTYPE a>",
    b"&lt;script&gt;",
    b"<script>alert(1)</script>",
    b"<![CDATA[<img onerror=alert(1)>]]>",
    b"<!--",
    b"]]>",
    b"\xff",
    b"\x00",
    b"&#0;",
    b"&#x1F600;",
    b' xmlns="urn:x"',
    b"<text><text>",
    b"</text>",
]


@st.composite
def grafts(draw):
    """A well-formed document whose elements were removed, doubled, moved, renamed or given hostile values."""
    root = etree.fromstring(draw(st.sampled_from([OURS, n1(), n1(media_type="text/plain", data=b"texte")])))
    return hurt(draw, root, most=5, names=("nullFlavor", "ID", "href", "onclick"))


def hurt(draw, root, *, most, names):
    """Remove, double, move, rename elements of a tree or give them hostile values; return it as bytes."""
    for _ in range(draw(st.integers(1, most))):
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        node, other = draw(st.sampled_from(nodes)), draw(st.sampled_from(nodes))
        match draw(st.sampled_from(["remove", "double", "move", "rename", "attribute", "text", "empty"])):
            case "remove" if node.getparent() is not None:
                node.getparent().remove(node)
            case "double" if node.getparent() is not None:
                node.addnext(etree.fromstring(etree.tostring(node, with_tail=False)))
            case "move":
                other.append(etree.fromstring(etree.tostring(node, with_tail=False)))
            case "rename":
                node.tag = other.tag
            case "attribute":
                node.set(draw(st.sampled_from([*node.attrib, *names])), draw(HOSTILE))
            case "text":
                node.text = draw(HOSTILE)
            case "empty":
                node.clear()
    return etree.tostring(root)
