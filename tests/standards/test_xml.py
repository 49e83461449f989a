import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards import xml
from tests.standards.damage import mutations
from tests.standards.samples import MANY

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>
<a>&c;</a>"""


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"<!DOCTYPE a><a/>", "doctype"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "doctype"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "doctype"),
        (b'<!DOCTYPE a PUBLIC "-//X" "http://127.0.0.1:1/x.dtd"><a/>', "doctype"),
        (LAUGHS, "doctype"),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "doctype"),
        (b"", "syntax"),
        (b"Bonjour", "syntax"),
        (b"<a>", "syntax"),
        (b"<a></b>", "syntax"),
        (b"<a>&inconnue;</a>", "syntax"),
        (b"<a b='1' b='2'/>", "syntax"),
        (b"<p:a/>", "syntax"),
        (b"<a>\x00</a>", "syntax"),
        (b"\n<?xml version='1.0'?><a/>", "syntax"),
        (b"<a>\xe9</a>", "encoding"),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "encoding"),
        (b"<?xml version='1.0' encoding='x-unknown'?><a/>", "encoding"),
        (b"<?xml version='1.0' encoding='us-ascii'?><a>\xe9</a>", "encoding"),
        (b"<?xml version='1.0' encoding='utf-16'?><a/>", "encoding"),
        (b"\xff\xfe<", "encoding"),
        (b"\xff\xfe<\x00a\x00", "syntax"),
        (b"<a>" * 10_000 + b"</a>" * 10_000, "depth"),
        (b"<a>" * 201 + b"</a>" * 201, "depth"),
        (b"<a>" + b"<b/>" * 500_000 + b"</a>", "nodes"),
        (b"<a " + b" ".join(b"b%d=''" % n for n in range(500_001)) + b"/>", "nodes"),
        (b"<a>" + b"x" * 11_000_000 + b"</a>", "size"),
        (b"<a>" + b" " * 20_000_000 + b"</a>", "size"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:24].decode("latin-1"),
)
def test_what_is_refused_and_by_which_rule(data, rule):
    with pytest.raises(xml.XmlRefused) as error:
        xml.parse(data)
    assert error.value.rule == rule
    assert error.value.message_fr.endswith(".")


def test_bounds_are_the_callers():
    assert xml.parse(b"<a><b/></a>", max_bytes=11, max_depth=2, max_nodes=2).tag == "a"
    for bounds, rule in (
        ({"max_bytes": 10}, "size"),
        ({"max_depth": 1}, "depth"),
        ({"max_nodes": 1}, "nodes"),
    ):
        with pytest.raises(xml.XmlRefused) as error:
            xml.parse(b"<a><b/></a>", **bounds)
        assert error.value.rule == rule


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "iso-8859-15", "windows-1252"]
)
def test_accents_in_every_accepted_encoding(encoding):
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?><a titre="é">Pâques à Étretat</a>'
    root = xml.parse(text.encode(encoding))
    assert (root.text, root.get("titre")) == ("Pâques à Étretat", "é")


def test_instructions_and_comments_leave_no_trace():
    root = xml.parse(b'<?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?><a>un<!-- c --><?pi x?>deux<b/></a>')
    assert [child.tag for child in root] == ["b"]
    assert root.text == "undeux"


def test_refusing_a_bomb_costs_little():
    """Six million levels are refused at the first too many: no tree, and no more memory than the bytes."""
    bomb = b"<a>" * 6_000_000
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(xml.XmlRefused):
        xml.parse(bomb)
    spent, (_, peak) = time.process_time() - begun, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 2
    assert peak < 5 * len(bomb)


@MANY
@given(mutations() | st.binary(max_size=300))
def test_any_bytes_give_a_tree_or_a_refusal(data):
    rule = None
    try:
        assert xml.parse(data).getroottree().docinfo.internalDTD is None
    except xml.XmlRefused as error:
        rule = error.rule
    assert rule in {None, "size", "encoding", "doctype", "depth", "nodes", "syntax"}
