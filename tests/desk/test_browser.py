"""The pages of the desk in a real browser."""

from pathlib import Path

import pytest
from django.urls import reverse

from tests.desk.agents import MOTIVE, come, find, link
from tests.desk.test_assist import notified, shared
from tests.portal.browsing import check_pages
from tests.ui.browser import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium n’est pas installé"),
]


def test_the_pages_of_an_adviser_are_accessible():
    family, person, client = shared(), notified(legible=False), come("adviser", "auditor")
    child, page = find(client, family.child), find(client, person)
    client.post(link(page, "reissue"), MOTIVE)
    pages = {
        "bureau-enfant": client.get(child),
        "bureau-rompre": client.get(link(child, "sever", family.father)),
        "bureau-fiche": client.get(f"{page}?fait=code-email"),
    }
    for name in ("reissue", "objection", "callback"):
        pages[f"bureau-{name}"] = client.get(link(page, name))
    client.post(link(page, "callback"), MOTIVE)
    pages |= {
        "bureau": client.get("/bureau/"),
        "bureau-erreurs": client.post("/bureau/", {"birth_name": "MARTIN"}),
        "bureau-appel": client.get(page),
        "bureau-actes": client.get(reverse("desk:audit")),
    }
    assert [answer.status_code for answer in pages.values()] == [200] * len(pages)
    check_pages(pages)


def test_the_pages_of_an_administrator_are_accessible():
    adviser, client = come("adviser"), come("administrator")
    check_pages(
        {
            "bureau-agents": client.get(reverse("desk:agents")),
            "bureau-retirer": client.get(reverse("desk:remove_agent", args=[adviser.agent_id])),
            "bureau-rien": come("ambassador").get("/bureau/"),
            "bureau-impossible": adviser.post(reverse("desk:take_call", args=[adviser.agent_id])),
        }
    )
