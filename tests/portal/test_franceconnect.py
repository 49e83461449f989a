"""FranceConnect by the pages: every step a browser takes, against the simulator."""

from datetime import date, timedelta
from urllib.parse import urlencode

import pyotp
import pytest
from django.db import connection
from django.urls import reverse

from carnet.enrolment import api as enrolment
from carnet.journal.api import EventType
from carnet.people import alerts, factors, franceconnect, sessions
from carnet.people import api as people
from tests.people.mail import last_code, sent
from tests.people.persons import EMAIL, claire
from tests.people.register import add_person, open_space
from tests.portal.test_login import lines_of
from tests.portal.visits import visit
from tests.sandbox.franceconnect import (
    BASE,
    CALLBACK,
    add_identity,
    change_id_token,
    hidden,
    identify,
    put,
    query_of,
    wire,
)  # fmt: skip

__all__ = ["wire"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("wire")]
START, CONFIRM = "/connexion/franceconnect/", "/connexion/franceconnect/verification/"


def leave(browser, query="", start=START):
    """Leave for FranceConnect; return the address of its page."""
    response = browser.get(start + query)
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def come_back(browser, url, **who):
    """Identify oneself there and come back; return the answer of our callback."""
    where, query = query_of(identify(browser, url, **who))
    assert where == CALLBACK
    return browser.get(f"{START}retour/?{urlencode(query)}")


def go(browser, query="", **who):
    return come_back(browser, leave(browser, query), **who)


def text_of(response):
    return response.content.decode()


def visitor_of(browser):
    cookie = browser.cookies.get(sessions.COOKIE)
    return sessions.find(cookie.value) if cookie else None


def linked(browser, card, **who):
    """Link once, log out: what an account is after its first FranceConnect."""
    response = go(browser, **who)
    assert response["Location"] == CONFIRM
    assert browser.post(CONFIRM, {"code": last_code(EMAIL)}).status_code == 302
    assert franceconnect.find_link(card.id)
    browser.cookies.clear()


# -- logging in


def test_the_first_time_the_account_confirms_then_franceconnect_suffices(client):
    card = claire()
    add_identity()
    page = text_of(client.get("/connexion/?suite=/mon-compte/securite/"))
    assert "Se connecter avec FranceConnect (simulé)" in page
    assert f'href="{START}?suite=%2Fmon-compte%2Fsecurite%2F"' in page
    response = go(client, "?suite=/mon-compte/securite/")
    assert response["Location"] == CONFIRM
    confirm = text_of(client.get(CONFIRM))
    assert "FranceConnect a vérifié votre identité" in confirm
    assert EMAIL not in confirm
    assert visitor_of(client) is None
    response = client.post(CONFIRM, {"code": last_code(EMAIL)})
    assert response["Location"] == "/mon-compte/securite/"
    assert visitor_of(client).account_id == card.id
    assert [line[0] for line in lines_of(card)[-2:]] == [EventType.FRANCECONNECT_LINKED, EventType.LOGGED_IN]

    client.cookies.clear()
    codes = len(sent(EMAIL))
    response = go(client)
    assert response["Location"] == "/"
    assert visitor_of(client).method == "franceconnect"
    event, allowed, _, personal = lines_of(card)[-1]
    assert (event, allowed, personal["method"]) == (EventType.LOGGED_IN, True, "franceconnect")
    assert not [message for message in sent(EMAIL)[codes:] if "Votre code" in message.text]


def test_the_session_is_fresh_and_its_cookies_are_closed(client):
    card = claire()
    add_identity()
    linked(client, card)
    response = go(client)
    assert visitor_of(client).fresh
    for name in (sessions.COOKIE, "carnet_fc_session"):
        cookie = response.cookies[name]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert client.cookies["carnet_fc"].value == ""


def test_a_closed_space_has_its_own_page(client):
    card = claire(state="closed")
    add_identity()
    linked(client, card)
    assert go(client)["Location"] == reverse("portal:closed")


@pytest.mark.parametrize("suite", ["https://elsewhere.test/", "//elsewhere.test/", "elsewhere"])
def test_one_is_not_sent_elsewhere_afterwards(client, suite):
    card = claire()
    add_identity()
    linked(client, card)
    assert go(client, f"?{urlencode({'suite': suite})}")["Location"] == "/"


def test_an_authenticator_is_asked_where_the_account_has_one(client):
    card = claire()
    secret = factors.new_secret()
    factors.keep_secret(card, secret)
    add_identity()
    before = len(sent())
    assert go(client)["Location"] == CONFIRM
    assert len(sent()) == before
    assert "application" in text_of(client.get(CONFIRM))
    assert client.post(CONFIRM, {"code": "000000"}).status_code == 200
    assert visitor_of(client) is None
    client.post(CONFIRM, {"code": pyotp.TOTP(secret).now()})
    assert visitor_of(client).account_id == card.id


def test_a_wrong_code_lets_nobody_in_and_tries_are_counted(client):
    claire()
    add_identity()
    go(client)
    right = last_code(EMAIL)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert "Ce code n’est pas le bon" in text_of(client.post(CONFIRM, {"code": wrong}))
    assert client.post(CONFIRM, {"code": right}).status_code == 200
    assert visitor_of(client) is None


def test_the_confirmation_belongs_to_its_browser(client):
    from django.test import Client

    claire()
    add_identity()
    go(client)
    stranger = Client()
    assert stranger.post(CONFIRM, {"code": last_code(EMAIL)}).status_code == 400
    assert visitor_of(stranger) is None


def test_another_code_can_be_asked_for_after_a_while(client):
    claire()
    add_identity()
    go(client)
    response = client.post(f"{CONFIRM}renvoyer/")
    assert response["Location"].startswith(f"{CONFIRM}?attendre=")
    with connection.cursor() as cursor:
        cursor.execute("update people_onetimecode set sent_at = sent_at - interval '1 minute'")
    first = last_code(EMAIL)
    assert client.post(f"{CONFIRM}renvoyer/")["Location"] == f"{CONFIRM}?envoye=1"
    client.post(CONFIRM, {"code": last_code(EMAIL)})
    assert visitor_of(client) is not None or last_code(EMAIL) == first


# -- what comes back wrong


def test_an_attempt_returns_once(client):
    card = claire()
    add_identity()
    linked(client, card)
    _, query = query_of(identify(client, leave(client)))
    assert client.get(f"{START}retour/?{urlencode(query)}").status_code == 302
    token = client.cookies[sessions.COOKIE].value
    assert client.get(f"{START}retour/?{urlencode(query)}").status_code == 400
    assert sessions.find(token) is not None


def test_the_return_of_another_browser_is_refused(client):
    """Somebody sends her own return to a victim, who would then fill a space that is not hers."""
    from django.test import Client

    card = claire()
    add_identity()
    linked(client, card)
    _, query = query_of(identify(client, leave(client)))
    victim = Client()
    assert victim.get(f"{START}retour/?{urlencode(query)}").status_code == 400
    leave(victim)
    assert victim.get(f"{START}retour/?{urlencode(query)}").status_code == 400
    assert visitor_of(victim) is None


def test_a_changed_state_is_refused_and_the_attempt_is_over(client):
    claire()
    add_identity()
    _, query = query_of(identify(client, leave(client)))
    assert client.get(f"{START}retour/?{urlencode(query | {'state': 'other'})}").status_code == 400
    assert client.get(f"{START}retour/?{urlencode(query)}").status_code == 400


def test_the_same_code_twice_in_two_attempts_is_refused(client):
    card = claire()
    add_identity()
    linked(client, card)
    _, used = query_of(identify(client, leave(client)))
    client.get(f"{START}retour/?{urlencode(used)}")
    client.cookies.clear()
    _, query = query_of(identify(client, leave(client)))
    response = client.get(f"{START}retour/?{urlencode(query | {'code': used['code']})}")
    assert response.status_code == 502
    assert "n’a pas pu être vérifiée" in text_of(response)
    assert visitor_of(client) is None


@pytest.mark.parametrize("change", [put("nonce", "x"), put("aud", "somebody"), put("exp", 1)])
def test_a_token_that_is_not_ours_lets_nobody_in(client, wire, change):
    card = claire()
    add_identity()
    linked(client, card)
    wire.twist = change_id_token(change)
    assert go(client).status_code == 502
    assert visitor_of(client) is None


@pytest.mark.parametrize("acr", ["eidas1", "", None, "eidas22"])
def test_a_weak_identity_lets_nobody_in(client, wire, acr):
    card = claire()
    add_identity()
    linked(client, card)
    wire.twist = change_id_token(put("acr", acr))
    response = go(client)
    assert "Il faut une identité plus sûre" in text_of(response)
    assert visitor_of(client) is None


def test_the_highest_level_is_good_too(client):
    card = claire()
    add_identity()
    linked(client, card)
    assert go(client, level="eidas3").status_code == 302
    assert visitor_of(client) is not None


def test_cancelling_changes_nothing(client):
    claire()
    add_identity()
    url = leave(client)
    page = client.get(url.removeprefix(BASE))
    back = client.post(reverse("sandbox:fc_identify"), {"page": hidden(page), "cancel": "1"})
    response = client.get(back["Location"].removeprefix(BASE))
    assert response.status_code == 200
    assert "Vous avez interrompu FranceConnect" in text_of(response)
    assert visitor_of(client) is None


def test_when_franceconnect_is_away_the_page_says_so(client, wire):
    claire()
    add_identity()
    url = leave(client)
    wire.down = True
    response = come_back(client, url)
    assert response.status_code == 503
    assert "FranceConnect ne répond pas" in text_of(response)
    from carnet.platform import oidc

    oidc.forget_providers()
    assert client.get(START).status_code == 503


def test_departures_are_counted(client):
    for _ in range(60):
        leave(client)
    response = client.get(START)
    assert response.status_code == 429
    assert int(response["Retry-After"]) <= 61


def test_an_installation_without_franceconnect_shows_nothing(client, settings):
    settings.CARNET_FRANCECONNECT_ISSUER = ""
    assert "FranceConnect" not in text_of(client.get("/connexion/"))
    assert client.get(START).status_code == 404


def test_outside_the_sandbox_the_button_does_not_say_simulated(client, settings):
    settings.CARNET_SANDBOX = False
    page = text_of(client.get("/connexion/"))
    assert "Se connecter avec FranceConnect" in page
    assert "(simulé)" not in page


# -- who is not found


def test_nobody_homonyms_minors_and_the_deceased_read_the_same_page(client):
    years_17 = clock_day(17)
    add_person(), add_person()
    add_person(birth_name="PETIT", birth_date=years_17)
    add_person(birth_name="FEU", died_on=date(2020, 1, 1))
    add_identity("homonyms", sub="s1")
    add_identity("nobody", sub="s2", family_name="Inconnue")
    add_identity("minor", sub="s3", family_name="Petit", birth_date=years_17)
    add_identity("deceased", sub="s4", family_name="Feu")
    pages = {text_of(go(client, login=login)) for login in ("homonyms", "nobody", "minor", "deceased")}
    (page,) = pages
    assert "3422" in page
    assert "FranceConnect ne suffit pas" in page


@pytest.mark.parametrize("state", [None, "notified", "opened"])
def test_without_an_account_she_activates_without_a_code(client, state):
    person_id = add_person()
    if state:
        open_space(person_id, state)
    add_identity()
    response = go(client)
    assert response["Location"] == reverse("portal:activate_contacts")
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert visitor_of(client) is None
    assert people.find_account(person_id) is None
    assert (enrolment.find_state(person_id) or None) == state


def test_a_space_that_cannot_be_activated_reads_the_same_page(client):
    person_id = add_person()
    open_space(person_id, "suspended")
    add_identity()
    add_identity("nobody", sub="s2", family_name="Inconnue")
    assert text_of(go(client)) == text_of(go(client, login="nobody"))


# -- linking from inside, unlinking


def test_linking_from_inside_with_ones_own_identity(client):
    card = claire()
    browser = visit(card.owner_id)
    add_identity()
    page = reverse("portal:franceconnect_link")
    assert "n’est pas relié" in text_of(browser.get(page))
    response = come_back(browser, leave(browser, start=reverse("portal:franceconnect_link_start")))
    assert response["Location"] == f"{page}?fait=relie"
    assert "est relié à votre compte depuis" in text_of(browser.get(response["Location"]))
    response = browser.post(reverse("portal:franceconnect_unlink"))
    assert "n’est pas relié" in text_of(browser.get(response["Location"]))


def test_linking_the_identity_of_somebody_else_is_refused(client):
    card = claire()
    browser = visit(card.owner_id)
    add_identity("paul", sub="s-paul", given_names="Paul", gender="male")
    response = come_back(
        browser, leave(browser, start=reverse("portal:franceconnect_link_start")), login="paul"
    )
    assert "n’est pas celle de votre compte" in text_of(response)
    assert franceconnect.find_link(card.id) is None


def test_a_link_asked_in_one_session_is_not_made_in_another(client):
    card, other = claire(), claire(login="autre.personne", given_names="JEANNE", email="j@exemple.test")
    browser = visit(card.owner_id)
    add_identity()
    _, query = query_of(identify(browser, leave(browser, start=reverse("portal:franceconnect_link_start"))))
    browser.cookies.update(visit(other.owner_id).cookies)
    assert browser.get(f"{START}retour/?{urlencode(query)}").status_code == 400
    assert franceconnect.find_link(card.id) is None
    assert franceconnect.find_link(other.id) is None


@pytest.mark.parametrize(
    ("name", "method"),
    [("franceconnect_link", "get"), ("franceconnect_link_start", "get"), ("franceconnect_unlink", "post")],
)
def test_the_link_is_looked_at_and_changed_after_a_fresh_proof_only(client, name, method):
    assert reverse("portal:login") in getattr(client, method)(reverse(f"portal:{name}"))["Location"]
    card = claire()
    browser = visit(card.owner_id)
    with connection.cursor() as cursor:
        cursor.execute("update people_session set proven_at = proven_at - interval '11 minutes'")
    assert reverse("portal:prove") in getattr(browser, method)(reverse(f"portal:{name}"))["Location"]


def test_frozen_changes_stop_links_both_ways(client):
    card = claire()
    add_identity()
    alerts.freeze(card)
    assert "Les changements sont bloqués" in text_of(go(client))
    browser = visit(card.owner_id)
    response = come_back(browser, leave(browser, start=reverse("portal:franceconnect_link_start")))
    assert "Les changements sont bloqués" in text_of(response)
    assert "Les changements sont bloqués" in text_of(browser.post(reverse("portal:franceconnect_unlink")))


# -- getting out


def test_getting_out_offers_to_leave_franceconnect_too(client):
    card = claire()
    add_identity()
    linked(client, card)
    go(client)
    response = client.post(reverse("portal:logout"))
    assert response["Location"] == reverse("portal:franceconnect_logout")
    assert visitor_of(client) is None
    page = text_of(client.get(response["Location"]))
    url = page.split('href="http://127.0.0.1:8000', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    end = client.get(url)
    assert end.status_code == 302
    assert end["Location"].startswith(f"{BASE}{reverse('portal:login')}")
    assert client.get(reverse("portal:franceconnect_logout"))["Location"] == reverse("portal:login")


def test_getting_out_works_while_franceconnect_is_away(client, wire):
    from carnet.platform import oidc

    card = claire()
    add_identity()
    linked(client, card)
    go(client)
    wire.down = True
    oidc.forget_providers()
    response = client.post(reverse("portal:logout"))
    assert client.get(response["Location"])["Location"] == reverse("portal:login")


def clock_day(years):
    from carnet.platform import clock

    return clock.today() - timedelta(days=years * 365)


def test_the_security_page_says_whether_it_is_linked(client):
    card = claire()
    browser = visit(card.owner_id)
    assert "Non relié" in text_of(browser.get(reverse("portal:security")))
    add_identity()
    linked(client, card)
    page = text_of(browser.get(reverse("portal:security")))
    assert "Non relié" not in page
    assert reverse("portal:franceconnect_link") in page
