"""Reports in a real browser: the pages of the person and those of the desk."""

from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse

from carnet.journal.api import Actor, ActorKind
from carnet.support import api as support
from tests.desk.agents import come
from tests.portal.browsing import check_pages
from tests.portal.visits import visit
from tests.support.reports import Case, deposit, make_case, report, report_it
from tests.ui.browser import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium n’est pas installé"),
]
ANSWER = "Le laboratoire a été prévenu.\n\nIl retire ce document sous huit jours. Vous n’avez rien à faire."
LONG = "Anticonstitutionnellement" * 6


def test_the_pages_of_reports_are_accessible():
    case = make_case()
    client, agent = visit(case.person), come()
    form = reverse("portal:document_report", args=[case.document])
    empty = client.get(reverse("portal:reports"))
    asked = client.get(form)
    wrong = client.post(form, {"reason": "other"})
    waiting = client.get(client.post(form, {"reason": "not_mine", "words": LONG})["Location"])
    ticket = support.list_waiting()[0]
    second = Case(case.person, deposit(report(case.person, 2, title=LONG)).document_id)
    report_it(second)
    lines = agent.get("/bureau/signalements/")
    page = agent.post(reverse("desk:take_ticket", args=[ticket.id]))["Location"]
    open_, refused = agent.get(page), agent.post(page, {"answer": ""})
    support.answer(ticket.id, by=Actor(ActorKind.SUPPORT, uuid4()), words=ANSWER)
    check_pages(
        {
            "signaler": asked,
            "signaler-erreur": wrong,
            "signalement": waiting,
            "signalement-repondu": client.get(reverse("portal:report", args=[ticket.id])),
            "signalements": client.get(reverse("portal:reports")),
            "signalements-vide": empty,
            "bureau-signalements": lines,
            "bureau-signalement": open_,
            "bureau-signalement-erreur": refused,
            "bureau-signalement-repondu": agent.get(page),
        }
    )
