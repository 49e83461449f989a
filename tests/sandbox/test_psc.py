"""The Pro Santé Connect simulator refuses what the real one refuses, with the codes of the RFCs."""

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.test import Client
from django.urls import reverse

from tests.pro.psc import CALLBACK, ISSUER, activity, add_identity, identify
from tests.sandbox.franceconnect import BASE, query_of

pytestmark = pytest.mark.django_db
VERIFIER = "v" * 43
AUTHORIZE = {
    "response_type": "code",
    "client_id": "carnet-sandbox",
    "redirect_uri": CALLBACK,
    "scope": "openid scope_all",
    "acr_values": "eidas1",
    "state": "the-state",
    "nonce": "the-nonce",
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
}
GRANT = {
    "grant_type": "authorization_code",
    "redirect_uri": CALLBACK,
    "code_verifier": VERIFIER,
    "client_id": "carnet-sandbox",
    "client_secret": "sandbox-only-not-a-secret",
}
ENDPOINT = f"{ISSUER}/protocol/openid-connect"


@pytest.fixture(autouse=True)
def _registered(settings):
    settings.CARNET_BASE_URL, settings.CARNET_PSC_ISSUER = BASE, ISSUER
    add_identity("dr.essai", "899700000001", activity("690000013"))


@pytest.fixture
def server():
    """What the client's server sees: no cookie, no CSRF token."""
    return Client(enforce_csrf_checks=True)


def authorize(browser, **changes):
    facts = {name: value for name, value in (AUTHORIZE | changes).items() if value is not None}
    return browser.get(reverse("sandbox:psc_authorize"), facts)


def new_code(browser, **changes):
    from urllib.parse import urlencode

    url = f"{reverse('sandbox:psc_authorize')}?{urlencode(AUTHORIZE | changes)}"
    return query_of(identify(browser, url))[1]["code"]


@pytest.mark.parametrize("changes", [{"client_id": "other"}, {"redirect_uri": f"{BASE}/ailleurs/"}])
def test_an_undeclared_client_or_address_is_never_gone_back_to(client, changes):
    answer = authorize(client, **changes)
    assert answer.status_code == 400
    assert "Location" not in answer


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"state": None}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"acr_values": "eidas9"}, "invalid_request"),
        ({"scope": "scope_all"}, "invalid_scope"),
        ({"scope": "openid given_name"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_request_that_is_not_in_order_goes_back_with_its_error(client, changes, error):
    where, query = query_of(authorize(client, **changes))
    assert (where, query["error"], query["iss"]) == (CALLBACK, error, ISSUER)


def test_a_code_gives_the_claims_once(client, server):
    code = new_code(client)
    tokens = server.post(f"{ENDPOINT}/token", GRANT | {"code": code}).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    claims = server.get(f"{ENDPOINT}/userinfo", headers=bearer).json()
    assert claims["SubjectNameID"] == "899700000001"
    assert claims["sub"].endswith(":899700000001")
    again = server.post(f"{ENDPOINT}/token", GRANT | {"code": code})
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_without_scope_all_only_the_subject_is_given(client, server):
    tokens = server.post(f"{ENDPOINT}/token", GRANT | {"code": new_code(client, scope="openid")}).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert set(server.get(f"{ENDPOINT}/userinfo", headers=bearer).json()) == {"sub"}


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"redirect_uri": f"{BASE}/pro/"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"code": "made-up"}, 400, "invalid_grant"),
    ],
)
def test_a_wrong_exchange_is_refused(client, server, changes, status, error):
    answer = server.post(f"{ENDPOINT}/token", GRANT | {"code": new_code(client)} | changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_made_up_access_token_opens_nothing(server):
    answer = server.get(f"{ENDPOINT}/userinfo", headers={"Authorization": "Bearer made-up"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_a_logout_names_the_session_that_it_ends(client, server):
    tokens = server.post(f"{ENDPOINT}/token", GRANT | {"code": new_code(client)}).json()
    back = {"post_logout_redirect_uri": f"{BASE}/pro/connexion/", "state": "s"}
    assert client.get(f"{ENDPOINT}/logout", back | {"id_token_hint": "x.y.z"}).status_code == 400
    answer = client.get(f"{ENDPOINT}/logout", back | {"id_token_hint": tokens["id_token"]})
    assert answer["Location"] == f"{BASE}/pro/connexion/?state=s"
