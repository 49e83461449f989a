"""The queue of emergency accesses, and the frozen accounts: who may open what, what is shown, what is kept."""

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.desk import acts
from carnet.journal.api import EventType
from carnet.platform.ids import uuid7
from tests.access.test_emergencies import REASON, lines_of
from tests.days import live
from tests.desk.agents import come
from tests.people.persons import claire
from tests.portal.browsing import check_pages
from tests.portal.visits import visit
from tests.pro.visits import actor_of, add_professional

pytestmark = pytest.mark.django_db
QUEUE, FROZEN = "/bureau/urgences/", "/bureau/comptes-geles/"
ANSWER = {"outcome": "justified", "answer": "Le service des urgences a confirmé l’admission."}


@pytest.fixture
def person():
    return claire().owner_id


@pytest.fixture
def doctor():
    return add_professional()


def text_of(answer):
    return answer.content.decode()


def opened(client, emergency_id):
    answer = client.post(reverse("desk:take_review", args=[emergency_id]))
    assert answer.status_code == 302
    return answer["Location"]


def test_the_list_names_no_patient_and_shows_the_late_first(person, doctor):
    late = access.enter_emergency(person, by=actor_of(*doctor), reason=REASON)
    live(4)
    soon = access.enter_emergency(person, by=actor_of(*add_professional(family="SOON")), reason=REASON)
    text = text_of(come("auditor").get(QUEUE))
    assert 0 < text.index(str(late.id)) < text.index(str(soon.id))
    assert "1 accès attend depuis plus de 72 heures" in text
    for word in ("MARTIN", "Claire", REASON):
        assert word not in text


@pytest.mark.parametrize("role", ["adviser", "administrator"])
@pytest.mark.parametrize("page", [QUEUE, FROZEN])
def test_only_who_checks_comes_in(role, page):
    assert come(role).get(page).status_code == 403


def test_opening_leaves_a_line_and_shows_the_reason(person, doctor):
    card = access.enter_emergency(person, by=actor_of(*doctor), reason=REASON)
    client = come("auditor")
    assert lines_of(person, EventType.FOUND_BY_SUPPORT) == []
    text = text_of(client.get(opened(client, card.id)))
    for word in (REASON, "Claire MARTIN", "Bris de glace", "médecin"):
        assert word in text
    (line,) = lines_of(person, EventType.FOUND_BY_SUPPORT)
    assert (line.actor.id, line.reason) == (client.agent_id, "emergency_review")


def test_the_conclusion_is_read_by_the_person_and_kept_among_the_acts(person, doctor):
    card = access.enter_emergency(person, by=actor_of(*doctor), reason=REASON)
    client = come("auditor")
    answer = client.post(opened(client, card.id), ANSWER)
    assert "La conclusion est enregistrée" in text_of(client.get(answer["Location"]))
    history = text_of(visit(person).get("/historique/"))
    assert "Accès en urgence examiné" in history
    assert "l’accès était justifié" in history
    kept = acts.list_acts(limit=1)[0]
    assert (kept.kind, kept.outcome, kept.person_id) == ("emergency_reviewed", "done", person)
    assert "Accès en urgence contrôlé" in text_of(client.get("/bureau/actes/"))


def test_two_agents_conclude_once(person, doctor):
    card = access.enter_emergency(person, by=actor_of(*doctor), reason=REASON)
    one, other = come("auditor"), come("supervisor")
    first, second = opened(one, card.id), opened(other, card.id)
    one.post(first, ANSWER)
    late = other.post(second, ANSWER | {"outcome": "not_justified"})
    assert "Un autre agent a déjà examiné" in text_of(late)
    assert access.read_review(card.id).card.outcome == "justified"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Conclusion"),
        (ANSWER | {"answer": "Oui."}, "au moins 10"),
        (ANSWER | {"freeze": "on"}, "ne gèle pas"),
        (ANSWER | {"outcome": "perhaps"}, "Conclusion"),
    ],
)
def test_a_conclusion_that_will_not_do(person, doctor, data, words):
    card = access.enter_emergency(person, by=actor_of(*doctor), reason=REASON)
    client = come("auditor")
    answer = client.post(opened(client, card.id), data)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert words in text_of(answer)
    assert access.count_reviews().waiting == 1


def test_what_was_not_justified_may_freeze_and_a_supervisor_reopens(person, doctor):
    card = access.enter_emergency(person, by=actor_of(*doctor), reason=REASON)
    client = come("auditor")
    client.post(opened(client, card.id), ANSWER | {"outcome": "not_justified", "freeze": "on"})
    text = text_of(client.get(FROZEN))
    assert doctor[0].rpps in text
    assert "Gelé par un superviseur" in text
    page = reverse("desk:release", args=[doctor[0].id])
    assert client.get(page).status_code == 403
    supervisor = come("supervisor")
    assert supervisor.post(page, {"motive": "non", "confirm": "on"}).status_code == 200
    answer = supervisor.post(page, {"motive": "Rappelé au cabinet, accès revus ensemble.", "confirm": "on"})
    assert answer["Location"] == f"{FROZEN}?fait=rouvert"
    assert access.list_frozen() == []
    kept = acts.list_acts(limit=1)[0]
    assert (kept.kind, kept.outcome) == ("professional_released", "done")
    assert doctor[0].name in kept.motive
    assert supervisor.get(page)["Location"] == f"{FROZEN}?fait=deja"


def test_an_unknown_access_and_a_strange_page_are_nowhere(doctor):
    client = come("auditor")
    assert client.post(reverse("desk:take_review", args=[uuid7()])).status_code == 404
    assert client.get(f"{QUEUE}?apres=hier").status_code == 404
    assert client.get(reverse("desk:review", args=["abc"])).status_code == 404


def test_the_pages_in_a_browser(person, doctor):
    client, supervisor = come("auditor"), come("supervisor")
    card = access.enter_emergency(person, by=actor_of(*doctor), reason=REASON)
    access.freeze(doctor[0].id, reviewer_id=uuid7())
    live(4)
    access.enter_emergency(person, by=actor_of(*add_professional(family="AUBRAC")), reason=REASON)
    where = opened(client, card.id)
    pages = {
        "desk-reviews": client.get(QUEUE),
        "desk-review": client.get(where),
        "desk-frozen": client.get(FROZEN),
        "desk-release": supervisor.get(reverse("desk:release", args=[doctor[0].id])),
    }
    client.post(where, ANSWER)
    pages["desk-review-done"] = client.get(where)
    assert all(answer.status_code == 200 for answer in pages.values())
    check_pages(pages)
