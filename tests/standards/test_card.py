import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.standards.card import CardError, parse_serial
from carnet.standards.ins import parse_matricule
from tests.standards.samples import MANY

HOLDER = parse_matricule("279035121518989")


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("51234567890", "51234567890"),
        ("8025000002 51234567890", "51234567890"),
        (" 802500000251234567890 ", "51234567890"),
        ("512 345 678 90", "51234567890"),
        ("87654321", "87654321"),
        ("1234567890123", "1234567890123"),
        ("31021979", "31021979"),  # no 31 February: not a date
        ("28031879", "28031879"),
    ],
)
def test_serials_of_both_cards(text, serial):
    assert parse_serial(text, HOLDER) == serial


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "digits"),
        ("5123456789O", "digits"),
        ("٥1234567890", "digits"),
        ("1234567", "length"),
        ("12345678901234", "length"),
        ("123400000251234567890", "length"),
        ("80250000025", "technical"),
        ("28031979", "date"),
        ("29022024", "date"),
        ("27903512", "nir"),
        ("7903512151898", "nir"),
        ("279035121518989", "length"),
    ],
)
def test_each_fault_has_its_code_and_a_message(text, code):
    with pytest.raises(CardError) as error:
        parse_serial(text, HOLDER)
    assert error.value.code == code
    assert error.value.message_fr.endswith(".")


@MANY
@given(st.text(max_size=24) | st.text("0123456789 ", max_size=24))
def test_any_text_is_a_serial_or_a_card_error(text):
    try:
        serial = parse_serial(text, HOLDER)
    except CardError:
        return
    assert serial.isascii()
    assert serial.isdigit()
    assert 8 <= len(serial) <= 13
    assert serial not in HOLDER.value
