"""The token endpoint as software sees it: forms in, JSON out, and nothing else (RFC 6749)."""

import base64
import json
from urllib.parse import quote, urlencode

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from carnet.directory import api as directory
from carnet.directory.api import OAuthRefused
from carnet.fhir_api.oauth import token as endpoint
from carnet.platform import calls
from carnet.platform.limits import Limit
from carnet.standards import oauth
from tests.directory.certificates import make_certificate
from tests.directory.clients import HOSPITAL, ISSUER, add_client, form_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.directory.urls")]

FORM = "application/x-www-form-urlencoded"
PROXY, HEADER = "10.0.0.1", "ClientCertificate"


@pytest.fixture(autouse=True)
def the_service(settings):
    settings.CARNET_API_URL = ISSUER + "/"
    settings.MIDDLEWARE = []
    settings.CARNET_CLIENT_CERT_HEADER, settings.CARNET_TRUSTED_PROXIES = HEADER, (PROXY,)


def post(form, *, kind=FORM, **more):
    body = form if isinstance(form, str | bytes) else urlencode(form)
    return Client().generic("POST", "/oauth/token", body, content_type=kind, **more)


def refused(response, status, error):
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Type"] == "application/json"
    said = response.json()
    assert said["error_description"].isascii()
    assert '"' not in said["error_description"]
    return said["message"]


def test_a_token_is_given_and_opens():
    card, key = add_client()
    response = post(form_of(key))
    said = response.json()
    assert response.status_code == 200
    assert (said["token_type"], said["expires_in"]) == ("Bearer", 1800)
    assert said["scope"] == " ".join(directory.SCOPES)
    assert (response["Cache-Control"], response["Pragma"]) == ("no-store", "no-cache")
    assert directory.read_token(said["access_token"]).client_id == card.id


def test_what_is_asked_twice_is_given_once():
    _, key = add_client()
    form = form_of(key)
    assert post(form).status_code == 200
    assert "déjà servi" in refused(post(form), 400, "invalid_client")


def test_an_empty_field_is_as_one_that_is_not_there():
    _, key = add_client()
    assert post(form_of(key) | {"scope": "", "client_secret": ""}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "authorization_code"}, "unsupported_grant_type"),
        ({"scope": "system/Patient.rs"}, "invalid_scope"),
        ({"client_assertion": "a.b.c"}, "invalid_client"),
        ({"client_assertion_type": "jwt"}, "invalid_client"),
        ({"client_secret": "secret"}, "invalid_client"),
    ],
    ids=str,
)
def test_requests_that_are_refused(changes, error):
    _, key = add_client()
    refused(post(form_of(key) | changes), 400, error)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"grant_type": "client_credentials"}', "application/json"),
        (b"grant_type=client_credentials", ""),
        (b"grant_type=client_credentials", "multipart/form-data; boundary=x"),
        (b"grant_type=client_credentials&grant_type=client_credentials", FORM),
        (b"grant_type=%ff", FORM),
        (b"\xff\xfe", FORM),
        (b"&".join(b"f%d=1" % number for number in range(30)), FORM),
        (b"", FORM),
    ],
)
def test_what_is_no_form(body, kind):
    refused(post(body, kind=kind), 400, "invalid_request")


def test_the_form_may_say_its_charset():
    _, key = add_client()
    assert post(form_of(key), kind=f"{FORM}; charset=UTF-8").status_code == 200


def test_a_body_of_no_announced_length_is_not_read():
    request = RequestFactory().generic("POST", "/oauth/token", b"a", content_type=FORM)
    del request.META["CONTENT_LENGTH"]
    request.META["HTTP_TRANSFER_ENCODING"] = "chunked"
    assert "Content-Length" in refused_by(endpoint.token(request))


def refused_by(response):
    assert response.status_code == 400
    return json.loads(response.content)["message"]


def test_the_description_is_what_the_message_says_in_ascii():
    said = post({"scope": "x"}).json()
    assert said["message"] == "« grant_type » est obligatoire."
    assert said["error_description"] == "'grant_type' est obligatoire."


def test_a_large_body_is_not_read():
    refused(post(b"a" * 32_001), 413, "invalid_request")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
def test_a_token_is_asked_for_by_post(method):
    response = Client().generic(method, "/oauth/token?client_secret=x")
    assert (response.status_code, response["Allow"]) == (405, "POST")


def test_an_authorization_header_is_answered_as_one():
    said = post({"grant_type": "client_credentials"}, headers={"Authorization": "Basic YTpi"})
    refused(said, 401, "invalid_client")
    assert said["WWW-Authenticate"].startswith("Basic")


def test_who_is_not_there_and_who_signs_wrong_get_the_same_bytes():
    card, key = add_client()
    stranger = oauth.make_key() | {"kid": key["kid"]}
    wrong = post(form_of(stranger | {"client_id": str(card.id)}))
    absent = post(form_of(stranger | {"client_id": "00000000-0000-7000-8000-000000000001"}))
    assert wrong.status_code == absent.status_code == 400
    assert wrong.content == absent.content
    assert wrong.headers == absent.headers


# -- certificates


def by_certificate(card, pem, *, address=PROXY, **more):
    headers = {HEADER: quote(pem, safe="")}
    form = {"grant_type": "client_credentials", "client_id": str(card.id)} | more
    return post(form, headers=headers, REMOTE_ADDR=address)


def test_a_certificate_that_a_trusted_proxy_passes():
    pem = make_certificate()
    card, _ = add_client(keys=None, certificate=pem)
    response = by_certificate(card, pem)
    assert response.status_code == 200
    token = response.json()["access_token"]
    assert directory.read_token(token, certificate=pem).client_id == card.id
    with pytest.raises(OAuthRefused):
        directory.read_token(token)


def test_a_certificate_that_the_client_writes_itself_is_not_heard():
    pem = make_certificate()
    card, _ = add_client(keys=None, certificate=pem)
    refused(by_certificate(card, pem, address="192.0.2.7"), 400, "invalid_client")
    refused(by_certificate(card, make_certificate()), 400, "invalid_client")


def test_without_the_setting_no_certificate_is_heard(settings):
    pem = make_certificate()
    card, _ = add_client(keys=None, certificate=pem)
    settings.CARNET_CLIENT_CERT_HEADER = ""
    refused(by_certificate(card, pem), 400, "invalid_client")
    assert b"tls_client_auth" not in Client().get("/.well-known/oauth-authorization-server").content


# -- limits, and a database that is away


def test_failures_are_counted_by_address(monkeypatch):
    monkeypatch.setattr(endpoint, "FAILURES", Limit("oauth-failures-test", 2, endpoint.FAILURES.window))
    _, key = add_client()
    bad = {"grant_type": "client_credentials"}
    for _ in range(2):
        refused(post(bad, REMOTE_ADDR="192.0.2.7"), 400, "invalid_client")
    response = post(form_of(key), REMOTE_ADDR="192.0.2.7")
    refused(response, 429, "temporarily_unavailable")
    assert 1 <= int(response["Retry-After"]) <= 61
    assert post(form_of(key), REMOTE_ADDR="192.0.2.8").status_code == 200


def test_tokens_are_counted_by_client(monkeypatch):
    monkeypatch.setattr(endpoint, "TOKENS", Limit("oauth-tokens-test", 2, endpoint.TOKENS.window))
    _, key = add_client()
    _, other = add_client(HOSPITAL)
    assert [post(form_of(key)).status_code for _ in range(3)] == [200, 200, 429]
    assert post(form_of(other)).status_code == 200


def test_a_lost_connection_is_asked_once_more(monkeypatch):
    _, key = add_client()
    real, calls_made = directory.authenticate, []

    def lost_once(*args, **more):
        calls_made.append(1)
        if len(calls_made) == 1:
            raise OperationalError("connection lost")
        return real(*args, **more)

    monkeypatch.setattr(endpoint.connection, "close", lambda: None)  # this test's own transaction
    monkeypatch.setattr(directory, "authenticate", lost_once)
    assert post(form_of(key)).status_code == 200


def test_while_the_database_is_away_it_says_when_to_come_back(monkeypatch):
    def away(*_args, **_more):
        raise OperationalError("away")

    monkeypatch.setattr(endpoint.connection, "close", lambda: None)
    monkeypatch.setattr(directory, "authenticate", away)
    response = post({"grant_type": "client_credentials"})
    refused(response, 503, "temporarily_unavailable")
    assert response["Retry-After"] == "5"


# -- what is told of it


def test_each_call_is_told_without_a_secret(monkeypatch):
    told = []
    monkeypatch.setattr(calls, "record", told.append)
    card, key = add_client()
    form = form_of(key)
    post(form)
    post(form)
    given_call, refused_call = told
    assert (given_call.client_id, given_call.decision, given_call.status) == (card.id, "accepted", 200)
    assert (refused_call.client_id, refused_call.reasons) == (None, ("invalid_client",))
    assert "déjà servi" in refused_call.issues[0]["message_fr"]
    assert form["client_assertion"] not in repr(told)


# -- documents by which a software finds its way


def test_the_authorization_server_describes_itself():
    said = Client().get("/.well-known/oauth-authorization-server").json()
    assert (said["issuer"], said["token_endpoint"]) == (ISSUER, f"{ISSUER}/oauth/token")
    assert said["grant_types_supported"] == ["client_credentials"]
    assert said["response_types_supported"] == []
    assert said["token_endpoint_auth_methods_supported"] == ["private_key_jwt", "self_signed_tls_client_auth"]
    algorithms = said["token_endpoint_auth_signing_alg_values_supported"]
    assert not {name for name in algorithms if name == "none" or name.startswith("HS")}


def test_fhir_software_finds_the_same():
    said = Client().get("/fhir/.well-known/smart-configuration").json()
    assert said["token_endpoint"] == f"{ISSUER}/oauth/token"
    assert "client-confidential-asymmetric" in said["capabilities"]
    assert said["scopes_supported"] == list(directory.SCOPES)


def test_the_key_of_the_file_is_all_that_a_software_needs():
    """From the discovery document alone to a token, as a software does it."""
    _, key = add_client(kind="OKP")
    found = Client().get("/.well-known/oauth-authorization-server").json()["token_endpoint"]
    assert post(form_of(key, audience=found)).status_code == 200


# -- anything at all

FIELDS = st.sampled_from(
    [
        "grant_type",
        "client_assertion",
        "client_assertion_type",
        "client_id",
        "scope",
        "client_secret",
        "autre",
    ]
)
VALUES = st.sampled_from(["client_credentials", oauth.ASSERTION_TYPE, "system/Binary.c", ""]) | st.text(
    max_size=60
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
NAMES = st.sampled_from(["alg", "kid", "typ", "crit", "b64", "iss", "sub", "aud", "exp", "jti", "iat", "nbf"])
CLAIMS = st.dictionaries(NAMES, SCALARS | st.sampled_from(["ES256", "none"]) | st.lists(SCALARS, max_size=3))
# parts of an assertion that are JSON, and parts that are not
PARTS = st.binary(max_size=40) | CLAIMS.map(lambda said: json.dumps(said).encode())


def written(part):
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


@given(st.lists(st.tuples(FIELDS, VALUES), max_size=8))
def test_no_form_is_a_failure(fields):
    said = post(urlencode(fields, errors="surrogatepass"))
    assert said.status_code in (400, 429)


@given(st.lists(PARTS, min_size=1, max_size=5))
def test_no_assertion_is_a_failure(parts):
    form = oauth.token_form(".".join(written(part) for part in parts))
    assert post(form).status_code in (400, 429)


@given(st.binary(max_size=300), st.sampled_from([FORM, "application/json", "text/plain", "…", ""]))
def test_no_body_is_a_failure(body, kind):
    assert post(body, kind=kind).status_code in (400, 429)
