"""Who sees what: told as it stands, seen before it is changed, and changed by who governs only."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.access.api import Basis, Means
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.platform import clock
from tests.documents.deposits import add_claire, deposit, report
from tests.documents.shelves import add_document
from tests.people.families import make_family
from tests.portal import visits
from tests.portal.browsing import check_pages
from tests.pro.visits import actor_of, add_professional, treat

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return add_claire()


@pytest.fixture
def doctor(person):
    professional, place = add_professional(family="AUBRAC")
    treat(person, professional, place, basis=Basis.TREATING)
    return professional, place


def get(client, name, *args, **query):
    return client.get(reverse(f"portal:{name}", args=args), query)


def post(client, name, *args, **data):
    return client.post(reverse(f"portal:{name}", args=args), data)


def rule_of(person, doctor):
    return access.decide(person, by=actor_of(*doctor), purpose=Purpose.CONSULT).rule


def test_the_page_tells_who_may_enter_and_by_what_right(person, doctor):
    other, place = add_professional(family="VASSEUR", structure="750000010")
    access.give_consent(person, professional_id=other.id, structure=place.structure, means=Means.QR,
                        until=clock.now() + timedelta(hours=12))  # fmt: skip
    page = get(visits.visit(person), "rights").content.decode()
    assert "Dr Anne AUBRAC" in page
    assert "médecin traitant, depuis le" in page
    assert "Dr Anne VASSEUR" in page
    assert "vous avez donné votre accord pour cette consultation" in page


def test_to_block_is_shown_first_then_done_and_undone(person, doctor):
    client, document = visits.visit(person), deposit(report(person)).document_id
    page = get(client, "block_professional", doctor[0].id).content.decode()
    title = titles(person)[document]
    assert "Ne verra plus rien" in page
    assert f"Ne verra plus : « {title} »" in page
    assert rule_of(person, doctor) == "treating"  # nothing is saved yet
    assert post(client, "block_professional", doctor[0].id, vu="1").status_code == 302
    assert rule_of(person, doctor) == "professional_blocked"
    assert "Verra plus" in get(client, "unblock_professional", doctor[0].id).content.decode()
    post(client, "unblock_professional", doctor[0].id, vu="1")
    assert rule_of(person, doctor) == "treating"


def test_a_post_that_has_not_seen_the_preview_changes_nothing(person, doctor):
    answer = post(visits.visit(person), "block_professional", doctor[0].id)
    assert answer.status_code == 200
    assert rule_of(person, doctor) == "treating"


def test_to_end_is_to_end_relations_and_consents(person, doctor):
    client = visits.visit(person)
    assert "Ne verra plus rien" in get(client, "rights_end", doctor[0].id).content.decode()
    post(client, "rights_end", doctor[0].id, vu="1")
    assert rule_of(person, doctor) == "no_relation"


def test_a_whole_structure_is_ended_too(person):
    professional, place = add_professional()
    relation = access.declare_relation(
        person, by=actor_of(professional, place), basis=Basis.TEAM, structure=place.structure, informed=True
    )
    client = visits.visit(person)
    assert "Tout médecin de" in get(client, "rights_end_structure", relation).content.decode()
    post(client, "rights_end_structure", relation, vu="1")
    assert rule_of(person, (professional, place)) == "no_relation"


def test_an_administrator_sees_what_is_hidden_and_only_a_doctor_may_be(person, doctor):
    client, document = visits.visit(person), deposit(report(person)).document_id
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.MANAGE,
                     event=EventType.DOCUMENT_HIDDEN, late=True) as a:  # fmt: skip
        documents.set_masked(a, document_ids=[document], masked=True)
    page = get(client, "name_administrator", doctor[0].id).content.decode()
    assert f"Verra : « {titles(person)[document]} »" in page
    post(client, "name_administrator", doctor[0].id, vu="1")
    assert rule_of(person, doctor) == "administrator"
    nurse, _ = add_professional(profession="60")
    assert post(client, "name_administrator", nurse.id, vu="1").status_code == 409
    assert rule_of(person, doctor) == "administrator"
    assert get(client, "administrator_search", q="BERTHIER").content.decode().count("infirmi") == 0
    post(client, "remove_administrator", vu="1")
    assert rule_of(person, doctor) == "treating"


def test_the_preview_of_a_hidden_document_is_what_happens(person, doctor):
    client, document = visits.visit(person), deposit(report(person)).document_id
    data = {"geste": "cacher", "choix": str(document)}
    page = client.post(reverse("portal:documents_arrange"), data).content.decode()
    assert "Verra moins" in page
    assert documents_seen(person, doctor) == {document}
    client.post(reverse("portal:documents_arrange"), data | {"vu": "1"})
    assert documents_seen(person, doctor) == set()


def test_the_switches_and_the_default_are_shown_first(person, doctor):
    client = visits.visit(person)
    version = get(client, "choices").context["form"].initial["version"]
    data = {"version": version, "documents": "hidden", "emergency": ["samu", "masked"]}
    page = client.post(reverse("portal:choices"), data).content.decode()
    assert "vos prochains documents" in page
    assert "Un médecin en urgence (bris de glace)" in page
    assert "Ne verra plus rien" in page
    client.post(reverse("portal:choices"), data | {"vu": "1"})
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.CONSULT) as a:
        assert (a.space.documents_masked, a.space.emergency_access, a.space.emergency_masked) == (
            True,
            False,
            True,
        )


@pytest.mark.parametrize(
    ("name", "data"), [("measures_share", {"shared": "no"}), ("care_history_share", {"shared": "no"})]
)
def test_sharing_a_part_is_shown_first(person, doctor, name, data):
    page = post(visits.visit(person), name, **data).content.decode()
    assert "Ne verra plus : " in page


def test_what_a_doctor_sees_is_her_page_and_not_her_visit(person, doctor):
    client = visits.visit(person)
    page = get(client, "rights_view", doctor[0].id).content.decode()
    assert "médecin traitant" in page
    assert access.find_visit(person, doctor[0].id) is None
    stranger, _ = add_professional(family="INCONNUE")
    refused = get(client, "rights_view", stranger.id).content.decode()
    assert "ne voit rien" in refused
    assert "ni prise en charge, ni consentement" in refused


def test_parents_see_a_doctor_as_if_she_gave_no_confidential_care():
    """Not her tie, not where it stands, not that she came, not what she read: the page of a stranger's care."""
    family = make_family()
    child, client = family.child, visits.visit(family.mother, profile=family.child)
    card, first = add_professional(family="GYNO")
    second = register_second_place(card)
    treat(child, card, first)
    document = add_document(child, 1)

    def told(**query):
        answer = get(client, "rights_view", card.id, **query)
        chosen = [words for words, _, current in answer.context["places"] if current]
        return (
            chosen,
            answer.context["rule"],
            re.sub(r'nonce="[^"]+"|value="\w{64}"|"X-CSRFToken":[^}]*', "", answer.content.decode()),
        )

    before = told()
    secretly = actor_of(card, second, secret=True)
    access.enter_as(child, by=secretly, title=access.Title.CONSENT)
    with access.open(child, by=secretly, purpose=Purpose.CONSULT, event=EventType.SUMMARY_READ) as a:
        access.note_visit(a)
        documents.note_reading(a, document)
    assert told() == before
    access.end_relations_with(child, professional_id=card.id, structure="")
    for place in (first, second):
        assert get(client, "rights_view", card.id, lieu=str(place.id)).context.get("summary") is None


def register_second_place(card):
    directory.register_structure(finess="750000010", name="Hôpital", sector="SA01")
    place_id = directory.register_place(
        identifier="SIT-SECRET", professional_id=card.id, structure="750000010", sector="SA01", mode="S"
    )
    return directory.find_place(place_id)


def test_pages_in_a_browser(person, doctor):
    client, document = visits.visit(person), deposit(report(person)).document_id
    other, _ = add_professional(family="VASSEUR", profession="60")
    post(client, "block_professional", other.id, vu="1")
    data = {"geste": "cacher", "choix": str(document)}
    check_pages({
        "rights": get(client, "rights"),
        "block": get(client, "block_professional", doctor[0].id),
        "search": get(client, "block_search", q="AUB"),
        "view": get(client, "rights_view", doctor[0].id),
        "hide": client.post(reverse("portal:documents_arrange"), data),
    })  # fmt: skip


def titles(person):
    with access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=Purpose.CONSULT) as a:
        return documents.list_titles(a, [card.id for card in documents.list_recent(a)])


def documents_seen(person, doctor):
    with access.open(person, by=actor_of(*doctor), purpose=Purpose.CONSULT) as a:
        return {card.id for card in documents.list_recent(a)}
