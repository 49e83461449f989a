"""Each refusal says what may be done about it, and what it says is true: done, the rule refuses no more."""

import random
from datetime import date
from uuid import UUID

import pytest

from carnet.access.api import (
    EXPLANATIONS,
    Basis,
    Care,
    Means,
    PlaceKind,
    Relation,
    Rights,
    Rule,
    decide_scope,
    remedies,
)
from carnet.access.policies import ARTICLES
from carnet.journal.api import Actor, ActorKind, Purpose
from tests.conftest import LONG

DAY = date(2026, 11, 23)
WORLDS = 100_000 if LONG else 5_000
SPACES = ("", "notified", "activated", "opened", "objected", "suspended", "closed", "erasing", "erased")
ROLES = (
    "10",
    "21",
    "40",
    "41",
    "50",
    "60",
    "70",
    "71",
    "93",
    "332",
    "G16_10",
    "SECRETARIAT_MEDICAL",
    "999",
    "",
)
KINDS = (
    ActorKind.PATIENT, ActorKind.LEGAL_REPRESENTATIVE, ActorKind.CAREGIVER, ActorKind.HEALTHCARE_FACILITY,
    ActorKind.INSURER, ActorKind.SYSTEM, ActorKind.SUPPORT, *[ActorKind.HEALTHCARE_PROFESSIONAL] * 9,
)  # fmt: skip
PURPOSES = (
    Purpose.CONSULT, Purpose.CONSULT, Purpose.MANAGE, Purpose.DEPOSIT, Purpose.BREAK_GLASS, Purpose.REGULATE,
)  # fmt: skip
NO_WAY_IN = {
    Rule.OF_AGE, Rule.NOT_CAREGIVER, Rule.NOT_HABILITATED, Rule.READS_NOTHING, Rule.NOT_HEALTH_PROFESSIONAL,
    Rule.NOT_FOR_THIS, Rule.NOT_OWN, Rule.WITHDRAWN,
}  # fmt: skip


def some_care(draw):
    often = lambda odds: draw.random() < odds  # noqa: E731
    return Care(
        role=draw.choice(ROLES), kind=draw.choice([PlaceKind.REGULAR, PlaceKind.REGULAR, *PlaceKind]),
        active=often(0.9), regulator=often(0.3), answers=often(0.5), basis=draw.choice([None, *Basis]),
        informed=often(0.6), acting_for=often(0.2), consented=draw.choice([None, None, *Means]),
        administrator=often(0.1), blocked=often(0.1), emergency_access=often(0.7), samu_access=often(0.7),
        emergency_masked=often(0.5), entered=draw.choice(["", "break_glass", "regulation"]),
        frozen=often(0.1), step_up=often(0.1),
    )  # fmt: skip


def some_world(draw):
    kind = draw.choice(KINDS)
    actor = Actor(kind, UUID(int=draw.randrange(1, 9)), draw.choice(["", "690000013"]))
    rights = Rights(
        draw.choice(["activated", *SPACES]), draw.choice(list(Relation)),
        draw.choice([date(1950, 1, 1), date(2015, 6, 1), date(2008, 11, 23), date(2008, 11, 24)]),
        blocked=draw.random() < 0.1, care=some_care(draw),
    )  # fmt: skip
    return actor, rights, draw.choice(PURPOSES)


def test_every_refusal_s_remedy_flips_it():
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    met = set()
    for _ in range(WORLDS):
        actor, rights, purpose = some_world(draw)
        scope = decide_scope(actor, rights, purpose, DAY)
        if scope.allowed:
            assert not remedies(scope.rule)
            continue
        for remedy in remedies(scope.rule):
            if remedy.change is None:
                continue
            if scope.rule is Rule.NOT_ENTERED and remedy.purpose is not purpose:
                continue
            met.add(scope.rule)
            after = decide_scope(actor, remedy.change(rights), remedy.purpose or purpose, DAY)
            assert after.rule is not scope.rule, (rights, purpose)
    assert len(met) >= 18


def test_remedies_one_after_the_other_let_in_whoever_may_come():
    """Followed to the end they open the door, or come to a refusal that says that nothing opens it."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    draw = random.Random(seed)
    let_in = 0
    for _ in range(WORLDS // 5):
        actor, rights, purpose = some_world(draw)
        for _ in range(12):
            scope = decide_scope(actor, rights, purpose, DAY)
            ways = [one for one in remedies(scope.rule) if one.change and one.purpose in {None, purpose}]
            ways = ways or [one for one in remedies(scope.rule) if one.change]
            if scope.allowed or not ways:
                break
            remedy = draw.choice(ways)
            assert remedy.change is not None
            rights, purpose = remedy.change(rights), remedy.purpose or purpose
        else:
            pytest.fail(f"the remedies turn in circles: {rights} {purpose}")
        assert scope.allowed or scope.rule in NO_WAY_IN, scope.rule
        let_in += scope.allowed
    assert let_in


@pytest.mark.parametrize("rule", list(Rule))
def test_every_rule_has_its_words_and_its_text(rule):
    assert EXPLANATIONS[rule].endswith(".")
    assert ARTICLES[rule]
    for remedy in remedies(rule):
        assert remedy.words.endswith(".")


@pytest.mark.parametrize("rule", sorted(NO_WAY_IN))
def test_where_nothing_opens_the_door_it_is_said(rule):
    assert remedies(rule)
    assert all(remedy.change is None for remedy in remedies(rule))
