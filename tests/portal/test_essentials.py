"""The block of what must be found in seconds: what is said, what is declared, what nobody said."""

from datetime import timedelta

import pytest

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, Purpose
from carnet.platform import clock
from carnet.portal.essentials import find_warning, read_essentials, tell_essentials
from carnet.profile import api as profile
from carnet.profile.api import Rubric
from tests.people.register import add_person, open_space

pytestmark = pytest.mark.django_db


def door(person, purpose):
    return access.open(person, by=Actor(ActorKind.PATIENT, person), purpose=purpose)


def told(person):
    with door(person, Purpose.CONSULT) as a:
        return {label: (words, action) for label, words, _, action in tell_essentials(read_essentials(a))}


def test_nothing_said_is_not_nothing():
    person = add_person()
    open_space(person)
    with door(person, Purpose.MANAGE) as a:
        profile.declare_unconcerned(a, rubric=Rubric.ALLERGIES)
    said = told(person)
    assert said["Allergies"][0].startswith("Aucune allergie")
    assert said["Allergies"][1] == "Voir"
    assert said["Traitements en cours"] == ("Non renseigné", "Compléter")
    with door(person, Purpose.CONSULT) as a:
        views = read_essentials(a)
    assert "ne veut pas dire qu’il n’y a rien" in find_warning(views)
    assert find_warning([view for view in views if view.rubric is Rubric.ALLERGIES]) == ""


def test_a_treatment_that_is_over_is_not_in_the_way():
    person = add_person()
    open_space(person)
    today = clock.today()
    ends = {
        "Apixaban": "",
        "Amoxicilline": (today - timedelta(days=1)).isoformat(),
        "Metformine": f"{today:%Y-%m}",
        "Ibuprofène": str(today.year - 1),
    }
    with door(person, Purpose.MANAGE) as a:
        for name, end in ends.items():
            values = {"name": name, "start": "2020"} | ({"end": end} if end else {})
            profile.add_entry(a, rubric=Rubric.TREATMENTS, values=values)
    words, action = told(person)["Traitements en cours"]
    assert (sorted(words.split(", ")), action) == (["Apixaban", "Metformine"], "Voir")
