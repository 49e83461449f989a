"""The history gives a reason for whatever the decision may answer."""

import pytest

from carnet.access.api import Rule
from carnet.access.telling import reason_words


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_of_the_decision_is_told_in_words(rule):
    assert " " in reason_words(rule)
