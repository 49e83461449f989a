"""FranceConnect in a real browser, under the pages' own policy: every page readable, nothing blocked."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.urls import reverse

from carnet.people import franceconnect
from carnet.platform import oidc
from tests.people.mail import last_code
from tests.people.persons import EMAIL, claire
from tests.sandbox.franceconnect import add_identity
from tests.ui.browser import CHROMIUM, CHROMIUM_ARGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium n’est pas installé"),
]


@pytest.fixture
def page(monkeypatch):
    from playwright.sync_api import sync_playwright

    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver keeps a loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        context = browser.new_context(viewport={"width": 320, "height": 700}, locale="fr-FR")
        context.set_default_timeout(30_000)
        page = context.new_page()
        page.shown = []
        page.on("console", lambda said: page.shown.append(said.text) if said.type == "error" else None)
        yield page
        browser.close()
        connection.close()  # while the driver's loop runs, the test has a connection of its own


@pytest.fixture
def site(live_server, settings, monkeypatch):
    monkeypatch.setitem(
        connection.settings_dict, "CONN_MAX_AGE", 0
    )  # the server's threads leave nothing open
    settings.CARNET_BASE_URL = live_server.url
    settings.CARNET_FRANCECONNECT_ISSUER = f"{live_server.url}/bac-a-sable/franceconnect"
    oidc.forget_providers()
    yield live_server.url
    oidc.forget_providers()


def look(page, name):
    """No fault that axe sees, nothing wider than the screen, no error in the console."""
    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == [], name
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    assert page.shown == [], name
    if folder := os.environ.get("CARNET_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def choose(page, name):
    page.get_by_label(name).check(force=True)
    page.get_by_role("button", name="Continuer").click()


def test_the_first_time_then_linked_then_out(page, site):
    card = claire()
    add_identity()
    page.goto(f"{site}/connexion/")
    look(page, "fc-login")
    page.get_by_role("link", name="Se connecter avec FranceConnect (simulé)").click()
    look(page, "fc-identity")
    choose(page, "Claire Louise Martin")
    look(page, "fc-consent")
    page.get_by_role("button", name="Accepter et continuer").click()
    look(page, "fc-confirm")
    page.get_by_label("Code de vérification").fill(last_code(EMAIL))
    page.get_by_role("button", name="Valider").click()
    page.wait_for_url(f"{site}/")
    assert franceconnect.find_link(card.id)

    page.goto(site + reverse("portal:franceconnect_link"))
    look(page, "fc-link")
    page.get_by_role("button", name="Détacher FranceConnect").click()
    page.get_by_text("FranceConnect est détaché de votre compte.").wait_for()
    page.get_by_role("link", name="Relier FranceConnect").click()
    choose(page, "Claire Louise Martin")
    page.get_by_role("button", name="Accepter et continuer").click()
    page.get_by_text("FranceConnect est relié à votre compte.").wait_for()


def test_refusing_and_being_unknown(page, site):
    add_identity()
    page.goto(f"{site}/connexion/franceconnect/")
    page.get_by_role("button", name="Annuler et revenir").click()
    look(page, "fc-cancelled")
    page.get_by_role("link", name="Recommencer").click()
    choose(page, "Claire Louise Martin")
    page.get_by_role("button", name="Refuser").click()
    page.get_by_role("link", name="Recommencer").click()
    choose(page, "Claire Louise Martin")
    page.get_by_role("button", name="Accepter et continuer").click()
    look(page, "fc-unknown")
    assert page.get_by_text("FranceConnect ne suffit pas").is_visible()
