"""The history gives a reason for whatever the decision may answer."""

from uuid import UUID

import pytest

from carnet.access.api import Rule, Teller
from carnet.access.telling import reason_words
from carnet.journal.api import Actor, ActorKind, EventType, Line, Purpose
from carnet.platform import clock


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_of_the_decision_is_told_in_words(rule):
    assert " " in reason_words(rule)


@pytest.mark.django_db
def test_a_structure_that_corrects_manages_nobody_s_space():
    structure = Actor(ActorKind.HEALTHCARE_FACILITY, UUID(int=1), "310000013")
    line = Line(UUID(int=2), clock.now(), EventType.DOCUMENT_WITHDRAWN, structure, Purpose.MANAGE, True, None,
                Rule.FACILITY_OWN)  # fmt: skip
    told = Teller(UUID(int=3), UUID(int=3)).why(line)
    assert told.startswith("pour corriger ce qu’elle a déposé : ")
    assert "gérer" not in told
