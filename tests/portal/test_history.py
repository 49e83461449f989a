"""The history page: whose acts, which acts, when, one act in full, and what is told to nobody else."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.platform import clock
from tests.documents.deposits import deposit, holder, parent, report
from tests.people.families import make_family
from tests.people.register import add_person, open_space
from tests.portal.visits import visit
from tests.pro.visits import actor_of, add_professional, treat

pytestmark = pytest.mark.django_db
SOURCES = Path(__file__).parents[2] / "src" / "carnet"


def url(**query):
    return reverse("portal:history", query=query)


def text_of(answer):
    assert answer.status_code == 200
    return answer.content.decode().replace("&#x27;", "'")


def make_claire():
    person = add_person()
    open_space(person)
    return person


def read(person, by, event=EventType.SUMMARY_READ, **more):
    with access.open(person, by=by, purpose=Purpose.CONSULT, event=event, **more) as a:
        return a.line_id


def make_read(person, **facts):
    """A professional of the care team reads; return (card, place, the line)."""
    card, place = add_professional(**facts)
    treat(person, card, place)
    return card, place, read(person, actor_of(card, place))


def test_a_professional_is_told_in_plain_words():
    person = make_claire()
    _, place, _ = make_read(person)
    page = text_of(visit(person).get(url()))
    said = f"le Dr Anne BERTHIER, médecin, {place.structure_name} (FINESS {place.structure})"
    assert said in page
    assert "par Pro Santé Connect" in page
    assert "équipe de soins" in page


def test_each_tab_shows_its_own():
    person = make_claire()
    make_read(person)
    deposit(report(person))
    client = visit(person)
    shown = {tab: text_of(client.get(url(**({"par": tab} if tab else {})))) for tab in ("", "moi", "professionnels", "structures", "proches")}  # fmt: skip
    has = {
        tab: ("Résumé du dossier consulté" in page, "Document déposé" in page) for tab, page in shown.items()
    }
    assert has == {
        "": (True, True), "moi": (False, False), "professionnels": (True, False),
        "structures": (False, True), "proches": (False, False),
    }  # fmt: skip
    assert client.get(url(par="autre")).status_code == 404


def test_one_professional_alone_by_the_list_of_those_who_came():
    person = make_claire()
    first, _, _ = make_read(person)
    other, _, _ = make_read(person, profession="60", family="PERRIN")
    stranger, _ = add_professional(family="INCONNUE")
    client = visit(person)
    page = text_of(client.get(url(pro=str(other.id))))
    timeline = page.partition("ui-timeline")[2]
    assert "Anne PERRIN" in timeline
    assert first.name not in timeline
    assert f'value="{stranger.id}"' not in page
    assert "Ce choix n’existe pas" in text_of(client.get(url(pro=str(stranger.id))))


def test_days_and_kinds_narrow_and_the_order_turns():
    person = make_claire()
    make_read(person)
    deposit(report(person))
    client = visit(person)
    today = clock.today()
    assert "Résumé du dossier" in text_of(client.get(url(acte="access", du=str(today - timedelta(days=9)))))
    later = text_of(client.get(url(du=str(today + timedelta(days=1)))))
    assert "Rien ne répond à ces filtres" in later
    assert "Cette date doit suivre la première" in text_of(client.get(url(du=str(today), au=str(today - timedelta(days=1)))))  # fmt: skip
    newest = text_of(client.get(url()))
    oldest = text_of(client.get(url(ordre="ancien")))
    assert newest.index("Document déposé") < newest.index("Résumé du dossier")
    assert oldest.index("Document déposé") > oldest.index("Résumé du dossier")


@pytest.mark.parametrize("order", ["", "ancien"])
def test_pages_follow_each_other_without_gap(order, monkeypatch):
    person = make_claire()
    card, place, _ = make_read(person)
    for _ in range(4):
        read(person, actor_of(card, place), EventType.DOCUMENT_READ, reference=uuid4())
    monkeypatch.setattr("carnet.portal.history._PAGE", 2)
    client = visit(person)
    address, found = url(par="professionnels", **({"ordre": order} if order else {})), []
    while address:
        page = client.get(address)
        found += [entry.href for entry in page.context["entries"]]
        address = page.context["next"]
    assert len(found) == len(set(found)) == 5


def test_one_act_says_all_that_is_kept_of_it():
    person = make_claire()
    card, place, line_id = make_read(person)
    page = text_of(visit(person).get(reverse("portal:history_line", args=[line_id])))
    for words in (card.name, "médecin", place.structure_name, place.identifier, "Pro Santé Connect",
                  "pour consulter", "accès autorisé", "les pages de ce service"):  # fmt: skip
        assert words in page


def test_the_line_of_somebody_else_is_nobodys():
    person, other = make_claire(), make_claire()
    _, _, line_id = make_read(person)
    address = reverse("portal:history_line", args=[line_id])
    assert visit(other).get(address).status_code == 404
    assert visit(person).get(reverse("portal:history_line", args=[uuid4()])).status_code == 404


def make_secret():
    """A child whose confidential care a doctor gave; return (parent, child, the doctor, the line)."""
    family = make_family()
    mother, child = family.mother, family.child
    card, place = add_professional(family="DISCRETE")
    treat(child, card, place)
    return mother, child, card, read(child, actor_of(card, place, secret=True))


def test_a_minors_confidential_care_is_not_told_to_her_parents():
    mother, child, card, line_id = make_secret()
    client = visit(mother, profile=child)
    for address in (url(), url(par="professionnels"), url(ordre="ancien"), reverse("portal:home")):
        assert "DISCRETE" not in text_of(client.get(address)), address
    assert f'value="{card.id}"' not in text_of(client.get(url()))
    assert client.get(reverse("portal:history_line", args=[line_id])).status_code == 404


def test_herself_is_told_of_it():
    _, child, _, line_id = make_secret()
    with access.open(child, by=Actor(ActorKind.PATIENT, child), purpose=Purpose.CONSULT) as a:
        told = [line.id for line in access.list_history(a, hidden=[])]
    assert line_id in told


def test_the_copy_of_everything_leaves_it_out():
    from carnet.exports.record import read_record

    mother, child, _, line_id = make_secret()
    with access.open(child, by=parent(mother), purpose=Purpose.CONSULT) as a:
        assert line_id not in {line.id for line in read_record(a).lines}
    with access.open(child, by=holder(child), purpose=Purpose.CONSULT) as a:
        assert line_id in {line.id for line in read_record(a).lines}


def test_nothing_shows_lines_but_by_the_function_that_knows_the_reader():
    readers = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        if "import" in (text := path.read_text())
        and re.search(r"journal\.api import[^\n]*\blist_lines\b", text)
    }
    # besides: what was told of one professional today, and a representative’s own invitations
    assert readers == {"access/history.py", "access/informing.py", "portal/family.py"}


def test_a_structure_is_told_by_its_number_whatever_the_register():
    assert access.structure_words("690000013", "") == "la structure FINESS 690000013"
    assert access.structure_words("312345678900011", "Cabinet") == "Cabinet (n° 312345678900011)"
