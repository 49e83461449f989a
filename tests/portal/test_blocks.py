"""Blocking a structure: from a document or by its number, for oneself or for a child; what it changes."""

from datetime import date

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.directory import api as directory
from carnet.journal.api import EventType, Purpose, list_lines
from tests.documents.deposits import FACILITY, FINESS, add_claire, deposit, holder, report
from tests.documents.test_professional_deposits import bring
from tests.people.register import add_person, open_space
from tests.portal.visits import visit
from tests.pro.visits import actor_of, add_professional

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


def text_of(response):
    return response.content.decode()


@pytest.fixture
def claire():
    return add_claire()


def told(person, event):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        lines = list_lines(person, key=a.key(), limit=100)
    return [line.personal for line in lines if line.event is event]


def test_from_a_document_what_it_changes_is_said_first(claire):
    document = deposit(report(claire)).document_id
    client = visit(claire)
    assert url("block_depositor", document) in text_of(client.get(url("document", document)))
    page = text_of(client.get(url("block_depositor", document)))
    assert "Elle y dépose encore ses documents" in page
    assert FINESS in page
    assert FINESS not in url("block_depositor", document)
    assert not access.is_blocked(claire, FINESS)
    done = client.post(url("block_depositor", document), {"vu": "1"}, follow=True)
    assert "La structure est bloquée" in text_of(done)
    assert access.is_blocked(claire, FINESS)
    assert FINESS in told(claire, EventType.STRUCTURE_BLOCKED)[0]["structure"]
    assert "déjà bloquée" in text_of(client.get(url("block_depositor", document)))


def test_a_blocked_structure_deposits_and_reads_nothing(claire):
    deposit(report(claire))
    client = visit(claire)
    client.post(url("block"), {"structure": FINESS, "vu": "1"})
    with pytest.raises(access.Refused) as refused:
        with access.open(claire, by=FACILITY, purpose=Purpose.CONSULT):
            pytest.fail("the door opened")
    assert refused.value.scope.rule is access.Rule.BLOCKED
    assert deposit(report(claire, 2)).document_id
    history = text_of(client.get(url("history")))
    assert "Structure bloquée" in history
    assert "vous avez bloqué cette structure" in history
    assert f"FINESS {FINESS}" in history


def test_by_its_number_and_back(claire):
    directory.register_structure(finess=FINESS, name="Laboratoire des Tilleuls")
    client = visit(claire)
    page = client.post(url("block"), {"structure": "31 0000 013", "vu": "1"}, follow=True)
    assert "Laboratoire des Tilleuls (FINESS 310000013)" in text_of(page)
    again = client.post(url("unblock"), {"structure": FINESS}, follow=True)
    assert "La structure est débloquée" in text_of(again)
    assert not access.is_blocked(claire, FINESS)
    assert told(claire, EventType.STRUCTURE_UNBLOCKED) == [
        {"structure": "Laboratoire des Tilleuls (FINESS 310000013)"}
    ]


def test_a_wrong_number_is_refused_with_its_rule(claire):
    client = visit(claire)
    for wrong, words in (("12", "9 chiffres"), ("310000014", "La clé du numéro FINESS"), ("", "Remplissez")):
        page = client.post(url("block"), {"structure": wrong})
        assert page.status_code == 200
        assert words in text_of(page)
    assert client.post(url("unblock"), {"structure": "x"}).status_code == 404
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
        assert access.list_blocks(a.person_id) == []


def test_a_parent_blocks_for_a_child_and_nobody_for_another(claire):
    son = add_person(given_names="TOM", sex="M", birth_date=date(2015, 3, 1), attached_to=claire)
    open_space(son)
    document = deposit(report(son)).document_id
    visit(claire, profile=son).post(url("block_depositor", document), {"vu": "1"})
    assert access.is_blocked(son, FINESS)
    assert not access.is_blocked(claire, FINESS)
    stranger = add_claire(birth_name="DURAND")
    assert visit(stranger).get(url("block_depositor", document)).status_code == 404
    assert visit(stranger).post(url("block_depositor", document)).status_code == 404
    assert not access.is_blocked(stranger, FINESS)


def test_a_structure_without_finess_is_blocked_from_its_document_and_by_its_number(claire):
    siret = "312345678901234"
    doctor = add_professional(structure=siret)
    document = bring(claire, *doctor).document_id
    client = visit(claire)
    assert siret in text_of(client.post(url("block_depositor", document)))  # what it changes
    client.post(url("block_depositor", document), {"vu": "1"})
    assert access.is_blocked(claire, siret)
    client.post(url("unblock"), {"structure": siret})
    assert not access.is_blocked(claire, siret)
    client.post(url("block"), {"structure": siret, "vu": "1"})
    assert access.is_blocked(claire, siret)
    assert access.decide(claire, by=actor_of(*doctor), purpose=Purpose.CONSULT).rule is access.Rule.BLOCKED
