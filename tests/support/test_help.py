"""Help that a professional asks for: her request, the desk's answer, and what stays hers."""

from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from carnet.journal.api import Actor, ActorKind
from carnet.support import api as support
from carnet.support.api import State, TicketRefused, TicketUnknownError
from tests.desk.agents import come
from tests.pro.visits import actor_of, add_professional

pytestmark = pytest.mark.django_db
AGENT = Actor(ActorKind.SUPPORT, uuid4())
WORDS = "La page du dossier ne s’ouvre pas depuis mon logiciel."


def ask(card, place, **more):
    facts = {"page": "pro:record", "call": "A1B2C3D4", "words": WORDS, **more}
    return support.ask_help(by=actor_of(card, place), **facts)


def test_a_request_keeps_the_page_and_the_reference():
    card, place = add_professional()
    request_id = ask(card, place)
    found = support.get_own_help(card.id, request_id)
    assert (found.page, found.call, found.words) == ("pro:record", "A1B2C3D4", WORDS)
    assert (found.structure, found.state, found.answer) == (place.structure, State.OPEN, "")
    assert len(found.number) == 8


def test_the_words_do_not_lie_open_in_the_table():
    card, place = add_professional()
    ask(card, place)
    with connection.cursor() as cursor:
        cursor.execute("select sealed from support_helprequest")
        assert WORDS.encode() not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(("words", "rule"), [("court", "too_short"), ("x" * 1001, "too_long")])
def test_words_are_bounded(words, rule):
    card, place = add_professional()
    with pytest.raises(TicketRefused) as refused:
        ask(card, place, words=words)
    assert (refused.value.rule, refused.value.field) == (rule, "words")


def test_a_request_is_hers_alone():
    card, place = add_professional()
    other, _ = add_professional()
    request_id = ask(card, place)
    assert support.list_own_help(other.id) == []
    with pytest.raises(TicketUnknownError):
        support.get_own_help(other.id, request_id)


def test_it_is_answered_once():
    card, place = add_professional()
    request_id = ask(card, place)
    support.answer_help(request_id, by=AGENT, words="Mettez votre logiciel à jour.")
    with pytest.raises(TicketRefused) as refused:
        support.answer_help(request_id, by=AGENT, words="Une autre réponse encore.")
    assert refused.value.rule == "answered"
    found = support.get_own_help(card.id, request_id)
    assert (found.state, found.answer) == (State.ANSWERED, "Mettez votre logiciel à jour.")
    assert support.list_waiting_help() == []


def test_the_desk_reads_and_answers():
    card, place = add_professional()
    request_id = ask(card, place)
    client = come()
    listed = client.get(reverse("desk:help_requests")).content.decode()
    assert support.get_help(request_id).number_shown in listed
    assert card.name not in listed
    address = reverse("desk:help_request", args=[request_id])
    page = client.get(address).content.decode()
    for words in (card.name, "pro:record", "A1B2C3D4", WORDS, place.structure):
        assert words in page
    assert "10 caractères" in client.post(address, {"answer": "non"}).content.decode()
    assert client.post(address, {"answer": "Le service est rétabli depuis midi."}).status_code == 302
    assert support.get_help(request_id).state is State.ANSWERED
    assert client.get(reverse("desk:help_request", args=[uuid4()])).status_code == 404
