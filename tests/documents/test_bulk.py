"""Many documents at once: what each gets, and what is passed over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import DepositRefused, Filters
from carnet.journal.api import Actor, EventType, Purpose, list_lines
from tests.documents.deposits import FINESS, add_claire, deposit, header_of, holder, report, scanned
from tests.standards import papers

pytestmark = pytest.mark.django_db


def load(person, *data, **options):
    with access.open(person, by=Actor.system(), purpose=Purpose.OPERATE, event=EventType.DOCUMENT_DEPOSITED,
                     late=True) as a:  # fmt: skip
        return documents.load_documents(a, data, **options)


def seen(person, words=""):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return documents.search(a, words, Filters()).cards if words else documents.list_recent(a)


def test_each_has_its_words_source_line_and_content():
    claire = add_claire()
    data = [report(claire, 1), scanned(claire, 2, data=papers.pdf("Scaphoïde"))]
    assert load(claire, *data) == 2
    cards = seen(claire)
    assert {documents.download(claire, card.id, by=holder(claire)).data for card in cards} == set(data)
    assert [card.type.code for card in seen(claire, "scaphoide")] == ["11502-2"]
    assert [card.body_level for card in seen(claire, "glucose")] == ["N3"]
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
        assert [len(documents.list_sources(a, card.id)) for card in cards] == [1, 1]
        lines = [one for one in list_lines(claire, key=a.key()) if one.event is EventType.DOCUMENT_DEPOSITED]
    assert {one.reference for one in lines} == {card.id for card in cards}
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from platform_outbox")
        assert cursor.fetchone() == (0,)


def test_versions_and_twins_take_their_places():
    claire = add_claire()
    paper = papers.pdf("Une seule fois")
    first = report(claire, 1, set_id="1.2.250.1.999.1^SET", version_number=1)
    second = report(claire, 2, set_id="1.2.250.1.999.1^SET", version_number=2,
                    replaces=(header_of(claire, 1).unique_id,))  # fmt: skip
    assert load(claire, first, second, scanned(claire, 3, data=paper), scanned(claire, 4, data=paper)) == 4
    cards = seen(claire)
    assert sorted((card.version, card.sources_count) for card in cards) == [(2, 1), (2, 2)]


def test_what_is_there_is_passed_over():
    claire = add_claire()
    there = report(claire, 1, custodian=replace(header_of(claire).custodian, national_id=f"1{FINESS}"))
    deposit(there)
    assert load(claire, there, report(claire, 2)) == 1
    assert len(seen(claire)) == 2


def test_of_one_person_only_and_whole_or_not_at_all():
    claire, paul = add_claire(), add_claire(birth_name="DURAND")
    with pytest.raises(DepositRefused):
        load(claire, report(claire, 1), report(paul, 1))
    assert not list(seen(claire))
    with pytest.raises(ValueError), access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
        documents.load_documents(a, [report(claire, 1)])


def test_what_is_older_than_the_last_reading_is_not_new():
    claire = add_claire()
    made = header_of(claire, 2).effective_time
    old = report(claire, 1, effective_time=made - timedelta(days=1))
    fresh = report(claire, 2)
    assert load(claire, old, fresh, read_until=made) == 2
    assert [(card.created_on < made, card.new) for card in seen(claire)] == [(False, True), (True, False)]
