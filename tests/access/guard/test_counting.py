"""The door counts, the guard asks and freezes, break-glass stays open, a review releases."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carnet.access import api as access
from carnet.access.api import Basis, Means, Refused, Rule
from carnet.access.guard import baselines
from carnet.access.guard.policies import SIGNALS
from carnet.journal.api import EventType, Purpose
from carnet.platform import clock
from carnet.platform.ids import uuid7
from tests.access.test_emergencies import REASON
from tests.days import live
from tests.people.register import add_person, open_space
from tests.pro.visits import actor_of, add_professional, treat

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    return add_professional()


def low():
    """Give doctors a baseline whose limits are soon met: asked from the ninth person, frozen at the 17th."""
    baselines._keep("10", dict.fromkeys(SIGNALS, (1000.0, 2000.0)) | {"persons": (2.0, 4.0)}, 1)


def people_(number):
    found = [add_person() for _ in range(number)]
    for one in found:
        open_space(one)
    return found


def read(person_id, actor, event=EventType.SUMMARY_READ, purpose=Purpose.CONSULT):
    with access.open(person_id, by=actor, purpose=purpose, event=event):
        pass


def treated(doctor, number):
    persons = people_(number)
    for one in persons:
        treat(one, *doctor)
    return persons


def rows(query, *values):
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def test_what_is_read_is_counted_once_a_person_and_day(doctor):
    actor, (person,) = actor_of(*doctor), treated(doctor, 1)
    for event in (EventType.SUMMARY_READ, EventType.DOCUMENT_READ, EventType.DOCUMENT_READ):
        read(person, actor, event)
    assert rows("select files, person_id from access_guardreading") == [(2, person)]
    live(1)
    read(person, actor)
    assert len(rows("select 1 from access_guardreading")) == 2


def test_depositing_and_being_refused_count_nothing(doctor):
    actor, (stranger,) = actor_of(*doctor), people_(1)
    with pytest.raises(Refused):
        read(stranger, actor)
    read(stranger, actor, EventType.DOCUMENT_DEPOSITED, Purpose.DEPOSIT)
    assert rows("select 1 from access_guardreading") == []


@pytest.mark.parametrize("basis", list(Basis))
def test_a_relation_of_his_own_word_ties_him_from_the_next_day(doctor, basis):
    professional, place = doctor
    actor, (person,) = actor_of(*doctor), people_(1)
    treat(person, professional, place, basis=basis)
    read(person, actor)
    assert rows("select related from access_guardreading") == [(basis is Basis.TREATING,)]
    live(2)
    read(person, actor)
    assert rows("select related from access_guardreading order by day")[-1] == (True,)


@pytest.mark.parametrize("means", [Means.QR, Means.INS])
def test_only_a_consent_that_she_showed_ties(doctor, means):
    professional, place = doctor
    (person,) = people_(1)
    access.give_consent(
        person, professional_id=professional.id, structure=place.structure, means=means,
        until=clock.now() + timedelta(hours=12),
    )  # fmt: skip
    read(person, actor_of(*doctor))
    assert rows("select related from access_guardreading") == [(means is Means.QR,)]


def test_counting_is_one_statement(doctor):
    actor, (person, other) = actor_of(*doctor), treated(doctor, 2)
    read(other, actor)
    with CaptureQueriesContext(connection) as sent:
        read(person, actor)
    assert (
        len([one for one in sent if "access_guard" in one["sql"] and "access_carerelation" in one["sql"]])
        == 2
    )
    assert len([one for one in sent if "insert into access_guardreading" in one["sql"]]) == 1
    assert [one for one in sent if "insert into access_guardstate" in one["sql"]] == []


def test_he_is_asked_then_lets_himself_be_known_then_is_frozen(doctor):
    low()
    professional, actor = doctor[0], actor_of(*doctor)
    persons = treated(doctor, 20)
    for one in persons[:9]:
        read(one, actor)
    assert access.find_guard_state(professional.id).state == "step_up"
    with pytest.raises(Refused) as refused:
        read(persons[9], actor)
    assert refused.value.scope.rule is Rule.STEP_UP
    asked = clock.real_now()
    assert not access.prove(professional.id, proven_at=asked - timedelta(minutes=5))
    assert access.prove(professional.id, proven_at=asked)
    for one in persons[9:17]:
        read(one, actor)
    assert access.find_guard_state(professional.id).reason == "persons"
    with pytest.raises(Refused) as refused:
        read(persons[0], actor)
    assert refused.value.scope.rule is Rule.FROZEN
    assert not access.prove(professional.id, proven_at=clock.real_now())
    assert [card.professional_id for card in access.list_frozen()] == [professional.id]


def freeze_by_reading(doctor):
    low()
    actor, persons = actor_of(*doctor), treated(doctor, 17)
    for one in persons:
        read(one, actor)
        access.prove(doctor[0].id, proven_at=clock.real_now())
    assert access.find_guard_state(doctor[0].id).state == "frozen"
    return actor, persons


def test_frozen_the_glass_can_still_be_broken(doctor):
    actor, (person, *_) = freeze_by_reading(doctor)
    access.enter_emergency(person, by=actor, reason=REASON)
    read(person, actor, purpose=Purpose.BREAK_GLASS)
    with pytest.raises(Refused):
        read(person, actor)


def test_released_he_reads_and_counting_begins_again(doctor):
    actor, persons = freeze_by_reading(doctor)
    assert access.release(doctor[0].id, reviewer_id=uuid7())
    assert not access.release(doctor[0].id, reviewer_id=uuid7())
    assert access.find_guard_state(doctor[0].id) is None
    for one in persons[:8]:
        read(one, actor)
    assert access.find_guard_state(doctor[0].id) is None


def test_a_proof_is_good_for_the_day(doctor):
    low()
    actor, persons = actor_of(*doctor), treated(doctor, 12)
    for one in persons[:9]:
        read(one, actor)
    assert access.prove(doctor[0].id, proven_at=clock.real_now())
    read(persons[9], actor)
    clock.advance_to(clock.today() + timedelta(days=1))  # the job of the day would make the baseline again
    for one in persons[:8]:
        read(one, actor)
    assert access.find_guard_state(doctor[0].id).proven_at is not None
    read(persons[8], actor)
    assert access.find_guard_state(doctor[0].id).proven_at is None


def test_a_reviewer_freezes_by_hand(doctor):
    (person,) = treated(doctor, 1)
    assert access.freeze(doctor[0].id, reviewer_id=uuid7())
    assert not access.freeze(doctor[0].id, reviewer_id=uuid7())
    with pytest.raises(Refused) as refused:
        read(person, actor_of(*doctor))
    assert refused.value.scope.rule is Rule.FROZEN


def test_a_regulator_is_compared_with_regulators():
    low()
    regulator = actor_of(*add_professional(regulator=True))
    for one in people_(18):
        access.regulate(one, by=regulator)
        read(one, regulator, purpose=Purpose.REGULATE)
    assert access.find_guard_state(regulator.id) is None


def test_the_baseline_of_a_month_leaves_out_who_is_frozen(doctor):
    ordinary, thief = doctor[0].id, add_professional()[0].id
    access.freeze(thief, reviewer_id=uuid7())
    today = clock.today()
    with connection.cursor() as cursor:
        for professional_id, persons in ((ordinary, 3), (thief, 90)):
            cursor.execute(
                "insert into access_guardreading (id, professional_id, day, person_id, files, related, first_at,"
                " last_at) select gen_random_uuid(), %s, %s, gen_random_uuid(), 2, false, now, now"
                " from (select %s::timestamptz as now) n, generate_series(1, %s)",
                [professional_id, today - timedelta(days=1), clock.now() - timedelta(days=1), persons],
            )
    accounts, days = baselines._lived(today)["10"]
    assert accounts == 1
    ((persons, unrelated, hour, _night, files, week),) = [
        (day.persons, day.unrelated, day.hour, day.night, day.files, day.week) for day in days
    ]
    assert (persons, unrelated, hour, files, week) == (3, 3, 3, 6, 3)
    assert baselines.make_baselines(today) == 1
    (card,) = [one for one in access.list_baselines() if one.role == "10"]
    assert card.accounts == 1
    assert card.quantiles == baselines.starting_baseline("10")


def test_old_readings_are_forgotten(doctor):
    (person,) = treated(doctor, 1)
    read(person, actor_of(*doctor))
    baselines.make_baselines(clock.today() + timedelta(days=31))
    assert rows("select 1 from access_guardreading") == []


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_one_state_and_no_reading_is_lost(doctor):
    low()
    actor, persons = actor_of(*doctor), treated(doctor, 24)
    failures = []

    def go(share):
        try:
            for one in share:
                with suppress(Refused):
                    read(one, actor)
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(persons[number::4],)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(rows("select 1 from access_guardstate")) == 1
    # each may have one reading under way that the others do not see yet, and one that was let in before
    assert 9 <= len(rows("select 1 from access_guardreading")) < 9 + 2 * len(threads)
