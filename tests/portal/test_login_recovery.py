"""The ways back in by their screens."""

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from carnet.people import factors
from tests.people.authenticator import Authenticator
from tests.people.mail import last_code, last_link, work_behind
from tests.people.persons import EMAIL, LOGIN, PASSWORD, PHONE, account_of, claire
from tests.people.register import SERIAL, matricule_of

pytestmark = pytest.mark.django_db
NEW = "Cascade-9-lierre"
CARD = {"serial": SERIAL, "birth_date_day": "17", "birth_date_month": "5", "birth_date_year": "1980"}


def said(response):
    page = response.content.decode()
    assert "⟪" not in page
    return page


def ask_link(client):
    assert "Regardez vos messages" in said(client.post(reverse("portal:recover_password"), {"login": LOGIN}))
    work_behind()
    return last_link(EMAIL)


def can_log_in(password):
    response = Client().post(reverse("portal:login"), {"login": LOGIN, "password": password})
    return response.status_code == 302


def test_a_lost_password(client):
    claire()
    link = ask_link(client)
    assert "Votre carte Vitale" in said(client.get(link))
    assert "pas le bon" in said(client.post(link, CARD | {"serial": "99999999999"}))
    assert client.post(link, CARD)["Location"] == link
    assert "votre nom" in said(client.post(link, {"password": "Martin-12345!x"}))
    assert "Votre mot de passe est changé" in said(client.post(link, {"password": NEW}))
    assert client.get(link).status_code == 404
    assert can_log_in(NEW)
    assert not can_log_in(PASSWORD)


@pytest.mark.parametrize("factor", ["totp", "passkey"])
def test_a_lost_password_with_a_second_factor(client, factor):
    card = claire()
    authenticator = Authenticator(factors.relying_party()[1])
    secret = factors.new_secret()
    if factor == "totp":
        factors.keep_secret(card, secret)
    else:
        options, challenge = factors.registration_options(card.id, card.login)
        factors.keep_passkey(
            card, factors.read_registration(authenticator.create(options), challenge), label=""
        )
    link = ask_link(client)
    client.post(link, CARD)
    page = client.get(link)
    if factor == "totp":
        response = client.post(link, {"code": pyotp.TOTP(secret).now()})
    else:
        assert "portal/passkey.js" in said(page)
        response = client.post(link, {"credential": authenticator.get(page.context["options"])})
    assert response["Location"] == link
    client.post(link, {"password": NEW})
    assert can_log_in(NEW)


def test_the_answer_is_the_same_for_everybody(client):
    claire()
    pages = [
        said(client.post(reverse("portal:recover_password"), {"login": login}))
        for login in (LOGIN, "personne.nulle.part")
    ]
    assert pages[0] == pages[1]
    card = account_of_claire()
    posted = [
        {"matricule": matricule_of(card.owner_id), "serial": serial} for serial in (SERIAL, "99999999999")
    ]
    pages = [said(client.post(reverse("portal:recover_login"), facts)) for facts in posted]
    assert pages[0] == pages[1]


def account_of_claire():
    from carnet.people import accounts

    return account_of(accounts.find_by_login_key(accounts.login_key(LOGIN)).owner_id)


def test_a_lost_telephone(client):
    card = claire()
    factors.keep_secret(card, factors.new_secret())
    start, proofs = reverse("portal:recover_phone"), reverse("portal:recover_phone_proofs")
    assert "incorrect" in said(client.post(start, {"login": LOGIN, "password": "Pas-le-bon-7"}))
    assert client.post(start, {"login": LOGIN, "password": PASSWORD})["Location"] == proofs
    assert "code reçu par e-mail" in said(client.get(proofs))
    assert "pas le bon" in said(client.post(proofs, {"code": "000000"}))
    client.post(proofs, {"code": last_code(EMAIL)})
    client.post(proofs, CARD)
    assert "Recevoir un code par e-mail" in said(client.get(proofs))
    assert account_of(card.owner_id).factor == "totp"
    assert "double vérification est changée" in said(client.post(proofs))
    assert account_of(card.owner_id).factor == "email"
    assert client.get(proofs)["Location"] == start


def test_a_lost_telephone_without_an_application_goes_to_the_3422(client):
    claire()
    page = client.post(reverse("portal:recover_phone"), {"login": LOGIN, "password": PASSWORD})
    assert "appelez le 3422" in said(page)


def test_a_lost_mailbox(client):
    card = claire()
    start, proofs = reverse("portal:recover_mailbox"), reverse("portal:recover_mailbox_proofs")
    client.post(start, {"login": LOGIN, "password": PASSWORD})
    assert "code reçu par SMS" in said(client.get(proofs))
    client.post(proofs, {"code": last_code(PHONE)})
    client.post(proofs, CARD)
    assert "Votre nouvelle adresse" in said(client.get(proofs))
    assert "à la nouvelle adresse" in said(client.post(proofs, {"email": "nouvelle@exemple.test"}))
    assert "pas le bon" in said(client.post(proofs, {"code": "000000"}))
    done = client.post(proofs, {"code": last_code("nouvelle@exemple.test")})
    assert "Votre adresse est changée" in said(done)
    assert account_of(card.owner_id).email == "nouvelle@exemple.test"


@pytest.mark.parametrize("name", ["recover_phone_proofs", "recover_mailbox_proofs"])
def test_proofs_without_a_beginning_go_back_to_it(client, name):
    assert client.get(reverse(f"portal:{name}"))["Location"] == reverse(
        f"portal:{name.removesuffix('_proofs')}"
    )


def test_dead_links(client):
    assert "ne sert plus" in client.get(reverse("portal:recover_password_link", args=["x"])).content.decode()
    assert "ne sert plus" in client.get(reverse("portal:not_me", args=["x"])).content.decode()
    assert client.post(reverse("portal:not_me", args=["x"])).status_code == 404
