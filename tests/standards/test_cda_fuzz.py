"""Any bytes at all: reader, rules, narrative and text give an answer or `CdaRefused`, and in little time."""

import os
import time

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from lxml import etree

from carnet.standards.cda.model import CdaRefused
from carnet.standards.cda.narrative import to_html
from carnet.standards.cda.plain import text_of
from carnet.standards.cda.reader import parse, read_tree
from carnet.standards.cda.rules import RULES, Finding, check
from carnet.standards.cda.rules.finding import MAX_FAULTS
from tests.standards import html_check
from tests.standards.damage import HOSTILE, grafts, hurt, mutations
from tests.standards.samples import FOREIGN_CDA, n3

LONG = os.environ.get("CARNET_LONG") == "1"
CASES = settings(max_examples=100_000 if LONG else 200, deadline=None)
SECONDS = 10
MAX_SAMPLE = 120_000
"""Octets of a sample that is worth damaging a thousand times."""
SAMPLES = [file.read_bytes() for file in FOREIGN_CDA if file.stat().st_size < MAX_SAMPLE]


def examined(data: bytes) -> str:
    """Put the bytes through everything; return what came of it. Anything but `CdaRefused` fails the test."""
    begun = time.process_time()
    try:
        tree = parse(data)
        findings = check(tree)
        assert len(findings) <= MAX_FAULTS * len(RULES)
        assert all(isinstance(finding, Finding) and finding.message_fr for finding in findings)
        document = read_tree(tree)
        html_check.check(to_html(document))
        assert "\x00" not in text_of(document)
    except CdaRefused as refused:
        return f"refused: {refused.rule}"
    finally:
        assert time.process_time() - begun < SECONDS
    return "faulty" if findings else "right"


@st.composite
def damaged_samples(draw):
    """A document of others, with elements removed, doubled, moved, renamed or given hostile values."""
    root = etree.fromstring(draw(st.sampled_from(SAMPLES or [n3()])))
    return hurt(draw, root, most=4, names=("nullFlavor", "root", "value", "code"))


@st.composite
def cut_samples(draw):
    """A document of others with octets cut, changed or put in."""
    data = bytearray(draw(st.sampled_from(SAMPLES or [n3()])))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data) - 1))
        data[at : at + draw(st.integers(0, 50))] = draw(st.binary(max_size=12))
    return bytes(data)


NAMES = st.sampled_from(
    [
        "ClinicalDocument", "realmCode", "templateId", "id", "code", "title", "effectiveTime", "recordTarget",
        "patientRole", "patient", "name", "family", "given", "author", "assignedAuthor", "assignedPerson", "custodian",
        "assignedEntity", "documentationOf", "serviceEvent", "performer", "low", "component", "structuredBody",
        "nonXMLBody", "section", "text", "table", "tr", "td", "addr", "telecom", "relatedDocument", "birthTime",
    ]
)  # fmt: skip
VALUES = HOSTILE.filter(lambda text: "<" not in text) | st.sampled_from(
    ["FR", "20260101", "BR", "1", "fr-FR"]
)


@st.composite
def trees(draw, children):
    name, attributes = (
        draw(NAMES),
        draw(st.dictionaries(st.sampled_from(["root", "value", "code", "ID"]), VALUES, max_size=2)),
    )
    written = "".join(f' {key}="{value.replace(chr(34), "")}"' for key, value in attributes.items())
    return f"<{name}{written}>{''.join(draw(st.lists(children, max_size=5)))}</{name}>"


RANDOM_XML = st.recursive(st.sampled_from(["", "mot", "&lt;", "é"]), trees, max_leaves=40).map(
    lambda inner: f'<ClinicalDocument xmlns="urn:hl7-org:v3">{inner}</ClinicalDocument>'.encode()
)


@CASES
@given(grafts() | mutations() | RANDOM_XML | st.binary(max_size=300))
def test_any_bytes(data):
    event(examined(data))


@settings(CASES, max_examples=20_000 if LONG else 200)  # whole documents: slower, fewer
@given(damaged_samples() | cut_samples())
def test_damaged_documents_of_others(data):
    event(examined(data))


DEEP = n3().replace(b"<custodian>", b"<informant>" * 10_000 + b"</informant>" * 10_000 + b"<custodian>")


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"<!DOCTYPE ClinicalDocument>" + n3().partition(b"?>")[2], "doctype"),
        (
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
            + n3().partition(b"?>")[2].replace(b"Biochimie", b"&x;"),
            "doctype",
        ),
        (n3().replace(b"Biochimie", b"&inconnue;"), "syntax"),
        (DEEP, "depth"),
        (n3() + b" " * 20_000_000, "size"),
        (n3().replace(b"</text>", b"<br/>" * 120_000 + b"</text>"), "nodes"),
    ],
    ids=["doctype", "entity", "unknown entity", "10,000 levels", "20 MB", "nodes"],
)
def test_what_is_refused_before_it_is_read(data, rule):
    begun = time.process_time()
    for examine in (parse, check):
        with pytest.raises(CdaRefused) as error:
            examine(data)
        assert error.value.rule == rule
    assert time.process_time() - begun < 2
