"""Calls of software in tests: the product's own addresses and middlewares, without a process around them."""

import json
from urllib.parse import urlencode

from django.test import Client

from carnet.fhir_api import rates
from tests.directory.clients import LILAS, add_client, token_of

FHIR = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"


class Software:
    """One client of one structure, and how it calls. Each call may be repeated word for word by another."""

    def __init__(self, structure=LILAS, *, scope="", **facts):
        self.card, self.key = add_client(structure, **facts)
        self.token = token_of(self.card, scope=scope)
        self.client = Client(raise_request_exception=False)

    def call(self, method, path, body=None, *, content_type=FHIR, token=None, **headers):
        data = body if isinstance(body, bytes | str) else b"" if body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if (token := self.token if token is None else token) != "":
            named["Authorization"] = f"Bearer {token}"
        return self.client.generic(
            method, path, data, content_type=content_type if body is not None else "", headers=named
        )

    def get(self, path, **headers):
        return self.call("GET", path, **headers)

    def publish(self, body, **headers):
        return self.call("POST", "/fhir/DocumentReference", body, **headers)

    def provide(self, body, **headers):
        return self.call("POST", "/fhir", body, **headers)

    def search(self, **parameters):
        """Search by POST; `patient_identifier` stands for `patient.identifier`, and so on."""
        pairs = [(name.replace("__", "-").replace("_id", ".id"), value) for name, value in parameters.items()]
        return self.post_search(pairs)

    def post_search(self, pairs):
        pairs = pairs.items() if isinstance(pairs, dict) else pairs
        return self.call("POST", "/fhir/DocumentReference/_search", urlencode(list(pairs)), content_type=FORM)

    def patch(self, path, body, **headers):
        return self.call("PATCH", path, body, **{"content_type": "application/json-patch+json", **headers})


def issue_of(answer, status, code=None):
    """Return the first issue of an OperationOutcome, once the answer is what was expected."""
    assert answer.status_code == status, (answer.status_code, answer.content[:600])
    assert answer["Content-Type"].startswith(FHIR), answer["Content-Type"]
    outcome = json.loads(answer.content)
    assert outcome["resourceType"] == "OperationOutcome"
    first = outcome["issue"][0]
    assert code in (None, first["code"]), first
    assert first["diagnostics"]
    return first


def xds_of(issue):
    return [one["code"] for one in issue["details"]["coding"] if one["system"] == "urn:carnet:code-xds"]


def rule_of(issue):
    return next(one["code"] for one in issue["details"]["coding"] if one["system"] == "urn:carnet:regle")


def found(answer):
    """Return the resources of a searchset."""
    assert answer.status_code == 200, answer.content[:600]
    return [entry["resource"] for entry in json.loads(answer.content).get("entry", [])]


def forget_rates():
    rates.forget()
