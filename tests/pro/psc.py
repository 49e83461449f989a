"""Pro Santé Connect for tests: the simulator's identities, and the client's calls without a network."""

from urllib.parse import urlencode, urlsplit

import pytest
from django.urls import reverse

from carnet.platform import oidc
from carnet.sandbox import psc
from tests.pro.visits import add_professional
from tests.sandbox.franceconnect import BASE, InProcess, hidden, query_of

ISSUER = f"{BASE}/bac-a-sable/psc/auth/realms/esante-wallet"
CALLBACK = f"{BASE}/pro/retour/"


@pytest.fixture
def wire(monkeypatch, settings):
    """Let the client's calls reach the simulator of this process."""
    settings.CARNET_BASE_URL, settings.CARNET_PSC_ISSUER = BASE, ISSUER
    settings.CARNET_PSC_DISCOVERY_URL = ""
    oidc.forget_providers()
    transport = InProcess()
    monkeypatch.setattr("carnet.directory.psc.DirectHttp", lambda: transport)
    yield transport
    oidc.forget_providers()


def activity(structure, **more):
    """Return an activity in a structure, by its FINESS number or its SIRET number after a 3."""
    finess = structure if len(structure) == 9 else ""
    siret = structure[1:] if len(structure) == 15 else ""
    return {"numeroFinessSite": finess, "numeroSiretSite": siret, "codeModeExercice": "L", **more}


def claims(national_id, *activities, profession="10", **more):
    """Return the claims of somebody who practises there."""
    exercise = {"codeProfession": profession, "nomDexercice": "BERTHIER", "activities": list(activities)}
    return {
        "SubjectNameID": national_id, "preferred_username": national_id, "given_name": "Anne",
        "family_name": "BERTHIER", "SubjectRefPro": {"exercices": [exercise]}, **more,
    }  # fmt: skip


def add_identity(login, national_id, *activities, **more):
    """Give the simulator an identity."""
    psc.add_identity(
        login, national_id=national_id, use="essai", claims=claims(national_id, *activities, **more)
    )


def known(login="dr.essai", **more):
    """Register a professional whom the simulator knows at the same place; return (card, place)."""
    professional, place = add_professional(**more)
    add_identity(login, professional.national_id, activity(place.structure))
    return professional, place


def leave(browser, query=""):
    """Leave for Pro Santé Connect; return the address of its page."""
    response = browser.get(reverse("pro:login_start") + query)
    assert response.status_code == 302, response.content.decode()
    return response["Location"]


def identify(browser, url, login="dr.essai"):
    """Say who one is at the simulator; return the answer that leaves it."""
    parts = urlsplit(url)
    page = browser.get(f"{parts.path}?{parts.query}")
    assert page.status_code == 200, page.content.decode()
    return browser.post(reverse("sandbox:psc_identify"), {"page": hidden(page), "login": login})


def come_back(browser, url, login="dr.essai"):
    """Identify oneself there and come back; return the answer of our callback."""
    where, query = query_of(identify(browser, url, login))
    assert where == CALLBACK
    return browser.get(f"{reverse('pro:callback')}?{urlencode(query)}")
