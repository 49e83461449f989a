"""Each rule of the guides is broken in turn: the answer names it, its element, and nothing that is right."""

import pytest

from carnet.standards.pdsm import Broken
from carnet.standards.pdsm.findings import MAX_ISSUES
from carnet.standards.pdsm.rules import RULES
from tests.standards.pdsm.breaking import PROVIDED, PUBLISHED, Break
from tests.standards.pdsm.patching import REFUSED
from tests.standards.pdsm.sent import (
    bundle,
    changed,
    provide,
    publish,
    replacing,
    simplified,
    simplified_cda,
)

ON_THE_WAY = {
    "pdsm.subject.identified",
    "pdsm.attachment.bytes",
    "fhir.dom-3",
    "pdsm.list.entry",
    "pdsm.binary.used",
    "fhir.reference",
}
"""What follows from an element that is missing: its file, its patient, what was contained for it alone."""


def refusal(broken: Break, *, lots: bool) -> Broken:
    made = changed(broken.made(), broken.change)
    with pytest.raises(Broken) as caught:
        (provide if lots else publish)(made)
    return caught.value


def check(broken: Break, refused: Broken) -> None:
    errors = [issue for issue in refused.issues if issue.severity == "error"]
    rules = {issue.rule for issue in errors}
    assert broken.rule in rules
    assert rules <= {broken.rule, *broken.also} | (ON_THE_WAY - {broken.rule})
    assert broken.expression in {issue.expression for issue in errors if issue.rule == broken.rule}
    told = next(issue for issue in errors if issue.rule == broken.rule)
    rule = RULES[broken.rule]
    assert (told.status, told.xds, told.code, told.clause) == (rule.status, rule.xds, rule.code, rule.clause)
    assert refused.status == errors[0].status


@pytest.mark.parametrize("broken", PUBLISHED, ids=lambda one: one.rule)
def test_a_rule_of_iti_105_is_broken(broken):
    check(broken, refusal(broken, lots=False))


@pytest.mark.parametrize("broken", PROVIDED, ids=lambda one: one.rule)
def test_a_rule_of_iti_65_is_broken(broken):
    check(broken, refusal(broken, lots=True))


def test_every_rule_is_broken_by_a_test():
    elsewhere = {"fhir.json", "fhir.json.bounds"}  # test_reading
    broken = {one.rule for one in (*PUBLISHED, *PROVIDED)} | {rule for _, _, rule, _ in REFUSED} | elsewhere
    assert set(RULES) - broken == set()


def test_requests_of_ours_break_none():
    for strict in (True, False):
        assert publish(simplified(), strict=strict).warnings == ()
        assert publish(simplified_cda(), strict=strict).warnings == ()
        assert provide(bundle(), strict=strict).warnings == ()
        assert provide(replacing(), strict=strict).warnings == ()


def test_every_fault_is_told_at_once_and_no_more_than_fifty():
    made = simplified()
    del made["masterIdentifier"], made["date"], made["subject"]
    with pytest.raises(Broken) as caught:
        publish(made)
    assert {"pdsm.masterIdentifier.1..1", "pdsm.date.1..1", "pdsm.subject.1..1"} <= {
        issue.rule for issue in caught.value.issues
    }
    made = simplified()
    made |= {f"unknown{n}": n for n in range(1000)}
    with pytest.raises(Broken) as caught:
        publish(made)
    assert len(caught.value.issues) == MAX_ISSUES


def test_an_error_is_told_though_warnings_fill_the_list():
    made = simplified() | {f"unknown{n}": n for n in range(1000)} | {"docStatus": "final"}
    with pytest.raises(Broken) as caught:
        publish(made, strict=False)
    assert caught.value.issues[0].rule == "pdsm.docStatus.0..0"


def test_no_rule_names_a_matricule():
    made = simplified()
    made["contained"][0]["identifier"][0]["value"] = "279035121518988"
    with pytest.raises(Broken) as caught:
        publish(made)
    assert not any("27903512151898" in str(issue) for issue in caught.value.issues)
    assert "279035121518989" not in repr(publish(simplified()))
