"""PATCH: a structure changes the status, the labels and the archive of its own, and nothing else."""

import json
from uuid import uuid4

import pytest

from carnet.fhir_api.rendering import IS_ARCHIVED
from tests.clients.papers import oid
from tests.fhir_api.calling import issue_of
from tests.fhir_api.test_find import put
from tests.fhir_api.test_read import WITHDRAW, same

pytestmark = pytest.mark.django_db(transaction=True)
LEVELS = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
NAMED = f"/fhir/DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:{oid(1)}"
MASKED = {
    "coding": [
        {
            "system": "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument",
            "code": "MASQUE_PS",
        }
    ]
}


def labels(resource):
    return {one["coding"][0]["code"] for one in resource["securityLabel"]}


def archived(resource):
    return next(one["valueBoolean"] for one in resource["extension"] if one["url"] == IS_ARCHIVED)


def test_labels_added_and_archive_set(laboratory, claire):
    (mine,) = put(laboratory, claire, 1)
    change = [
        {"op": "add", "path": "/securityLabel/-", "value": MASKED},
        {"op": "replace", "path": "/extension/0/valueBoolean", "value": True},
    ]
    answer = laboratory.patch(f"/fhir/DocumentReference/{mine['id']}", change)
    assert answer.status_code == 200, answer.content[:700]
    changed = json.loads(answer.content)
    assert (labels(changed), archived(changed), answer["ETag"]) == ({"N", "MASQUE_PS"}, True, 'W/"2"')
    assert changed == json.loads(laboratory.get(f"/fhir/DocumentReference/{mine['id']}").content)
    kept = {
        name: part
        for name, part in changed.items()
        if name not in {"meta", "identifier", "securityLabel", "extension"}
    }
    assert kept == {name: mine[name] for name in kept}
    assert [one["value"] for one in changed["identifier"]] != [one["value"] for one in mine["identifier"]]


def test_on_condition_by_name(laboratory, claire):
    (mine,) = put(laboratory, claire, 1)
    answer = laboratory.patch(NAMED, WITHDRAW)
    assert answer.status_code == 200, answer.content[:700]
    assert json.loads(answer.content)["status"] == "entered-in-error"
    assert json.loads(answer.content)["id"] == mine["id"]


def test_by_the_parameters_of_fhirpath_patch(laboratory, claire):
    (mine,) = put(laboratory, claire, 1)
    parts = [
        {"name": "type", "valueCode": "replace"}, {"name": "path", "valueString": "DocumentReference.status"},
        {"name": "value", "valueCode": "entered-in-error"},
    ]  # fmt: skip
    change = {"resourceType": "Parameters", "parameter": [{"name": "operation", "part": parts}]}
    answer = laboratory.patch(
        f"/fhir/DocumentReference/{mine['id']}", change, content_type="application/fhir+json"
    )
    assert answer.status_code == 200, answer.content[:700]
    assert json.loads(answer.content)["status"] == "entered-in-error"


def test_anothers_and_absent_are_the_same(laboratory, hospital, claire):
    (theirs,) = put(hospital, claire, 1)
    answers = [
        laboratory.patch(f"/fhir/DocumentReference/{one}", WITHDRAW) for one in (theirs["id"], uuid4(), "x")
    ]
    answers += [laboratory.patch(NAMED, WITHDRAW), laboratory.patch(NAMED + ".9", WITHDRAW)]
    issue_of(answers[0], 404, "not-found")
    same(*answers)


def test_a_version_that_is_no_more(laboratory, claire):
    (mine,) = put(laboratory, claire, 1)
    address = f"/fhir/DocumentReference/{mine['id']}"
    archive = [{"op": "replace", "path": "/extension/0/valueBoolean", "value": True}]
    issue_of(laboratory.patch(address, archive, If_Match='W/"7"'), 412, "conflict")
    assert laboratory.patch(address, archive, If_Match='W/"1"').status_code == 200
    issue_of(laboratory.patch(address, WITHDRAW, If_Match='W/"1"'), 412, "conflict")
    issue_of(laboratory.patch(address, WITHDRAW, If_Match="un"), 412, "conflict")
    assert laboratory.patch(address, WITHDRAW, If_Match='"2"').status_code == 200


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ([{"op": "replace", "path": "/description", "value": "autre"}], 405, "not-supported"),
        ([{"op": "replace", "path": "/content/0/attachment/title", "value": "autre"}], 405, "not-supported"),
        ([{"op": "replace", "path": "/status", "value": "perdu"}], 422, "code-invalid"),
        ([{"op": "replace", "path": "/status", "value": "superseded"}], 422, "business-rule"),
        ({"op": "replace"}, 400, None),
        (b'[{"op":', 400, "structure"),
        ([], None, None),
    ],
)
def test_what_may_not_change(laboratory, claire, change, status, code):
    (mine,) = put(laboratory, claire, 1)
    answer = laboratory.patch(f"/fhir/DocumentReference/{mine['id']}", change)
    if status:
        issue_of(answer, status, code)
    assert answer.status_code < 500
    assert json.loads(laboratory.get(f"/fhir/DocumentReference/{mine['id']}").content) == mine


def test_a_patch_of_nothing_named(laboratory):
    issue_of(laboratory.patch("/fhir/DocumentReference", WITHDRAW), 400, "required")
    issue_of(laboratory.patch("/fhir/DocumentReference?identifier=urn:oid:x", WITHDRAW), 404, "not-found")
    issue_of(laboratory.patch(NAMED, "<x/>", content_type="application/xml"), 415, "not-supported")
