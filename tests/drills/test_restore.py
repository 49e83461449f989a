"""Backup while serving, kill -9 of everything, restoration elsewhere: people find what they left."""

from carnet.sandbox.personas import PASSWORD as PUBLIC_PASSWORD
from carnet.sandbox.personas import get_persona
from tests.drills.space import come_back
from tests.drills.visitor import Visitor


def test_pages_were_served_while_it_was_backed_up(life):
    assert len(life.answers) > 3
    assert set(life.answers) == {200}


def test_everything_was_killed(life):
    assert life.processes > 8  # supervisor, guardian, portal, three workers, the database and its own


def test_people_find_what_they_left(life):
    late = life.space.words["title late"]  # deposited after the backup
    expected = {title: data for title, data in life.space.originals.items() if title != late}
    assert life.originals == expected  # byte for byte
    # newest first: what she did in the restored house stands above what she had done before the backup
    acts, history = life.acts, life.history
    new = next(number for number in range(len(acts)) if acts[number:] == history[: len(acts) - number])
    assert len(acts) - new > 10


def test_others_are_there_too(life):
    denis = get_persona("denis")
    home = Visitor(life.restored.url).log_in(denis.login, PUBLIC_PASSWORD, denis.email)
    assert "Denis COURTRAY" in home


def test_the_examination_finds_nothing_wrong(life):
    findings = [line.split()[0] for line in life.restored.carnet("doctor").splitlines() if line.strip()]
    assert len(findings) > 10
    assert set(findings) == {"bien"}


def test_killed_and_started_again_nothing_that_was_acknowledged_is_lost(life):
    life.killed.start("demo")
    assert come_back(life.space, life.killed).take_originals() == life.space.originals
    life.killed.stop()
