"""The security page: sessions and devices, and each change by its screens."""

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from carnet.people import api as people
from carnet.people import factors
from tests.people.authenticator import Authenticator
from tests.people.mail import last_code, last_link
from tests.people.persons import EMAIL, LOGIN, PASSWORD, account_of, claire

pytestmark = pytest.mark.django_db
NEW_EMAIL = "nouvelle@exemple.test"


def log_in(agent="Mozilla/5.0 (X11; Linux) Firefox/140.0"):
    client = Client(HTTP_USER_AGENT=agent)
    client.post(reverse("portal:login"), {"login": LOGIN, "password": PASSWORD})
    assert client.post(reverse("portal:second_factor"), {"code": last_code(EMAIL)}).status_code == 302
    return client


@pytest.fixture
def card():
    return claire()


@pytest.fixture
def browser(card):
    return log_in()


def is_in(client):
    return client.get(reverse("portal:security")).status_code == 200


def test_everything_stands_on_one_page(browser):
    page = browser.get(reverse("portal:security")).content.decode()
    for text in (
        LOGIN,
        EMAIL,
        "+33600000001",
        "code reçu par message",
        "Firefox sur Linux",
        "Cet appareil",
        "3422",
    ):
        assert text in page
    assert "⟪" not in page


def test_one_session_is_revoked_and_the_other_stays(browser, card):
    phone = log_in("Mozilla/5.0 (iPhone) Safari/604.1")
    other = next(s for s in people.devices.list_sessions(card.id) if s.label == "Safari sur iPhone")
    browser.post(reverse("portal:session_end", args=[other.id]))
    assert is_in(browser)
    assert not is_in(phone)
    assert browser.post(reverse("portal:session_end", args=[other.id])).status_code == 404


def test_all_the_others_are_revoked(browser):
    others = [log_in() for _ in range(2)]
    page = browser.get(reverse("portal:security")).content.decode()
    assert "Déconnecter tous les autres" in page
    browser.post(reverse("portal:sessions_end_others"))
    assert is_in(browser)
    assert not any(is_in(other) for other in others)


def test_a_device_is_forgotten_with_its_sessions(browser, card):
    phone = log_in("Mozilla/5.0 (iPhone) Safari/604.1")
    device = next(d for d in people.devices.list_devices(card.id) if d.label == "Safari sur iPhone")
    browser.post(reverse("portal:device_forget", args=[device.id]))
    assert not is_in(phone)
    assert [d.label for d in people.devices.list_devices(card.id)] == ["Firefox sur Linux"]


def test_nobody_revokes_somebody_elses_session(browser):
    paul = claire(login="paul.martin.12", email="paul@exemple.test", given_names="PAUL", sex="M")
    device = people.devices.recognise(paul.id, token="", user_agent="")
    token = people.sessions.start(account_id=paul.id, device_id=device.id, method="email")
    session = people.sessions.find(token)
    assert browser.post(reverse("portal:session_end", args=[session.session_id])).status_code == 404
    assert browser.post(reverse("portal:device_forget", args=[device.id])).status_code == 404
    assert people.sessions.find(token) is not None


def test_another_address_in_two_screens(browser, card):
    response = browser.post(reverse("portal:security_email"), {"email": NEW_EMAIL})
    assert NEW_EMAIL in browser.get(response["Location"]).content.decode()
    page = browser.post(response["Location"], {"code": "000000"})
    assert "pas le bon" in page.content.decode()
    done = browser.post(response["Location"], {"code": last_code(NEW_EMAIL)})
    assert "L’ancienne a reçu un message" in browser.get(done["Location"]).content.decode()
    assert account_of(card.owner_id).email == NEW_EMAIL
    assert browser.get(response["Location"])["Location"] == reverse("portal:security_email")
    page = Client().get(last_link(EMAIL)).content.decode()
    assert "le changement est annulé" in page
    assert "Le changement est annulé" in Client().post(last_link(EMAIL)).content.decode()
    assert account_of(card.owner_id).email == EMAIL
    assert not is_in(browser)


def test_another_telephone_in_two_screens(browser, card):
    response = browser.post(reverse("portal:security_phone"), {"phone": "07 11 11 11 11"})
    browser.post(response["Location"], {"code": last_code("+33711111111")})
    assert account_of(card.owner_id).phone == "+33711111111"


@pytest.mark.parametrize(
    ("name", "posted", "said"),
    [
        ("security_email", {"email": EMAIL}, "C’est déjà"),
        ("security_email", {"email": "x"}, "adresse complète"),
        ("security_phone", {"phone": "0123456789"}, "06 ou 07"),
        ("security_login", {"login": "court"}, "8 à 100"),
        ("security_login", {"login": LOGIN}, "déjà votre identifiant"),
        ("security_password", {"password": "Martin-12345!x"}, "votre nom"),
        ("security_totp", {"code": "000000"}, "pas le bon"),
        ("security_passkey", {"credential": "{}"}, "pas pu être vérifiée"),
    ],
)
def test_what_is_refused_says_why(browser, name, posted, said):
    if name == "security_passkey":
        browser.get(reverse("portal:security_passkey"))
    page = browser.post(reverse(f"portal:{name}"), posted)
    assert page.status_code == 200
    assert said in page.content.decode()


def test_another_identifier_and_another_password(browser, card):
    other = log_in()
    browser.post(reverse("portal:security_login"), {"login": "Une-Autre-Idee"})
    assert account_of(card.owner_id).login == "une-autre-idee"
    browser.post(reverse("portal:security_password"), {"password": "Cascade-9-lierre"})
    assert is_in(browser)
    assert not is_in(other)
    again = Client()
    response = again.post(
        reverse("portal:login"), {"login": "une-autre-idee", "password": "Cascade-9-lierre"}
    )
    assert response["Location"] == reverse("portal:second_factor")


def test_an_application_of_codes_is_chosen(browser, card):
    page = browser.get(reverse("portal:security_totp"))
    assert "data:image/svg+xml" in page.content.decode()
    secret = page.context["secret"]
    assert browser.get(reverse("portal:security_totp")).context["secret"] == secret  # reloading keeps it
    browser.post(reverse("portal:security_totp"), {"code": pyotp.TOTP(secret).now()})
    assert account_of(card.owner_id).factor == "totp"
    browser.post(reverse("portal:security_factor"))
    assert account_of(card.owner_id).factor == "email"


def test_a_passkey_is_added_and_removed(browser, card):
    page = browser.get(reverse("portal:security_passkey"))
    authenticator = Authenticator(factors.relying_party()[1])
    posted = {"credential": authenticator.create(page.context["options"]), "label": "Mon téléphone"}
    browser.post(reverse("portal:security_passkey"), posted)
    assert account_of(card.owner_id).factor == "passkey"
    assert "Mon téléphone" in browser.get(reverse("portal:security")).content.decode()
    (passkey,) = people.factors.list_passkeys(card.id)
    remove = reverse("portal:passkey_remove", args=[passkey["id"]])
    assert "seule clé" in browser.post(remove).content.decode()
    browser.post(reverse("portal:security_factor"))
    browser.post(remove)
    assert people.factors.list_passkeys(card.id) == []


def test_the_frozen_account_says_so(browser, card):
    people.alerts.freeze(card)
    assert "Les changements sont bloqués" in browser.get(reverse("portal:security")).content.decode()
    page = browser.post(reverse("portal:security_login"), {"login": "une-autre-idee"})
    assert "Par sécurité" in page.content.decode()
