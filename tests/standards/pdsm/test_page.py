"""docs/pdsm.md names every rule with its clause, and every deviation."""

from pathlib import Path

from carnet.standards.pdsm.deviations import DEVIATIONS
from carnet.standards.pdsm.rules import RULES

PAGE = (Path(__file__).parents[3] / "docs/pdsm.md").read_text(encoding="utf-8")


def test_every_rule_is_on_the_page():
    missing = [
        rule.id
        for rule in RULES.values()
        if f"| `{rule.id}` | {rule.clause} | {rule.of} | {rule.code} | {rule.status}" not in PAGE
    ]
    assert missing == []


def test_every_deviation_is_on_the_page():
    assert [one.name for one in DEVIATIONS if f"| `{one.name}` | `{one.rule}` |" not in PAGE] == []
