"""`carnet training`: three invented people, or a sentence that says why not."""

import argparse

import pytest

from carnet.config.cli import Exit, Refusal
from carnet.config.commands import training
from carnet.pro import exercises
from tests.people.register import add_person, matricule_of

pytestmark = pytest.mark.django_db


def run(*words):
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    training.add_arguments(parser)
    return training.run(parser.parse_args(list(words)))


def test_three_people_are_chosen_and_listed(capsys):
    people = [add_person(birth_name=name) for name in ("LIRE", "RECEVOIR", "URGENCE")]
    assert run("use", *(matricule_of(one) for one in people)) == Exit.DONE
    assert [one.id for one in exercises.list_patients()] == people
    run("list")
    assert "Claire URGENCE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("matricules", "said"),
    [((), "3 personnes"), (("1234",), "1234"), (("279035121518989",) * 3, "pas dans le registre")],
)
def test_what_will_not_do_is_said(matricules, said):
    with pytest.raises(Refusal, match=said):
        run("use", *matricules)
    assert exercises.list_patients() == []
