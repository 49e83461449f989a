"""A report from its sending to its answer: rows, lines, notices, and what stays unseen."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from carnet.access import api as access
from carnet.documents.api import DocumentUnknownError
from carnet.journal.api import Actor, ActorKind, EventType, list_lines
from carnet.notices import api as notices
from carnet.platform import crypto, erasure
from carnet.support import actions
from carnet.support import api as support
from carnet.support.api import Reason, State, TicketRefused, TicketUnknownError
from tests.conftest import acting_as
from tests.documents.deposits import FINESS, add_second_parent, deposit, holder, parent, report
from tests.people.families import mails, make_family
from tests.portal.visits import give_account
from tests.support.reports import WORDS, Case, consult, make_case, report_it

pytestmark = pytest.mark.django_db
AGENT = Actor(ActorKind.SUPPORT, uuid4())
ANSWER = "Le laboratoire a été prévenu : il retire ce document."


def lines_of(person, event):
    with consult(person) as a:
        return [line for line in list_lines(person, key=a.key()) if line.event is event]


def codes_of(person, about=None):
    told = notices.list_notices(person, about_id=about or person)
    return [(notice.code, notice.reference) for notice in told]


def own(case, ticket_id, by=None):
    with consult(case.person, by=by) as a:
        return support.get_own(a, ticket_id)


def test_a_report_is_a_row_a_line_and_a_notice():
    case = make_case()
    give_account(case.person)
    ticket_id = report_it(case)
    ticket = own(case, ticket_id)
    assert (ticket.reason, ticket.words, ticket.state) == (Reason.NOT_MINE, WORDS, State.OPEN)
    assert (ticket.reference, ticket.structure, ticket.answer) == (case.document, FINESS, "")
    assert len(ticket.number) == 8
    assert ticket.number.isdigit()
    assert [line.reference for line in lines_of(case.person, EventType.DOCUMENT_REPORTED)] == [case.document]
    assert (notices.NoticeCode.REPORT_RECEIVED, ticket_id) in codes_of(case.person)


def test_the_answer_is_told_without_anything_of_health():
    case = make_case()
    give_account(case.person)
    ticket_id = report_it(case)
    sent = mails()
    support.answer(ticket_id, by=AGENT, words=ANSWER)
    ticket = own(case, ticket_id)
    assert (ticket.state, ticket.answer) == (State.ANSWERED, ANSWER)
    assert ticket.answered_at is not None
    line = lines_of(case.person, EventType.REPORT_ANSWERED)[0]
    assert (line.actor, line.reference, line.personal) == (AGENT, case.document, {})
    assert (notices.NoticeCode.REPORT_ANSWERED, ticket_id) in codes_of(case.person)
    before, after = sent, mails()
    (to, text) = after[len(before) :][0]
    assert to == "personne@exemple.test"
    assert "Le 3422 a répondu au signalement" in text
    for word in ("laboratoire", "Compte rendu", ticket.number, "prénom"):
        assert word not in text
    assert support.count_waiting() == 0


def test_the_same_document_waits_once():
    case = make_case()
    first = report_it(case)
    with pytest.raises(TicketRefused) as refusal:
        report_it(case, reason=Reason.UNREADABLE)
    assert refusal.value.rule == "waiting"
    assert support.find_waiting(case.person, case.document, opened_by=case.person) == first
    support.answer(first, by=AGENT, words=ANSWER)
    assert support.find_waiting(case.person, case.document, opened_by=case.person) is None
    assert report_it(case) != first


def test_the_database_itself_holds_it():
    case = make_case()
    report_it(case)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into support_ticket (id, person_id, number, opened_by, kind, reason, reference, structure,"
            " state, opened_at, sealed) select %s, person_id, '99999999', opened_by, kind, reason, reference,"
            " structure, state, opened_at, sealed from support_ticket",
            [uuid4()],
        )


def test_a_number_that_is_taken_is_drawn_again(monkeypatch):
    one, other = make_case(), make_case(given_names="ANNE")
    drawn = iter([0, 0, 0, 1])
    monkeypatch.setattr(actions.secrets, "randbelow", lambda _most: next(drawn))
    assert own(one, report_it(one)).number == "10000000"
    assert own(other, report_it(other)).number == "10000001"
    assert next(drawn, None) is None


def test_two_agents_answer_once():
    case = make_case()
    ticket_id = report_it(case)
    support.answer(ticket_id, by=AGENT, words=ANSWER)
    with pytest.raises(TicketRefused) as refusal:
        support.answer(ticket_id, by=Actor(ActorKind.SUPPORT, uuid4()), words="Une autre réponse, plus tard.")
    assert refusal.value.rule == "answered"
    assert own(case, ticket_id).answer == ANSWER
    assert len(lines_of(case.person, EventType.REPORT_ANSWERED)) == 1


def test_nobody_reports_what_he_does_not_see():
    case, other = make_case(), make_case(given_names="ANNE")
    for document in (other.document, uuid4()):
        with pytest.raises(DocumentUnknownError):
            report_it(Case(case.person, document))
    assert support.count_waiting() == 0


def test_a_stranger_reports_nothing():
    case, other = make_case(), make_case(given_names="ANNE")
    with pytest.raises(access.Refused):
        report_it(case, by=parent(other.person))


def test_a_report_is_read_by_who_made_it():
    family = make_family()
    father = family.father
    add_second_parent(family.child, father, invited_by=family.mother)
    case = Case(family.child, deposit(report(family.child)).document_id)
    ticket_id = report_it(case, by=parent(family.mother))
    assert own(case, ticket_id, by=parent(family.mother)).words == WORDS
    with pytest.raises(TicketUnknownError):
        own(case, ticket_id, by=parent(father))
    with consult(family.child, by=parent(father)) as a:
        assert support.list_own(a) == []
    assert report_it(case, by=parent(father)) != ticket_id
    assert (notices.NoticeCode.REPORT_RECEIVED, ticket_id) in codes_of(family.mother, family.child)


def test_the_desk_lists_the_oldest_first_and_finds_a_number():
    cases = [make_case(given_names=name) for name in ("ANNE", "BEA", "CLEO")]
    tickets = [report_it(case) for case in cases]
    assert [line.id for line in support.list_waiting()] == tickets
    assert [line.id for line in support.list_waiting(limit=1)] == tickets[:1]
    support.answer(tickets[0], by=AGENT, words=ANSWER)
    assert [line.id for line in support.list_waiting()] == tickets[1:]
    number = own(cases[0], tickets[0]).number_shown
    assert support.find_by_number(f" {number}. ").id == tickets[0]
    assert support.find_by_number("12 34") is None
    with pytest.raises(TicketUnknownError):
        support.get_line(uuid4())


def test_words_and_answer_are_sealed():
    case = make_case()
    ticket_id = report_it(case)
    support.answer(ticket_id, by=AGENT, words=ANSWER)
    with connection.cursor() as cursor:
        cursor.execute("select support_ticket::text, sealed, answer_sealed from support_ticket")
        text, sealed, answer = cursor.fetchone()
    for word in ("prénom", "laboratoire", "Compte rendu"):
        assert word not in text
        assert word.encode() not in bytes(sealed) + bytes(answer)


def test_without_its_key_a_report_is_nobody_s():
    case = make_case()
    ticket_id = report_it(case)
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("delete from platform_personkey where person_id = %s", [case.person])
    assert crypto.find_key(case.person) is None
    with pytest.raises(TicketUnknownError):
        support.get_ticket(ticket_id)
    with pytest.raises(TicketUnknownError):
        support.answer(ticket_id, by=AGENT, words=ANSWER)


def test_an_erasure_takes_the_reports_away():
    assert "support_ticket" in erasure.list_tables()


def test_only_the_support_answers():
    case = make_case()
    ticket_id = report_it(case)
    with pytest.raises(AssertionError):
        support.answer(ticket_id, by=holder(case.person), words=ANSWER)
