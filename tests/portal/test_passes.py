"""The page where a person shows a code, and ends what she consented to."""

import re

import pytest

from carnet.access import api as access
from carnet.access.api import Title
from tests.people.register import add_person, open_space
from tests.portal.visits import visit
from tests.pro.visits import actor_of, add_professional

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person_id = add_person()
    open_space(person_id)
    return person_id


def test_a_code_is_shown_by_a_post_and_stands_in_no_address(person):
    client = visit(person)
    assert "data:image/svg" not in client.get("/partage/code/").content.decode()
    answer = client.post("/partage/code/")
    assert answer.status_code == 200
    assert "data:image/svg+xml" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    code = re.search(r'data-ui-copy="([0-9A-Z -]+)"', answer.content.decode())[1]
    doctor = actor_of(*add_professional())
    assert access.enter_by_code(code, by=doctor) == person


def test_the_square_holds_the_address_where_it_is_typed(person, settings):
    from carnet.people import factors

    settings.CARNET_BASE_URL = "https://carnet.exemple.test/"
    drawn = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factors, "qr_image", lambda text: drawn.append(text) or "data:,")
        answer = visit(person).post("/partage/code/")
    code = re.search(r'data-ui-copy="([0-9A-Z -]+)"', answer.content.decode())[1]
    assert drawn == [f"https://carnet.exemple.test/pro/entrer/?code={access.read_code(code)}"]
    assert access.read_code(drawn[0]) == access.read_code(code)


def test_a_consent_is_seen_and_ended(person):
    card, place = add_professional(family="BERTHIER")
    access.enter_as(person, by=actor_of(card, place), title=Title.CONSENT)
    client = visit(person)
    page = client.get("/partage/code/").content.decode()
    assert "BERTHIER" in page
    consent = re.search(r'name="consent" value="([^"]+)"', page)[1]
    stranger = add_person()
    open_space(stranger)
    assert (
        visit(stranger, email="autre@exemple.test").post("/partage/fin/", {"consent": consent}).status_code
        == 404
    )
    answer = client.post("/partage/fin/", {"consent": consent})
    assert answer["Location"] == "/partage/code/?fait=fin"
    assert access.list_consents(person) == []
    assert client.post("/partage/fin/", {"consent": consent}).status_code == 404
    assert client.post("/partage/fin/", {"consent": "x"}).status_code == 404


def test_a_parent_does_not_see_a_secret_consent():
    from datetime import date

    parent = add_person(given_names="PAULE")
    child = add_person(given_names="LÉA", birth_date=date(2011, 3, 1), attached_to=parent)
    open_space(child)
    open_space(parent)
    access.enter_as(child, by=actor_of(*add_professional(family="GYNO"), secret=True), title=Title.CONSENT)
    client = visit(parent, profile=child)
    assert "GYNO" not in client.get("/partage/code/").content.decode()
    assert "Aucun." in client.get("/partage/code/").content.decode()
