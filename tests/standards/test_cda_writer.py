from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from carnet.standards import xml
from carnet.standards.cda.model import Attachment, Author, Patient
from carnet.standards.cda.narrative import to_html
from carnet.standards.cda.reader import read
from carnet.standards.cda.rules import check as check_rules
from carnet.standards.cda.writer import N1_TEMPLATES, Section, Table, next_version, write_n1, write_n3
from carnet.standards.ins import INS_OIDS
from tests.standards.html_check import check
from tests.standards.samples import (
    AUTHORS,
    CODES,
    DEVICES,
    FEW,
    HEADER,
    HEADERS,
    LINES,
    MATRICULES,
    N3_TEMPLATES,
    ORGANISATIONS,
    PDF,
    RESULTS,
    TIMES,
    n3,
    traits,
)

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
def test_a_header_reads_back_the_same_and_follows_the_rules_of_the_profile(header):
    data = write_n1(header, Attachment("application/pdf", PDF))
    assert check_rules(data) == []
    document = read(data)
    assert document.header == header
    assert document.attachments == (Attachment("application/pdf", PDF),)


SPOILED = {
    "unique_id": st.sampled_from(["", "x", "1.02", "4c419a73-7d22-4098-9b4e-007e3a47d863"]),
    "set_id": st.sampled_from([None, "", "x"]),
    "version_number": st.sampled_from([None, 0, -1, 10**9]),
    "replaces": st.sampled_from([("1.2", "1.3"), ("x",)]),
    "code": CODES,
    "title": st.sampled_from(["", " "]),
    "confidentiality": CODES,
    "language": st.sampled_from(["", "en-US"]),
    "authors": st.lists(AUTHORS | DEVICES | st.just(Author()), max_size=2).map(tuple),
    "data_enterer": st.none() | AUTHORS | DEVICES | st.just(Author()),
    "custodian": st.none() | ORGANISATIONS,
    "legal_authenticator": st.none() | AUTHORS | DEVICES | st.builds(Author, family=LINES, prefix=LINES),
    "service_start": st.none() | TIMES,
    "facility_type": st.none() | CODES,
    "practice_setting": st.none() | CODES,
    "template_ids": st.sampled_from(
        [(), N1_TEMPLATES[:2], N3_TEMPLATES, (*N3_TEMPLATES, "x"), N1_TEMPLATES[::-1]]
    ),
    "patient": st.builds(
        Patient,
        ins=st.none() | st.just("1") | MATRICULES,
        ins_oid=st.none() | st.just("1.2.3") | st.sampled_from(sorted(INS_OIDS)),
        local_ids=st.sampled_from([(), ("x",), ("1.2^3",)]),
        traits=traits().flatmap(
            lambda right: st.sampled_from(
                [
                    right,
                    replace(right, given_names=""),
                    replace(right, birth_name=""),
                    replace(right, birth_place="99"),
                ]
            )
        ),
    ),
}


@FEW
@given(HEADERS, st.data())
def test_a_header_is_refused_or_what_it_gives_follows_the_rules(header, data):
    names = data.draw(st.lists(st.sampled_from(sorted(SPOILED)), min_size=1, max_size=3))
    header = replace(header, template_ids=N3_TEMPLATES)
    header = replace(header, **{name: data.draw(SPOILED[name]) for name in names})
    try:
        document = write_n3(header, [RESULTS])
    except ValueError as error:
        event(str(error)[:40])
        return
    assert check_rules(document) == []


def test_the_version_that_replaces():
    header = next_version(HEADER, unique_id="1.2.250.1.999.1^CR-2026-2", effective_time=HEADER.effective_time)
    assert (header.set_id, header.version_number) == (HEADER.set_id, 3)
    document = write_n1(header, Attachment("application/pdf", PDF))
    assert check_rules(document) == []
    assert read(document).replaces == (HEADER.unique_id,)


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
