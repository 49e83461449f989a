"""Readers of foreign files, on real samples that were cut, flipped, repeated: they refuse, and never break.

The readers run here without the helper, so that an error of ours would show.
"""

import io
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from carnet.standards import images, pdf, rtf, sniff
from carnet.standards.sniff import FileRefused
from tests.standards import papers
from tests.standards.samples import FEW

PDFS = [
    papers.pdf(),
    papers.pdf_of_pages(3),
    papers.pdf_with_javascript(),
    papers.pdf_with_embedded(b"texte"),
]
IMAGES = [papers.image(), papers.image(exif="turned, in Paris"), papers.image("PNG"), papers.image("TIFF")]


@st.composite
def damaged(draw, samples):
    """Bytes of a sample with a few wounds."""
    data = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(["cut", "flip", "insert", "repeat", "end"])):
            case "cut":
                del data[at : at + draw(st.integers(1, 200))]
            case "flip" if at < len(data):
                data[at] = draw(st.integers(0, 255))
            case "insert":
                data[at:at] = draw(st.binary(max_size=8))
            case "repeat":
                data[at:at] = data[max(0, at - 40) : at] * draw(st.integers(1, 30))
            case "end":
                del data[at:]
    return bytes(data)


@FEW
@given(damaged(PDFS))
def test_pdf(data):
    with suppress(FileRefused):
        assert 0 < pdf.check(data) <= pdf.MAX_PAGES
    reading = pdf.read(data)
    assert len(reading.text) <= pdf.TEXT_CHARACTERS
    reading.text.encode()


@FEW
@given(damaged(IMAGES))
def test_images(data):
    for work in (images.check, images.clean_jpeg, lambda image: images.photos_to_pdf([image], "Photo")):
        with suppress(FileRefused):
            assert work(data)


@FEW
@given(damaged([papers.image(exif="in Paris")]))
def test_no_place_stays_in_a_photo(data):
    try:
        cleaned = images.clean_jpeg(data)
    except FileRefused:
        return
    with suppress(OSError, SyntaxError):
        assert not Image.open(io.BytesIO(cleaned)).getexif()


@FEW
@given(damaged([papers.RTF]) | st.binary(max_size=300).map(lambda data: b"{\\rtf1 " + data))
def test_rtf(data):
    text = rtf.text_of(data, max_characters=100)
    assert len(text) <= 100
    assert "\0" not in text
    text.encode()


@FEW
@given(damaged([*PDFS, *IMAGES, papers.RTF, papers.EXE, papers.ZIP]))
def test_sniff(data):
    shown = sniff.sniff(data)
    assert shown is None or sniff.agrees(shown, data)
    assert sniff.name_fr(data).startswith(("un ", "une "))


def test_what_an_rtf_says():
    assert rtf.text_of(papers.RTF) == "Hépatite B\nœdème gras\tfin"
    assert rtf.text_of(b"{" * 100_000 + b"fin" + b"}" * 100_000) == "fin"
    assert rtf.text_of(rb"{\rtf1\uc0 \u-10179\u-8704 \u-10179 x}") == "😀x"


def test_a_word_cut_at_the_end_of_a_line_is_one():
    assert pdf._joined("hépa\ufffe\r\ntite") == "hépatite"


def test_pages_and_words_are_bounded():
    reading = pdf.read(papers.pdf("mot " * 40, 300))
    assert (reading.pages, reading.whole) == (300, False)
