"""An access reported from the history: its row, what the desk sees, and what it never sees."""

from uuid import uuid4

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from carnet.notices import api as notices
from carnet.support import api as support
from carnet.support.api import Kind, Reason, State, TicketRefused, TicketUnknownError
from tests.desk.agents import come
from tests.documents.deposits import holder, parent
from tests.people.families import make_family
from tests.portal.test_history import make_claire, make_read, make_secret, read
from tests.portal.visits import give_account, visit
from tests.pro.visits import actor_of
from tests.support.reports import make_case

pytestmark = pytest.mark.django_db
AGENT = Actor(ActorKind.SUPPORT, uuid4())
WORDS = "Je n’ai jamais vu ce médecin."


def report_it(person, line_id, *, by=None, reason=Reason.UNKNOWN_ACTOR, words=WORDS):
    with access.open(
        person, by=by or holder(person), purpose=Purpose.MANAGE, event=EventType.ACCESS_REPORTED,
        reference=line_id,
    ) as a:  # fmt: skip
        return support.report_access(a, line_id=line_id, reason=reason, words=words)


def send(client, line_id, reason="unknown_actor", words=WORDS):
    return client.post(reverse("portal:report_access", args=[line_id]), {"reason": reason, "words": words})


def text_of(answer):
    return answer.content.decode()


def test_a_report_keeps_what_the_journal_says_of_the_access():
    person = make_claire()
    give_account(person)
    card, place, line_id = make_read(person)
    ticket = support.get_ticket(report_it(person, line_id))
    assert (ticket.kind, ticket.reason, ticket.state) == (Kind.ACCESS, Reason.UNKNOWN_ACTOR, State.OPEN)
    assert (ticket.reference, ticket.structure, ticket.words) == (line_id, place.structure, WORDS)
    facts = dict(ticket.facts)
    assert card.name in facts["Par"]
    assert (facts["Acte"], facts["Situation d’exercice"]) == ("Résumé du dossier consulté", place.identifier)
    told = [notice.code for notice in notices.list_notices(person, about_id=person)]
    assert notices.NoticeCode.ACCESS_REPORT_RECEIVED in told


def test_once_while_it_waits_and_again_after_the_answer():
    person = make_claire()
    _, _, line_id = make_read(person)
    first = report_it(person, line_id)
    with pytest.raises(TicketRefused) as refusal:
        report_it(person, line_id)
    assert refusal.value.rule == "waiting"
    support.answer(first, by=AGENT, words="L’accès est conforme : il est de votre équipe de soins.")
    assert report_it(person, line_id) != first


def test_a_reason_of_documents_is_none_of_an_access():
    person = make_claire()
    _, _, line_id = make_read(person)
    with pytest.raises(TicketRefused) as refusal:
        report_it(person, line_id, reason=Reason.UNREADABLE)
    assert refusal.value.field == "reason"


def test_ones_own_act_is_not_reported():
    person = make_claire()
    own = read(person, holder(person), EventType.SPACE_CONSULTED)
    with pytest.raises(TicketRefused) as refusal:
        report_it(person, own)
    assert refusal.value.rule == "own"


def test_a_line_that_one_may_not_know_is_unknown():
    mother, child, _, line_id = make_secret()
    with pytest.raises(TicketUnknownError):
        report_it(child, line_id, by=parent(mother))
    assert (
        visit(mother, profile=child).get(reverse("portal:report_access", args=[line_id])).status_code == 404
    )
    person, other = make_claire(), make_claire()
    _, _, line_id = make_read(other)
    with pytest.raises(TicketUnknownError):
        report_it(person, line_id)


def test_from_the_history_to_the_answer():
    person = make_claire()
    card, _, line_id = make_read(person)
    client = visit(person)
    address = reverse("portal:report_access", args=[line_id])
    assert address in text_of(client.get(reverse("portal:history_line", args=[line_id])))
    assert card.name in text_of(client.get(address))
    answer = send(client, line_id)
    page = text_of(client.get(answer["Location"]))
    ticket = support.list_waiting()[0]
    for words in ("est envoyé au 3422", ticket.number_shown, card.name, WORDS):
        assert words in page
    assert send(client, line_id)["Location"].endswith("?fait=deja")
    support.answer(ticket.id, by=AGENT, words="Cet accès est examiné par le service de contrôle.")
    assert "service de contrôle" in text_of(client.get(answer["Location"].partition("?")[0]))
    assert "Résumé du dossier consulté" in text_of(client.get(reverse("portal:reports")))
    assert "Accès signalé au 3422" in text_of(client.get(reverse("portal:history")))


def test_other_reasons_need_words():
    person = make_claire()
    _, _, line_id = make_read(person)
    assert "Expliquez en quelques mots" in text_of(send(visit(person), line_id, "other", " "))
    assert support.count_waiting() == 0


def test_the_desk_sees_who_acted_and_no_title():
    case = make_case()
    card, place, _ = make_read(case.person)
    with access.open(
        case.person, by=actor_of(card, place), purpose=Purpose.CONSULT, event=EventType.DOCUMENT_READ,
        reference=case.document,
    ) as a:  # fmt: skip
        line_id = a.line_id
    ticket_id = report_it(case.person, line_id)
    client = come()
    listed = text_of(client.get("/bureau/signalements/"))
    assert "Accès" in listed
    assert card.name not in listed
    opened = client.post(reverse("desk:take_ticket", args=[ticket_id]))["Location"]
    page = text_of(client.get(opened))
    for words in (card.name, "Document lu", "Pro Santé Connect", WORDS, "Je ne connais pas"):
        assert words in page
    assert "Compte rendu d’analyses" not in page
    answered = client.post(opened, {"answer": "Nous avons interrogé le cabinet : l’accès était justifié."})
    assert answered.status_code == 302
    assert support.get_ticket(ticket_id).state is State.ANSWERED


def test_a_representative_reports_in_the_childs_space():
    family = make_family()
    _, _, line_id = make_read(family.child)
    ticket = support.get_ticket(report_it(family.child, line_id, by=parent(family.mother)))
    assert (ticket.person_id, ticket.opened_by) == (family.child, family.mother)
