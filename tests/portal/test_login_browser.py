"""A passkey in a real browser, with a virtual authenticator, and the same pages without a script."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.urls import reverse

from carnet.people import api as people
from tests.people.mail import last_code
from tests.people.persons import EMAIL, LOGIN, PASSWORD, account_of, claire
from tests.ui.browser import CHROMIUM, CHROMIUM_ARGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium n’est pas installé"),
]


@pytest.fixture
def context(monkeypatch):
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver keeps a loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="fr-FR")
        context.set_default_timeout(30_000)
        yield context
        connection.close()  # inside the driver's loop Django keeps a connection of its own
        browser.close()


@pytest.fixture
def site(live_server, settings, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)  # its threads leave nothing open
    settings.CARNET_BASE_URL = live_server.url.replace("127.0.0.1", "localhost")
    return settings.CARNET_BASE_URL


def give_password(page, site):
    page.goto(site + reverse("portal:login"))
    page.get_by_label("Identifiant", exact=True).fill(LOGIN)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()


def shoot(page, name):
    found = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in found] == [], name
    if folder := os.environ.get("CARNET_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_passkey_is_made_and_used(context, site):
    card = claire()
    page = context.new_page()
    shown = []
    page.on("console", lambda message: shown.append(message.text) if message.type == "error" else None)
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                "hasUserVerification": True, "isUserVerified": True,
            }
        },
    )  # fmt: skip
    give_password(page, site)
    shoot(page, "code")
    page.get_by_label("Code de vérification").fill(last_code(EMAIL))
    page.get_by_role("button", name="Valider").click()
    page.goto(site + reverse("portal:security_factor"))
    shoot(page, "factor")
    page.get_by_role("link", name="Installer l’application de codes").click()
    shoot(page, "totp")
    page.go_back()
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.get_by_label("Nom de cette clé").fill("Mon téléphone")
    shoot(page, "passkey")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    page.get_by_text("Votre moyen de double vérification est changé.").wait_for()
    shoot(page, "security")
    assert account_of(card.owner_id).factor == "passkey"
    assert [key["label"] for key in people.factors.list_passkeys(card.id)] == ["Mon téléphone"]
    context.clear_cookies()
    give_password(page, site)
    shoot(page, "use")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.wait_for_url(site + "/")
    assert people.factors.list_passkeys(card.id)[0]["last_used_at"] is not None
    assert shown == []


def test_without_a_script_a_passkey_says_so_and_codes_work(context, site):
    claire()
    quiet = context.browser.new_context(java_script_enabled=False, locale="fr-FR")
    page = quiet.new_page()
    give_password(page, site)
    page.get_by_label("Code de vérification").fill(last_code(EMAIL))
    page.get_by_role("button", name="Valider").click()
    page.goto(site + reverse("portal:security_passkey"))
    page.get_by_text("JavaScript est nécessaire ici").wait_for()
    page.goto(site + reverse("portal:security_totp"))
    assert page.get_by_role("img", name="Carré à photographier").is_visible()
    quiet.close()
