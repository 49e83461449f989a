"""`carnet access`: what waits for a review, who is frozen, from which limits."""

import json

import pytest

from carnet.access import api as access
from carnet.config import boot, cli
from carnet.platform.ids import uuid7
from tests.access.test_emergencies import REASON
from tests.days import live
from tests.people.persons import claire
from tests.pro.visits import actor_of, add_professional

pytestmark = pytest.mark.django_db


def said(capsys, *words):
    capsys.readouterr()
    assert cli.main(["--json", "access", *words]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]


def test_reviews_are_listed_late_first_and_name_nobody(capsys):
    person = claire().owner_id
    first = access.enter_emergency(person, by=actor_of(*add_professional()), reason=REASON)
    live(4)
    second = access.enter_emergency(person, by=actor_of(*add_professional()), reason=REASON)
    counts, *lines = said(capsys, "reviews")
    assert (counts["waiting"], counts["late"]) == (2, 1)
    assert [(line["id"], line["late"]) for line in lines] == [(str(first.id), True), (str(second.id), False)]
    assert len(said(capsys, "reviews", "--late")) == 2
    assert str(person) not in json.dumps(lines)


def test_frozen_accounts_are_listed(capsys):
    doctor, _ = add_professional()
    access.freeze(doctor.id, reviewer_id=uuid7())
    (line,) = said(capsys, "frozen")
    assert (line["rpps"], line["reason"]) == (doctor.rpps, "by_hand")


def test_limits_are_shown_for_each_profession(capsys):
    lines = {line["role"]: line for line in said(capsys, "guard")}
    assert {"*", "10", "10/regulation"} <= set(lines)
    step, freeze = lines["10"]["limits"]["persons"]
    assert step < freeze


def test_a_file_that_will_not_do_is_an_obstacle_at_boot(tmp_path, settings):
    from carnet.access.guard.baselines import starting_baselines

    for path, level in ((tmp_path / "absent.csv", boot.Level.OBSTACLE), ("", boot.Level.GOOD)):
        settings.CARNET_GUARD_BASELINE = str(path)
        starting_baselines.cache_clear()
        (finding,) = boot.check_guard()
        assert finding.level is level
    starting_baselines.cache_clear()
