"""Words compared: every spelling meets, and each place in the normal form leads back to the text."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards import words
from tests.standards.samples import MANY


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Hépatite", "hepatite"),
        ("HE\u0301PATITE", "hepatite"),
        ("œdème", "oedeme"),
        ("Nævus", "naevus"),
        ("anti-HBs", "anti hbs"),
        ("l’asthme", "l asthme"),
        ("poumon/cœur", "poumon coeur"),
        ("ﬁbrose", "fibrose"),
        ("Straße", "strasse"),
        ("co\u00adupé", "coupe"),
        ("1,10 g/L", "1 10 g l"),
    ],
)
def test_spellings_meet(written, compared):
    assert words.normalise(written) == compared


def test_every_character_becomes_letters_digits_or_spaces_and_stays_so():
    for point in range(sys.maxunicode + 1):
        piece = words._piece(chr(point))
        assert all(c == " " or c.isalnum() for c in piece)
        assert "\0" not in piece
        assert words.normalise(piece) == piece


@MANY
@given(st.text(max_size=80))
def test_each_place_leads_back(text):
    folded = words.fold(text)
    assert folded.text == words.normalise(text)
    assert len(folded.origins) == len(folded.text) + 1
    for start in range(len(folded.text)):
        first, after = folded.span(start, start + 1)
        assert 0 <= first < after <= len(text)
        assert folded.text[start] in words.normalise(text[first:after])


def test_a_found_word_is_shown_whole():
    text = "Œdème aigu du poumon"
    folded = words.fold(text)
    start = folded.text.index("oedeme")
    first, after = folded.span(start, start + len("oedeme"))
    assert text[first:after] == "Œdème"


def test_words_for_a_vector_are_distinct_and_bounded():
    assert words.distinct_words("Le foie, LE FOIE et l’œil") == "le foie et l oeil"
    many = " ".join(f"mot{number}" for number in range(20_000))
    assert 20_000 < len(words.distinct_words(many)) <= words.MAX_LEXEMES_BYTES
    assert words.distinct_words("a" * 61 + " b") == "b"
