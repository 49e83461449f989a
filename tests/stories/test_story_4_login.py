"""Story 4: a second factor of one's choice, sessions seen and ended, and FranceConnect, ambiguity included."""

import re

import pytest
from playwright.sync_api import expect

from carnet.sandbox.personas import TOTP_SECRET, get_persona
from tests.stories.conftest import latest_mail, look
from tests.stories.papers import tick
from tests.stories.steps import give_password, log_in, menu, next_totp, shortcut

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

MONIQUE, HUGO = get_persona("monique"), get_persona("hugo")
CODE_FIELD = "Code de vérification"


def test_second_factors_sessions_and_devices(someone):
    phone, computer = someone(width=390), someone()
    log_in(phone, "monique")  # a code by e-mail
    add_authenticator(computer)
    log_in(computer, "monique")
    assert "nouvel appareil" in latest_mail(computer, MONIQUE.email, "nouvel appareil")
    choose_an_application(computer)
    choose_a_passkey(computer)
    end_the_telephones_session(computer, phone)
    come_back_with_the_passkey(computer)


def test_franceconnect_links_once_and_never_guesses(someone):
    his = someone(width=390)
    come_by_franceconnect(his, "Hugo André GRÉSAC", shown=True)
    his.get_by_text("Avant de le relier à votre compte").wait_for()
    look(his, "4-franceconnect-link")
    his.get_by_label(CODE_FIELD).fill(next_totp())
    his.get_by_role("button", name="Valider").click()
    his.get_by_role("heading", level=1, name="Hugo GRÉSAC").wait_for()
    assert "FranceConnect vient d’être relié" in latest_mail(his, HUGO.email, "FranceConnect")
    log_out(his)

    again = someone()
    come_by_franceconnect(again, "Hugo André GRÉSAC")
    again.get_by_role("heading", level=1, name="Hugo GRÉSAC").wait_for()  # linked: nothing more is asked
    shortcut(again, "Qui a fait quoi")
    assert "FranceConnect relié à l’espace" in again.get_by_role("main").inner_text()

    for name in ("Jean ROCHENIEL", "Victoire DRUEVILLE"):  # two of that name; nobody of that name
        other = someone()
        come_by_franceconnect(other, name)
        other.get_by_role("heading", name="FranceConnect ne suffit pas").wait_for()
        assert "appelez le 3422" in other.get_by_role("main").inner_text()
        assert other.get_by_role("button", name="Se déconnecter").count() == 0
        look(other, f"4-franceconnect-{name.split()[0]}")


def add_authenticator(page):
    """Give a browser what a computer with a fingerprint reader has (WebAuthn, over the DevTools protocol)."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
               "hasUserVerification": True, "isUserVerified": True}  # fmt: skip
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def open_factors(page):
    """Go to the choice of the second factor, proving again who one is if it is asked."""
    menu(page, "Mon compte")
    page.get_by_role("link", name="Choisir un autre moyen").click()
    page.get_by_role("heading", name="Choisir la double vérification").wait_for()


def choose_an_application(page):
    menu(page, "Mon compte")
    look(page, "4-security")
    open_factors(page)
    look(page, "4-factors")
    page.get_by_role("link", name="Installer l’application de codes").click()
    assert page.get_by_role("img", name="Carré à photographier").is_visible()
    secret = find_secret(page.get_by_role("main").inner_text())
    assert secret != TOTP_SECRET
    look(page, "4-totp")
    page.get_by_label(CODE_FIELD).fill(next_totp(secret))
    page.get_by_role("button", name="Choisir cette application").click()
    page.get_by_text("Votre moyen de double vérification est changé.").wait_for()
    assert "double vérification" in latest_mail(page, MONIQUE.email, "vient d’être changé")

    log_out(page)
    give_password(page, MONIQUE.login)
    page.get_by_role("heading", name="Entrez le code de votre application").wait_for()
    look(page, "4-login-totp")
    page.get_by_label(CODE_FIELD).fill(next_totp(secret))
    page.get_by_role("button", name="Valider").click()
    page.get_by_role("heading", level=1, name="Monique LANDEREAU").wait_for()


def find_secret(text):
    found = re.search(r"\b((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})\b", text)
    assert found, text
    return found.group(1).replace(" ", "")


def choose_a_passkey(page):
    open_factors(page)
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.get_by_label("Nom de cette clé").fill("Mon ordinateur")
    look(page, "4-passkey")
    page.get_by_role("button", name="Créer la clé d’accès").click()
    page.get_by_text("Votre moyen de double vérification est changé.").wait_for()
    assert "Mon ordinateur" in page.get_by_role("table", name="Clés d’accès").inner_text()


def end_the_telephones_session(computer, phone):
    menu(computer, "Mon compte")
    sessions = computer.get_by_role("table", name="Sessions ouvertes")
    assert sessions.get_by_role("row").filter(has_text="Cet appareil").count() == 1
    look(computer, "4-sessions")
    menu(phone, "Documents")
    phone.get_by_role("heading", level=1, name="Documents").wait_for()
    sessions.get_by_role("button", name="Déconnecter").first.click()
    computer.get_by_text("L’appareil est déconnecté.").wait_for()
    menu(phone, "Accueil")
    phone.get_by_role("main").get_by_role("link", name="Se connecter").first.wait_for()
    phone.goto("/documents/")
    phone.get_by_role("heading", level=1, name="Se connecter").wait_for()

    devices = computer.get_by_role("table", name="Appareils connus").get_by_role("row")
    others = devices.filter(has=computer.get_by_role("button")).filter(
        has_not_text=re.compile("Cet appareil")
    )
    known = others.count()  # the telephone, and those of other stories
    assert known >= 1
    for left in reversed(range(known)):
        others.get_by_role("button", name="Oublier cet appareil").first.click()
        expect(others).to_have_count(left)


def come_back_with_the_passkey(page):
    page.context.clear_cookies()
    give_password(page, MONIQUE.login)
    page.get_by_role("heading", name="Utilisez votre clé d’accès").wait_for()
    look(page, "4-login-passkey")
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    page.get_by_role("heading", level=1, name="Monique LANDEREAU").wait_for()
    shortcut(page, "Qui a fait quoi")
    told = page.get_by_role("main").inner_text()
    for words in ("clé d’accès", "application de codes", "code reçu par e-mail", "Session ou appareil déconnecté",
                  "Moyen de double vérification changé"):  # fmt: skip
        assert words in told, words
    look(page, "4-history")


def come_by_franceconnect(page, name, *, shown=False):
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Se connecter").first.click()
    if shown:
        look(page, "4-login")
    page.get_by_role("link", name="Se connecter avec FranceConnect").click()
    if shown:
        look(page, "4-franceconnect-identity")
    tick(page, name)
    page.get_by_role("button", name="Continuer").click()
    if shown:
        look(page, "4-franceconnect-consent")
        assert "ne connaît pas votre numéro de sécurité sociale" in page.get_by_role("main").inner_text()
    page.get_by_role("button", name="Accepter et continuer").click()


def log_out(page):
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_load_state()
