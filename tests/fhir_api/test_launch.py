"""POST /launch: the software names the patient in a body, and gets the same answer whoever is named."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from carnet.access import api as access
from carnet.directory import api as directory
from carnet.fhir_api.launch import read_launch
from carnet.fhir_api.outcomes import Refused
from tests.fhir_api.calling import Software, issue_of, rule_of
from tests.people.register import add_person, matricule_of, open_space
from tests.pro.visits import actor_of, add_professional

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person_id = add_person()
    open_space(person_id)
    return person_id


@pytest.fixture
def doctor(laboratory):
    return add_professional(structure=laboratory.card.structure)


def body(person_id, doctor, **patient):
    return {
        "patient": {
            "ins": matricule_of(person_id), "familyName": "Martin", "givenName": "Claire",
            "birthDate": "1980-05-17",
        }
        | patient,
        "professional": doctor[0].rpps,
        "consent": True,
    }  # fmt: skip


def ask(software, sent, **headers):
    return software.call("POST", "/launch", sent, content_type="application/json", **headers)


def test_it_opens_for_the_professional_who_was_named(laboratory, person, doctor):
    answer = ask(laboratory, body(person, doctor))
    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/json"
    said = json.loads(answer.content)
    assert said["expiresIn"] == 120
    url = urlsplit(said["url"])
    assert f"{url.scheme}://{url.netloc}" == settings.CARNET_BASE_URL
    assert url.path == "/pro/lancer/"
    assert parse_qs(url.query) == {"launch": [said["launch"]]}
    assert matricule_of(person) not in answer.content.decode()
    opened = access.open_launch(said["launch"], by=actor_of(*doctor))
    assert (opened.person_id, opened.client_id) == (person, laboratory.card.id)


def test_the_answer_is_the_same_whoever_is_named(laboratory, person, doctor):
    closed = add_person()
    open_space(closed, "closed")
    answers = [
        ask(laboratory, sent)
        for sent in (
            body(person, doctor), body(person, doctor, givenName="Zoé"), body(closed, doctor),
            body(person, doctor, ins="299127511600117"),
        )
    ]  # fmt: skip
    shapes = set()
    for answer in answers:
        token = json.loads(answer.content)["launch"]
        headers = {name: value for name, value in answer.items() if name != "Date"}
        shapes.add((answer.status_code, answer.content.replace(token.encode(), b""), str(headers)))
    assert len(shapes) == 1


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"professional": "1"}, "lancement.professional"),
        ({"professional": "10000009999"}, "lancement.professional"),
        ({"consent": "oui"}, "lancement.consent"),
        ({"patient": []}, "lancement.patient"),
        ({"sexe": "F"}, "lancement.sexe"),
        ({"patient": {"ins": "1"}}, "lancement.patient.familyName"),
    ],
)
def test_what_is_wrong_is_named(laboratory, person, doctor, changed, rule):
    issue = issue_of(ask(laboratory, body(person, doctor) | changed), 422)
    assert rule_of(issue) == rule
    assert "«" in issue["diagnostics"]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [({"ins": "299127511600118"}, "lancement.patient.ins"), ({"birthDate": "1980-02-30"}, "lancement.patient.birthDate"),
     ({"birthDate": "1980-W01-1"}, "lancement.patient.birthDate"), ({"givenName": " "}, "lancement.patient.givenName"),
     ({"familyName": 3}, "lancement.patient.familyName")],
)  # fmt: skip
def test_what_is_wrong_of_the_patient_is_named(laboratory, person, doctor, changed, rule):
    assert rule_of(issue_of(ask(laboratory, body(person, doctor, **changed)), 422)) == rule


def test_a_professional_of_elsewhere_is_refused(laboratory, person):
    elsewhere = add_professional(structure="750000010")
    issue = issue_of(ask(laboratory, body(person, elsewhere)), 422)
    assert rule_of(issue) == "lancement.professional"


def test_a_scope_of_its_own(person, doctor):
    assert "system/Launch.c" in directory.SCOPES
    without = Software(scope="system/DocumentReference.cruds")
    issue_of(ask(without, body(person, doctor)), 403, "forbidden")
    only = Software(scope="system/Launch.c")
    assert ask(only, body(person, doctor)).status_code == 201
    issue_of(only.get("/fhir/DocumentReference"), 403, "forbidden")


def test_other_bytes_are_refused(laboratory):
    issue_of(ask(laboratory, b"{"), 400, "structure")
    issue_of(ask(laboratory, b"x" * 10_001), 413)
    issue_of(laboratory.call("POST", "/launch", b"<a/>", content_type="text/xml"), 415)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["patient", "professional", "consent", "ins", "familyName", "givenName", "birthDate", "x"]),
        inner, max_size=6,
    ),
    max_leaves=12,
)  # fmt: skip


@given(st.binary(max_size=200) | JSONS.map(lambda one: json.dumps(one).encode()))
def test_any_bytes_are_read_or_refused(data):
    try:
        asked = read_launch(data)
    except Refused as error:
        refused = error
    else:
        assert len(asked.professional) == 11
        return
    assert refused.status in {400, 422}
    assert refused.issues
