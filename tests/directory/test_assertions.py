"""A client proves who it is (RFC 7523, RFC 8705). Each way in which it does not is refused."""

import base64
import hashlib
import hmac
import threading
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from joserfc import jwt
from joserfc.jwk import ECKey

from carnet.directory import api as directory
from carnet.directory.api import OAuthRefused
from carnet.directory.assertions import forget_used
from carnet.standards import oauth
from tests.conftest import acting_as
from tests.directory.certificates import make_certificate
from tests.directory.clients import AUDIENCE, ENDPOINT, HOSPITAL, ISSUER, add_client, form_of, now, wait

pytestmark = pytest.mark.django_db

UNKNOWN = "Client inconnu, clé inconnue ou signature fausse."


def signed(key, *, header=None, **changes):
    """Return a form whose assertion says what it likes, signed by this key. A change to None leaves it out."""
    moment = now()
    claims = {"iss": key["client_id"], "sub": key["client_id"], "aud": ENDPOINT, "jti": uuid4().hex,
              "iat": int(moment), "exp": int(moment) + 120} | changes  # fmt: skip
    said = {name: value for name, value in claims.items() if value is not None}
    top = {"alg": oauth.algorithm_of(key), "kid": key["kid"]} | (header or {})
    top = {name: value for name, value in top.items() if value is not None}
    own = {name: value for name, value in key.items() if name not in ("client_id", "alg")}
    return oauth.token_form(jwt.encode(top, said, oauth.import_key(own), registry=oauth.Registry()))


def refused(form, **more):
    with pytest.raises(OAuthRefused) as caught:
        directory.authenticate(form, audience=AUDIENCE, **more)
    assert caught.value.error == "invalid_client"
    return caught.value.message_fr


def accepted(form, **more):
    return directory.authenticate(form, audience=AUDIENCE, **more)


@pytest.mark.parametrize("kind", ["EC", "RSA", "OKP"])
def test_a_signed_assertion_is_enough(kind):
    card, key = add_client(kind=kind)
    assert accepted(form_of(key)) == card
    assert accepted(form_of(key, audience=ISSUER)) == card
    assert accepted(signed(key, aud=[ENDPOINT])) == card
    assert accepted(form_of(key, client_id=str(card.id))) == card


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "PS256", "PS384"])
def test_an_rsa_key_signs_in_each_of_its_ways(algorithm):
    pair = oauth.make_key("RSA") | {"alg": algorithm}
    public = oauth.public_part(pair)
    del public["alg"]
    card, _ = add_client(keys=public)
    assert accepted(form_of(pair | {"client_id": str(card.id)})) == card


def test_a_key_that_says_its_algorithm_serves_for_no_other():
    _, key = add_client(kind="RSA")
    assert key["alg"] == "PS256"
    assert refused(signed(key, header={"alg": "RS256"})) == UNKNOWN


def test_the_header_chooses_among_the_keys_of_the_client():
    card, first = add_client()
    second = oauth.make_key() | {"client_id": str(card.id)}
    assert accepted(signed(first, header={"kid": None})) == card
    directory.renew_client(card.id, keys=oauth.public_part(second), keep=True)
    assert accepted(form_of(first)) == accepted(form_of(second)) == card
    assert refused(signed(first, header={"kid": None})) == UNKNOWN  # which of the two?
    assert refused(signed(first, header={"kid": second["kid"]})) == UNKNOWN
    assert refused(signed(first, header={"kid": "autre"})) == UNKNOWN


# -- who is not there and who signs wrong: one answer


def test_a_client_that_is_not_there_and_a_wrong_signature_get_one_answer():
    card, key = add_client()
    stranger = oauth.make_key()
    wrong = stranger | {"client_id": str(card.id), "kid": key["kid"]}
    absent = stranger | {"client_id": str(uuid4())}
    nobody = stranger | {"client_id": "labo"}
    assert refused(form_of(wrong)) == refused(form_of(absent)) == refused(form_of(nobody)) == UNKNOWN


def test_the_key_of_another_client_is_not_its_own():
    card, _ = add_client()
    _, other = add_client(HOSPITAL)
    assert refused(form_of(other | {"client_id": str(card.id)})) == UNKNOWN


def test_a_key_that_the_assertion_brings_is_not_looked_at():
    card, key = add_client()
    stranger = ECKey.generate_key("P-256")
    forged = stranger.as_dict(private=True) | {"client_id": str(card.id), "kid": key["kid"], "alg": "ES256"}
    assert refused(signed(forged, header={"jwk": stranger.as_dict(private=False)})) == UNKNOWN


# -- algorithms


def encoded(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


ES256 = encoded(b'{"alg":"ES256"}')


def forged(key, header, sign=lambda _text: b""):
    moment = int(now())
    claims = {"iss": key["client_id"], "sub": key["client_id"], "aud": ENDPOINT, "jti": uuid4().hex,
              "iat": moment, "exp": moment + 60}  # fmt: skip
    text = f"{encoded(orjson.dumps(header))}.{encoded(orjson.dumps(claims))}"
    return oauth.token_form(f"{text}.{encoded(sign(text.encode()))}")


@pytest.mark.parametrize(
    "name", ["none", "None", "NONE", "HS256", "HS512", "ES512", "ES256K", "", None, 5, ["ES256"]]
)
def test_no_other_algorithm_is_looked_at(name):
    _, key = add_client()
    said = refused(forged(key, {"alg": name, "kid": key["kid"]}, lambda _: b"x" * 64))
    assert "« alg »" in said or "JWT" in said


def test_a_public_key_is_no_shared_secret():
    """The classic confusion: HMAC under what everybody may know, in each writing of it."""
    card, key = add_client(kind="RSA")
    (public,) = directory.find_keys(card.id)
    pem = oauth.import_key(public).as_pem(private=False)
    for secret in (pem, pem.strip(), orjson.dumps(public), public["n"].encode()):
        form = forged(key, {"alg": "HS256", "kid": key["kid"]},
                      lambda text, secret=secret: hmac.digest(secret, text, hashlib.sha256))  # fmt: skip
        assert "« alg »" in refused(form)
    assert "« alg »" in refused(forged(key, {"alg": "none"}))


def test_the_algorithm_of_another_kind_of_key():
    _, key = add_client()
    form = forged(key, {"alg": "EdDSA", "kid": key["kid"]}, lambda _: b"x" * 64)
    assert refused(form) == UNKNOWN


def test_headers_that_must_be_understood_are_not():
    _, key = add_client()
    said = refused(forged(key, {"alg": "ES256", "kid": key["kid"], "crit": ["b64"], "b64": False}))
    assert said in (UNKNOWN, "L’assertion n’est pas un JWT signé.")


# -- claims


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"exp": None}, "« exp »"),
        ({"exp": "demain"}, "« exp »"),
        ({"exp": True}, "« exp »"),
        ({"exp": 1e300}, "« exp »"),
        ({"exp": -1}, "« exp »"),
        ({"exp": 10**12}, "5 minutes"),
        ({"iat": "hier"}, "« iat »"),
        ({"nbf": [1]}, "« nbf »"),
        ({"aud": None}, "« aud »"),
        ({"aud": "https://autre.exemple.test/oauth/token"}, "« aud »"),
        ({"aud": ENDPOINT + "/"}, "« aud »"),
        ({"aud": [ENDPOINT, "https://autre.exemple.test"]}, "« aud »"),
        ({"aud": {"a": 1}}, "« aud »"),
        ({"iss": "autre"}, "« iss »"),
        ({"iss": None}, "« iss »"),
        ({"sub": 5, "iss": 5}, "« iss »"),
        ({"jti": None}, "« jti »"),
        ({"jti": ""}, "« jti »"),
        ({"jti": 12}, "« jti »"),
        ({"jti": "x" * 256}, "« jti »"),
    ],
    ids=str,
)
def test_claims_that_are_refused(changes, word):
    _, key = add_client()
    assert word in refused(signed(key, **changes))


@pytest.mark.parametrize(
    ("shift", "good"), [(-200, False), (-170, True), (-50, True), (50, True), (70, False), (400, False)]
)
def test_clocks_may_differ_by_a_minute(shift, good):
    """An assertion of 120 s by a software whose clock is `shift` seconds ahead of ours."""
    card, key = add_client()
    moment = int(now()) + shift
    form = signed(key, iat=moment, nbf=moment, exp=moment + 120)
    if good:
        assert accepted(form) == card
    else:
        assert "horloge" in refused(form)


def test_five_minutes_are_the_longest():
    card, key = add_client()
    assert accepted(signed(key, exp=int(now()) + 300)) == card
    assert "5 minutes" in refused(signed(key, exp=int(now()) + 400))
    assert accepted(signed(key, iat=None)) == card


# -- once


def test_an_assertion_serves_once():
    card, key = add_client()
    form = form_of(key)
    assert accepted(form) == card
    assert "déjà servi" in refused(form)
    assert accepted(form_of(key)) == card


def test_the_identifiers_of_two_clients_are_not_compared():
    _, key = add_client()
    card, other = add_client(HOSPITAL)
    accepted(signed(key, jti="1"))
    assert accepted(signed(other, jti="1")) == card
    assert "déjà servi" in refused(signed(key, jti="1"))


def test_a_wrong_signature_does_not_use_up_the_identifier():
    card, key = add_client()
    stranger = oauth.make_key() | {"client_id": str(card.id), "kid": key["kid"]}
    refused(signed(stranger, jti="1"))
    assert accepted(signed(key, jti="1")) == card


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_is_first():
    _, key = add_client()
    form, start, won, lost = form_of(key), threading.Barrier(8), [], []

    def ask():
        try:
            start.wait()
            won.append(directory.authenticate(form, audience=AUDIENCE))
        except OAuthRefused as refusal:
            lost.append(refusal.message_fr)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    assert all("déjà servi" in said for said in lost)


def test_what_was_used_is_kept_as_long_as_it_could_be_shown_again():
    _, key = add_client()
    form = form_of(key)
    accepted(form)
    assert forget_used() == 0
    assert "déjà servi" in refused(form)
    with acting_as("carnet_owner"), connection.cursor() as cursor:
        cursor.execute("update directory_usedassertion set expires_at = now() - interval '1 s'")
    assert forget_used() == 1


def test_used_identifiers_cannot_be_rewritten_by_the_application():
    """The grant is insert and delete: no update gives an assertion a second life."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select has_table_privilege('carnet_app', 'directory_usedassertion', 'update'),"
            " has_table_privilege('carnet_app', 'directory_client', 'delete')"
        )
        assert cursor.fetchone() == (False, False)


# -- revoked, nothing, two ways


def test_a_revoked_client_is_told_so_once_it_has_proven_itself():
    card, key = add_client()
    directory.revoke_client(card.id)
    assert refused(form_of(key)) == "Ce client a été révoqué."
    stranger = oauth.make_key() | {"client_id": str(card.id), "kid": key["kid"]}
    assert refused(form_of(stranger)) == UNKNOWN


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ({}, "client_assertion"),
        ({"client_id": "x", "client_secret": "y"}, "secret"),
        ({"client_assertion": "a.b.c"}, "client_assertion_type"),
        ({"client_assertion_type": oauth.ASSERTION_TYPE}, "JWT"),
        (oauth.token_form("a"), "JWT"),
        (oauth.token_form("a.b.c.d.e"), "JWT"),
        (oauth.token_form("é.é.é"), "JWT"),
        (oauth.token_form("x" * 8001), "8000"),
        (oauth.token_form("e30.W10.e30"), "JWT"),
        (oauth.token_form(f"{ES256}.W10.e30"), "JWT"),
        (oauth.token_form(f"{ES256}.{encoded(b'[' * 3000)}.AA"), "JWT"),
    ],
)
def test_what_is_no_assertion(form, word):
    assert word in refused(form)


def test_the_client_named_beside_is_the_one_of_the_assertion():
    _, key = add_client()
    other, _ = add_client(HOSPITAL)
    assert "client_id" in refused(form_of(key, client_id=str(other.id)))
    assert refused(form_of(key, client_id="labo")) == UNKNOWN


# -- certificates


def test_a_certificate_is_enough_with_the_name_of_the_client():
    pem = make_certificate()
    card, _ = add_client(keys=None, certificate=pem)
    assert accepted({"client_id": str(card.id)}, certificate=pem) == card
    with pytest.raises(OAuthRefused) as caught:
        accepted({}, certificate=pem)
    assert caught.value.error == "invalid_request"


def test_another_certificate_and_another_client_get_one_answer():
    pem = make_certificate()
    card, _ = add_client(keys=None, certificate=pem)
    bare, _ = add_client(HOSPITAL)
    said = refused({"client_id": str(card.id)}, certificate=make_certificate())
    assert said == refused({"client_id": str(uuid4())}, certificate=pem)
    assert said == refused({"client_id": str(bare.id)}, certificate=pem)
    assert said == refused({"client_id": str(bare.id)}, certificate="rien")


def test_a_certificate_that_has_ended_is_refused(monkeypatch):
    pem = make_certificate(days=(-1, 1))
    card, _ = add_client(keys=None, certificate=pem)
    wait(monkeypatch, days=2)
    assert "dates" in refused({"client_id": str(card.id)}, certificate=pem)
