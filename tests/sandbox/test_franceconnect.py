"""The FranceConnect simulator refuses what the real one refuses, with the codes of the RFCs."""

import base64
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from carnet.platform import clock
from tests.sandbox.franceconnect import (
    AUTHORIZE,
    BASE,
    CALLBACK,
    CLIENT_ID,
    GRANT,
    ISSUER,
    SECRET,
    add_identity,
    hidden,
    identify,
    query_of,
)  # fmt: skip

pytestmark = pytest.mark.django_db
TOKEN, USERINFO = f"{ISSUER}/api/v2/token", f"{ISSUER}/api/v2/userinfo"


@pytest.fixture(autouse=True)
def _registered(settings):
    settings.CARNET_BASE_URL, settings.CARNET_FRANCECONNECT_ISSUER = BASE, ISSUER


@pytest.fixture
def server():
    """What the client's server sees: no cookie, no CSRF token."""
    return Client(enforce_csrf_checks=True)


def authorize(client, **changes):
    facts = {name: value for name, value in (AUTHORIZE | changes).items() if value is not None}
    return client.get(reverse("sandbox:fc_authorize"), facts)


def url_of(**changes):
    from urllib.parse import urlencode

    return f"{reverse('sandbox:fc_authorize')}?{urlencode(AUTHORIZE | changes)}"


def new_code(client, **changes):
    add_identity()
    return query_of(identify(client, url_of(**changes)))[1]["code"]


def tokens(client, server):
    return server.post(TOKEN, GRANT | {"code": new_code(client)}).json()


def public_keys(server):
    return KeySet.import_key_set(server.get(f"{ISSUER}/api/v2/jwks").json())


# -- discovery


def test_discovery_names_where_everything_is(server):
    document = server.get(f"{ISSUER}/.well-known/openid-configuration").json()
    assert document["issuer"] == ISSUER
    assert document["authorization_endpoint"] == f"{ISSUER}/api/v2/authorize"
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert "ins" not in str(document["claims_supported"]).lower().replace("insee", "")


def test_only_the_public_key_is_shown(server):
    (key,) = server.get(f"{ISSUER}/api/v2/jwks").json()["keys"]
    assert (key["kty"], key["crv"], key["use"], key["alg"]) == ("EC", "P-256", "sig", "ES256")
    assert "d" not in key


# -- authorize


@pytest.mark.parametrize(
    "changes", [{"client_id": "somebody"}, {"client_id": None}, {"redirect_uri": "https://elsewhere.test/"},
                {"redirect_uri": f"{CALLBACK}?x=1"}, {"redirect_uri": None}],
)  # fmt: skip
def test_an_undeclared_client_is_never_sent_anywhere(client, changes):
    response = authorize(client, **changes)
    assert response.status_code == 400
    assert "Location" not in response


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"scope": "given_name"}, "invalid_scope"),
        ({"scope": "openid ins"}, "invalid_scope"),
        ({"scope": None}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"acr_values": None}, "invalid_request"),
        ({"acr_values": "eidas9"}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"nonce": ["a", "b"]}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_wrong_request_goes_back_with_its_error(client, changes, error):
    where, query = query_of(authorize(client, **changes))
    assert where == CALLBACK
    assert (query["error"], query["iss"]) == (error, ISSUER)
    assert query.get("state") == (None if "state" in changes else "the-state")
    assert "code" not in query


def test_somebody_chooses_an_identity_agrees_and_goes_back(client):
    add_identity()
    page = authorize(client)
    assert "Claire Louise Martin" in page.content.decode()
    where, query = query_of(identify(client, url_of()))
    assert where == CALLBACK
    assert (query["state"], query["iss"]) == ("the-state", ISSUER)
    assert query["code"]


def test_the_consent_shows_what_is_given_and_no_ins(client):
    add_identity()
    page = authorize(client)
    choice = {"page": hidden(page), "login": "claire", "level": "eidas2"}
    text = client.post(reverse("sandbox:fc_identify"), choice).content.decode()
    assert "17/05/1980" in text
    assert "Féminin" in text
    assert "99100" in text


@pytest.mark.parametrize("step", ["fc_identify", "fc_consent"])
def test_cancelling_goes_back_as_access_denied(client, step):
    add_identity()
    page = hidden(authorize(client))
    if step == "fc_consent":
        page = hidden(
            client.post(reverse("sandbox:fc_identify"), {"page": page, "login": "claire", "level": "eidas2"})
        )
    where, query = query_of(client.post(reverse(f"sandbox:{step}"), {"page": page, "cancel": "1"}))
    assert where == CALLBACK
    assert (query["error"], query["state"]) == ("access_denied", "the-state")


def test_a_level_below_what_was_asked_cannot_be_chosen(client):
    add_identity()
    page = authorize(client)
    assert 'value="eidas1"' not in page.content.decode()
    answer = client.post(
        reverse("sandbox:fc_identify"), {"page": hidden(page), "login": "claire", "level": "eidas1"}
    )
    assert answer.status_code == 200
    assert b'name="login"' in answer.content
    assert 'value="eidas1"' in authorize(client, acr_values="eidas1").content.decode()


def test_a_page_that_was_not_made_here_or_is_old_is_refused(client, monkeypatch):
    add_identity()
    page = hidden(authorize(client))
    facts = {"page": page, "login": "claire", "level": "eidas2"}
    assert client.post(reverse("sandbox:fc_consent"), {"page": page}).status_code == 400
    assert client.post(reverse("sandbox:fc_identify"), facts | {"page": page[:-2]}).status_code == 400
    later(monkeypatch, 901)
    assert client.post(reverse("sandbox:fc_identify"), facts).status_code == 400


# -- token


def test_a_code_is_changed_for_signed_tokens(client, server):
    response = server.post(TOKEN, GRANT | {"code": new_code(client)})
    answer = response.json()
    assert response.status_code == 200
    assert (response["Cache-Control"], answer["token_type"], answer["expires_in"]) == (
        "no-store",
        "Bearer",
        60,
    )
    token = jwt.decode(answer["id_token"], public_keys(server), algorithms=["ES256"])
    assert {name: token.claims[name] for name in ("iss", "aud", "sub", "nonce", "acr")} == {
        "iss": ISSUER, "aud": CLIENT_ID, "sub": "sub-claire", "nonce": "the-nonce", "acr": "eidas2",
    }  # fmt: skip
    assert 0 < token.claims["exp"] - time.time() <= 61


def test_basic_authentication_is_accepted_too(client, server):
    form = {name: GRANT[name] for name in ("grant_type", "redirect_uri", "code_verifier")}
    answer = server.post(TOKEN, form | {"code": new_code(client)}, headers={"Authorization": basic(SECRET)})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, 400, "unsupported_grant_type"),
        ({"code": ""}, 400, "invalid_request"),
        ({"code_verifier": ""}, 400, "invalid_request"),
        ({"redirect_uri": ""}, 400, "invalid_request"),
        ({"code": "not-a-code"}, 400, "invalid_grant"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": "v" * 42}, 400, "invalid_grant"),
        ({"redirect_uri": f"{BASE}/"}, 400, "invalid_grant"),
        ({"grant_type": ["authorization_code", "authorization_code"]}, 400, "invalid_request"),
    ],
)
def test_a_wrong_exchange_is_refused(client, server, changes, status, error):
    response = server.post(TOKEN, GRANT | {"code": new_code(client)} | changes)
    assert (response.status_code, response.json()["error"]) == (status, error)
    assert response["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in response) == (status == 401)


def test_two_ways_of_authentication_at_once_are_refused(client, server):
    form = GRANT | {"code": new_code(client)}
    response = server.post(TOKEN, form, headers={"Authorization": basic(SECRET)})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "header", ["Basic !!!", "Basic", "Bearer abc", "Basic " + base64.b64encode(b"\xff").decode()]
)
def test_a_garbled_authorization_is_no_client(server, header):
    form = {name: GRANT[name] for name in ("grant_type", "redirect_uri", "code_verifier")}
    response = server.post(TOKEN, form | {"code": "x"}, headers={"Authorization": header})
    assert (response.status_code, response.json()["error"]) == (401, "invalid_client")


def test_a_code_serves_once(client, server):
    form = GRANT | {"code": new_code(client)}
    assert server.post(TOKEN, form).status_code == 200
    again = server.post(TOKEN, form)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_code_lasts_a_minute(client, server, monkeypatch):
    form = GRANT | {"code": new_code(client)}
    later(monkeypatch, 61)
    assert server.post(TOKEN, form).json()["error"] == "invalid_grant"


def test_an_access_token_is_no_code(client, server):
    access = tokens(client, server)["access_token"]
    assert server.post(TOKEN, GRANT | {"code": access}).json()["error"] == "invalid_grant"


# -- userinfo


def test_userinfo_is_the_signed_pivot_identity_without_ins(client, server):
    answer = tokens(client, server)
    response = server.get(USERINFO, headers={"Authorization": f"Bearer {answer['access_token']}"})
    assert response["Content-Type"] == "application/jwt"
    claims = jwt.decode(response.content.decode(), public_keys(server), algorithms=["ES256"]).claims
    assert {name: value for name, value in claims.items() if name not in ("iat", "exp")} == {
        "iss": ISSUER, "aud": CLIENT_ID, "sub": "sub-claire", "given_name": "Claire Louise",
        "family_name": "Martin", "birthdate": "1980-05-17", "gender": "female", "birthplace": "31555",
        "birthcountry": "99100", "email": "x@exemple.test",
    }  # fmt: skip


def test_userinfo_gives_what_the_scopes_ask(client, server):
    code = new_code(client, scope="openid birthdate")
    access = server.post(TOKEN, GRANT | {"code": code}).json()["access_token"]
    signed = server.get(USERINFO, headers={"Authorization": f"Bearer {access}"}).content.decode()
    claims = jwt.decode(signed, public_keys(server), algorithms=["ES256"]).claims
    assert set(claims) == {"iss", "aud", "sub", "iat", "exp", "birthdate"}


def test_born_abroad_has_a_country_and_no_place(client, server):
    add_identity("amal", sub="sub-amal", birth_place="99350")
    code = query_of(identify(client, url_of(), login="amal"))[1]["code"]
    access = server.post(TOKEN, GRANT | {"code": code}).json()["access_token"]
    signed = server.get(USERINFO, headers={"Authorization": f"Bearer {access}"}).content.decode()
    claims = jwt.decode(signed, public_keys(server), algorithms=["ES256"]).claims
    assert (claims["birthplace"], claims["birthcountry"]) == ("", "99350")


@pytest.mark.parametrize("header", [None, "Bearer x", "Bearer", "Basic x"])
def test_userinfo_needs_a_live_token(server, header):
    response = server.get(USERINFO, headers={"Authorization": header} if header else {})
    assert (response.status_code, response.json()["error"]) == (401, "invalid_token")
    assert response["WWW-Authenticate"].startswith("Bearer ")


def test_an_access_token_lasts_a_minute(client, server, monkeypatch):
    access = tokens(client, server)["access_token"]
    later(monkeypatch, 61)
    assert server.get(USERINFO, headers={"Authorization": f"Bearer {access}"}).status_code == 401


# -- end of session


def test_the_end_of_a_session_goes_back_to_the_client(client, server):
    hint = tokens(client, server)["id_token"]
    query = {"id_token_hint": hint, "post_logout_redirect_uri": f"{BASE}/connexion/", "state": "s"}
    response = client.get(reverse("sandbox:fc_end_session"), query)
    assert query_of(response) == (f"{BASE}/connexion/", {"state": "s"})


@pytest.mark.parametrize(
    "changes", [{"id_token_hint": "x.y.z"}, {"post_logout_redirect_uri": "https://elsewhere.test/"}]
)
def test_the_end_of_a_session_is_refused_to_others(client, server, changes):
    facts = {
        "id_token_hint": tokens(client, server)["id_token"],
        "post_logout_redirect_uri": f"{BASE}/connexion/",
    }
    response = client.get(reverse("sandbox:fc_end_session"), facts | changes)
    assert response.status_code == 400
    assert "Location" not in response


def test_a_hint_signed_by_another_key_is_refused(client):
    forged = jwt.encode({"alg": "ES256"}, {"sub": "sub-claire"}, ECKey.generate_key("P-256"))
    facts = {"id_token_hint": forged, "post_logout_redirect_uri": f"{BASE}/connexion/"}
    assert client.get(reverse("sandbox:fc_end_session"), facts).status_code == 400


def test_the_key_stays_the_same_and_is_read_by_its_owner_alone(settings, tmp_path):
    from carnet.sandbox import provider_key

    path = tmp_path / "keys" / "simulator.pem"
    first = provider_key._read.__wrapped__(path)
    assert provider_key._read.__wrapped__(path).thumbprint() == first.thumbprint()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in path.parent.iterdir()] == ["simulator.pem"]


def basic(secret):
    return "Basic " + base64.b64encode(f"{CLIENT_ID}:{secret}".encode()).decode()


def later(monkeypatch, seconds):
    real = clock.real_now
    monkeypatch.setattr(clock, "real_now", lambda: real() + timedelta(seconds=seconds))
