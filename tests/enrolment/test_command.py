"""`carnet enrolment`: exit codes, words for people, facts for software."""

import json
from datetime import timedelta

import pytest

from carnet.config import cli
from carnet.config.commands import enrolment as command
from carnet.enrolment import api as enrolment
from carnet.platform import clock
from tests.conftest import acting_as
from tests.enrolment.acts import NOBODY, posted
from tests.people.register import add_person, matricule_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def django_is_there(monkeypatch):
    """Django was set up by the test session."""
    monkeypatch.setattr(command, "NEEDS_DJANGO", False, raising=False)


def carnet(*words):
    return cli.main(list(words))


def answer(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_notify_status_reissue(capsys):
    claire = add_person()
    ins = matricule_of(claire)
    assert carnet("enrolment", "status", "--ins", ins) == cli.Exit.DONE
    assert "aucun espace" in capsys.readouterr().out
    assert carnet("enrolment", "notify", "--ins", ins) == cli.Exit.DONE
    assert "e-mail" in capsys.readouterr().out
    assert carnet("--json", "enrolment", "status", "--ins", ins) == cli.Exit.DONE
    assert answer(capsys)["state"] == "notified"
    assert carnet("--json", "enrolment", "reissue", "--ins", ins) == cli.Exit.DONE
    assert answer(capsys)["channel"] == "email"
    assert carnet("enrolment", "notify", "--ins", ins, "--channel", "letter") == cli.Exit.DONE
    assert [message.channel for message in posted(claire)] == ["email", "email", "letter"]


def test_refused_with_the_rule(capsys):
    gone = add_person(died_on=clock.today())
    assert carnet("enrolment", "notify", "--ins", matricule_of(gone)) == cli.Exit.REFUSED
    assert "deceased" in capsys.readouterr().err
    assert carnet("--json", "enrolment", "notify", "--ins", matricule_of(gone)) == cli.Exit.REFUSED
    assert answer(capsys)["code"] == "deceased"
    assert carnet("enrolment", "status", "--ins", NOBODY) == cli.Exit.REFUSED
    assert carnet("enrolment", "status", "--ins", "279035121518980") == cli.Exit.REFUSED
    assert "--ins : La clé" in capsys.readouterr().err


def test_open(capsys, monkeypatch):
    claire = add_person()
    enrolment.notify(claire, by=enrolment_actor())
    later = clock.today() + timedelta(days=42)
    assert carnet("enrolment", "open", "--day", later.isoformat()) == cli.Exit.REFUSED
    assert "n’est pas encore venu" in capsys.readouterr().err
    monkeypatch.setattr(clock, "today", lambda: later)
    with acting_as("carnet_batch"):
        assert carnet("--json", "enrolment", "open") == cli.Exit.DONE
    assert answer(capsys)["opened"] == 1
    with pytest.raises(SystemExit):
        carnet("enrolment", "open", "--day", "hier")


def enrolment_actor():
    from tests.enrolment.acts import SYSTEM

    return SYSTEM
