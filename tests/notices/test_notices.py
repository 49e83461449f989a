"""Notices: who is told of a document, in which words, and that no word is about health."""

from datetime import date

import pytest
from django.db import connection, transaction

from carnet.notices import api as notices
from carnet.notices.events import tell_of_document
from carnet.notices.wordings import WORDINGS
from carnet.people.api import get_person
from carnet.platform import erasure
from carnet.platform.outbox import Event, handlers, read_payload
from tests.documents.deposits import add_claire, add_second_parent, deposit, report
from tests.people.register import add_person, open_space
from tests.portal.visits import give_account

pytestmark = pytest.mark.django_db


def hand_over(topic="documents.deposited"):
    """Do what the pump does with the events of a topic."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "delete from platform_outbox where topic = %s returning id, key, person_id, payload", [topic]
        )
        rows = cursor.fetchall()
        for identifier, key, person_id, payload in rows:
            handlers[topic].run(Event(identifier, topic, key, person_id, read_payload(payload), 1))
    return len(rows)


def messages():
    with connection.cursor() as cursor:
        cursor.execute("select payload from platform_outbox where topic = 'post' order by id")
        return [read_payload(row[0]) for row in cursor.fetchall()]


def notices_of(person, about=None):
    return notices.list_notices(person, about_id=about or person)


def test_a_new_document_is_told_once_and_says_nothing_of_health():
    claire = add_claire()
    give_account(claire, email="claire@exemple.test")
    before = len(messages())
    done = deposit(report(claire, title="Sérologie VIH"))
    assert hand_over() == 1
    deposit(report(claire, title="Sérologie VIH"))
    assert hand_over() == 0
    (notice,) = notices_of(claire)
    assert (notice.code, notice.reference, notice.read) == ("AJOUT_DOCUMENT", done.document_id, False)
    (mail,) = messages()[before:]
    assert (mail["channel"], mail["to"]) == ("email", "claire@exemple.test")
    whole = f"{mail['subject']} {mail['text']}".casefold()
    card = get_person(claire)
    for word in ("vih", "sérologie", "analyses", "document", "biolog", card.matricule, "martin", "claire"):
        assert word not in whole


def test_a_person_without_account_is_not_told():
    claire = add_claire("opened")
    deposit(report(claire))
    assert hand_over() == 1
    assert notices_of(claire) == []
    assert messages() == []


def test_both_parents_are_told_about_their_child():
    mother, father = add_claire(), add_claire(birth_name="DURAND")
    son = add_person(given_names="TOM", sex="M", birth_date=date(2015, 3, 1), attached_to=mother)
    open_space(son)
    add_second_parent(son, father, invited_by=mother)
    give_account(mother, email="mere@exemple.test")
    give_account(father, email="pere@exemple.test")
    before = len(messages())
    deposit(report(son))
    hand_over()
    assert {mail["to"] for mail in messages()[before:]} == {"mere@exemple.test", "pere@exemple.test"}
    assert notices.count_unread(mother, about_id=son) == notices.count_unread(father, about_id=son) == 1
    assert notices_of(mother) == []


def test_what_is_hidden_is_told_to_nobody():
    claire = add_claire()
    give_account(claire)
    deposit(report(claire), invisible_patient=True)
    hand_over()
    assert notices_of(claire) == []


def test_reading_and_marking():
    claire = add_claire()
    give_account(claire)
    first, second = (deposit(report(claire, number)).document_id for number in (1, 2))
    hand_over()
    assert notices.count_unread(claire, about_id=claire) == 2
    notices.mark_read(claire, about_id=claire, reference=first)
    assert [notice.reference for notice in notices_of(claire) if not notice.read] == [second]
    unread = notices.list_notices(claire, about_id=claire, unread_only=True)
    assert [notice.reference for notice in unread] == [second]
    notices.mark_all_read(claire, about_ids=[claire])
    assert notices.count_unread(claire, about_id=claire) == 0


def test_every_code_has_its_words_and_the_event_its_handler():
    assert set(WORDINGS) == set(notices.NoticeCode)
    assert handlers["documents.deposited"].run is tell_of_document
    assert handlers["documents.deposited"].transactional


def test_an_erasure_knows_the_tables():
    assert {"notices_notice", "notices_delivery", "documents_document"} <= set(erasure.list_tables())
