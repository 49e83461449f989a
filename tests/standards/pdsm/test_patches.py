"""A PATCH is one small change, in either of its formats, or a refusal that says why."""

import pytest

from carnet.standards.pdsm import Broken, Change, read_patch
from carnet.standards.pdsm.deviations import DEVIATIONS
from carnet.standards.pdsm.face import IS_ARCHIVED
from carnet.standards.pdsm.patches import JSON_PATCH
from tests.standards.pdsm.patching import (
    FHIR,
    LABEL_N,
    LABEL_R,
    MASKED,
    REFUSED,
    json_patch,
    op,
    operation,
    parameters,
)

N = frozenset({"N"})
ACCEPTED = (
    (json_patch(op("replace", "/status", "entered-in-error")), Change(status="entered-in-error")),
    (json_patch(op("replace", "/securityLabel", [LABEL_R])), Change(labels=frozenset("R"))),
    (json_patch(op("replace", "/securityLabel", [MASKED])), Change(labels=frozenset({"N", "MASQUE_PS"}))),
    (json_patch(op("add", "/securityLabel/-", MASKED)), Change(labels_added=frozenset({"MASQUE_PS"}))),
    (json_patch(op("replace", "/extension/0/valueBoolean", True)), Change(archived=True)),
    (json_patch(op("remove", "/extension/0")), Change(archived=False)),
    (
        json_patch(op("add", "/extension", [{"url": IS_ARCHIVED, "valueBoolean": True}])),
        Change(archived=True),
    ),
    (
        json_patch(
            op("replace", "/securityLabel", [LABEL_N]),
            op("add", "/securityLabel/-", MASKED),
            op("add", "/extension/-", {"url": IS_ARCHIVED, "valueBoolean": False}),
        ),
        Change(labels=N, labels_added=frozenset({"MASQUE_PS"}), archived=False),
    ),
    (
        parameters(operation("replace", "DocumentReference.status", valueCode="superseded")),
        Change(status="superseded"),
    ),
    (
        parameters(operation("add", "DocumentReference", "securityLabel", valueCodeableConcept=MASKED)),
        Change(labels_added=frozenset({"MASQUE_PS"})),
    ),
    (
        parameters(operation("delete", "DocumentReference.securityLabel.where(coding.code='MASQUE_PS')")),
        Change(labels_removed=frozenset({"MASQUE_PS"})),
    ),
    (
        parameters(
            operation(
                "replace",
                "DocumentReference.securityLabel.where(coding.exists(code = 'N'))",
                valueCodeableConcept=LABEL_R,
            )
        ),
        Change(labels_removed=N, labels_added=frozenset("R")),
    ),
    (
        parameters(
            operation(
                "replace", f"DocumentReference.extension.where(url='{IS_ARCHIVED}').value", valueBoolean=True
            )
        ),
        Change(archived=True),
    ),
    (
        parameters(operation("delete", f"DocumentReference.extension('{IS_ARCHIVED}')")),
        Change(archived=False),
    ),
    (
        parameters(
            operation(
                "add",
                "DocumentReference",
                "extension",
                part=[
                    {"name": "url", "valueUri": IS_ARCHIVED},
                    {"name": "value", "valueBoolean": True},
                ],
            )
        ),
        Change(archived=True),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("body", "change"), ACCEPTED)
def test_a_change_is_read_in_both_modes(body, change):
    kind = JSON_PATCH if body.startswith(b"[") else FHIR
    assert read_patch(body, kind, strict=True) == change
    assert read_patch(body, f"{kind}; charset=utf-8", strict=False) == change


@pytest.mark.parametrize(("body", "kind", "rule", "lenient"), REFUSED)
def test_another_change_is_refused_by_its_rule(body, kind, rule, lenient):
    with pytest.raises(Broken) as caught:
        read_patch(body, kind, strict=True)
    assert rule in {issue.rule for issue in caught.value.issues}
    if lenient:
        assert rule in {issue.rule for issue in read_patch(body, kind, strict=False).warnings}
        assert rule in {deviation.rule for deviation in DEVIATIONS}
    else:
        with pytest.raises(Broken) as caught:
            read_patch(body, kind, strict=False)
        assert caught.value.issues[0].rule == rule


def test_each_status_of_the_answer_is_that_of_the_fault():
    told = {}
    for body, kind, rule, _ in REFUSED:
        with pytest.raises(Broken) as caught:
            read_patch(body, kind, strict=True)
        told.setdefault(rule, caught.value.status)
    assert told["pdsm.patch.element"] == 405
    assert told["pdsm.patch.type"] == 415
    assert told["pdsm.patch.operation"] == 400
    assert told["pdsm.patch.status"] == 422


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (Change(status="current"), {"N"}, None),
        (Change(labels=frozenset("R")), {"N", "MASQUE_PS"}, {"R"}),
        (Change(labels_added=frozenset({"MASQUE_PS"})), {"V"}, {"V", "MASQUE_PS"}),
        (Change(labels_added=frozenset("R")), {"N", "MASQUE_PS"}, {"R", "MASQUE_PS"}),
        (Change(labels_removed=frozenset({"MASQUE_PS"})), {"N", "MASQUE_PS"}, {"N"}),
        (Change(labels_removed=frozenset("R")), {"R"}, {"N"}),
    ],
)
def test_labels_after_a_change(change, before, after):
    assert change.labels_after(frozenset(before)) == (None if after is None else frozenset(after))


def test_what_was_let_through_is_said_in_words():
    body = json_patch(op("replace", f"/extension[url:'{IS_ARCHIVED}']/valueBoolean", True))
    change = read_patch(body, JSON_PATCH, strict=False)
    assert change.archived is True
    assert [issue.severity for issue in change.warnings] == ["warning"]
    assert "RFC 6901" in change.warnings[0].message_fr
