"""The vendors' pages in a browser: no fault that axe sees, nothing wider than a telephone."""

import pytest
from django.test import Client
from django.urls import reverse

from carnet.sandbox.console import record
from carnet.sandbox.personas.register import add_personas
from carnet.sandbox.personas.structures import register_structures
from tests.conftest import acting_as
from tests.portal.browsing import check_pages
from tests.sandbox.test_console import ISSUE, call
from tests.sandbox.test_vendors import ASKED, make_keys

pytestmark = pytest.mark.browser


def test_every_page_of_vendors_holds_on_a_telephone(db):
    with acting_as("carnet_loader"):
        add_personas()
    register_structures()
    client = Client()
    nothing = client.get(reverse("sandbox:vendors"))
    card, address = make_keys(client)
    console = reverse("sandbox:console", args=[card.id])
    quiet = client.get(console)
    warning = ISSUE | {
        "severity": "warning",
        "expression": "Bundle.entry[1].resource." + "contained[0]." * 12,
    }
    record(call(card.id, 422, decision="refused", issues=(ISSUE, warning)))
    record(
        call(card.id, 404, decision="refused", reasons=("closed",), route="fhir/DocumentReference/<str:id>")
    )
    record(call(card.id, 500, decision="failed", route="fhir/DocumentReference/_search"))
    record(call(None, 401, decision="refused"))
    pages = {
        "vendors-nothing": nothing,
        "vendors": client.get(reverse("sandbox:vendors")),
        "vendors-refused": client.post(reverse("sandbox:vendors"), ASKED | {"structure": "autre", "vendor": ""}),
        "vendors-keys": client.get(address),
        "vendors-keys-elsewhere": Client().get(address),
        "vendors-console-quiet": quiet,
        "vendors-console": client.get(console),
        "vendors-unknown": client.get(reverse("sandbox:unknown_calls")),
        "vendors-people": client.get(reverse("sandbox:patients")),
        "sandbox": client.get(reverse("sandbox:index")),
    }  # fmt: skip
    check_pages(pages)
