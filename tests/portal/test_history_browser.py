"""The history, one act, its report and its download, in a real browser."""

import pytest
from django.urls import reverse

from carnet.support import api as support
from tests.desk.agents import come
from tests.documents.deposits import deposit, report
from tests.portal.browsing import check_pages
from tests.portal.test_history import make_claire, make_read, url
from tests.portal.visits import visit
from tests.support.test_access_reports import report_it

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def test_the_history_and_its_reports_are_accessible():
    person = make_claire()
    _, _, line_id = make_read(person)
    deposit(report(person))
    client = visit(person)
    form = client.get(reverse("portal:report_access", args=[line_id]))
    ticket_id = report_it(person, line_id)
    agent = come()
    taken = agent.post(reverse("desk:take_ticket", args=[ticket_id]))["Location"]
    check_pages(
        {
            "history": client.get(url()),
            "history-filtered": client.get(url(par="professionnels", acte="access")),
            "history-line": client.get(reverse("portal:history_line", args=[line_id])),
            "history-export": client.get(reverse("portal:history_export")),
            "report-access": form,
            "report": client.get(reverse("portal:report", args=[ticket_id])),
            "desk-tickets": agent.get(reverse("desk:tickets")),
            "desk-ticket": agent.get(taken),
            "desk-help": agent.get(reverse("desk:help_requests")),
        }
    )
    assert support.count_waiting() == 1
