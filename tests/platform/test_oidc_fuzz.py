"""Whatever bytes a provider sends, the client answers with one of its own refusals."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.platform import oidc
from carnet.platform.oidc import AnswerError, Attempt, Client
from carnet.platform.provider_http import Answer, UnreachableError
from tests.sandbox.franceconnect import CALLBACK, CLIENT_ID, ISSUER, SECRET

DISCOVERY = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/jwks",
}
ATTEMPT = Attempt("state", "nonce", "verifier")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
parts = st.text("ABCabc012-_=.", max_size=30) | st.sampled_from(
    ["eyJhbGciOiJFUzI1NiJ9", "eyJhbGciOm51bGx9", "W10", "bnVsbA"]
)
tokens = st.lists(parts, min_size=1, max_size=5).map(".".join)


class Saying:
    """A provider that says what it is told to."""

    def __init__(self, **said):
        self.said = said

    def send(self, url, *, form=None, authorization=""):
        del form, authorization
        name = url.rpartition("/")[2].partition("-")[0]
        said = self.said.get(name, DISCOVERY if name == "openid" else {})
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        return Answer(200, "application/jwt" if name == "userinfo" else "application/json", body)


def refuses(**said):
    oidc.forget_providers()
    with pytest.raises((AnswerError, UnreachableError)):
        Client(ISSUER, CLIENT_ID, SECRET, CALLBACK, Saying(**said)).finish(
            ATTEMPT, {"state": "state", "code": "code"}
        )
    oidc.forget_providers()


@given(st.binary(max_size=200))
def test_any_discovery(body):
    refuses(openid=body)


@given(st.dictionaries(st.sampled_from(sorted(DISCOVERY)), values))
def test_a_discovery_of_the_wrong_types(changes):
    refuses(openid=DISCOVERY | changes)


@given(st.binary(max_size=200))
def test_any_answer_of_the_token_endpoint(body):
    refuses(token=body)


@given(tokens, values)
def test_any_token_and_any_keys(text, keys):
    refuses(token={"id_token": text, "access_token": "a", "token_type": "Bearer"}, jwks={"keys": keys})


@given(
    st.lists(
        st.fixed_dictionaries({"kty": st.sampled_from(["EC", "RSA", "oct", "OKP"]), "x": values, "n": values})
    )
)
def test_keys_that_are_none(keys):
    refuses(token={"id_token": "eyJhbGciOiJFUzI1NiJ9.e30.AAAA", "access_token": "a", "token_type": "Bearer"},
            jwks={"keys": keys})  # fmt: skip
