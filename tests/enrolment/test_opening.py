"""The daily statements: whom they touch, once, and killed in the middle."""

import os
import random
import signal
import time
from datetime import date, timedelta

import pytest
from django.db import connection

from carnet.enrolment import api as enrolment
from carnet.enrolment import tasks
from carnet.enrolment.actions import opening
from carnet.platform import clock, daily
from tests.conftest import acting_as
from tests.enrolment import killed
from tests.enrolment.acts import AGENT, activate, as_herself, journal_of, notified, pass_days
from tests.people.register import add_person

MANY = 10_000


@pytest.fixture
def today():
    return clock.today()


@pytest.mark.django_db
class TestWhom:
    def test_on_the_forty_second_day_and_not_before(self, today):
        claire = add_person()
        notified(claire)
        assert enrolment.open_silent_spaces(today + timedelta(days=41)) == 0
        with acting_as("carnet_batch"):
            assert enrolment.open_silent_spaces(today + timedelta(days=42)) == 1
            assert enrolment.open_silent_spaces(today + timedelta(days=42)) == 0
        space = enrolment.find_space(claire)
        assert space.state == "opened"
        assert space.opened_at is not None
        assert space.version == 2
        assert ("enrolment.opened_by_silence", True, "R1111-28") in journal_of(claire)

    def test_not_the_deceased_nor_the_marked_nor_those_who_chose(self, today):
        day = today + timedelta(days=42)
        gone, marked, objected, active = (add_person() for _ in range(4))
        for person in (gone, marked, objected):
            notified(person)
        enrolment.object_by_support(objected, by=AGENT)
        activate(active, notified(active))
        with acting_as("carnet_loader"), connection.cursor() as cursor:
            cursor.execute("update people_person set died_on = %s where id = %s", [today, gone])
            cursor.execute("update enrolment_space set no_contact = true where person_id = %s", [marked])
        assert enrolment.open_silent_spaces(day) == 0

    def test_a_letter_after_a_failed_email_gives_six_new_weeks(self, today, monkeypatch):
        claire = add_person()
        notified(claire)
        pass_days(monkeypatch, 40)
        enrolment.record_bounce(claire, by=AGENT)
        assert enrolment.open_silent_spaces(today + timedelta(days=42)) == 0
        assert enrolment.open_silent_spaces(today + timedelta(days=82)) == 1

    def test_the_deceased_are_closed_and_stay_closed(self, today):
        claire = add_person()
        activate(claire, notified(claire))
        with acting_as("carnet_loader"), connection.cursor() as cursor:
            cursor.execute("update people_person set died_on = %s where id = %s", [today, claire])
        with acting_as("carnet_batch"):
            assert enrolment.close_deceased(today) == 1
            assert enrolment.close_deceased(today) == 0
        assert ("enrolment.closed_by_death", True, "R1111-36") in journal_of(claire)
        with pytest.raises(enrolment.TransitionRefused) as refused:
            enrolment.reopen(claire, by=as_herself(claire))
        assert refused.value.rule == "deceased"

    def test_after_ten_years_the_archive_is_due_for_erasure(self, monkeypatch):
        claire = add_person()
        activate(claire, notified(claire))
        monkeypatch.setattr(clock, "today", lambda: date(2024, 2, 29))
        enrolment.close(claire, by=as_herself(claire))
        assert enrolment.end_archives(date(2034, 2, 27)) == 0
        with acting_as("carnet_batch"):
            assert enrolment.end_archives(date(2034, 2, 28)) == 1
        space = enrolment.find_space(claire)
        assert (space.state, space.erasure_due_on) == ("erasing", date(2034, 2, 28))

    @pytest.mark.parametrize(
        "table", ["people_account", "documents_document", "journal", "platform_personkey"]
    )
    def test_the_batch_role_reads_nothing_else(self, table):
        with connection.cursor() as cursor:
            cursor.execute(
                "select has_table_privilege('carnet_batch', %s, 'select, update, delete')", [table]
            )
            assert cursor.fetchone() == (False,)

    def test_every_daily_job_is_registered_with_its_role(self, today):
        roles = {job.name: job.role for job in daily.list_jobs() if job.name.startswith("enrolment.")}
        assert roles == {
            "enrolment.close_deceased": "batch",
            "enrolment.open_silent": "batch",
            "enrolment.close_suspended": "batch",
            "enrolment.end_archives": "batch",
            "enrolment.execute_erasures": "loader",
            "enrolment.forget_drafts": "app",
        }
        with acting_as("carnet_batch"):
            for job in (tasks.close_deceased, tasks.open_silent, tasks.close_suspended, tasks.end_archives):
                job(today)
        tasks.forget_drafts(today)


def fill(number):
    """Notify many persons at once, long ago."""
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "insert into people_person (id, matricule, oid, birth_name, used_name, given_names, first_given_name,"
            " birth_date, sex, birth_place, protection)"
            " select gen_random_uuid(), i::text, 'x', 'MARTIN', '', 'A', 'A', '1980-01-01', 'F', '31555', ''"
            " from generate_series(1, %s) i",
            [number],
        )
        cursor.execute(
            "insert into enrolment_space (person_id, state, since, notified_on, channel, no_contact,"
            " documents_masked, emergency_access, samu_access, emergency_masked, terms_version, version)"
            " select id, 'notified', now(), '2020-01-01', 'email', false, false, true, true, false, '', 1"
            " from people_person where oid = 'x'"
        )


def counted():
    """Return (opened spaces, lines that say so) once nobody is at it any more."""
    waited = time.monotonic() + 90  # the server ends a statement whose client has died
    while time.monotonic() < waited:
        with acting_as("carnet_loader"), connection.cursor() as cursor:
            cursor.execute(
                "select count(*) from pg_stat_activity"
                " where usename = 'carnet_batch' and datname = current_database()"
            )
            if cursor.fetchone()[0] == 0:
                break
        time.sleep(0.02)
    else:
        pytest.fail("the killed client's statement is still running")
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("select count(*) from enrolment_space where state = 'opened'")
        opened = cursor.fetchone()[0]
        cursor.execute(
            "select count(*), count(distinct person_id) from journal"
            " where event = 'enrolment.opened_by_silence' and person_id in (select person_id from enrolment_space)"
        )
        lines, persons = cursor.fetchone()
    assert lines == persons
    return opened, lines


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_is_all_or_nothing():
    rounds = 10 if os.environ.get("CARNET_LONG") else 2
    act = "import datetime; from carnet.enrolment.api import open_silent_spaces as f; f(datetime.date(2026, 1, 1))"
    for _ in range(rounds):
        fill(MANY)
        process = killed.start(act, role="batch")
        time.sleep(random.uniform(0, 0.4))
        process.send_signal(signal.SIGKILL)
        killed.finish(process)
        opened, lines = counted()
        assert opened == lines
        assert opened in {0, MANY}
        with acting_as("carnet_batch"):
            assert opening.open_silent_spaces(clock.today()) == MANY - opened
        assert counted() == (MANY, MANY)
        with acting_as("carnet_owner"), connection.cursor() as cursor:
            cursor.execute("truncate enrolment_space, people_person")
