"""The outbox is handed over: exactly once, or never twice without somebody's word."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from carnet.platform import clock, outbox, pump
from carnet.platform.post import RefusedError, UnknownOutcomeError
from carnet.platform.pump import Pump, hand_over, mark_orphans, pause_after, settle_in_doubt


@pytest.fixture
def topics(monkeypatch):
    """Handlers of this test alone."""
    monkeypatch.setattr(outbox, "handlers", registry := {})
    monkeypatch.setattr(pump, "handlers", registry)
    return registry


def emit(key, topic="letters", **facts):
    with transaction.atomic():
        outbox.emit(topic, key=key, facts=facts)


def states():
    with connection.cursor() as cursor:
        cursor.execute("select key, state, attempts, error from platform_outbox order by key")
        return {row[0]: row[1:] for row in cursor.fetchall()}


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "never happened"
        time.sleep(0.02)


@pytest.mark.django_db
@pytest.mark.parametrize("transactional", [True, False])
def test_a_row_is_handed_over_and_gone(topics, transactional):
    seen, settled = [], []
    outbox.handles(
        "letters", transactional=transactional, settled=lambda e, outcome: settled.append((e.key, outcome))
    )(seen.append)
    emit("k1", town="Élan")
    assert hand_over("app") == 1
    assert [(event.key, event.facts) for event in seen] == [("k1", {"town": "Élan"})]
    assert settled == [("k1", outbox.Outcome.SENT)]
    assert states() == {}
    assert hand_over("app") == 0


@pytest.mark.django_db
@pytest.mark.parametrize("error", [None, RefusedError("smtp 550"), UnknownOutcomeError("coupure")])
def test_of_a_row_that_an_erasure_takes_away_while_it_leaves_nothing_is_written(topics, error):
    settled = []

    def erased_meanwhile(event):
        with connection.cursor() as cursor:
            cursor.execute("delete from platform_outbox where key = %s", [event.key])
        if error:
            raise error

    outbox.handles("letters", transactional=False, settled=lambda e, outcome: settled.append(outcome))(
        erased_meanwhile
    )
    emit("k1")
    assert hand_over("app") == 1
    assert (settled, states()) == ([], {})


@pytest.mark.django_db
def test_each_role_takes_its_own_topics(topics):
    outbox.handles("letters", transactional=True, role="batch")(lambda event: None)
    emit("k1")
    assert hand_over("app") == 0
    assert hand_over("batch") == 1


@pytest.mark.django_db
def test_what_is_due_later_waits(topics):
    outbox.handles("letters", transactional=True)(lambda event: None)
    with transaction.atomic():
        outbox.emit("letters", key="later", facts={}, due_at=clock.real_now() + timedelta(hours=1))
    assert hand_over("app") == 0


@pytest.mark.django_db
@pytest.mark.parametrize("transactional", [True, False])
def test_a_failure_is_tried_again_later_and_the_others_pass(topics, transactional):
    def picky(event):
        if event.key == "bad":
            raise RuntimeError("Madame Dupont, 1 rue des Lilas")

    outbox.handles("letters", transactional=transactional)(picky)
    emit("bad")
    emit("good")
    while hand_over("app"):
        pass
    assert states() == {"bad": ("ready", 1, "RuntimeError")}  # and nothing of what the error said


@pytest.mark.django_db
def test_a_failed_transactional_handler_leaves_no_trace(topics):
    def writes_then_fails(event):
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into platform_clock (id, offset_seconds) values (1, 60)"
                " on conflict (id) do update set offset_seconds = 60"
            )
        raise RuntimeError

    outbox.handles("letters", transactional=True)(writes_then_fails)
    emit("k1")
    hand_over("app")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from platform_clock where offset_seconds = 60")
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db
def test_after_the_last_try_it_is_failed_and_told(topics):
    settled = []
    outbox.handles("letters", transactional=False, settled=lambda _, outcome: settled.append(outcome))(
        lambda event: 1 / 0
    )
    emit("k1")
    for _ in range(pump.MAX_ATTEMPTS):
        with connection.cursor() as cursor:
            cursor.execute("update platform_outbox set due_at = now() where state = 'ready'")
        hand_over("app")
    assert states() == {"k1": ("failed", pump.MAX_ATTEMPTS, "ZeroDivisionError")}
    assert settled == ["failed"]


@pytest.mark.django_db
def test_a_refusal_is_final_and_an_unknown_outcome_is_in_doubt(topics):
    def answers(event):
        raise {"no": RefusedError("smtp 550"), "lost": UnknownOutcomeError("coupure")}[event.key]

    outbox.handles("letters", transactional=False)(answers)
    emit("no")
    emit("lost")
    while hand_over("app"):
        pass
    assert states() == {
        "no": ("failed", 1, "RefusedError smtp 550"),
        "lost": ("in_doubt", 1, "UnknownOutcomeError coupure"),
    }
    assert pump.count_by_state() == {("letters", "failed"): 1, ("letters", "in_doubt"): 1}


@pytest.mark.django_db
def test_a_person_settles_what_is_in_doubt(topics):
    seen = []

    def lost_once(event):
        seen.append(event.key)
        if len(seen) == 1:
            raise UnknownOutcomeError("coupure")

    outbox.handles("letters", transactional=False)(lost_once)
    emit("k1")
    hand_over("app")
    with connection.cursor() as cursor:
        cursor.execute("select id from platform_outbox")
        (row_id,) = cursor.fetchone()
    assert hand_over("app") == 0
    assert settle_in_doubt(row_id, repeat=True)
    assert not settle_in_doubt(row_id, repeat=False)  # it is ready now, no longer in doubt
    assert hand_over("app") == 1
    assert seen == ["k1", "k1"]


@pytest.mark.django_db
@pytest.mark.parametrize("transactional", [True, False])
def test_a_row_sealed_under_another_key_is_set_aside_and_the_others_pass(topics, transactional):
    seen = []
    outbox.handles("letters", transactional=transactional)(lambda event: seen.append(event.key))
    emit("alien")
    with connection.cursor() as cursor:
        cursor.execute("update platform_outbox set payload = %s", [b"\x01" + bytes(40)])
    emit("ours")
    while hand_over("app"):
        pass
    hand_over("app")
    assert seen == ["ours"]
    assert states() == {"alien": ("failed", 0, "SealBrokenError")}


def test_the_pause_doubles_up_to_an_hour():
    pauses = [pause_after(attempts).total_seconds() for attempts in range(1, 13)]
    assert pauses[:4] == [5, 10, 20, 40]
    assert pauses[-1] == 3600
    assert pauses == sorted(pauses)


HANDING_OVER = """
    import os, django, sys, time
    django.setup()
    from django.db import connection
    connection.settings_dict.update(NAME=sys.argv[1])
    connection.settings_dict["OPTIONS"]["assume_role"] = "carnet_app"
    from carnet.platform import outbox, pump
    outbox.handlers.clear()
    @outbox.handles("letters", transactional=sys.argv[2] == "exact")
    def deliver(event):
        with connection.cursor() as cursor:
            cursor.execute("insert into platform_dailyrun (name, day, done_at) values (%s, now(), now())", [event.key])
        print("under way", flush=True)
        time.sleep(60)
    pump.hand_over("app")
"""


def start_pump(kind):
    script = [sys.executable, "-c", textwrap.dedent(HANDING_OVER), connection.settings_dict["NAME"], kind]
    return subprocess.Popen(script, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": "src"})


def count_deliveries():
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from platform_dailyrun where name = 'k1'")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_killed_during_a_hand_over_it_is_in_doubt_once_and_never_repeated(topics):
    settled = []
    outbox.handles("letters", transactional=False, settled=lambda _, outcome: settled.append(outcome))(
        lambda event: pytest.fail("repeated by itself")
    )
    emit("k1")
    with start_pump("other") as other:
        assert other.stdout.readline() == b"under way\n"
        assert hand_over("app") == 0  # claimed by the other
        assert mark_orphans("app") == 0  # which is alive
        other.send_signal(signal.SIGKILL)
    wait_until(lambda: mark_orphans("app") == 1)
    assert mark_orphans("app") == 0
    assert hand_over("app") == 0
    assert states()["k1"][0] == "in_doubt"
    assert settled == ["in_doubt"]


@pytest.mark.django_db(transaction=True)
def test_killed_in_a_transactional_handler_it_happens_exactly_once(topics):
    def deliver(event):
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into platform_dailyrun (name, day, done_at) values (%s, now(), now())", [event.key]
            )

    outbox.handles("letters", transactional=True)(deliver)
    emit("k1")
    with start_pump("exact") as other:
        assert other.stdout.readline() == b"under way\n"
        assert hand_over("app") == 0
        other.send_signal(signal.SIGKILL)
    wait_until(lambda: hand_over("app") == 1)
    assert states() == {}
    assert count_deliveries() == 1


@pytest.mark.django_db(transaction=True)
def test_the_pump_wakes_on_a_new_row_and_survives_the_loss_of_its_connection(topics):
    seen = []
    outbox.handles("letters", transactional=False)(lambda event: seen.append(time.monotonic()))
    running = Pump("app")
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        time.sleep(0.3)
        began = time.monotonic()
        emit("k1")
        wait_until(lambda: len(seen) == 1)
        assert seen[0] - began < 0.9  # by the notice, before the poll of each second
        with connection.cursor() as cursor:
            cursor.execute("set role carnet_test")
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid() and usename = 'carnet_test'"
            )
            cursor.execute("set role carnet_app")
        emit("k2")
        wait_until(lambda: len(seen) == 2)
    finally:
        running.stop()
        thread.join(timeout=10)
    assert not thread.is_alive()
