"""Laying lives down: who gets one, once, whole or not at all, by processes that may be killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.measures import api as measures
from carnet.people import api as people
from carnet.platform import blobs, clock
from carnet.profile import api as profile
from carnet.sandbox.care import feeding, running
from carnet.sandbox.care.register import SIMPLE
from carnet.sandbox.care.spaces import open_spaces
from carnet.sandbox.personas import PERSONAS, get_persona
from carnet.sandbox.personas.listing import matricule_of
from carnet.sandbox.world.making import make
from tests.conftest import acting_as

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db):
    with acting_as("carnet_loader"):
        make(40, seed=3, quiet=True)
        yield


def rows(query, *values):
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def counts():
    tables = ("documents_document", "measures_value", "profile_entry", "histories_episode")
    return [rows(f"select count(*) from {table}")[0][0] for table in tables]


def person_of(key):
    return people.find_by_matricule(matricule_of(get_persona(key))).id


def test_two_thirds_get_a_space_by_silence_the_same_ones_and_once(world):
    personas = [persona.matricule(clock.today()) for persona in PERSONAS]
    before = rows("select count(*) from enrolment_space")[0][0]
    opened = open_spaces(seed=1, personas=personas)
    assert 18 <= opened <= 35
    assert open_spaces(seed=1, personas=personas) == 0
    assert rows("select count(*) from enrolment_space")[0][0] == before + opened
    told = rows("select event, count(*) from journal where event like 'enrolment.%%' and person_id in"
                " (select id from people_person where not matricule = any(%s)) group by event", personas)  # fmt: skip
    assert dict(told) == {"enrolment.notified": opened, "enrolment.opened_by_silence": opened}


def test_lives_are_laid_down_once_and_simple_personas_stay_as_they_are(world):
    kept = {key: person_of(key) for key in ("denis", "estelle")}
    before = rows("select count(*) from documents_document where person_id = any(%s)", list(kept.values()))
    cared = running.care(seed=1, processes=1)
    assert cared.lives >= cared.spaces > 0
    assert rows("select count(*), sum(documents) from sandbox_life where fed_at is not null") == [
        (cared.lives, cared.fed.documents)
    ]
    whole = counts()
    again = running.care(seed=1, processes=1)
    assert (again.lives, again.spaces) == (0, 0)
    assert counts() == whole
    assert (
        rows("select count(*) from documents_document where person_id = any(%s)", list(kept.values()))
        == before
    )
    assert {persona.key for persona in PERSONAS} >= SIMPLE


def test_monique_reads_her_life(world):
    running.care(seed=1, processes=1, personas_only=True)
    monique = person_of("monique")
    with acting_as("carnet_app"):
        with access.open(monique, by=Actor(ActorKind.PATIENT, monique), purpose=Purpose.CONSULT) as a:
            assert measures.count_values(a) >= 400
            rubrics = {one.rubric: one for one in profile.list_rubrics(a)}
            titles = documents.list_recent(a, limit=200)
            found = documents.search(a, "apixaban", documents.Filters())
        names = {profile.describe(one).title for one in rubrics[profile.Rubric.TREATMENTS].entries}
    assert "Apixaban" in names
    assert len(titles) >= 60
    assert found.cards
    treated = [one for one in rubrics[profile.Rubric.TREATMENTS].entries if one.links]
    assert len(treated) == len(rubrics[profile.Rubric.TREATMENTS].entries), "each is tied to its disease"


def test_who_began_to_write_herself_is_left_alone(world):
    monique = person_of("monique")
    with (
        acting_as("carnet_app"),
        access.open(monique, by=Actor(ActorKind.PATIENT, monique), purpose=Purpose.MANAGE) as a,
    ):
        profile.add_entry(a, rubric=profile.Rubric.ALLERGIES, values={"name": "Arachide"})
    running.care(seed=1, processes=1, personas_only=True)
    assert rows("select count(*) from documents_document where person_id = %s", monique) == [(0,)]
    assert rows("select documents from sandbox_life where person_id = %s", monique) == [(0,)]


def test_an_interrupted_life_leaves_nothing_and_is_begun_again(world, monkeypatch):
    monique = person_of("monique")

    def fail(*_arguments, **_named):
        raise KeyboardInterrupt

    monkeypatch.setattr(feeding.profile, "load_entries", fail)
    with pytest.raises(KeyboardInterrupt):
        running.lay([monique], 1)
    monkeypatch.undo()
    assert rows("select count(*) from documents_document where person_id = %s", monique) == [(0,)]
    assert list(blobs.store().names(monique))
    running.lay([monique], 1)
    named = {row[0] for row in rows("select blob from documents_document where person_id = %s", monique)}
    assert set(blobs.store().names(monique)) == named


def test_killed_at_any_moment_it_goes_on_and_nothing_is_there_twice(world):
    environment = os.environ | {"CARNET_ROLE": "loader", "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    driver = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        f"connection.settings_dict['NAME'] = {connection.settings_dict['NAME']!r}\n"
        "connection.settings_dict['OPTIONS']['assume_role'] = 'carnet_loader'\n"
        "from carnet.sandbox.care import running\n"
        "running.care(seed=1, processes=1)\n"
    )
    for wanted in (1, 9):  # killed once that many lives are there: the next is under way
        process = subprocess.Popen([sys.executable, "-c", driver], env=environment, stderr=subprocess.PIPE)
        while process.poll() is None and rows(_FED)[0][0] < wanted:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        assert process.wait() in (0, -signal.SIGKILL), process.stderr.read()
        process.stderr.close()
    for _ in range(50):  # the server notices that its client died
        try:
            running.care(seed=1, processes=1)
            break
        except running.CareUnderWayError:
            time.sleep(0.1)
    fed = rows("select sum(documents), sum(measures), sum(entries), sum(episodes) from sandbox_life")[0]
    deposited = len({one.number for one in _demos()})
    assert counts() == [fed[0] + deposited, *fed[1:]]
    assert running.list_waiting() == []


_FED = "select count(*) from sandbox_life where fed_at is not null"


def _demos():
    from carnet.sandbox.personas.documents import DEMOS

    return DEMOS
