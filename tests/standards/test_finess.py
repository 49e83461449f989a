"""FINESS numbers: form, key, Corsica."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards.finess import FinessError, key_of, parse_finess

NUMBERS = st.from_regex(r"([0-9]{2}|2[AB])[0-9]{6}", fullmatch=True)


@pytest.mark.parametrize("number", ["2A0000014", "2A0000154", "2B0000020", "2B0000012"])
def test_hospitals_of_corsica(number):
    assert parse_finess(number) == number


def test_spaces_and_small_letters_do_not_count():
    assert parse_finess(" 2a 00000 14 ") == "2A0000014"


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "form"), ("31000001", "form"), ("3100000130", "form"), ("2C0000014", "form"), ("2A0000015", "key")],
)
def test_refusals(text, code):
    with pytest.raises(FinessError) as refused:
        parse_finess(text)
    assert refused.value.code == code


@given(NUMBERS, st.integers(2, 8), st.integers(1, 9))
def test_any_wrong_digit_is_refused(number, place, shift):
    whole = f"{number}{key_of(number)}"
    wrong = whole[:place] + str((int(whole[place]) + shift) % 10) + whole[place + 1 :]
    assert parse_finess(whole) == whole
    with pytest.raises(FinessError):
        parse_finess(wrong)
