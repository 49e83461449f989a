"""The insurer's file of médecins traitants: taken line by line, told again without effect, each reject named."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carnet.access import api as access
from carnet.access import treating
from carnet.access.api import Basis, TreatingRefused
from carnet.config import cli
from tests.people.register import add_person, matricule_of
from tests.pro.visits import add_professional

pytestmark = pytest.mark.django_db


def write(tmp_path, *lines, heading="matricule;rpps"):
    path = tmp_path / "treating.csv"
    path.write_text("\n".join([heading, *lines]), encoding="utf-8")
    return path


def test_a_file_is_taken_and_told_again_changes_nothing(tmp_path):
    person, other = add_person(), add_person()
    doctor, _place = add_professional()
    path = write(tmp_path, f"{matricule_of(person)};{doctor.rpps}", f"{matricule_of(other)};{doctor.rpps}")
    done = access.load_treating(path)
    assert (done.lines, done.changed, done.already, done.rejected) == (2, 2, 0, 0)
    (relation,) = access.list_relations(person)
    assert (relation.basis, relation.professional_id, relation.informed) == (Basis.TREATING, doctor.id, True)
    again = access.load_treating(path)
    assert (again.changed, again.already) == (0, 2)
    gone = access.load_treating(write(tmp_path, f"{matricule_of(person)};"))
    assert gone.changed == 1
    assert access.list_relations(person) == []
    assert len(access.list_relations(other)) == 1


def test_each_reject_is_named_and_the_others_are_taken(tmp_path):
    person = add_person()
    doctor, _ = add_professional()
    nurse, _ = add_professional(profession="60")
    left, _ = add_professional(active=False)
    ins = matricule_of(person)
    path = write(
        tmp_path, "1;2;3", f"{ins};12", f"299127511600118;{doctor.rpps}", f"299127511600117;{doctor.rpps}",
        f"{ins};{nurse.rpps}", f"{ins};{left.rpps}", f"{ins};10000000000", f"{ins};{doctor.rpps}",
    )  # fmt: skip
    done = access.load_treating(path)
    assert (done.changed, done.rejected) == (1, 7)
    assert sorted((number, column) for number, column, _rule in done.rejects) == [
        (2, "ligne"), (3, "rpps"), (4, "matricule"), (5, "matricule"), (6, "rpps"), (7, "rpps"), (8, "rpps"),
    ]  # fmt: skip


def test_a_load_that_is_cut_keeps_its_batches(tmp_path, monkeypatch):
    monkeypatch.setattr(treating, "BATCH", 1)
    doctor, _ = add_professional()
    persons = [add_person(), add_person()]
    path = write(tmp_path, *(f"{matricule_of(one)};{doctor.rpps}" for one in persons))

    def cut(_lines):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        access.load_treating(path, progress=cut)
    done = access.load_treating(path)
    assert (done.changed, done.already) == (1, 1)


@pytest.mark.parametrize("heading", ["", "ins;rpps", "matricule,rpps"])
def test_another_file_is_refused_whole(tmp_path, heading):
    with pytest.raises(TreatingRefused, match="matricule;rpps"):
        access.load_treating(write(tmp_path, heading=heading))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_refused_or_read(tmp_path, data, headed):
    path = tmp_path / "any.csv"
    path.write_bytes((b"matricule;rpps\n" if headed else b"") + data)
    try:
        done = access.load_treating(path)
    except TreatingRefused:
        return
    assert done.changed == 0
    assert done.lines == done.rejected + done.already


def test_the_command_says_what_became_of_the_file(tmp_path, capsys):
    person = add_person()
    doctor, _ = add_professional()
    path = write(tmp_path, f"{matricule_of(person)};{doctor.rpps}", "x;y")
    assert cli.main(["--json", "treating", "load", str(path)]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["changed"], said["rejected"]) == (1, 1)
