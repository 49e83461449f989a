"""Daily jobs: every day once, in order, whatever stopped them."""

import os
import signal
import subprocess
import sys
import textwrap
from datetime import timedelta

import pytest
from django.db import connection

from carnet.platform import clock, daily, jobs
from tests.conftest import acting_as
from tests.days import live, live_until, run_as_worker


@pytest.fixture
def registry(monkeypatch):
    """An empty list of daily jobs, for this test alone."""
    monkeypatch.setattr(daily, "_registry", {})
    return daily.daily


@pytest.fixture
def ran():
    return []


@pytest.mark.django_db
def test_a_job_runs_once_a_day(registry, ran):
    registry("once", role="app")(ran.append)
    assert daily.is_due("app")
    assert daily.run_due("app") == 1
    assert daily.run_due("app") == 0
    assert ran == [clock.today()]
    assert not daily.is_due("app")


@pytest.mark.django_db
def test_the_days_go_by_in_order_and_each_is_whole_before_the_next(registry, ran):
    for role in ("app", "batch", "loader"):
        registry(f"of.{role}", role=role)(lambda day, role=role: ran.append((day, role)))
    start = clock.today()
    told = []
    daily.advance_to(start + timedelta(days=3), told.append, run=run_as_worker)
    days = [start + timedelta(days=n) for n in range(4)]
    assert ran == [(day, role) for day in days for role in ("app", "batch", "loader")]
    assert told == days[1:]
    assert clock.today() == days[-1]


@pytest.mark.django_db
def test_missed_days_are_made_up_for_in_order(registry, ran):
    registry("first", role="app")(lambda day: ran.append(("first", day)))
    registry("second", role="app")(lambda day: ran.append(("second", day)))
    start = clock.today()
    daily.run_due("app")
    ran.clear()
    clock.advance_to(start + timedelta(days=3))  # the machine was off
    daily.run_due("app")
    assert ran == [(name, start + timedelta(days=n)) for n in (1, 2, 3) for name in ("first", "second")]


@pytest.mark.django_db
def test_a_failure_stops_its_own_later_days_only(registry, ran):
    def breaks(day):
        raise ValueError("broken")

    registry("breaks", role="app")(breaks)
    registry("works", role="app")(ran.append)
    with pytest.raises(daily.DailyJobError, match="breaks"):
        daily.run_due("app")
    assert ran == [clock.today()]
    assert [job.name for job in daily.list_missing(clock.today())] == ["breaks"]


@pytest.mark.django_db
def test_the_clock_stays_on_a_day_that_could_not_be_finished(registry):
    start = clock.today()
    stuck_on = start + timedelta(days=2)

    def breaks(day):
        if day == stuck_on:
            raise ValueError("broken")

    registry("breaks", role="batch")(breaks)
    with pytest.raises(daily.DailyJobError):
        live(5)
    assert clock.today() == stuck_on


@pytest.mark.django_db
def test_the_clock_never_goes_back(registry):
    with pytest.raises(ValueError, match="futur"):
        live_until(clock.today())


@pytest.mark.django_db
def test_the_clock_does_not_move_in_production(registry, settings):
    settings.CARNET_CLOCK_MOVABLE = False
    with pytest.raises(ValueError, match="bac à sable"):
        live(1)


@pytest.mark.django_db
def test_two_jobs_cannot_share_a_name(registry, ran):
    registry("same", role="app")(ran.append)
    with pytest.raises(RuntimeError):
        registry("same", role="batch")(ran.append)


@pytest.mark.django_db
def test_without_a_worker_one_is_told_what_to_start(registry, ran, monkeypatch):
    registry("waits", role="app")(ran.append)
    monkeypatch.setattr(daily, "_WORKER_ABSENT_SECONDS", 0.1)
    with pytest.raises(daily.DailyJobError, match="carnet serve"):
        daily.advance_to(clock.today() + timedelta(days=1))


@pytest.mark.django_db
def test_the_journal_keeps_three_months_ahead():
    from carnet.journal.tasks import keep_months_ahead

    far = clock.today() + timedelta(days=400)
    with acting_as("carnet_loader"):
        keep_months_ahead(far)
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [f"journal_{far + timedelta(days=90):%Y%m}"])
        assert cursor.fetchone() == (True,)


KILLED = """
    import os, django, sys
    os.environ["CARNET_ROLE"] = "app"
    django.setup()
    from django.db import connection
    connection.settings_dict.update(NAME=sys.argv[1])
    connection.settings_dict["OPTIONS"]["assume_role"] = "carnet_app"
    from carnet.platform import daily
    daily._registry.clear()
    @daily.daily("killed", role="app")
    def killed(day):
        print("under way", flush=True)
        import time; time.sleep(60)
    daily.run_due("app")
"""


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_runs_again(registry, ran):
    script = [sys.executable, "-c", textwrap.dedent(KILLED), connection.settings_dict["NAME"]]
    with subprocess.Popen(script, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": "src"}) as worker:
        assert worker.stdout.readline() == b"under way\n"
        registry("killed", role="app")(ran.append)
        assert daily.run_due("app") == 0  # another one is at it
        worker.send_signal(signal.SIGKILL)
    for _ in range(100):  # the server takes an instant to see that the worker is gone
        if daily.run_due("app"):
            break
    assert ran == [clock.today()]


@pytest.mark.django_db(transaction=True)
def test_the_same_job_waits_once_and_a_dead_workers_job_comes_back():
    from carnet.platform.tasks import run_daily

    waiting_before, _ = jobs.count_active(run_daily["batch"].name, "batch")
    run_daily["batch"].defer_once(role="batch")
    run_daily["batch"].defer_once(role="batch")
    waiting, under_way = jobs.count_active(run_daily["batch"].name, "batch")
    assert (waiting - waiting_before, under_way) == (1, 0)
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing' where queue_name = 'batch'")
    assert jobs.revive_stalled("batch") == 1
    assert jobs.count_active(run_daily["batch"].name, "batch") == (1, 0)
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
