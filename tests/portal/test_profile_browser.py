"""The profile's pages in a real browser: no fault that axe sees, nothing wider than a phone."""

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import Purpose
from carnet.profile import api as profile
from carnet.profile.api import LinkKind, Rubric
from tests.documents.deposits import FACILITY, FINESS, add_claire, deposit, report
from tests.portal.browsing import check_pages
from tests.portal.visits import visit
from tests.profile.entries import GOOD, add, managing

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


def test_pages_of_the_profile():
    claire = add_claire()
    client = visit(claire)

    def get(name, *args, **query):
        return client.get(reverse(f"portal:{name}", args=args), query)

    empty = {"profile_empty": get("profile"), "profile_rubric_empty": get("profile_rubric", "allergies")}
    document = deposit(report(claire)).document_id
    disease = add(claire, Rubric.DISEASES)
    links = [(LinkKind.DISEASE, disease), (LinkKind.DOCUMENT, document)]
    treatment = add(claire, Rubric.TREATMENTS, links=links)
    add(
        claire,
        Rubric.DISEASES,
        name="Hypertension artérielle",
        start="2019",
        comment="Sous traitement, bien équilibrée.",
    )
    for rubric in (
        Rubric.LIFESTYLES,
        Rubric.CONTACTS,
        Rubric.PROFESSIONALS,
        Rubric.BLOOD_GROUP,
        Rubric.WISHES,
    ):
        add(claire, rubric)
    with access.open(claire, by=FACILITY, purpose=Purpose.DEPOSIT) as a:
        locked = profile.record_professional_entry(
            a, rubric=Rubric.VACCINATIONS, values=GOOD[Rubric.VACCINATIONS], structure=FINESS
        )
    with managing(claire) as a:
        profile.declare_unconcerned(a, rubric=Rubric.ALLERGIES)
        profile.share(a, rubric=Rubric.LIFESTYLES, shared=False)
    change = reverse("portal:profile_change", args=[disease])
    client.post(change, {"name": "Bronchite", "version": 1})
    pages = empty | {
        "profile": get("profile"),
        "profile_seen": get("profile_seen"),
        "profile_rubric": get("profile_rubric", "maladies"),
        "profile_rubric_declared": get("profile_rubric", "allergies"),
        "profile_rubric_lifestyles": get("profile_rubric", "habitudes-de-vie"),
        "profile_rubric_wishes": get("profile_rubric", "volontes"),
        "profile_entry": get("profile_entry", treatment),
        "profile_entry_locked": get("profile_entry", locked),
        "profile_add": get("profile_add", "traitements"),
        "profile_add_contact": get("profile_add", "contacts"),
        "profile_add_family": get("profile_add", "antecedents-familiaux"),
        "profile_add_sleep": get("profile_add", "habitudes-de-vie", section="SLEEP"),
        "profile_add_errors": client.post(
            reverse("portal:profile_add", args=["maladies"]),
            {"name": "", "start_year": "20", "comment": "x" * 3001, "links": []},
        ),
        "profile_meanwhile": client.post(change, {"name": "Rhinite", "version": 1}),
        "profile_change": get("profile_change", treatment),
        "profile_remove": get("profile_remove", treatment),
    }
    assert {name: answer.status_code for name, answer in pages.items() if answer.status_code != 200} == {
        "profile_meanwhile": 409
    }
    check_pages(pages)
