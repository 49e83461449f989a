"""Reports at the desk: who sees them, what they show, how they are answered."""

import pytest
from django.urls import reverse

from carnet.desk import acts, page
from carnet.support import api as support
from tests.desk.agents import come
from tests.desk.test_search import looks
from tests.documents.deposits import FINESS, deposit, parent, report
from tests.people.families import make_family
from tests.portal.visits import visit
from tests.support.reports import WORDS, Case, make_case, report_it

pytestmark = pytest.mark.django_db
LIST = "/bureau/signalements/"
ANSWER = {"answer": "Le laboratoire a été prévenu : il retire ce document."}


def opened(client, ticket_id):
    answer = client.post(reverse("desk:take_ticket", args=[ticket_id]))
    assert answer.status_code == 302
    return answer["Location"]


def text_of(answer):
    return answer.content.decode()


def test_the_list_names_nobody_and_shows_the_oldest_first():
    cases = [make_case(given_names=name) for name in ("ANNE", "BEA")]
    numbers = [support.get_ticket(report_it(case)).number_shown for case in cases]
    text = text_of(come().get(LIST))
    assert 0 < text.index(numbers[0]) < text.index(numbers[1])
    for word in ("Anne", "MARTIN", WORDS, "Compte rendu d’analyses"):
        assert word not in text


def test_a_report_shows_who_why_and_whence_never_the_title():
    case = make_case()
    client = come()
    text = text_of(client.get(opened(client, report_it(case))))
    for word in ("Claire MARTIN", "concerne quelqu’un d’autre", WORDS, f"FINESS {FINESS}"):
        assert word in text
    for word in ("Compte rendu d’analyses", "Hémoglobine", str(case.document)):
        assert word not in text
    assert looks(case.person) == [("SUPPORT", client.agent_id, True, "report")]
    history = text_of(visit(case.person).get("/historique/"))
    assert "réponse à un signalement" in history


def test_the_representative_is_told_as_such():
    family = make_family()
    case = Case(family.child, deposit(report(family.child)).document_id)
    client = come()
    text = text_of(client.get(opened(client, report_it(case, by=parent(family.mother)))))
    assert "Claire MARTIN, représentant légal" in text
    assert "Leo MARTIN" in text


def test_it_is_answered_once_and_stands_among_the_acts():
    case, client, other = make_case(), come(), come()
    ticket_id = report_it(case)
    mine, theirs = opened(client, ticket_id), opened(other, ticket_id)
    answer = client.post(mine, ANSWER)
    assert answer["Location"] == f"{LIST}?fait=reponse"
    assert "La réponse est envoyée" in text_of(client.get(answer["Location"]))
    late = other.post(theirs, {"answer": "Une autre réponse, un peu plus tard."})
    assert late.status_code == 200
    assert "Un autre agent a déjà répondu" in text_of(late)
    assert ANSWER["answer"] in text_of(other.get(theirs))
    kept = [(act.kind, act.outcome, act.person_id) for act in acts.list_acts(limit=2)]
    assert kept == [("report_answered", "answered", case.person), ("report_answered", "done", case.person)]
    auditor = text_of(come("auditor").get("/bureau/actes/"))
    assert "Réponse à un signalement" in auditor


@pytest.mark.parametrize(
    ("text", "said"), [("", "Remplissez ce champ"), ("Non.", "au moins 10"), ("x" * 2001, "2000 caractères")]
)
def test_a_bad_answer_is_refused_at_its_field(text, said):
    case, client = make_case(), come()
    ticket_id = report_it(case)
    answer = client.post(opened(client, ticket_id), {"answer": text})
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert support.count_waiting() == 1


def test_hostile_words_are_only_words_at_the_desk():
    case, client = make_case(), come()
    text = text_of(client.get(opened(client, report_it(case, words="<script>alert(1)</script>"))))
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_number_that_is_told_opens_the_report():
    case, client = make_case(), come()
    number = support.get_ticket(report_it(case)).number_shown
    answer = client.post(LIST, {"number": f" {number} "})
    assert answer.status_code == 302
    assert number in text_of(client.get(answer["Location"]))
    assert len(looks(case.person)) == 1


@pytest.mark.parametrize(
    ("number", "said"), [("", "Écrivez le numéro"), ("12", "8 chiffres"), ("99999999", "ne porte ce numéro")]
)
def test_a_number_that_is_none_is_said(number, said):
    answer = come().post(LIST, {"number": number})
    assert answer.status_code == 200
    assert said in text_of(answer)


@pytest.mark.parametrize("roles", [("administrator",), ("auditor",), ("campaign_operator",), ("ambassador",)])
def test_only_advisers_see_reports(roles):
    case, client, adviser = make_case(), come(*roles), come()
    ticket_id = report_it(case)
    address = opened(adviser, ticket_id)
    assert client.get(LIST).status_code == 403
    assert client.post(reverse("desk:take_ticket", args=[ticket_id])).status_code == 403
    assert client.get(address).status_code == client.post(address, ANSWER).status_code == 403
    assert support.count_waiting() == 1


def test_a_person_is_no_agent():
    case = make_case()
    assert visit(case.person).get(LIST).status_code == 403


def test_the_page_of_one_agent_is_not_another_s_nor_a_person_s_page():
    case, mine, other = make_case(), come(), come()
    address = opened(mine, report_it(case))
    assert mine.get(address).status_code == 200
    assert other.get(address).status_code == 404
    token = address.removeprefix(LIST).rstrip("/")
    assert mine.get(reverse("desk:person", args=[token])).status_code == 404
    assert mine.get(LIST + "x/").status_code == 404


def test_the_page_closes_by_itself(monkeypatch):
    case, client = make_case(), come()
    address = opened(client, report_it(case))
    monkeypatch.setattr(page, "LOOK_SECONDS", -1)
    assert client.get(address).status_code == 404


def test_a_report_of_nobody_is_not_found():
    from uuid import uuid4

    assert come().post(reverse("desk:take_ticket", args=[uuid4()])).status_code == 404
