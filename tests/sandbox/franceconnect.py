"""FranceConnect for tests: the simulator's identities, requests, and the client's calls without a network."""

import json
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.db import connection
from django.test import Client
from django.urls import reverse
from joserfc import jwt

from carnet.platform import oidc
from carnet.platform.provider_http import Answer, UnreachableError
from carnet.sandbox.provider_key import signing_key

BASE = "http://127.0.0.1:8000"
ISSUER = f"{BASE}/bac-a-sable/franceconnect"
CLIENT_ID, SECRET = "carnet-sandbox", "sandbox-only-not-a-secret"
CALLBACK = f"{BASE}/connexion/franceconnect/retour/"
VERIFIER = "v" * 43
AUTHORIZE = {
    "response_type": "code",
    "client_id": CLIENT_ID,
    "redirect_uri": CALLBACK,
    "scope": "openid given_name family_name birthdate gender birthplace birthcountry email",
    "acr_values": "eidas2",
    "state": "the-state",
    "nonce": "the-nonce",
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
}
GRANT = {
    "grant_type": "authorization_code",
    "redirect_uri": CALLBACK,
    "code_verifier": VERIFIER,
    "client_id": CLIENT_ID,
    "client_secret": SECRET,
}


def add_identity(
    login="claire",
    *,
    sub="sub-claire",
    given_names="Claire Louise",
    family_name="Martin",
    birth_date=date(1980, 5, 17),
    gender="female",
    birth_place="31555",
):
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into sandbox_franceconnectidentity (login, sub, given_names, family_name, birth_date, gender,"
            " birth_place, email) values (%s, %s, %s, %s, %s, %s, %s, 'x@exemple.test')",
            [login, sub, given_names, family_name, birth_date, gender, birth_place],
        )


def hidden(response):
    """Return the sealed request that a page of the simulator carries."""
    return response.content.decode().split('name="page" value="', 1)[1].split('"', 1)[0]


def query_of(response):
    """Return where a redirection leads, without its query, and the query."""
    url = response["Location"]
    parts = urlsplit(url)
    return url.partition("?")[0], {name: values[0] for name, values in parse_qs(parts.query).items()}


def identify(browser, authorize_url, *, login="claire", level="eidas2"):
    """Go through the simulator's two pages as somebody would; return the answer that leaves it."""
    parts = urlsplit(authorize_url)
    page = browser.get(f"{parts.path}?{parts.query}")
    assert page.status_code == 200
    consent = browser.post(
        reverse("sandbox:fc_identify"), {"page": hidden(page), "login": login, "level": level}
    )
    return browser.post(reverse("sandbox:fc_consent"), {"page": hidden(consent)})


class InProcess:
    """The client's transport, straight into the application: same requests, same answers, no socket.

    `twist`, if any, changes an answer on its way: what a broken or hostile provider would say.
    """

    def __init__(self):
        self.down = False
        self.twist = lambda url, answer: answer
        self.calls = []

    def send(self, url, *, form=None, authorization=""):
        self.calls.append(url)
        if self.down:
            raise UnreachableError("TimeoutError")
        path = urlsplit(url).path
        headers = {"Authorization": authorization} if authorization else {}
        server = Client(enforce_csrf_checks=True)
        response = server.post(path, form, headers=headers) if form else server.get(path, headers=headers)
        kind = response["Content-Type"].partition(";")[0]
        return self.twist(url, Answer(response.status_code, kind, response.content))


@pytest.fixture
def wire(monkeypatch, settings):
    """Let the client's calls reach the simulator of this process."""
    settings.CARNET_BASE_URL, settings.CARNET_FRANCECONNECT_ISSUER = BASE, ISSUER
    oidc.forget_providers()
    transport = InProcess()
    monkeypatch.setattr("carnet.people.franceconnect.DirectHttp", lambda: transport)
    yield transport
    oidc.forget_providers()


def change_json(path, change):
    """Return a twist that changes a JSON answer."""

    def twist(url, answer):
        if not url.endswith(path):
            return answer
        document = json.loads(answer.body)
        change(document)
        return replace(answer, body=json.dumps(document).encode())

    return twist


def resign(claims, *, key=None, header=None):
    key = key or signing_key("franceconnect")
    return jwt.encode(
        header or {"alg": "ES256", "kid": key.kid}, claims, key, algorithms=["ES256", "RS256", "HS256"]
    )


def change_id_token(change, *, key=None, header=None):
    def again(document):
        claims = jwt.decode(document["id_token"], signing_key("franceconnect"), algorithms=["ES256"]).claims
        change(claims)
        document["id_token"] = resign(claims, key=key, header=header)

    return change_json("/token", again)


def put(name, value):
    def change(claims):
        if value is None:
            claims.pop(name, None)
        else:
            claims[name] = value

    return change
