"""Papers: what people wrote is shown or replaced, and never stops a paper from being made."""

import io
import random
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.platform import typesetting
from carnet.platform.typesetting import MISSING, make_pdf, printable

TEMPLATE = Path(typesetting.__file__).parents[1] / "enrolment" / "papers" / "proof.typ"


def paper(text):
    data = {"title": "Titre", "statement": text, "rows": [["Nom", text]], "effects": [text], "check": text}
    return make_pdf(TEMPLATE, data, date(2026, 3, 1))


def spans():
    return [span.partition("-") for span in typesetting._SHOWN.split()]


def test_every_character_that_is_said_to_be_shown_is_shown():
    shown = [chr(c) for a, _, b in spans() for c in range(int(a, 16), int(b or a, 16) + 1)]
    assert len(shown) > 2000
    assert printable("".join(shown)) == "".join(shown)
    assert paper(" ".join(shown)).startswith(b"%PDF-1.7")


@pytest.mark.parametrize("text", ["李小龍", "douleur 😀", "\ufeffdébut", "a\u200bb", "\x07", "ไทย", "\ud7a3"])
def test_what_no_font_shows_is_replaced_and_never_refused(text):
    assert MISSING in printable(text)
    assert paper(text).startswith(b"%PDF-1.7")


def test_shown_characters_in_any_order_are_shown():
    seed = random.randrange(2**32)
    print("seed", seed)
    rng = random.Random(seed)
    shown = [chr(c) for a, _, b in spans() for c in range(int(a, 16), int(b or a, 16) + 1)]
    words = ["".join(rng.choices(shown, k=5)) for _ in range(400)]
    assert paper(" ".join(words)).startswith(b"%PDF-1.7")


def test_ordinary_words_are_left_as_they_are():
    text = "Nœud à l’épaule – 5 µg/m² ; « 37,2 °C », ½ comprimé\n№ 4 €  ?"
    assert printable(text) == text


def test_what_people_write_is_never_markup():
    found = pikepdf.open(io.BytesIO(paper('#panic("x") #include "/etc/passwd" $x$ *gras* \\ ] }')))
    assert found.docinfo["/Title"] == "Titre"


@given(st.text(max_size=40))
def test_no_text_stops_a_paper(text):
    shown = printable(text)
    assert len(shown) == len(text)
    assert printable(shown) == shown
