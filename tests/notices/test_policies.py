"""Which e-mail a notice deserves, for every code, switch and rhythm."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from carnet.notices import policies
from carnet.notices.policies import GATHERING, Mail, Preferences, Rhythm, Switch, decide_mail, silenced
from carnet.notices.wordings import NoticeCode, gathered

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADDED, ANSWERED = NoticeCode.DOCUMENT_ADDED, NoticeCode.REPORT_ANSWERED


def decide(code=ADDED, preferences=None, minutes=None, **facts):
    last = None if minutes is None else NOW - timedelta(minutes=minutes)
    return decide_mail(code, preferences or Preferences(), last=last, now=NOW, **facts)


def test_every_notice_has_its_switch_or_answers_what_was_asked():
    assert set(policies.SWITCH_OF) == set(NoticeCode)
    assert ANSWERED in policies.ANSWERS
    assert ADDED not in policies.ANSWERS


@pytest.mark.parametrize(
    ("minutes", "mail"), [(None, Mail.NOW), (0, Mail.LATER), (14, Mail.LATER), (15, Mail.NOW), (99, Mail.NOW)]
)
def test_at_most_one_in_a_quarter_of_an_hour(minutes, mail):
    assert decide(minutes=minutes) is mail
    assert decide(ANSWERED, minutes=minutes) is Mail.NOW


def test_while_another_decides_it_waits():
    assert decide(alone=False) is Mail.LATER
    assert decide(ANSWERED, alone=False) is Mail.NOW


@pytest.mark.parametrize("code", sorted(set(NoticeCode) - policies.URGENT))
def test_the_rhythm_is_of_every_notice(code):
    assert decide(code, Preferences(rhythm=Rhythm.DAILY)) is Mail.LATER
    assert decide(code, Preferences(rhythm=Rhythm.URGENT)) is Mail.NEVER


@pytest.mark.parametrize("rhythm", list(Rhythm))
def test_an_emergency_access_is_told_at_once_whatever_was_chosen(rhythm):
    assert decide(NoticeCode.EMERGENCY_ACCESS, Preferences(frozenset(Switch), rhythm)) is Mail.NOW


@pytest.mark.parametrize(("code", "switch"), list(product(NoticeCode, Switch)))
def test_a_switch_silences_its_own_notices_alone(code, switch):
    wanted = Mail.NEVER if policies.SWITCH_OF[code] is switch else Mail.NOW
    assert decide(code, Preferences(frozenset({switch}))) is wanted


def test_what_is_urgent_leaves_whatever_was_chosen(monkeypatch):
    monkeypatch.setattr(policies, "URGENT", frozenset({ADDED}))
    chosen = Preferences(frozenset(Switch), Rhythm.URGENT)
    assert decide(preferences=chosen, minutes=1) is Mail.NOW
    assert ADDED not in silenced(chosen)
    assert NoticeCode.DOCUMENT_REPLACED in silenced(chosen)


def test_the_quarter_of_an_hour_is_one():
    assert timedelta(minutes=15) == GATHERING


def test_several_are_counted_one_is_not():
    assert gathered(1).subject == "Une nouveauté dans votre espace santé"
    assert gathered(12).text.startswith("12 nouveautés vous attendent")
