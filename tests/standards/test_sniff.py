import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards import sniff
from tests.standards.samples import MANY, PDF, PNG, foreign, n1


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"GIF89a\x01\x00", "image/gif"),
        (b"II*\x00\x08\x00", "image/tiff"),
        (b"MM\x00*\x00\x08", "image/tiff"),
        (b"{\\rtf1\\ansi Bonjour}", "text/rtf"),
        ("Glycémie à jeun : 1,10 g/L\r\n".encode(), "text/plain"),
        ("Glycémie à jeun".encode("latin-1"), "text/plain"),
        ("Glycémie".encode("utf-16"), "text/plain"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "text/xml"),
        (b"<ClinicalDocument xmlns='urn:hl7-org:v3'>", "text/xml"),
        (b"  <!DOCTYPE html><p>", "text/html"),
        (b"<html><body>", "text/html"),
        (b"< 84 mmol", "text/plain"),
        (b"MZ\x90\x00\x03\x00", None),
        (b"PK\x03\x04\x14\x00", None),
        (b"\x7fELF\x02", None),
        (b"", None),
        (b"text\x00with a zero", None),
    ],
)
def test_what_bytes_show(data, media_type):
    assert sniff.sniff(data) == media_type


def test_a_program_followed_by_a_pdf_is_not_a_pdf():
    assert sniff.sniff(b"MZ\x90\x00" + PDF) is None
    assert not sniff.agrees("application/pdf", b"MZ\x90\x00" + PDF)


def test_plain_text_may_look_like_markup_but_not_be_a_file():
    assert sniff.agrees("text/plain", b"<b>gras</b>")
    assert not sniff.agrees("text/plain", PDF)
    assert not sniff.agrees("text/plain", b"{\\rtf1}")
    assert not sniff.agrees("application/pdf", b"du texte")
    assert not sniff.agrees("application/x-msdownload", b"MZ\x90\x00")


def test_documents_are_xml():
    assert sniff.sniff(n1()) == "text/xml"
    assert sniff.sniff(foreign("ci-sis-3.0/VSM_1.4_2022.01.xml")) == "text/xml"


@MANY
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_have_one_answer(data):
    shown = sniff.sniff(data)
    assert shown is None or sniff.agrees(shown, data)
    text = sniff.find_text(data)
    assert text is None or not set(map(chr, range(8))) & set(text)
