"""Reporting a document on its page, and following it: what is sent, what is refused, what stays unseen."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from carnet.journal.api import Actor, ActorKind, EventType
from carnet.platform import clock
from carnet.support import api as support
from carnet.support.api import Reason, TicketRefused
from tests.conftest import acting_as
from tests.documents.deposits import FINESS, add_second_parent, deposit, report
from tests.people.families import make_family
from tests.portal.test_uploads import facts, named
from tests.portal.visits import visit
from tests.support.reports import WORDS, Case, consult, make_case, report_it

pytestmark = pytest.mark.django_db
AGENT = Actor(ActorKind.SUPPORT, uuid4())
HOSTILE = '<script>alert(1)</script> {{ 7|add:1 }} "><img src=x onerror=alert(1)> \u202egnp.exe'


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


def text_of(answer):
    return answer.content.decode()


def send(client, case, reason="not_mine", words=WORDS):
    return client.post(url("document_report", case.document), {"reason": reason, "words": words})


def lines(*events):
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("select count(*) from journal where event = any(%s)", [list(events)])
        return cursor.fetchone()[0]


def test_she_reports_and_reads_her_number():
    case = make_case()
    client = visit(case.person)
    form = text_of(client.get(url("document_report", case.document)))
    assert "Compte rendu d’analyses" in form
    assert FINESS in form
    answer = send(client, case)
    assert answer.status_code == 302
    page = text_of(client.get(answer["Location"]))
    ticket = support.list_waiting()[0]
    for words in ("est envoyé au 3422", ticket.number_shown, "En attente de réponse", WORDS):
        assert words in page
    assert ticket.number_shown in text_of(client.get(url("reports")))
    assert "Document signalé au 3422" in text_of(client.get(url("history")))


def test_the_answer_is_on_her_page_and_its_notice_leads_there():
    case = make_case()
    client = visit(case.person)
    page = send(client, case)["Location"].partition("?")[0]
    client.get(page)
    support.answer(support.list_waiting()[0].id, by=AGENT, words="Le laboratoire\nretire ce document.")
    home = text_of(client.get("/"))
    assert "Le 3422 a répondu à votre signalement" in home
    assert f'href="{page}"' in home
    shown = text_of(client.get(page))
    assert "Le laboratoire<br>retire ce document." in shown
    assert "Répondu" in shown
    assert "Le 3422 a répondu à votre signalement" not in text_of(client.get("/"))
    history = text_of(client.get(url("history")))
    assert "Réponse du 3422 à un signalement" in history
    assert "le 3422, service d’aide" in history


def test_sent_twice_it_is_one_report():
    case = make_case()
    client = visit(case.person)
    first, second = send(client, case), send(client, case, reason="unreadable")
    assert first["Location"].partition("?")[0] == second["Location"].partition("?")[0]
    assert "Vous l’avez déjà signalé" in text_of(client.get(second["Location"]))
    assert client.get(url("document_report", case.document)).status_code == 302
    assert support.count_waiting() == lines(EventType.DOCUMENT_REPORTED) == 1


def test_sent_twice_in_one_instant_it_is_one_report(monkeypatch):
    case = make_case()
    client = visit(case.person)
    report_it(case)
    found = support.find_waiting
    monkeypatch.setattr(support, "find_waiting", lambda *_args, **_more: None)
    answer = send(client, case)
    monkeypatch.setattr(support, "find_waiting", found)
    assert answer["Location"] == url("document_report", case.document)
    assert "deja" in client.get(answer["Location"])["Location"]
    assert support.count_waiting() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choisissez une réponse."),
        ({"reason": "nothing_of_ours"}, "nothing_of_ours"),
        ({"reason": "other", "words": "  "}, "Expliquez en quelques mots"),
        ({"reason": "not_mine", "words": "x" * 1001}, "1000 caractères au plus"),
        ({"reason": "not_mine", "words": "a\x00b"}, "caractère nul"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(data, said):
    case = make_case()
    answer = visit(case.person).post(url("document_report", case.document), data)
    assert answer.status_code == 200
    page = text_of(answer)
    assert said in page
    assert "à corriger" in page
    assert lines(EventType.DOCUMENT_REPORTED, EventType.OPENED_THEN_FAILED) == 0
    assert data.get("words", "").replace("\x00", "") in page.replace("\x00", "")
    assert support.count_waiting() == 0


def test_hostile_words_are_only_words():
    case = make_case()
    client = visit(case.person)
    page = text_of(client.get(send(client, case, words=HOSTILE)["Location"]))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7|add:1 }}" in page
    assert "<img src=x" not in page
    assert "\u202e" not in page


def test_a_hostile_title_is_only_a_title():
    person = make_case().person
    case = Case(person, deposit(report(person, 2, title="<b onclick=x()>Gras</b>")).document_id)
    client = visit(person)
    for page in (
        client.get(url("document_report", case.document)),
        client.get(send(client, case)["Location"]),
    ):
        assert "<b onclick" not in text_of(page)
        assert "&lt;b onclick=x()&gt;" in text_of(page)


def test_who_may_not_see_the_document_gets_the_same_404():
    case, other = make_case(), make_case(given_names="ANNE")
    client = visit(other.person)
    for document in (case.document, uuid4()):
        address = url("document_report", document)
        assert client.get(address).status_code == 404
        assert client.post(address, {"reason": "not_mine"}).status_code == 404
    ticket = report_it(case)
    assert client.get(url("report", ticket)).status_code == 404
    assert text_of(client.get(url("reports"))).count("N° ") == 0


def test_each_parent_follows_his_own():
    family = make_family()
    add_second_parent(family.child, family.father, invited_by=family.mother)
    case = Case(family.child, deposit(report(family.child)).document_id)
    mother, father = visit(family.mother, profile=family.child), visit(family.father, profile=family.child)
    page = send(mother, case)["Location"]
    assert WORDS in text_of(mother.get(page))
    assert father.get(page).status_code == 404
    assert "Aucun signalement" in text_of(father.get(url("reports")))
    assert send(father, case)["Location"] != page
    assert "Document signalé au 3422" in text_of(father.get(url("history")))


def test_nobody_reports_without_logging_in():
    answer = Client().get(url("document_report", uuid4()))
    assert answer.status_code == 302
    assert reverse("portal:login") in answer["Location"]


def test_a_post_without_its_token_is_refused():
    case = make_case()
    known = visit(case.person)
    client = Client(enforce_csrf_checks=True)
    client.cookies = known.cookies
    assert send(client, case).status_code == 403
    assert support.count_waiting() == 0


def test_the_door_is_opened_once_for_a_report():
    case = make_case()
    client = visit(case.person)
    before = lines(*EventType)
    send(client, case)
    assert lines(*EventType) == before + 1


def test_times_are_those_of_the_field():
    case = make_case()
    client = visit(case.person)
    page = text_of(client.get(send(client, case)["Location"]))
    assert f"{clock.today():%Y}" in page
    assert support.list_waiting()[0].opened_at - clock.now() < timedelta(minutes=1)


def test_what_was_added_from_the_space_is_not_reported_but_deleted():
    person = make_case().person
    client = visit(person)
    answer = client.post(reverse("portal:document_add"), facts() | {"file": named()})
    document = answer["Location"].split("/")[2]
    for asked in (
        client.get(url("document_report", document)),
        client.post(url("document_report", document), {"reason": "not_mine"}),
    ):
        assert (asked.status_code, asked["Location"]) == (302, url("document", document))
    assert support.count_waiting() == 0
    with consult(person) as a, pytest.raises(TicketRefused) as refusal:
        support.report(a, document_id=UUID(document), reason=Reason.NOT_MINE)
    assert refusal.value.rule == "own"
