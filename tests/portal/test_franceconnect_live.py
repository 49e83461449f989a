"""The whole dance over real HTTP: a browser with cookies and forms, and the service calling its provider."""

import html
import re
from http.cookiejar import CookieJar
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

import pytest
from django.db import connection

from carnet.people import franceconnect
from carnet.platform import oidc
from tests.people.mail import last_code
from tests.people.persons import EMAIL, claire
from tests.sandbox.franceconnect import add_identity


class Browser:
    """Just enough of a browser: it keeps cookies, follows links, fills and sends forms."""

    def __init__(self, base: str) -> None:
        self.jar = CookieJar()
        self.opener: OpenerDirector = build_opener(ProxyHandler({}), HTTPCookieProcessor(self.jar))
        self.url, self.text = base, ""

    def go(self, url, form=None):
        data = urlencode(form).encode() if form else None
        with self.opener.open(urljoin(self.url, url), data, timeout=20) as response:
            self.url, self.text = response.url, response.read().decode()

    def follow(self, words):
        """Follow the link that says these words."""
        (href,) = re.findall(
            rf'<a [^>]*href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{re.escape(words)}</a>', self.text
        )
        self.go(html.unescape(href))

    def send(self, button, **typed):
        """Send the form that has this button."""
        forms = [form for form in re.findall(r"<form.*?</form>", self.text, re.DOTALL) if button in form]
        (form,) = forms
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
        action = re.search(r'<form[^>]*action="([^"]+)"', form)
        facts = {name: html.unescape(value) for name, value in hidden}
        self.go(html.unescape(action[1]) if action else self.url, facts | typed)


@pytest.fixture
def service(live_server, settings, monkeypatch):
    monkeypatch.setitem(
        connection.settings_dict, "CONN_MAX_AGE", 0
    )  # the server's threads leave nothing open
    settings.CARNET_BASE_URL = live_server.url
    settings.CARNET_FRANCECONNECT_ISSUER = f"{live_server.url}/bac-a-sable/franceconnect"
    oidc.forget_providers()
    yield live_server.url
    oidc.forget_providers()


def come_by_franceconnect(browser):
    browser.go("/connexion/")
    browser.follow("Se connecter avec FranceConnect (simulé)")
    assert "FranceConnect simulé" in browser.text
    browser.send("Continuer", login="claire", level="eidas2")
    browser.send("Accepter et continuer")


@pytest.mark.django_db(transaction=True)
def test_from_the_button_to_her_space_and_out_again(service):
    card = claire()
    add_identity()
    browser = Browser(service)
    come_by_franceconnect(browser)
    assert "FranceConnect a vérifié votre identité" in browser.text
    browser.send("Valider", code=last_code(EMAIL))
    assert browser.url == f"{service}/"
    assert "Claire" in browser.text
    assert franceconnect.find_link(card.id)

    again = Browser(service)
    come_by_franceconnect(again)
    assert again.url == f"{service}/"
    again.send("Se déconnecter")
    again.follow("Me déconnecter de FranceConnect")
    assert again.url.startswith(f"{service}/connexion/")
    assert not [cookie.name for cookie in again.jar if cookie.name in {"carnet_session", "carnet_fc_session"}]
