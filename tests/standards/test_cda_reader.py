from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards.cda.model import CdaRefused, Code
from carnet.standards.cda.reader import read
from carnet.standards.cda.timestamp import format_timestamp, parse_day, parse_timestamp
from carnet.standards.ins import OID_INS_TEST, InsError
from tests.standards.damage import grafts, mutations
from tests.standards.samples import HEADER, MANY, PDF, PNG, TIMES, n1, n3, with_text

STYLESHEET = (
    b'<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">'
    b'<xsl:template match="/"><xsl:value-of select="document(\'http://127.0.0.1:1/\')"/></xsl:template>%b'
    b"</xsl:stylesheet>"
)


def refused(data: bytes, **bounds) -> str:
    with pytest.raises(CdaRefused) as error:
        read(data, **bounds)
    assert error.value.message_fr.endswith(".")
    return error.value.rule


def changed(old: bytes, new: bytes, document: bytes | None = None) -> bytes:
    document = n1() if document is None else document
    assert old in document
    return document.replace(old, new)


def test_the_header_as_values():
    document = read(n1())
    assert document.header == HEADER
    assert (document.unique_id, document.set_id, document.version_number) == (
        "1.2.250.1.999.1^CR-2026-1",
        "1.2.250.1.999.1^CR-2026",
        2,
    )
    assert document.effective_time == datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
    assert document.patient.traits.birth_date == date(1979, 3, 28)
    assert document.patient.ins_oid == OID_INS_TEST
    assert document.patient.find_matricule().value == "279035121518989"
    assert document.authors[0].name == "Anne MERCIER"
    assert document.custodian.finess == "010000123"
    assert document.practice_setting.code == "AMBULATOIRE"
    assert document.level == "N1"
    assert document.attachments[0].data == PDF


def test_no_printed_form_shows_the_patient():
    shown = repr(read(n1()))
    for secret in ("279035121518989", "ARC-L", "Zoé", "4578"):
        assert secret not in shown


def test_a_uuid_is_one_identifier_in_either_case():
    old = b'<id root="1.2.250.1.999.1" extension="CR-2026-1"/>'
    lower = read(changed(old, b'<id root="4c419a73-7d22-4098-9b4e-007e3a47d863"/>'))
    upper = read(changed(old, b'<id root="4C419A73-7D22-4098-9B4E-007E3A47D863"/>'))
    assert lower.unique_id == upper.unique_id == "4C419A73-7D22-4098-9B4E-007E3A47D863"


def test_what_may_be_lacking():
    document = n1()
    for start, end in (
        (b"<setId", b"/>"),
        (b"<versionNumber", b"/>"),
        (b"<legalAuthenticator", b"</legalAuthenticator>"),
    ):
        at = document.index(start)
        document = document[:at] + document[document.index(end, at) + len(end) :]
    read_back = read(document)
    assert (read_back.set_id, read_back.version_number, read_back.legal_authenticator) == (None, None, None)


def test_a_document_without_ins_can_be_read():
    document = read(changed(b'root="1.2.250.1.213.1.4.10"', b'root="1.2.250.1.999.77"'))
    assert document.patient.ins is None
    assert document.patient.find_matricule() is None


def test_a_wrong_key_is_read_and_found_by_who_asks():
    document = read(changed(b'extension="279035121518989"', b'extension="279035121518988"'))
    with pytest.raises(InsError) as error:
        document.patient.find_matricule()
    assert error.value.code == "key"


def test_given_names_of_older_profiles_are_completed():
    document = read(changed(b"<given>ZOE MARIE-LOU</given>", b"<given>MARIE-LOU</given>"))
    assert document.patient.traits.given_names == "Zoé MARIE-LOU"


def test_a_first_name_without_a_letter_is_not_added_again():
    document = read(
        changed(b"<given>ZOE MARIE-LOU</given>", b"<given>- ZOE</given>").replace(
            "Zoé</given>".encode(), b"-</given>"
        )
    )
    assert document.patient.traits.given_names == "- ZOE"


def test_a_badly_written_signing_time_is_no_reason_to_refuse():
    document = read(
        changed(
            b'<legalAuthenticator><time value="20260203100000+0100"/>',
            b'<legalAuthenticator><time value="2026+1"/>',
        )
    )
    assert document.legal_authenticator.at is None


def test_an_auto_presentable_document_is_unwrapped_and_not_run():
    inner = n3()[n3().index(b"<ClinicalDocument") :]
    assert read(STYLESHEET % inner).title == HEADER.title
    assert refused(STYLESHEET % b"") == "root"
    assert refused(STYLESHEET % (inner + inner)) == "root"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'xmlns="urn:hl7-org:v3"', b'xmlns="urn:other"', "root"),
        (b'<id root="1.2.250.1.999.1" extension="CR-2026-1"/>', b"", "id"),
        (b'<id root="1.2.250.1.999.1" extension="CR-2026-1"/>', b'<id root="../../etc"/>', "id"),
        (
            b'<id root="1.2.250.1.999.1" extension="CR-2026-1"/>',
            b'<id root="1.2" extension="%b"/>' % (b"x" * 129),
            "id",
        ),
        (b'<code code="11502-2"', b'<code nullFlavor="UNK"', "code"),
        ("<title>Compte rendu d’analyses</title>".encode(), b"<title> </title>", "title"),
        ("<title>Compte rendu d’analyses</title>".encode(), b"", "title"),
        (
            b'<effectiveTime value="20260203100000+0100"/>',
            b'<effectiveTime value="20261303"/>',
            "effectiveTime",
        ),
        (
            b'<effectiveTime value="20260203100000+0100"/>',
            b'<effectiveTime nullFlavor="UNK"/>',
            "effectiveTime",
        ),
        (b"<confidentialityCode ", b"<confidentiality ", "confidentialityCode"),
        (b'<versionNumber value="2"/>', b'<versionNumber value="-1"/>', "versionNumber"),
        (b'<versionNumber value="2"/>', b'<versionNumber value="9999999999"/>', "versionNumber"),
        (b'<versionNumber value="2"/>', '<versionNumber value="٢"/>'.encode(), "versionNumber"),
        (b"</recordTarget>", b"</recordTarget><recordTarget/>", "patient"),
        (b'extension="279035121518989"', b'extension="2790351215189"', "ins"),
        (b'<id root="1.2.250.1.999.2"', b'<id root="1.2.250.1.213.1.4.8"', "ins"),
        (b'qualifier="BR"', b'qualifier="SP"', "traits"),
        (b'<birthTime value="19790328"/>', b'<birthTime value="1979"/>', "birthTime"),
        (b'<birthTime value="19790328"/>', b'<birthTime value="19790229"/>', "birthTime"),
        (b'<birthTime value="19790328"/>', b'<birthTime value="00000101"/>', "birthTime"),
        (b'code="F"', b'code="X"', "administrativeGenderCode"),
        (b"author>", b"auteur>", "author"),
        (b'<low value="20260202073000+0100"/>', b'<low value="hier"/>', "low"),
        (b"nonXMLBody", b"otherBody", "body"),
        (b"</component>", b"</component><component><structuredBody/></component>", "body"),
    ],
)
def test_what_is_refused_and_by_which_rule(old, new, rule):
    assert refused(changed(old, new)) == rule


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "syntax"),
        (PDF, "encoding"),
        (b"<a/>", "root"),
        (b"<!DOCTYPE a>" + n1().split(b"?>", 1)[1], "doctype"),
        (b"<a>" * 10_000, "depth"),
        (n1().decode().replace("UTF-8", "ISO-2022-JP").encode(), "encoding"),
        (b"<a>" + b"<b/>" * 100_000 + b"</a>", "nodes"),
    ],
    ids=["empty", "pdf", "not a CDA", "doctype", "levels", "encoding", "nodes"],
)
def test_the_rules_of_xml_come_out_as_refusals_of_the_document(data, rule):
    assert refused(data) == rule


def test_the_bound_on_bytes():
    document = n1()
    assert read(document, max_bytes=len(document)).level == "N1"
    assert refused(document, max_bytes=len(document) - 1) == "size"
    assert refused(b"<a>" + b" " * 20_000_000 + b"</a>") == "size"


@pytest.mark.parametrize(
    ("media_type", "data"),
    [
        ("application/pdf", PDF),
        ("image/png", PNG),
        ("image/jpeg", b"\xff\xd8\xff\xe0 etc"),
        ("image/tiff", b"II*\x00 etc"),
        ("text/rtf", b"{\\rtf1 Bonjour}"),
        ("text/plain", "Compte rendu à lire.\n<b>".encode()),
    ],
)
def test_the_files_of_level_1(media_type, data):
    """PNG is none of the profile's types, and no rule lets it through: it is read all the same."""
    document = n1(media_type="text/plain", data=data).replace(b'"text/plain"', f'"{media_type}"'.encode())
    attachment = read(document).attachments[0]
    assert (attachment.media_type, attachment.data) == (media_type, data)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'mediaType="application/pdf"', b'mediaType="application/x-msdownload"', "mediaType"),
        (b'mediaType="application/pdf"', b'mediaType="text/html"', "mediaType"),
        (b'mediaType="application/pdf"', b'mediaType="image/png"', "content"),
        (b'representation="B64">JVBER', b'representation="B64">*JVBER', "base64"),
        (b'representation="B64">JVBER', b'representation="B64">JVBE', "base64"),
        (b'representation="B64">JVBER', b'representation="B64">TVqQAAMAJVBER', "content"),
        (b"<nonXMLBody><text ", b"<nonXMLBody><texte/><text1 ", "syntax"),
    ],
)
def test_a_file_must_be_what_it_says(old, new, rule):
    assert refused(changed(old, new)) == rule


def test_a_program_under_the_name_of_a_pdf():
    assert refused(n1(data=b"MZ\x90\x00" + PDF)) == "content"
    assert refused(n1(data=b"")) == "content"


def test_plain_text_may_be_written_as_it_is():
    document = changed(b' representation="B64"', b"", n1(media_type="text/plain", data=b"QQ==")).replace(
        b"UVE9PQ==", "Été &lt;3".encode()
    )
    assert read(document).attachments[0].data == "Été <3".encode()


def media(name: str, media_type: str, base64_data: str) -> str:
    return (
        f'<entry><observationMedia classCode="OBS" moodCode="EVN" ID="{name}">'
        f'<value mediaType="{media_type}" representation="B64">{base64_data}</value></observationMedia></entry>'
    )


def test_a_hundred_files_beside_a_narrative_and_no_more():
    hundred = "".join(media(f"a{number}", "image/png", "iVBORw0KGgo=") for number in range(100))
    assert len(read(with_text("", after=hundred)).attachments) == 100
    with pytest.raises(CdaRefused) as refused:
        read(with_text("", after=hundred + media("b", "image/png", "iVBORw0KGgo=")))
    assert refused.value.rule == "body"


def test_files_beside_a_narrative():
    after = (
        media("a", "application/pdf", "JVBERi0xLjQ=")
        + media("b", "image/jpeg", "iVBORw0KGgo=")
        + media("c", "audio/mpeg", "AAAA")
    )
    found = read(with_text("Voir.", after=after)).attachments
    assert [(a.name, a.media_type) for a in found] == [("a", "application/pdf"), ("b", "image/png")]
    assert refused(with_text("Voir.", after=media("a", "application/pdf", "TVqQAAMA"))) == "content"
    assert refused(with_text("Voir.", after=media("a", "image/png", "JVBERi0xLjQ="))) == "content"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026", "2026-01-01T00:00:00+01:00"),
        ("202607", "2026-07-01T00:00:00+02:00"),
        ("20260703", "2026-07-03T00:00:00+02:00"),
        ("2026070314", "2026-07-03T14:00:00+02:00"),
        ("202607031405", "2026-07-03T14:05:00+02:00"),
        ("20260703140506.5-0330", "2026-07-03T14:05:06.500000-03:30"),
        ("20240229", "2024-02-29T00:00:00+01:00"),
    ],
)
def test_time_stamps(text, moment):
    assert parse_timestamp(text).isoformat() == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "26",
        "20260230",
        "2026070325",
        "20260703+2460",
        "20260703140506+1500",
        "٢٠٢٦",
        "00010101",
        "99991231235959-1400",
    ],
)
def test_what_is_not_a_time_stamp(text):
    with pytest.raises(ValueError, match=r"."):
        parse_timestamp(text)


@MANY
@given(TIMES)
def test_time_stamps_read_back(moment):
    assert parse_timestamp(format_timestamp(moment)) == moment
    assert parse_timestamp(format_timestamp(moment)).utcoffset() == (moment.utcoffset() or timedelta())


@MANY
@given(st.dates(date(1, 1, 2)))
def test_days_read_back(day):
    assert parse_day(day.isoformat().replace("-", "")) == day


@MANY
@given(grafts() | mutations() | st.binary(max_size=400))
def test_any_bytes_give_a_document_or_a_refusal(data):
    try:
        document = read(data)
    except CdaRefused:
        return
    assert isinstance(document.code, Code)
    assert document.effective_time.utcoffset() is not None
