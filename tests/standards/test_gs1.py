"""The codes of a box of medicine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards.gs1 import Box, Gs1Error, check_digit, parse_box, parse_cip13

BODY = "340093512345"
CIP = BODY + str(check_digit(BODY))


def test_the_check_digit_is_that_of_known_codes():
    assert check_digit("629104150021") == 3  # an example of the general specifications
    assert check_digit("400638133393") == 1


@pytest.mark.parametrize(
    "text",
    [
        f"010{CIP}172704301012AB\x1d21S1",
        f"]d2010{CIP}172704301012AB\x1d21S1",
        f"\x1d010{CIP}172704301012AB\x1d21S1\r\n",
        f"010{CIP}1012AB\x1d1727043021S1",
        f"(01)0{CIP}(17)270430(10)12AB(21)S1",
    ],
)
def test_a_box_is_read_however_the_reader_types_it(text):
    assert parse_box(text) == Box(CIP, lot="12AB", serial="S1", expires="270430")


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "01", f"010{CIP}9912", f"01{CIP}", f"0109{CIP[1:]}", f"010{CIP}1727", f"010{CIP}10",
        f"010{CIP}10{'x' * 21}", "1712A430", "(01)", f"(01)0{CIP}x(", "0" * 300, f"010{CIP}10\x07",
    ],
)  # fmt: skip
def test_what_is_no_box_is_refused(text):
    with pytest.raises(Gs1Error):
        parse_box(text)


def test_one_wrong_digit_is_seen():
    for place in range(4, 13):
        wrong = CIP[:place] + str((int(CIP[place]) + 1) % 10) + CIP[place + 1 :]
        with pytest.raises(Gs1Error):
            parse_cip13(wrong)
    assert parse_cip13(f" {CIP[:4]} {CIP[4:]} ") == CIP


@given(st.text(max_size=220) | st.text(alphabet="0123456789()\x1d]dA", max_size=60))
def test_any_text_is_read_or_refused(text):
    try:
        box = parse_box(text)
    except Gs1Error:
        return
    assert parse_cip13(box.cip13) == box.cip13
