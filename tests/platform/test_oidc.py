"""The client believes nothing that a provider has not signed for it, for this attempt, now.

Every answer is first a good one, from the simulator, then changed in one point: what a broken or hostile
provider, or somebody in between, would send.
"""

import base64
import hmac
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client as Browser
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from carnet.platform import oidc
from carnet.platform.oidc import AnswerError, Attempt, CancelledError, Client, StateError
from carnet.platform.provider_http import Answer, UnreachableError
from carnet.sandbox import provider
from carnet.sandbox.provider_key import signing_key
from tests.sandbox.franceconnect import (
    CALLBACK,
    CLIENT_ID,
    ISSUER,
    SECRET,
    add_identity,
    change_id_token,
    change_json,
    identify,
    put,
    query_of,
    resign,
    wire,
)  # fmt: skip

__all__ = ["wire"]
pytestmark = pytest.mark.django_db
SCOPE = "openid given_name family_name birthdate gender birthplace birthcountry email"


@pytest.fixture
def client_(wire):
    return Client(ISSUER, CLIENT_ID, SECRET, CALLBACK, wire)


@pytest.fixture
def dance(client_):
    """An attempt whose browser has come back: (client, attempt, query)."""
    add_identity()
    attempt = Attempt.fresh()
    url = client_.authorization_url(attempt, scope=SCOPE, acr="eidas2")
    return client_, attempt, query_of(identify(Browser(), url))[1]


def change_userinfo(change, *, key=None, kind="application/jwt"):
    def twist(url, answer):
        if not url.endswith("/userinfo"):
            return answer
        claims = jwt.decode(answer.body.decode(), signing_key("franceconnect"), algorithms=["ES256"]).claims
        change(claims)
        return Answer(answer.status, kind, resign(claims, key=key).encode())

    return twist


def test_a_good_dance_gives_the_signed_identity(dance):
    client, attempt, query = dance
    proven = client.finish(attempt, query)
    assert (proven.claims["sub"], proven.claims["family_name"], proven.acr) == (
        "sub-claire",
        "Martin",
        "eidas2",
    )
    assert proven.id_token.count(".") == 2


def test_the_departure_carries_state_nonce_and_challenge(client_):
    attempt = Attempt.fresh()
    where, query = query_of({"Location": client_.authorization_url(attempt, scope=SCOPE, acr="eidas2")})
    assert where == f"{ISSUER}/api/v2/authorize"
    assert (query["state"], query["nonce"], query["acr_values"]) == (attempt.state, attempt.nonce, "eidas2")
    assert query["code_challenge_method"] == "S256"
    assert attempt.verifier not in str(query)
    assert len({*Attempt.fresh().facts.values(), *attempt.facts.values()}) == 6


@pytest.mark.parametrize("state", ["", "other", "é"])
def test_a_state_of_another_browser_is_refused_before_anything_is_asked(dance, wire, state):
    client, attempt, query = dance
    wire.calls.clear()
    with pytest.raises(StateError):
        client.finish(attempt, query | {"state": state})
    assert wire.calls == []


@pytest.mark.parametrize("iss", ["https://elsewhere.test", "", None])
def test_an_answer_of_another_issuer_is_refused(dance, iss):
    client, attempt, query = dance
    query = {name: value for name, value in query.items() if name != "iss"} | (
        {} if iss is None else {"iss": iss}
    )
    with pytest.raises(AnswerError, match="return_iss"):
        client.finish(attempt, query)


def test_errors_of_the_provider_are_told_apart(dance):
    client, attempt, _ = dance
    back = {"state": attempt.state, "iss": ISSUER}
    with pytest.raises(CancelledError):
        client.finish(attempt, back | {"error": "access_denied"})
    with pytest.raises(AnswerError, match="return_error"):
        client.finish(attempt, back | {"error": "server_error"})
    with pytest.raises(AnswerError, match="return_code"):
        client.finish(attempt, back)


def test_a_code_serves_once(dance):
    client, attempt, query = dance
    client.finish(attempt, query)
    with pytest.raises(AnswerError, match="token_400"):
        client.finish(attempt, query)


@pytest.mark.parametrize(
    "wrong", [{"client_secret": "wrong"}, {"client_id": "somebody"}, {"redirect_uri": f"{CALLBACK}x"}]
)
def test_the_provider_refuses_what_is_not_this_client(dance, wrong):
    client, attempt, query = dance
    with pytest.raises(AnswerError, match=r"token_40[01]"):
        replace(client, **wrong).finish(attempt, query)


def test_the_provider_refuses_another_verifier(dance):
    client, attempt, query = dance
    with pytest.raises(AnswerError, match="token_400"):
        client.finish(replace(attempt, verifier="w" * 64), query)


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("nonce", "another", "id_token_"),
        ("nonce", None, "id_token_"),
        ("aud", "somebody", "id_token_"),
        ("aud", None, "id_token_"),
        ("aud", ["somebody"], "id_token_"),
        ("aud", [CLIENT_ID, "somebody"], "id_token_"),
        ("azp", "somebody", "id_token_"),
        ("iss", "https://elsewhere.test", "id_token_"),
        ("iss", None, "id_token_"),
        ("sub", None, "id_token_"),
        ("sub", "", "id_token_"),
        ("sub", 7, "id_token_"),
        ("sub", "sub-somebody", "userinfo_sub"),
        ("exp", timedelta(hours=-1), "id_token_"),
        ("exp", None, "id_token_"),
        ("exp", "tomorrow", "id_token_"),
        ("iat", timedelta(hours=-1), "id_token_iat"),
        ("iat", timedelta(hours=1), "id_token_"),
        ("iat", "yesterday", "id_token_"),
        ("iat", None, "id_token_"),
        ("nbf", timedelta(hours=1), "id_token_"),
        ("at_hash", "AAAAAAAAAAAAAAAAAAAAAA", "id_token_"),
    ],
)
def test_an_id_token_that_is_not_for_us_now_is_refused(dance, wire, name, value, rule):
    client, attempt, query = dance
    if isinstance(value, timedelta):  # from now, not from when the tests were collected
        value = int(time.time() + value.total_seconds())
    wire.twist = change_id_token(put(name, value))
    with pytest.raises(AnswerError) as refused:
        client.finish(attempt, query)
    assert refused.value.rule.startswith(rule)


def test_a_changed_id_token_alone_would_have_passed(dance, wire):
    """What the table above changes is the one reason of its refusals: signed again unchanged, it is good."""
    client, attempt, query = dance
    wire.twist = change_id_token(lambda claims: None)
    assert client.finish(attempt, query).acr == "eidas2"


@pytest.mark.parametrize(
    ("make", "header"),
    [
        (lambda: ECKey.generate_key("P-256"), {"alg": "ES256"}),
        (lambda: ECKey.generate_key("P-256"), {"alg": "ES256", "kid": "unknown"}),
        (lambda: RSAKey.generate_key(2048, auto_kid=True), {"alg": "RS256"}),
        (lambda: OctKey.import_key(SECRET), {"alg": "HS256"}),
    ],
)
def test_a_signature_by_another_key_is_refused(dance, wire, make, header):
    client, attempt, query = dance
    wire.twist = change_id_token(lambda claims: None, key=make(), header=header)
    with pytest.raises(AnswerError, match="id_token_signature"):
        client.finish(attempt, query)


def test_the_public_key_is_no_shared_secret(dance, wire):
    """The classic confusion: signed with HMAC, under the text of the key that everybody can read."""
    client, attempt, query = dance

    def confuse(document):
        body = document["id_token"].split(".")[1]
        head = base64.urlsafe_b64encode(
            json.dumps({"alg": "HS256", "kid": signing_key("franceconnect").kid}).encode()
        ).decode()
        signed = f"{head.rstrip('=')}.{body}"
        mac = hmac.digest(signing_key("franceconnect").as_pem(private=False), signed.encode(), "sha256")
        document["id_token"] = f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"

    wire.twist = change_json("/token", confuse)
    with pytest.raises(AnswerError, match="id_token_signature"):
        client.finish(attempt, query)


def garble(text):
    head, body, signature = text.split(".")
    return {
        "unsigned": f"{head}.{body}.",
        "none": f"eyJhbGciOiJub25lIn0.{body}.",
        "body": f"{head}.{body[:-4]}AAAA.{signature}",
        "two parts": f"{head}.{body}",
        "five parts": f"{head}.{body}.{signature}.x.y",
        "empty": "",
        "not base64": "!.!.!",
    }


@pytest.mark.parametrize(
    "how", ["unsigned", "none", "body", "two parts", "five parts", "empty", "not base64"]
)
def test_a_garbled_token_is_refused(dance, wire, how):
    client, attempt, query = dance
    wire.twist = change_json(
        "/token", lambda document: document.update(id_token=garble(document["id_token"])[how])
    )
    with pytest.raises(AnswerError, match=r"id_token_(form|signature)"):
        client.finish(attempt, query)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (put("sub", "sub-somebody"), "userinfo_sub"),
        (put("sub", None), "userinfo_sub"),
        (put("aud", "somebody"), "userinfo_aud"),
        (put("aud", None), "userinfo_aud"),
        (put("iss", "https://elsewhere.test"), "userinfo_iss"),
        (put("exp", int(time.time()) - 3600), "userinfo_exp"),
        (put("exp", "tomorrow"), "userinfo_exp"),
        (put("exp", True), "userinfo_exp"),
    ],
)
def test_a_userinfo_that_is_not_for_us_is_refused(dance, wire, change, rule):
    client, attempt, query = dance
    wire.twist = change_userinfo(change)
    with pytest.raises(AnswerError, match=rule):
        client.finish(attempt, query)


def test_a_userinfo_of_another_key_or_not_signed_is_refused(dance, wire):
    client, attempt, query = dance
    wire.twist = change_userinfo(lambda claims: None, key=ECKey.generate_key("P-256", auto_kid=True))
    with pytest.raises(AnswerError, match="userinfo_signature"):
        client.finish(attempt, query)


def test_a_userinfo_in_plain_json_is_refused(dance, wire):
    client, attempt, query = dance
    wire.twist = change_userinfo(lambda claims: None, kind="application/json")
    with pytest.raises(AnswerError, match="userinfo_answer"):
        client.finish(attempt, query)


@pytest.mark.parametrize(
    ("path", "change", "rule"),
    [
        ("openid-configuration", put("issuer", "https://elsewhere.test"), "discovery_issuer"),
        ("openid-configuration", put("issuer", ISSUER + "/"), "discovery_issuer"),
        ("openid-configuration", put("token_endpoint", "http://elsewhere.test/token"), "discovery_endpoint"),
        ("openid-configuration", put("jwks_uri", "file:///etc/passwd"), "discovery_endpoint"),
        ("openid-configuration", put("userinfo_endpoint", None), "discovery_endpoint"),
        ("/jwks", put("keys", None), "jwks_content"),
        ("/jwks", put("keys", []), "id_token_signature"),
        ("/token", put("access_token", None), "token_content"),
        ("/token", put("id_token", 7), "token_content"),
        ("/token", put("token_type", "mac"), "token_type"),
    ],
)
def test_documents_that_do_not_hold_are_refused(dance, wire, path, change, rule):
    client, attempt, query = dance
    wire.twist = change_json(path, change)
    oidc.forget_providers()
    with pytest.raises(AnswerError, match=rule):
        client.finish(attempt, query)


@pytest.mark.parametrize("body", [b"<html>maintenance</html>", b""])
def test_a_page_instead_of_an_answer_is_an_absence(dance, wire, body):
    client, attempt, query = dance
    wire.twist = lambda url, answer: Answer(502, "text/html", body)
    oidc.forget_providers()
    with pytest.raises(UnreachableError):
        client.finish(attempt, query)


def test_a_list_instead_of_an_object_is_refused(dance, wire):
    client, attempt, query = dance
    wire.twist = lambda url, answer: replace(answer, body=b"[]") if url.endswith("/token") else answer
    with pytest.raises(AnswerError, match="token_content"):
        client.finish(attempt, query)


def test_discovery_and_keys_are_read_once(dance, wire):
    client, attempt, query = dance
    client.finish(attempt, query)
    client.authorization_url(Attempt.fresh(), scope=SCOPE, acr="eidas2")
    assert sum(url.endswith("openid-configuration") for url in wire.calls) == 1
    assert sum(url.endswith("/jwks") for url in wire.calls) == 1


def test_a_new_key_of_the_provider_is_fetched_once(dance, wire, monkeypatch):
    client, attempt, query = dance
    client._keys(client._metadata()["jwks_uri"])
    rotated = ECKey.generate_key("P-256", auto_kid=True)
    monkeypatch.setattr(provider, "signing_key", lambda _name: rotated)
    assert client.finish(attempt, query).claims["sub"] == "sub-claire"
    assert sum(url.endswith("/jwks") for url in wire.calls) == 2


def test_basic_is_used_where_the_provider_knows_nothing_else(dance, wire):
    client, attempt, query = dance
    only_basic = put("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    wire.twist = change_json("openid-configuration", only_basic)
    oidc.forget_providers()
    assert client.finish(attempt, query).acr == "eidas2"


def test_the_way_out_names_the_session_and_comes_back(client_):
    url = client_.logout_url("a.b.c", back_to="https://carnet.test/connexion/", state="s")
    where, query = query_of({"Location": url})
    assert where == f"{ISSUER}/api/v2/session/end"
    assert query["id_token_hint"] == "a.b.c"
