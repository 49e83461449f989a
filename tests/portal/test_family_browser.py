"""The family pages in a real browser."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from carnet.people import api as people
from tests.people.families import invite, make_family
from tests.people.register import add_person, open_space
from tests.portal.browsing import check_pages
from tests.portal.visits import visit
from tests.ui.browser import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium n’est pas installé"),
]


def test_the_family_pages_are_accessible():
    family = make_family()
    twin = add_person(given_names="TOM", sex="M", birth_date=date(2018, 3, 4), attached_to=family.mother)
    open_space(twin, "notified")
    invite(family)
    (invitation,) = people.list_pending_invitations(family.father)
    hers, his = visit(family.mother), visit(family.father)
    share, invite_ = (reverse(f"portal:{name}", args=[family.child]) for name in ("share", "invite"))
    check_pages(
        {
            "famille": hers.get("/famille/"),
            "famille-refus": hers.get(reverse("portal:share", args=[twin])),
            "famille-enfant": visit(family.mother, profile=family.child).get("/famille/"),
            "famille-invitee": his.get("/famille/"),
            "partage": hers.get(f"{share}?fait=invitation"),
            "inviter": hers.get(invite_),
            "inviter-erreurs": hers.post(invite_, {"matricule": "12"}),
            "invitation": his.get(reverse("portal:invitation", args=[invitation.id])),
        }
    )
