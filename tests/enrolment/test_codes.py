"""Provisional codes: derived, unbiased, never stored."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from carnet.enrolment import codes
from carnet.enrolment.codes import ALPHABET, CodeState
from carnet.platform import clock


@given(st.uuids(), st.integers(0, 2**31))
def test_twelve_characters_and_a_reprint_is_the_same(person_id, issue):
    code = codes.derive(person_id, issue)
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert codes.derive(person_id, issue) == code
    assert codes.derive(person_id, issue + 1) != code


def test_the_alphabet_has_nothing_ambiguous():
    assert len(set(ALPHABET)) == len(ALPHABET) == 21
    assert not set("01OILSBZAEIU2586") & set(ALPHABET)
    assert codes.in_groups("CDFGHJKMNPQR") == "CDFG HJKM NPQR"


def test_no_character_is_likelier_than_another():
    person = UUID("018f0000-0000-7000-8000-000000000001")
    counts = Counter("".join(codes.derive(person, issue) for issue in range(3000)))
    expected = 3000 * 12 / len(ALPHABET)
    chi_square = sum((counts[letter] - expected) ** 2 / expected for letter in ALPHABET)
    assert chi_square < 60  # 20 degrees of freedom: 60 is beyond 1 in 100,000


@pytest.mark.django_db
def test_issued_found_used_once_and_nowhere_in_clear():
    person = uuid4()
    code = codes.issue_code(person, channel="letter")
    card = codes.find_code([uuid4(), person], code)
    assert card.state_on(clock.today()) is CodeState.VALID
    assert card.state_on(clock.today() + timedelta(days=42)) is CodeState.VALID
    assert card.state_on(clock.today() + timedelta(days=43)) is CodeState.EXPIRED
    assert codes.find_code([uuid4()], code) is None
    assert codes.use_code(card.id)
    assert not codes.use_code(card.id)
    assert codes.find_code([person], code).state_on(clock.today()) is CodeState.USED
    with connection.cursor() as cursor:
        cursor.execute("select c::text from enrolment_provisionalcode c")
        assert code not in str(cursor.fetchall())


@pytest.mark.django_db
def test_a_new_code_revokes_the_former():
    person = uuid4()
    first = codes.issue_code(person, channel="letter")
    second = codes.issue_code(person, channel="email")
    assert first != second
    assert codes.find_code([person], first).state_on(clock.today()) is CodeState.REVOKED
    assert codes.find_code([person], second).state_on(clock.today()) is CodeState.VALID


@pytest.mark.django_db
def test_a_reprint_is_the_same_code_with_new_weeks(monkeypatch):
    person = uuid4()
    assert codes.reprint_code(person, channel="letter") is None
    code = codes.issue_code(person, channel="email")
    later = clock.today() + timedelta(days=30)
    monkeypatch.setattr(clock, "today", lambda: later)
    assert codes.reprint_code(person, channel="letter") == code
    assert codes.find_code([person], code).expires_on == later + timedelta(days=42)


@pytest.mark.django_db
def test_an_issue_number_never_comes_back(monkeypatch):
    """After an erasure the rows are gone; an old letter must not open the new space."""
    person = uuid4()
    monkeypatch.setattr(clock, "today", lambda: date(2030, 5, 1))
    before = codes._next_issue(person, date(2030, 5, 1))
    after = codes._next_issue(person, date(2030, 5, 2))
    assert after > before + 50
