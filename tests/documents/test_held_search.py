"""A structure searches among its own documents: filters, pages, and what it is not told."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carnet.access import api as access
from carnet.access.api import Rule
from carnet.documents import api as documents
from carnet.documents.api import HeldFilters, HeldPosition, Span
from carnet.documents.held_filters import PREFIXES
from carnet.journal.api import EventType
from carnet.platform import clock
from tests.conftest import LONG
from tests.documents.deposits import add_claire, holder, unique_id_of
from tests.documents.held import CLINIC, LAB, bring, give_face, lines_of
from tests.documents.shelves import row_of
from tests.people.register import matricule_of

pytestmark = pytest.mark.django_db

SEARCHED = EventType.DOCUMENTS_SEARCHED
DAY = datetime(2024, 3, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def claire():
    return add_claire()


def search(person, *, by=LAB, limit=200, after=None, matricule=None, **narrowed):
    filters = HeldFilters(**narrowed)
    found = documents.search_held(
        by=by, matricule=matricule or matricule_of(person), filters=filters, limit=limit, after=after
    )
    return [held.id for held in found]


def of_day(day, prefix="eq"):
    start = datetime(2024, 3, day, tzinfo=UTC)
    return Span(prefix, start, start + timedelta(days=1))


def test_it_finds_its_own_latest_first_and_nothing_else(claire):
    first, second = (bring(claire, n, columns={"created_on": DAY + timedelta(n)}) for n in (1, 2))
    bring(claire, 3, by=CLINIC)
    assert search(claire) == [second, first]
    assert lines_of(claire) == [(SEARCHED, True, Rule.FACILITY_OWN, None)]


def test_a_search_takes_three_round_trips(claire):
    for number in range(20):
        bring(claire, number)
    with CaptureQueriesContext(connection) as sent:
        assert len(search(claire, matricule=matricule_of(claire), limit=20)) == 20
    asked = [one["sql"] for one in sent if "platform_clock" not in one["sql"]]
    assert len(asked) == 3 + 1  # the matricule is asked by this test itself


def test_pages_follow_each_other_without_gap_or_repetition(claire):
    made = [bring(claire, n, columns={"created_on": DAY + timedelta(n // 3)}) for n in range(10)]
    for narrowed in ({}, {"periods": (Span("ge", datetime(1900, 1, 1, tzinfo=UTC), DAY),)}):
        found, after = [], None
        while page := documents.search_held(
            by=LAB, matricule=matricule_of(claire), filters=HeldFilters(**narrowed), limit=3, after=after
        ):
            found += [held.id for held in page]
            after = HeldPosition.of(page[-1])
        assert sorted(found) == sorted(made)
        assert len(search(claire, limit=100_000, **narrowed)) == 10


def test_nobody_and_a_space_that_is_not_open_find_nothing(claire):
    bring(claire)
    assert search(claire, matricule="279035121518989") == []
    for state in ("closed", "objected", "suspended", "erasing", "notified"):
        with connection.cursor() as cursor:
            cursor.execute("update enrolment_space set state = %s where person_id = %s", [state, claire])
        assert search(claire) == search(claire, by=CLINIC) == []
    assert [line[1] for line in lines_of(claire)] == [False] * 10


def test_nobody_costs_as_many_round_trips_as_a_closed_space(claire):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = 'closed' where person_id = %s", [claire])
    found = []
    for matricule in (matricule_of(claire), "279035121518989"):
        with CaptureQueriesContext(connection) as sent:
            assert search(claire, matricule=matricule) == []
        found.append(len([one for one in sent if "platform_clock" not in one["sql"]]))
    assert found == [3, 3]


def test_blocked_it_is_told_so(claire):
    bring(claire)
    access.block(claire, structure=LAB.structure, by=holder(claire))
    with pytest.raises(access.Refused) as refused:
        search(claire)
    assert refused.value.scope.rule is Rule.BLOCKED
    assert search(claire, by=CLINIC) == []


def test_blocked_without_a_document_of_hers_it_is_told_nothing(claire):
    """Else a matricule and a block would say that she is there, and what she did."""
    access.block(claire, structure=CLINIC.structure, by=holder(claire))
    assert search(claire, by=CLINIC) == []
    assert lines_of(claire) == [(SEARCHED, False, "blocked", None)]


def test_what_is_coded_narrows(claire):
    current = bring(claire, 1, columns={"type_code": "11502-2", "created_on": DAY})
    archived = bring(claire, 2, columns={"archived": True, "format_code": "urn:x", "created_on": DAY})
    gone = bring(claire, 3, columns={"class_code": "90", "created_on": DAY})
    documents.withdraw(unique_id_of(claire, 3), by=LAB)
    held = documents.get_held(current, by=LAB)
    assert search(claire, statuses=frozenset({"entered-in-error"})) == [gone]
    assert set(search(claire, statuses=frozenset({"current", "superseded"}))) == {current, archived}
    assert search(claire, statuses=frozenset({"preliminary"})) == []
    assert current in search(claire, types=frozenset({"11502-2"}))
    assert search(claire, types=frozenset({"34112-3"})) == []
    assert search(claire, classes=frozenset({"90"})) == [gone]
    assert search(claire, formats=frozenset({"urn:x"})) == [archived]
    assert search(claire, archived=True) == [archived]
    assert set(search(claire, archived=False)) == {current, gone}
    assert search(claire, ids=frozenset({archived})) == [archived]
    assert search(claire, entry_ids=frozenset({held.entry_id})) == [current]
    assert search(claire, unique_ids=frozenset({unique_id_of(claire, 1), "9.9"})) == [current]
    assert search(claire, unique_ids=frozenset({"9.9"})) == []
    assert search(claire, ids=frozenset(), unique_ids=frozenset({unique_id_of(claire, 1)})) == []


def test_what_lies_sealed_narrows(claire):
    from_cda = bring(claire, 1)
    facts = documents.get_held(from_cda, by=LAB).facts
    faced = bring(claire, 2)
    face = {
        "date": "2024-03-10T09:30:00+01:00",
        "context": {
            "event": [{"coding": [{"code": "DEQP003"}]}],
            "facilityType": {"coding": [{"code": "SA99"}]},
            "practiceSetting": {"coding": [{"code": "ETABLISSEMENT"}]},
            "period": {"start": "2024-02", "end": "2024-03-01"},
        },
    }
    give_face(claire, faced, **face)
    assert set(search(claire, facilities=frozenset({facts["facility_type"]}))) == {from_cda, faced}
    assert search(claire, facilities=frozenset({"SA99"})) == [faced]
    assert search(claire, settings=frozenset({"ETABLISSEMENT"})) == [faced]
    assert search(claire, settings=frozenset({"AMBULATOIRE-NON"})) == []
    assert search(claire, events=frozenset({"DEQP003"})) == [faced]
    assert search(claire, dates=(of_day(10),)) == [faced]
    assert search(claire, dates=(of_day(10, "gt"),)) == [from_cda]
    assert search(claire, periods=(of_day(1, "le"), of_day(1, "ge"))) == [faced]
    assert search(claire, periods=(of_day(1, "eq"),)) == []
    name = facts["authors"][0]["name"].split()
    assert set(search(claire, authors=(name[-1].lower()[:3],))) == {from_cda, faced}
    assert search(claire, authors=("introuvable",)) == []


def test_labels_narrow_each_group_by_one(claire):
    shown = bring(claire, 1)
    masked = bring(claire, 2, flags={"masked": True})
    hidden = bring(claire, 3, flags={"invisible_patient": True})
    documents.change_held(shown, by=LAB, labels=frozenset("R"))
    assert search(claire, labels=(frozenset("R"),)) == [shown]
    assert set(search(claire, labels=(frozenset("N"),))) == {masked, hidden}
    assert search(claire, labels=(frozenset("N"), frozenset({"MASQUE_PS"}))) == [masked]
    assert set(search(claire, labels=(frozenset({"MASQUE_PS", "INVISIBLE_PATIENT"}),))) == {masked, hidden}


def test_sealed_and_coded_dates_agree_with_the_rule(claire):
    """The database and Python say the same of a moment, for every prefix."""
    draw = random.Random(8)
    made = {
        bring(claire, n, columns={"created_on": DAY + timedelta(hours=draw.randint(-60, 60))}): None
        for n in range(200 if LONG else 12)
    }
    moments = {document: row_of(claire, document)["created_on"] for document in made}
    for prefix in sorted(PREFIXES):
        span = of_day(10, prefix)
        expected = {one for one, moment in moments.items() if span.admits(moment, moment, clock.now())}
        assert set(search(claire, creations=(span,))) == expected, prefix
    assert set(search(claire, creations=(of_day(9, "ge"), of_day(10, "le")))) == {
        one for one, moment in moments.items() if 9 <= moment.day <= 10
    }


def test_a_date_that_is_none_is_not_found_by_date(claire):
    document = bring(claire)
    give_face(claire, document, date="hier", context={"period": {"start": "9999-99"}})
    assert search(claire, periods=(of_day(1, "lt"),)) == [document]  # no bound: it may have begun before
    today = clock.now()
    assert search(claire, dates=(Span("ge", today - timedelta(1), today),)) == [document]
