from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards import xml
from carnet.standards.cda.model import Attachment
from carnet.standards.cda.narrative import to_html
from carnet.standards.cda.reader import read
from carnet.standards.cda.writer import Section, Table, write_n1, write_n3
from tests.standards.html_check import check
from tests.standards.samples import CODES, FEW, HEADER, HEADERS, LINES, N3_TEMPLATES, PDF, RESULTS, n3

# The order of the schema: POCD_MT000040, ClinicalDocument.
ORDER = [
    "realmCode",
    "typeId",
    "templateId",
    "id",
    "code",
    "title",
    "effectiveTime",
    "confidentialityCode",
    "languageCode",
    "setId",
    "versionNumber",
    "recordTarget",
    "author",
    "custodian",
    "legalAuthenticator",
    "documentationOf",
    "relatedDocument",
    "componentOf",
    "component",
]


@FEW
@given(HEADERS)
def test_a_header_reads_back_the_same(header):
    document = read(write_n1(header, Attachment("application/pdf", PDF)))
    assert document.header == header
    assert document.attachments == (Attachment("application/pdf", PDF),)


TABLES = st.integers(1, 4).flatmap(
    lambda width: st.builds(
        Table,
        headings=st.lists(LINES, min_size=width, max_size=width),
        rows=st.lists(st.lists(LINES, min_size=width, max_size=width), max_size=4),
        caption=st.just("") | LINES,
    )
)
SECTIONS = st.builds(Section, title=LINES, code=CODES, blocks=st.lists(LINES | TABLES, max_size=4))


@FEW
@given(
    HEADERS.map(lambda header: replace(header, template_ids=N3_TEMPLATES)),
    st.lists(SECTIONS, min_size=1, max_size=3),
)
def test_a_narrative_shows_all_that_was_written(header, sections):
    document = read(write_n3(header, sections))
    assert document.header == header
    shown = "".join("".join(check(to_html(document)).text).split())
    for section in sections:
        assert "".join(section.title.split()) in shown
        for block in section.blocks:
            cells = (
                [block]
                if isinstance(block, str)
                else [*block.headings, *(c for row in block.rows for c in row)]
            )
            assert all("".join(cell.split()) in shown for cell in cells)


def test_the_order_of_the_schema_and_the_constants_of_the_profile():
    root = xml.parse(n3())
    names = [child.tag.partition("}")[2] for child in root]
    assert sorted(names, key=ORDER.index) == names
    assert set(ORDER) == set(names)
    namespaces = {"h": "urn:hl7-org:v3"}
    assert root.findall("h:realmCode", namespaces)[0].get("code") == "FR"
    assert root.findall("h:typeId", namespaces)[0].get("extension") == "POCD_HD000040"
    assert len(root.findall("h:templateId", namespaces)) >= 3


def test_a_uuid_is_written_in_upper_case():
    header = replace(HEADER, unique_id="4c419a73-7d22-4098-9b4e-007e3a47d863")
    assert b'<id root="4C419A73-7D22-4098-9B4E-007E3A47D863"/>' in write_n1(
        header, Attachment("application/pdf", PDF)
    )


@pytest.mark.parametrize(
    "missing",
    [
        "set_id",
        "version_number",
        "custodian",
        "legal_authenticator",
        "service_start",
        "facility_type",
        "practice_setting",
        "authors",
    ],
)
def test_what_the_profile_makes_mandatory(missing):
    header = replace(HEADER, **{missing: () if missing == "authors" else None})
    with pytest.raises(ValueError, match=missing):
        write_n1(header, Attachment("application/pdf", PDF))


def test_other_headers_that_cannot_be_written():
    pdf = Attachment("application/pdf", PDF)
    with pytest.raises(ValueError, match=r"patient\.ins"):
        write_n1(replace(HEADER, patient=replace(HEADER.patient, ins=None)), pdf)
    with pytest.raises(ValueError, match="language"):
        write_n1(replace(HEADER, language="en-US"), pdf)
    with pytest.raises(ValueError, match="template"):
        write_n1(replace(HEADER, template_ids=HEADER.template_ids[:2]), pdf)
    with pytest.raises(ValueError, match="may not carry"):
        write_n1(HEADER, Attachment("text/html", b"<p>"))
    with pytest.raises(ValueError, match="character"):
        write_n1(replace(HEADER, title="a\x00b"), pdf)
    with pytest.raises(ValueError, match="section"):
        write_n3(replace(HEADER, template_ids=N3_TEMPLATES), [])
    with pytest.raises(ValueError, match="cells"):
        n3(replace(RESULTS, blocks=(Table(headings=("a", "b"), rows=(("1",),)),)))
