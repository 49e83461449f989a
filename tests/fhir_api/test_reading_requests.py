"""Everything that a stranger may write in an address or a header is read or refused, never more."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.fhir_api import parameters
from carnet.fhir_api.negotiation import check_sent, choose_content, wants_json
from carnet.fhir_api.outcomes import Refused
from carnet.fhir_api.parameters import Token


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "prefix", "start", "end"),
    [
        ("2026", "eq", "2026-01-01", "2027-01-01"),
        ("ge2026-12", "ge", "2026-12-01", "2027-01-01"),
        ("lt2024-02-29", "lt", "2024-02-29", "2024-03-01"),
        ("sa2026-01-01T10:00Z", "sa", "2026-01-01T10:00", "2026-01-01T10:01"),
        ("2026-01-01T10:00:00+02:00", "eq", "2026-01-01T08:00", "2026-01-01T08:00:01"),
        ("2026-01-01T10:00:00 02:00", "eq", "2026-01-01T08:00", "2026-01-01T08:00:01"),
        ("ap2026-01-01T10:00:00.5Z", "ap", "2026-01-01T10:00:00.500", "2026-01-01T10:00:00.600"),
    ],
)
def test_a_date_covers_what_it_says(text, prefix, start, end):
    found = parameters.span("date", text)
    assert (found.prefix, found.start, found.end) == (prefix, moment(start), moment(end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hier",
        "xx2026",
        "2026-13",
        "2026-02-30",
        "0000",
        "9999",
        "2026-1-1",
        "2026-01-01T25:00:00Z",
        "2026-01-01T10:00:00",
    ],
)
def test_a_date_that_is_none_is_refused(text):
    with pytest.raises(Refused) as refused:
        parameters.span("date", text)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a", [Token(None, "a")]),
        ("s|a,b", [Token("s", "a"), Token(None, "b")]),
        ("|a", [Token("", "a")]),
        (r"s\|x|a\,b", [Token("s|x", "a,b")]),
        (",", []),
    ],
)
def test_tokens(text, tokens):
    assert list(parameters.tokens(text)) == tokens


def status_of(read, *given, **options):
    """Return the status that reading leads to, 200 when it was read."""
    try:
        read(*given, **options)
    except Refused as refused:
        return refused.status
    return 200


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    for read in (parameters.span, parameters.boolean):
        assert status_of(read, "name", text) in {200, 400}
    assert status_of(parameters.tokens, text) == 200
    assert status_of(parameters.number, "n", text, least=1, most=200, default=50) in {200, 400}


@given(st.from_regex(r"(eq|ge|ap)?[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9:.Z+-]{0,20})?)?)?", fullmatch=True))
def test_any_date_is_read_or_refused(text):
    try:
        found = parameters.span("d", text)
    except Refused:
        return
    assert found.start < found.end


@given(st.text(max_size=80))
def test_any_header_is_read_or_refused(text):
    wants_json(text, "")
    wants_json("", text)
    assert status_of(choose_content, text, "", "application/pdf") in {200, 406}
    assert status_of(check_sent, text, "", ("application/json",)) in {200, 415}


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/pdf"),
        ("application/fhir+json;q=0.9, application/pdf;q=0.8", "application/fhir+json"),
        ("application/json", "application/fhir+json"),
        ("text/html, */*;q=0.1", "application/pdf"),
        ("application/pdf;q=nan, application/json", "application/fhir+json"),
    ],
)
def test_the_dearest_form_is_chosen(accept, chosen):
    assert choose_content(accept, "", "application/pdf") == chosen


def test_more_of_a_number_than_allowed_is_the_most():
    assert parameters.number("_count", "9999", least=1, most=200, default=50) == 200
    assert parameters.number("_count", "", least=1, most=200, default=50) == 50
