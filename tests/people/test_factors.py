"""Second factors: TOTP without replay, passkeys with a growing counter."""

import json

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carnet.people import api as people
from carnet.people import factors
from carnet.people.credentials import CredentialError
from tests.people.authenticator import Authenticator
from tests.people.persons import account_of, claire

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: "12345678901234567890"


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_the_vectors_of_the_rfc(at, code):
    assert factors.match_step(RFC_SECRET, code, at=at, last_step=0) == at // 30


@given(at=st.integers(120, 2**33), drift=st.integers(-3, 3))
def test_a_clock_may_be_one_step_off(at, drift):
    code = pyotp.TOTP(SECRET).at(at + 30 * drift)
    found = factors.match_step(SECRET, code, at=at, last_step=0)
    if abs(drift) <= 1:
        assert found is not None
        assert abs(found - at // 30) <= 1


def test_a_step_that_was_used_is_not_used_again():
    at = 1_000_000
    code = pyotp.TOTP(SECRET).at(at)
    assert factors.match_step(SECRET, code, at=at, last_step=at // 30) is None
    assert factors.match_step(SECRET, code, at=at, last_step=at // 30 - 1) == at // 30


@given(st.text(max_size=12))
def test_any_text_is_a_wrong_code_at_worst(text):
    found = factors.match_step(SECRET, text, at=1_000_000, last_step=0)
    assert found is None or text.split()


@pytest.mark.django_db
def test_totp_of_an_account_cannot_be_replayed():
    card = claire()
    assert not factors.check_totp(card, "000000")
    factors.keep_secret(card, SECRET)
    card = account_of(card.owner_id)
    code = pyotp.TOTP(SECRET).now()
    assert card.factor == "totp"
    assert factors.check_totp(card, code)
    assert not factors.check_totp(card, code)


def test_the_qr_code_is_an_inline_image():
    uri = factors.secret_uri(SECRET, "claire.martin.48")
    assert uri.startswith("otpauth://totp/Carnet:claire.martin.48?secret=")
    assert factors.qr_image(uri).startswith("data:image/svg+xml")


@pytest.mark.parametrize(
    ("base", "party"),
    [
        ("https://carnet.example", ("carnet.example", "https://carnet.example")),
        ("http://127.0.0.1:8000", ("localhost", "http://localhost:8000")),
        ("http://localhost:8123", ("localhost", "http://localhost:8123")),
    ],
)
def test_what_passkeys_are_bound_to(settings, base, party):
    settings.CARNET_BASE_URL = base
    assert factors.relying_party() == party


def register(card, authenticator):
    options, challenge = factors.registration_options(card.id, card.login)
    made = factors.read_registration(authenticator.create(options), challenge)
    factors.keep_passkey(card, made, label="")
    return account_of(card.owner_id)


@pytest.fixture
def authenticator():
    return Authenticator(factors.relying_party()[1])


@pytest.mark.django_db
class TestPasskey:
    def test_it_is_registered_and_used(self, authenticator):
        card = register(claire(), authenticator)
        assert card.factor == "passkey"
        options, challenge = factors.authentication_options(card.id)
        assert len(json.loads(options)["allowCredentials"]) == 1
        assert factors.check_passkey(card, authenticator.get(options), challenge)
        (passkey,) = factors.list_passkeys(card.id)
        assert passkey["label"] == "Clé d’accès"
        assert passkey["last_used_at"] is not None

    def test_an_answer_cannot_be_replayed(self, authenticator):
        card = register(claire(), authenticator)
        options, challenge = factors.authentication_options(card.id)
        answer = authenticator.get(options)
        assert factors.check_passkey(card, answer, challenge)
        assert not factors.check_passkey(card, answer, challenge)  # the counter does not grow
        _, other = factors.authentication_options(card.id)
        assert not factors.check_passkey(card, answer, other)  # nor is it the answer to that challenge

    def test_a_clone_betrays_itself(self, authenticator):
        card = register(claire(), authenticator)
        for count, good in ((5, True), (5, False), (4, False), (6, True)):
            options, challenge = factors.authentication_options(card.id)
            assert factors.check_passkey(card, authenticator.get(options, count=count), challenge) is good

    def test_another_site_is_refused(self, authenticator):
        card = claire()
        options, challenge = factors.registration_options(card.id, card.login)
        elsewhere = Authenticator("https://carnet-sante.example")
        with pytest.raises(CredentialError):
            factors.read_registration(elsewhere.create(options), challenge)
        card = register(card, authenticator)
        authenticator.origin = "https://carnet-sante.example"
        options, challenge = factors.authentication_options(card.id)
        assert not factors.check_passkey(card, authenticator.get(options), challenge)

    def test_another_key_and_another_account_are_refused(self, authenticator):
        card = register(claire(), authenticator)
        paul = claire(login="paul.martin.12", given_names="PAUL", sex="M")
        options, challenge = factors.authentication_options(card.id)
        thief = Authenticator(authenticator.origin)
        thief.id = authenticator.id
        assert not factors.check_passkey(card, thief.get(options), challenge)
        assert not factors.check_passkey(paul, authenticator.get(options), challenge)

    def test_the_same_key_is_not_registered_twice(self, authenticator):
        card = register(claire(), authenticator)
        with pytest.raises(CredentialError, match="déjà"):
            register(card, authenticator)

    @pytest.mark.parametrize(
        "text", ["", "{}", "null", "[]", '{"id": 1}', '{"id": "AAAA"}', "<xml/>", '{"id": "é"}']
    )
    def test_any_text_is_a_wrong_answer(self, authenticator, text):
        card = register(claire(), authenticator)
        _, challenge = factors.authentication_options(card.id)
        assert not factors.check_passkey(card, text, challenge)
        with pytest.raises(CredentialError):
            factors.read_registration(text, challenge)


@pytest.mark.django_db
def test_the_last_passkey_stays_while_it_is_the_factor(authenticator):
    card = register(claire(), authenticator)
    (passkey,) = people.factors.list_passkeys(card.id)
    with pytest.raises(CredentialError, match="seule clé"):
        people.changes.remove_passkey(card, passkey["id"])
    people.changes.choose_codes(card)
    assert people.changes.remove_passkey(account_of(card.owner_id), passkey["id"])
    assert people.factors.list_passkeys(card.id) == []
