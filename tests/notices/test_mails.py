"""The e-mails about notices: one for what comes together, one a day, none of what was read or not wanted."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from carnet.journal.api import Actor, ActorKind
from carnet.notices import api as notices
from carnet.notices import digest, telling
from carnet.notices.api import NoticeCode, Preferences, Rhythm, Switch
from carnet.people import accounts
from carnet.people import api as people
from carnet.platform import clock, post, pump
from tests.conftest import acting_as
from tests.days import live
from tests.people.families import make_family
from tests.people.persons import claire

pytestmark = pytest.mark.django_db
DAILY = Preferences(rhythm=Rhythm.DAILY)


@pytest.fixture
def reader():
    return claire(email="claire@exemple.test").owner_id


def tell(person, code=NoticeCode.DOCUMENT_ADDED):
    return notices.tell(person, about_id=person, code=code)


def cards(person):
    return notices.list_notices(person, about_id=person)


def mails(person):
    """Have what is due handed over; return the subjects of what she received, oldest first."""
    while pump.hand_over("app"):
        pass
    with connection.cursor() as cursor:
        cursor.execute("select subject from sandbox_mail where person_id = %s order by id", [person])
        return [subject for (subject,) in cursor.fetchall()]


def minutes_pass(minutes):
    """Make everything older, what is planned too: the clock of the field only goes by days."""
    past = timedelta(minutes=minutes)
    with connection.cursor() as cursor:
        cursor.execute("select id, mail_id from notices_notice where mail_id is not null")
        for notice, mail in cursor.fetchall():
            older = mail.int - (int(past.total_seconds() * 1000) << 80)
            cursor.execute(
                "update notices_notice set mail_id = lpad(%s, 32, '0')::uuid where id = %s",
                [f"{older:032x}", notice],
            )
        cursor.execute("update platform_outbox set due_at = due_at - %s", [past])
        cursor.execute("update notices_notice set at = at - %s", [past])


def test_twenty_that_come_together_are_two_mails(reader):
    for _ in range(20):
        tell(reader)
    assert mails(reader) == ["Du nouveau dans votre espace santé"]
    assert sum(card.waits for card in cards(reader)) == 19
    minutes_pass(16)
    assert mails(reader)[1:] == ["19 nouveautés dans votre espace santé"]
    assert not any(card.waits for card in cards(reader))
    assert all(card.mailed for card in cards(reader))
    minutes_pass(16)
    assert len(mails(reader)) == 2


def test_one_plan_for_all_that_waits(reader):
    for _ in range(20):
        tell(reader)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from platform_outbox where topic = %s", [telling.GATHER])
        assert cursor.fetchone() == (1,)


def test_what_was_read_meanwhile_is_not_written_about(reader):
    for _ in range(3):
        tell(reader)
    notices.mark_all_read(reader, about_ids=[reader])
    minutes_pass(16)
    assert len(mails(reader)) == 1


def test_answers_are_apart(reader):
    tell(reader, NoticeCode.REPORT_RECEIVED)
    tell(reader, NoticeCode.REPORT_ANSWERED)
    tell(reader)
    assert len(mails(reader)) == 3


def test_a_switch_off_is_no_mail_and_still_a_notice(reader):
    notices.save_preferences(reader, Preferences(frozenset({Switch.DOCUMENT})))
    tell(reader)
    tell(reader, NoticeCode.COPY_READY)
    assert mails(reader) == ["Votre copie est prête"]
    assert len(cards(reader)) == 2


def test_the_mail_of_the_day_counts_what_came_and_says_nothing_of_it(reader):
    notices.save_preferences(reader, DAILY)
    tell(reader)
    tell(reader, NoticeCode.REPORT_ANSWERED)
    seen = tell(reader)
    notices.mark_one_read(reader, notice_id=seen)
    assert mails(reader) == []
    live(1)
    assert mails(reader) == ["2 nouveautés dans votre espace santé"]
    with connection.cursor() as cursor:
        cursor.execute("select text from sandbox_mail where person_id = %s", [reader])
        ((text,),) = cursor.fetchall()
    for word in ("document", "3422 a", "signalement", "Claire", "laboratoire"):
        assert word not in text
    tell(reader)
    assert len(mails(reader)) == 1
    live(2)
    assert mails(reader)[1:] == ["Une nouveauté dans votre espace santé"]


def test_a_day_without_news_is_a_day_without_mail(reader):
    notices.save_preferences(reader, DAILY)
    live(3)
    assert mails(reader) == []


def test_the_mail_of_the_day_planned_twice_leaves_once(reader):
    notices.save_preferences(reader, DAILY)
    tell(reader)
    tomorrow = clock.today() + timedelta(days=1)
    assert digest.plan(tomorrow)
    assert digest.plan(tomorrow)
    assert len(mails(reader)) == 1
    assert not digest.plan(tomorrow)


def test_it_leaves_at_eight(reader, settings, monkeypatch):
    settings.CARNET_CLOCK_MOVABLE = False
    early = clock.now().astimezone(clock.PARIS).replace(hour=3, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: early)
    notices.save_preferences(reader, DAILY)
    tell(reader)
    digest.plan(clock.today() + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute("select due_at from platform_outbox where topic = %s", [digest.TOPIC])
        ((due_at,),) = cursor.fetchall()
    assert abs(due_at - clock.real_now() - timedelta(hours=5)) < timedelta(minutes=1)


def test_batches_follow_each_other(monkeypatch):
    monkeypatch.setattr(digest, "BATCH", 2)
    readers = [claire(login=f"claire.lot.{number}").owner_id for number in range(5)]
    for person in readers:
        notices.save_preferences(person, DAILY)
        tell(person)
    digest.plan(clock.today() + timedelta(days=1))
    assert [len(mails(person)) for person in readers] == [1] * 5


def test_who_chooses_none_waits_for_none(reader):
    notices.save_preferences(reader, DAILY)
    tell(reader)
    notices.save_preferences(reader, Preferences(rhythm=Rhythm.URGENT))
    assert not cards(reader)[0].waits
    live(1)
    assert mails(reader) == []


def test_what_waited_is_not_lost_when_she_goes_back_to_at_once(reader):
    notices.save_preferences(reader, DAILY)
    tell(reader)
    notices.save_preferences(reader, Preferences())
    live(2)
    assert mails(reader) == ["Une nouveauté dans votre espace santé"]


def test_who_chose_the_day_meanwhile_is_written_to_that_day(reader):
    for _ in range(2):
        tell(reader)
    notices.save_preferences(reader, DAILY)
    minutes_pass(16)
    assert len(mails(reader)) == 1
    live(1)
    assert mails(reader)[1:] == ["Une nouveauté dans votre espace santé"]


def test_without_an_address_there_is_no_mail():
    person = claire(email="", phone="0600000001").owner_id
    notices.save_preferences(person, DAILY)
    tell(person)
    (card,) = cards(person)
    assert (card.waits, card.mailed) == (False, False)
    live(1)
    assert mails(person) == []


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_one_mail():
    """Another process tells the same person: this one waits for nobody, and writes nothing now."""
    from threading import Event, Thread

    person = claire().owner_id
    told, done = Event(), Event()

    def other():
        with acting_as("carnet_app"), transaction.atomic():
            tell(person)
            told.set()
            done.wait(10)
        connection.close()

    thread = Thread(target=other)
    thread.start()
    assert told.wait(10)
    with transaction.atomic():
        tell(person)
        with pytest.raises(post.TemporaryFailureError):
            telling.gather(person)
    done.set()
    thread.join()
    assert len(mails(person)) == 1
    assert sum(card.waits for card in cards(person)) == 1
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from platform_outbox where topic = %s", [telling.GATHER])
        assert cursor.fetchone() == (1,)


@pytest.fixture
def family():
    """A mother with an account, and her child."""
    return make_family()


def tell_of(child, mother):
    return notices.tell(mother, about_id=child, code=NoticeCode.DOCUMENT_ADDED)


@pytest.mark.parametrize("rhythm", [Rhythm.IMMEDIATE, Rhythm.DAILY])
def test_what_she_may_no_longer_see_is_not_counted(family, rhythm):
    """The court ended her part meanwhile: her centre shows nothing of the child, her e-mail speaks of none."""
    mother, child = family.mother, family.child
    notices.save_preferences(mother, Preferences(rhythm=rhythm))
    tell(mother)
    tell_of(child, mother)
    tell(mother)
    people.sever(child, mother, by=Actor(ActorKind.SUPPORT), reason=people.Severing.COURT)
    before = news(mother)
    minutes_pass(16)
    live(1)
    waiting = {Rhythm.IMMEDIATE: "Une nouveauté", Rhythm.DAILY: "2 nouveautés"}[rhythm]
    assert news(mother) == [*before, f"{waiting} dans votre espace santé"]
    assert not any(card.waits or card.mailed for card in notices.list_notices(mother, about_id=child))
    assert not digest.plan(clock.today() + timedelta(days=3))


def news(person):
    return [subject for subject in mails(person) if "nouveau" in subject.lower()]


def test_without_an_address_any_more_no_mail_is_said_to_be_on_its_way(reader):
    notices.save_preferences(reader, DAILY)
    tell(reader)
    accounts.rewrite(people.find_account(reader), email="")
    live(1)
    assert mails(reader) == []
    (card,) = cards(reader)
    assert (card.waits, card.mailed) == (False, False)
