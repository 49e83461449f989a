"""What may be written in a report and its answer, and how a number is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.support.policies import (
    MAX_ANSWER,
    MAX_WORDS,
    Reason,
    State,
    TicketRefused,
    check_answer,
    check_words,
    clean,
    find_number,
    show_number,
)


def test_another_reason_needs_words():
    with pytest.raises(TicketRefused) as refusal:
        check_words(Reason.OTHER, " \n\u200b ")
    assert (refusal.value.field, refusal.value.rule) == ("words", "no_words")
    assert check_words(Reason.UNREADABLE, "") == ""


def test_a_thousand_characters_pass_and_one_more_does_not():
    assert len(check_words(Reason.OTHER, "é" * MAX_WORDS)) == MAX_WORDS
    with pytest.raises(TicketRefused, match="too_long") as refusal:
        check_words(Reason.NOT_MINE, "é" * (MAX_WORDS + 1))
    assert "1000 caractères au plus ; vous en avez écrit 1001" in refusal.value.message_fr


def test_lines_of_a_browser_count_once():
    assert check_words(Reason.OTHER, "a\r\n" * 499 + "b") == "a\n" * 499 + "b"


@pytest.mark.parametrize(("text", "rule"), [("Bonjour", "too_short"), ("a" * (MAX_ANSWER + 1), "too_long")])
def test_an_answer_is_a_sentence_and_no_book(text, rule):
    with pytest.raises(TicketRefused) as refusal:
        check_answer(text)
    assert (refusal.value.rule, refusal.value.field) == (rule, "answer")


@given(st.text(max_size=200))
def test_cleaning_leaves_nothing_unseen_and_is_done_once(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert not {"\x00", "\x1b", "\u202e", "\r"} & set(cleaned)
    cleaned.encode()


def test_what_is_read_stays():
    assert clean("Été 2026 : 7,5 mmol/l < 8 & « ça va » 🙂\n\n\n\nfin") == (
        "Été 2026 : 7,5 mmol/l < 8 & « ça va » 🙂\n\nfin"
    )


@given(st.integers(10_000_000, 99_999_999))
def test_a_number_is_found_as_it_is_told(number):
    assert find_number(show_number(str(number))) == str(number)


@pytest.mark.parametrize("text", ["", "1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨", "1234 5678 x"])
def test_what_is_no_number_is_none(text):
    assert find_number(text) == ""


def test_every_word_of_a_list_is_told():
    assert all(one.label for one in (*Reason, *State))
