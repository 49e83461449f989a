"""The life cycle as a table, and what no path may do."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from carnet.enrolment.policies import (
    ARCHIVE_YEARS,
    TRANSITIONS,
    Event,
    Facts,
    State,
    TransitionRefused,
    archive_end,
    erasure_due,
    is_of_age,
    law_of,
    next_state,
    opens_on,
)

DAY = date(2022, 1, 31)
KIND = Facts(
    day=date(2040, 1, 1),
    sent_on=DAY,
    suspended_on=DAY,
    archive_until=DAY,
    erasure_due_on=DAY,
    was_activated=True,
)  # every guard holds but those on accounts, death and contact


@pytest.mark.parametrize(
    ("state", "event", "target"),
    [
        ("eligible", "notify", "notified"),
        ("notified", "bounce", "notified"),
        ("notified", "activate", "activated"),
        ("notified", "object", "objected"),
        ("eligible", "object", "objected"),
        ("notified", "silence", "opened"),
        ("opened", "activate", "activated"),
        ("opened", "object", "closed"),
        ("objected", "activate", "activated"),
        ("erased", "activate", "activated"),
        ("activated", "close", "closed"),
        ("opened", "close", "closed"),
        ("closed", "reopen", "activated"),
        ("erasing", "reopen", "activated"),
        ("closed", "ask_erasure", "erasing"),
        ("erasing", "cancel_erasure", "closed"),
        ("closed", "archive_ends", "erasing"),
        ("erasing", "erase", "erased"),
        ("activated", "die", "closed"),
        ("activated", "suspend", "suspended"),
        ("suspended", "lift_suspension", "activated"),
        ("suspended", "suspension_ends", "closed"),
        ("closed", "lift_suspension", "closed"),
        ("activated", "take_over", "activated"),
    ],
)
def test_what_is_allowed(state, event, target):
    facts = replace(KIND, suspended_on=None) if event == "reopen" else KIND
    assert next_state(State(state), Event(event), facts) == target
    assert law_of(State(state), Event(event)) in {"R1111-28", "R1111-36"}


@pytest.mark.parametrize(
    ("state", "event", "facts", "rule"),
    [
        ("notified", "silence", {"day": opens_on(DAY) - timedelta(days=1)}, "within_six_weeks"),
        ("notified", "silence", {"sent_on": None}, "within_six_weeks"),
        ("notified", "silence", {"alive": False}, "deceased"),
        ("notified", "silence", {"no_contact": True}, "no_contact"),
        ("eligible", "notify", {"no_contact": True}, "no_contact"),
        ("erased", "notify", {}, "not_from_erased"),
        ("objected", "notify", {}, "not_from_objected"),
        ("objected", "silence", {}, "not_from_objected"),
        ("notified", "activate", {"alive": False}, "deceased"),
        ("activated", "activate", {}, "not_from_activated"),
        ("closed", "activate", {}, "not_from_closed"),
        ("closed", "reopen", {"alive": False}, "deceased"),
        ("erasing", "cancel_erasure", {"erasing_now": True}, "erasure_begun"),
        ("erasing", "reopen", {"erasing_now": True}, "erasure_begun"),
        ("erasing", "erase", {"erasure_due_on": date(2041, 1, 1)}, "erasure_not_due"),
        ("closed", "archive_ends", {"archive_until": date(2041, 1, 1)}, "archive_runs"),
        ("activated", "ask_erasure", {}, "not_from_activated"),
        ("notified", "close", {}, "not_from_notified"),
        ("activated", "take_over", {"of_age": False}, "minor"),
        ("activated", "take_over", {"has_account": True}, "account_exists"),
        ("closed", "ask_code", {"has_account": True}, "account_exists"),
        ("suspended", "activate", {}, "not_from_suspended"),
        ("suspended", "reopen", {}, "not_from_suspended"),
        ("closed", "reopen", {}, "suspended"),
        ("erasing", "reopen", {}, "suspended"),
    ],
)
def test_what_is_refused_and_why(state, event, facts, rule):
    with pytest.raises(TransitionRefused) as refused:
        next_state(State(state), Event(event), replace(KIND, **facts))
    assert refused.value.rule == rule
    assert refused.value.message_fr.endswith(".")


def test_a_suspension_lifted_gives_back_what_was_there():
    assert next_state(State.SUSPENDED, Event.LIFT_SUSPENSION, KIND) is State.ACTIVATED
    never = replace(KIND, was_activated=False)
    assert next_state(State.SUSPENDED, Event.LIFT_SUSPENSION, never) is State.OPENED


def test_the_vectors():
    assert opens_on(date(2022, 1, 31)) == date(2022, 3, 14)
    assert opens_on(date(2022, 3, 28)) == date(2022, 5, 9)
    assert archive_end(date(2024, 2, 29)) == date(2034, 2, 28)
    assert archive_end(date(2026, 7, 1)) == date(2036, 7, 1)
    assert erasure_due(date(2026, 1, 1), 30) == date(2026, 1, 31)
    assert erasure_due(date(2026, 11, 30), 400) == date(2027, 2, 28)
    assert erasure_due(date(2026, 12, 1), 400) == date(2027, 3, 1)
    assert not is_of_age(date(2008, 2, 29), date(2026, 2, 28))
    assert is_of_age(date(2008, 2, 29), date(2026, 3, 1))
    assert is_of_age(date(2008, 7, 14), date(2026, 7, 14))


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(0, 4000))
def test_dates_never_pass_their_limit(day, delay):
    assert archive_end(day).year == day.year + ARCHIVE_YEARS
    assert (archive_end(day) - day).days <= 3653
    assert day <= erasure_due(day, delay) <= day + timedelta(days=92)


@given(st.sampled_from(State), st.sampled_from(Event), st.booleans(), st.booleans())
def test_the_deceased_get_no_space(state, event, has_account, no_contact):
    dead = replace(KIND, alive=False, has_account=has_account, no_contact=no_contact)
    try:
        target = next_state(state, event, dead)
    except TransitionRefused:
        return
    assert target not in {State.ACTIVATED, State.OPENED, State.SUSPENDED} or event is Event.SUSPEND


def test_every_state_is_reached_and_every_event_used():
    assert {row.event for row in TRANSITIONS} == set(Event)
    assert {row.target for row in TRANSITIONS} == set(State)


class Life(RuleBasedStateMachine):
    """Random lives: whatever happens, in any order, on any day."""

    @initialize(of_age=st.booleans())
    def begin(self, of_age):
        self.state = State.ELIGIBLE
        self.facts = Facts(day=DAY, of_age=of_age)
        self.objected = False
        self.asked_erasure = False

    @rule(days=st.sampled_from([0, 1, 41, 42, 43, 3653]))
    def time_passes(self, days):
        self.facts = replace(self.facts, day=self.facts.day + timedelta(days=days))

    @precondition(lambda self: self.facts.alive)
    @rule()
    def dies(self):
        self.facts = replace(self.facts, alive=False)
        self.happens(Event.DIE)

    @rule()
    def erasure_begins(self):
        if self.state is State.ERASING and self.facts.day >= self.facts.erasure_due_on:
            self.facts = replace(self.facts, erasing_now=True)

    @rule(event=st.sampled_from(Event))
    def happens(self, event):
        before = self.state
        try:
            self.state = next_state(before, event, self.facts)
        except TransitionRefused:
            return
        day = self.facts.day
        if event is Event.SILENCE:
            assert day >= self.facts.sent_on + timedelta(days=42)
            assert not self.objected
            assert not self.facts.no_contact
            assert self.facts.alive
        if self.state in {State.ACTIVATED, State.OPENED} and before is not self.state:
            assert self.facts.alive
            assert not self.facts.erasing_now
        self.objected = self.state is State.OBJECTED
        self.facts = replace(self.facts, **self.consequences(event))

    def consequences(self, event):
        """What the action writes beside the state."""
        day = self.facts.day
        changed = {}
        if event in {Event.ACTIVATE, Event.REOPEN}:
            changed = {"no_contact": False, "was_activated": True, "has_account": self.facts.of_age}
        if event in {Event.NOTIFY, Event.BOUNCE}:
            changed = {"sent_on": day}
        if event is Event.SUSPEND:
            changed = {"suspended_on": day}
        if event is Event.LIFT_SUSPENSION:
            changed = {"suspended_on": None}
        match self.state:
            case State.CLOSED:
                changed |= {"archive_until": archive_end(day)}
            case State.ERASING:
                changed |= {"erasure_due_on": erasure_due(day, 30)}
            case State.ERASED:
                changed |= {
                    "no_contact": True,
                    "erasing_now": False,
                    "has_account": False,
                    "was_activated": False,
                }
        return changed

    @invariant()
    def what_always_holds(self):
        if self.state is State.OPENED:
            assert self.facts.sent_on is not None
        if self.state is State.ERASED:
            assert self.facts.no_contact
        if self.facts.erasing_now:
            assert self.state is State.ERASING


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase
