"""Logging in as people meet it: axe, widths, policy of the page, for each answer that it may give."""

from pathlib import Path

import pytest
from django.urls import reverse

from carnet.directory import api as directory
from carnet.sandbox.personas.professionals import register_professionals
from tests.portal.browsing import check_pages
from tests.pro.psc import activity, add_identity, come_back, hidden, leave, wire
from tests.pro.visits import OTHER_FINESS, add_professional, visit
from tests.ui.browser import CHROMIUM

__all__ = ["wire"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium n’est pas installé"),
    pytest.mark.usefixtures("wire"),
]


def refusals(client):
    """What she may read instead of coming in."""
    gone, place = add_professional(active=False)
    add_identity("parti", gone.national_id, activity(place.structure))
    add_identity("inconnu", "899999999999", activity(place.structure))
    return {f"refus-{login}": come_back(client, leave(client), login) for login in ("parti", "inconnu")}


def test_every_page_of_logging_in(client):
    register_professionals()
    professional, place = add_professional(family="BERTHIER-LONGUENOM")
    directory.register_structure(finess=OTHER_FINESS, name="Centre hospitalier intercommunal du Val-d’Argent")
    directory.register_place(
        identifier="X-2",
        professional_id=professional.id,
        structure=OTHER_FINESS,
        mode="S",
        kind="replacement",
    )
    her = visit(professional, place)
    secret = visit(professional, place)
    visitor = directory.sessions.find(secret.cookies[directory.sessions.COOKIE].value)
    directory.sessions.set_secret(visitor.session_id, secret=True)
    wallet = client.get(leave(client).removeprefix("http://127.0.0.1:8000"))
    check_pages({
        "connexion": client.get(reverse("pro:login")),
        "psc": wallet,
        "lieu": her.get(reverse("pro:place")),
        "lieu-secret": secret.get(reverse("pro:place")),
        "expire": client.get(reverse("pro:callback")),
        **refusals(client),
    })  # fmt: skip
    assert hidden(wallet)
