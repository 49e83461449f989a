"""The driver kills where it says, and a drill sees what a careless program loses."""

import os
from itertools import count

import pytest
from django.db import connection

from tests.kills import drill
from tests.kills.drill import Drill, run
from tests.kills.driver import NICK, Moment

pytestmark = pytest.mark.django_db(transaction=True)

_names = count(1)
COMMIT = "^_commit_gen"


def prepare():
    return {"name": f"careless{next(_names)}"}


def written(rows, facts):
    return rows("select count(*) from platform_dailyrun where name = %s", facts["name"])[0][0]


@pytest.mark.parametrize(("after", "there", "told"), [(False, 2, 2), (True, 3, 2)])
def test_killed_around_its_third_commit(nursery, rows, after, there, told):
    facts = prepare()
    ran = nursery.run("write_rows", role="app", kill=Moment(step=3, name=COMMIT, after=after), **facts)
    assert ran.killed
    assert len(ran.said) == told
    assert written(rows, facts) == there


def test_killed_after_a_delay(nursery, rows):
    facts = prepare()
    assert nursery.run("write_rows", role="app", kill=Moment(seconds=0), **facts).killed
    assert written(rows, facts) < 5


def test_unharmed_it_comes_to_its_end_as_the_role_it_was_given(nursery, rows):
    ran = nursery.run("write_rows", role="app", **prepare())
    assert (ran.killed, ran.said) == (False, ("0", "1", "2", "3", "4"))
    assert ran.steps > 10
    with pytest.raises(AssertionError, match="InsufficientPrivilege"):
        nursery.run("write_rows", role="stats", **prepare())


def test_a_process_that_breaks_by_itself_is_no_kill(nursery):
    with pytest.raises(AssertionError, match="broken on purpose"):
        nursery.run("fail", role="app")


def test_a_drill_sees_what_was_acknowledged_too_early(nursery, rows, monkeypatch):
    monkeypatch.setattr(drill, "KILLS", 1)
    before_commit = Moment(step=2, name=COMMIT)
    monkeypatch.setattr(drill, "draw", lambda *_: before_commit)

    def check_killed(facts, said):
        assert len(said) <= written(rows, facts), "lost"

    def faulty():
        return prepare() | {"early": True}

    with pytest.raises(AssertionError, match="lost"):
        run(Drill("write_rows", "app", faulty, check_killed, lambda facts: written(rows, facts)), nursery)
    run(Drill("write_rows", "app", prepare, check_killed, lambda facts: written(rows, facts)), nursery)


def test_nobody_of_the_nursery_stays_connected(nursery):
    nursery.run("write_rows", role="app", kill=Moment(step=4), **prepare())
    with connection.cursor() as cursor:
        mine = f"{NICK}-{os.getpid()}-%"
        cursor.execute("select count(*) from pg_stat_activity where application_name like %s", [mine])
        assert cursor.fetchone() == (0,)
