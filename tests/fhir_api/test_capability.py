"""The descriptions are made from the routes, and are true: what they say works, what they do not say is refused."""

import json
from itertools import product
from urllib.parse import urlencode

import pytest
from fhir.resources.R4B.capabilitystatement import CapabilityStatement
from fhirclient.models.capabilitystatement import CapabilityStatement as ForeignStatement

from carnet.fhir_api.parameters import Kind
from carnet.fhir_api.routes import ROUTES
from tests.clients.papers import ins_of
from tests.fhir_api.calling import Software, issue_of
from tests.fhir_api.test_find import put

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def statement(client):
    answer = client.get("/fhir/metadata")
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_anybody_may_read_it_and_foreign_readers_can(statement):
    assert ForeignStatement(statement).fhirVersion == "4.0.1"
    assert CapabilityStatement.model_validate(statement).rest[0].mode == "server"
    assert statement["format"] == ["application/fhir+json", "application/json"]


def test_it_says_where_tokens_are(statement, client):
    (uris,) = statement["rest"][0]["security"]["extension"]
    token = uris["extension"][0]["valueUri"]
    assert token == "https://api.exemple.test/oauth/token"
    smart = json.loads(client.get("/fhir/.well-known/smart-configuration").content)
    assert smart["token_endpoint"] == token


def test_every_route_is_in_it(statement):
    told = {
        (one["type"], interaction["code"])
        for one in statement["rest"][0]["resource"]
        for interaction in one["interaction"]
    }
    assert told == {(route.resource, route.interaction) for route in ROUTES if route.resource}
    assert [one["code"] for one in statement["rest"][0]["interaction"]] == ["transaction"]


def test_every_declared_parameter_works(laboratory, claire, statement):
    put(laboratory, claire, 1)
    (documents,) = (one for one in statement["rest"][0]["resource"] if one["type"] == "DocumentReference")
    declared = {one["name"] for one in documents["searchParam"]}
    routes = [route for route in ROUTES if route.interaction == "search-type"]
    assert {route.path for route in routes} == {"fhir/DocumentReference", "fhir/DocumentReference/_search"}
    for route in routes:
        known = [one for one in route.parameters if one.kind is not Kind.SPECIAL]
        assert {one.name.partition(":")[0] for one in known} == declared
        for one in known:
            asked = {one.name: one.example}
            if not one.name.startswith("patient"):
                asked["patient.identifier"] = ins_of(claire)
            if route.method == "POST":
                answer = laboratory.post_search(asked)
            else:
                answer = laboratory.get(f"/{route.path}?{urlencode(asked)}")
            assert answer.status_code == 200, (one.name, answer.content[:300])
            assert json.loads(answer.content)["type"] == "searchset"


UNDECLARED = (
    "subject",
    "_include",
    "_sort",
    "_summary",
    "relatesTo",
    "_lastUpdated",
    "patient",
    "x",
    "_total",
)


def test_every_parameter_that_is_not_declared_is_refused(laboratory):
    for name, route in product(UNDECLARED, ROUTES):
        if route.takes and route.interaction != "search-type":
            continue
        address = "/" + route.path.replace("<str:id>", "00000000-0000-4000-8000-000000000000")
        if route.method == "POST":
            answer = laboratory.post_search({name: "1"})
        else:
            answer = laboratory.get(f"{address}?{name}=1")
        assert issue_of(answer, 400, "not-supported")["expression"] == [f"http.{name}"]


def test_what_has_no_route_is_refused_with_those_that_do(laboratory):
    for route in ROUTES:
        address = "/" + route.path.replace("<str:id>", "1")
        for method in ("PUT", "DELETE", "OPTIONS", "TRACE"):
            answer = laboratory.call(method, address)
            issue_of(answer, 405, "not-supported")
            assert route.method in answer["Allow"]
    answer = laboratory.call("POST", "/fhir/Binary", {"resourceType": "Binary"})
    issue_of(answer, 405, "not-supported")
    assert answer["Allow"] == ""


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/fhir/Patient/1", "not-supported"),
        ("/fhir/DocumentManifest", "not-supported"),
        ("/fhir/DocumentReference/1/_history", "not-supported"),
        ("/fhir/DocumentReference/1/_history/1", "not-supported"),
        ("/fhir/Observation?code=1", "not-supported"),
        ("/nulle/part", "not-found"),
    ],
)
def test_what_is_not_served_is_said(laboratory, address, code):
    issue = issue_of(laboratory.get(address), 404, code)
    if "Manifest" in address:
        assert "List" in issue["diagnostics"]


def test_only_descriptions_are_public(client):
    public = {route.name for route in ROUTES if not route.scopes}
    assert public == {"metadata", "openapi"}
    for route in ROUTES:
        if not route.scopes:
            continue
        answer = client.generic(route.method, "/" + route.path.replace("<str:id>", "1"))
        issue_of(answer, 401, "login")
        assert answer["WWW-Authenticate"] == 'Bearer realm="carnet"'


def test_each_route_asks_for_its_own_scope():
    nothing = Software(scope="system/Binary.c")
    for route in ROUTES:
        if route.scopes:
            answer = nothing.call(route.method, "/" + route.path.replace("<str:id>", "1"))
            issue_of(answer, 403, "forbidden")
            assert "insufficient_scope" in answer["WWW-Authenticate"]


def test_openapi_tells_the_same_routes(client):
    told = json.loads(client.get("/openapi.json").content)
    assert told["openapi"].startswith("3.1")
    operations = {(method.upper(), where) for where, one in told["paths"].items() for method in one}
    ours = {(route.method, "/" + route.path.replace("<str:id>", "{id}")) for route in ROUTES}
    assert operations - ours == {
        ("POST", "/oauth/token"),
        ("GET", "/.well-known/oauth-authorization-server"),
        ("GET", "/fhir/.well-known/smart-configuration"),
    }
    assert ours <= operations
