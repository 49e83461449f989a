"""Two browsers at the very same time: one of a kind stays one, and "none" never stands beside a line."""

import threading
from functools import partial

import pytest
from django.db import connection

from carnet.access import api as access
from carnet.journal.api import Purpose
from carnet.profile import actions
from carnet.profile import api as profile
from carnet.profile.api import Rubric, State
from tests.conftest import LONG
from tests.documents.deposits import FACILITY, FINESS, add_claire
from tests.profile.entries import GOOD, add, entry_of, managing, views

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 50 if LONG else 4


def at_once(*acts):
    """Do acts in threads that start together; return what each raised, None where it was done."""
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number, act):
        try:
            gate.wait(10)
            act()
        except Exception as error:  # noqa: BLE001 - told to the test
            outcomes[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def test_one_blood_group_is_kept_and_the_other_refused():
    for _ in range(ROUNDS):
        claire = add_claire()
        outcomes = at_once(*[partial(add, claire, Rubric.BLOOD_GROUP)] * 2)
        assert sorted(type(one).__name__ for one in outcomes) == ["EntryRefused", "NoneType"]
        assert len(views(claire)[Rubric.BLOOD_GROUP].entries) == 1


def test_none_declared_never_stands_beside_a_line():
    for _ in range(ROUNDS):
        claire = add_claire()

        def declare(person=claire):
            with managing(person) as a:
                profile.declare_unconcerned(a, rubric=Rubric.ALLERGIES)

        outcomes = at_once(lambda person=claire: add(person, Rubric.ALLERGIES), declare)
        assert outcomes[0] is None
        assert outcomes[1] is None or isinstance(outcomes[1], profile.EntryRefused)
        view = views(claire)[Rubric.ALLERGIES]
        assert (view.state, view.unconcerned_on) == (State.FILLED, None)


def test_of_two_changes_one_is_kept():
    for _ in range(ROUNDS):
        claire = add_claire()
        entry_id = add(claire, Rubric.DISEASES)

        def change(name, person=claire, entry=entry_id):
            with managing(person) as a:
                profile.change_entry(a, entry_id=entry, values={"name": name}, version=1)

        outcomes = at_once(lambda: change("Rhinite"), lambda: change("Bronchite"))
        assert sorted(type(one).__name__ for one in outcomes) == ["EntryChangedError", "NoneType"]
        (entry,) = views(claire)[Rubric.DISEASES].entries
        assert entry.version == 2


@pytest.mark.parametrize("act", ["change", "remove"])
def test_what_a_professional_confirms_meanwhile_is_not_undone(act, monkeypatch):
    claire = add_claire()
    entry_id = add(claire, Rubric.VACCINATIONS)

    def confirm():
        with access.open(claire, by=FACILITY, purpose=Purpose.DEPOSIT) as a:
            profile.confirm_entry(a, entry_id=entry_id, structure=FINESS)

    read = actions._changeable

    def read_then_confirm(*facts):
        entry = read(*facts)
        assert at_once(confirm) == [None]
        return entry

    monkeypatch.setattr(actions, "_changeable", read_then_confirm)
    with pytest.raises(profile.EntryChangedError) as changed, managing(claire) as a:
        if act == "change":
            values = GOOD[Rubric.VACCINATIONS] | {"lot": "Z9"}
            profile.change_entry(a, entry_id=entry_id, values=values, version=1)
        else:
            profile.remove_entry(a, entry_id=entry_id, version=1)
    assert act == "remove" or changed.value.current.locked
    kept = entry_of(claire, entry_id)
    assert (kept.locked, kept.structure, kept.values["lot"]) == (True, FINESS, "A/12-b")
