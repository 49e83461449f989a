"""The matrix as data: another one may be given, and what is wrong in it is said before anybody reads by it."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest
from django.test import override_settings

from carnet.access import matrix
from carnet.access.api import Part
from carnet.access.matrix import MatrixError, get_grant
from carnet.config.boot import Level, check_matrix
from carnet.profile.rubrics import Rubric
from carnet.terminology import api as terminology


@pytest.fixture
def folder(tmp_path):
    """A copy of Carnet's own, to change."""
    for name in ("professions.csv", "matrix.csv", "matrix_parts.csv"):
        shutil.copy(Path(str(files("carnet.access"))) / "data" / name, tmp_path / name)
    return tmp_path


def add_row(folder, name, row):
    with (folder / name).open("a") as file:
        file.write(row + "\n")


def test_it_speaks_of_every_part_of_a_record_and_of_no_other():
    assert set(matrix.PARTS) == {*map(str, Rubric), *map(str, Part)}


def test_an_operator_gives_another(folder):
    add_row(folder, "matrix.csv", "71,11502-2,yes,own,Établissement")
    with override_settings(CARNET_MATRIX=str(folder)):
        assert get_grant("71").types == {"11502-2"}
        assert get_grant("60").types < get_grant("10").types
    assert not get_grant("71").reads


@pytest.mark.parametrize("patterns", [("*", "class:10", "11502-2"), ("11502-2", "class:10", "*")])
def test_the_most_precise_row_decides_in_any_order(folder, patterns):
    said = {"*": "no", "class:10": "yes", "11502-2": "no"}
    (folder / "matrix.csv").write_text(
        "profession,pattern,given,origin,source\n"
        + "".join(f"73,{pattern},{said[pattern]},own,Nous\n" for pattern in patterns)
    )
    given = matrix.check_matrix(str(folder)).grants["73"].types
    assert given == {
        kind.code
        for kind in terminology.list_document_types()
        if kind.class_code == "10" and kind.code != "11502-2"
    }


def test_an_unknown_profession_has_nothing():
    assert get_grant("999") == matrix.NOTHING
    assert not matrix.NOTHING.reads


@pytest.mark.parametrize(
    ("name", "row", "rule"),
    [
        ("matrix.csv", "999,*,yes,own,Nous", "profession « 999 » absente"),
        ("matrix.csv", "G16_10,*,yes,own,Nous", "suit déjà une autre"),
        ("matrix.csv", "73,0-0,yes,own,Nous", "pattern « 0-0 »"),
        ("matrix.csv", "73,class:12,yes,own,Nous", "pattern « class:12 »"),
        ("matrix.csv", "73,11502-2,oui,own,Nous", "given vaut yes ou no"),
        ("matrix.csv", "73,11502-2,yes,décret,Nous", "origin vaut published ou own"),
        ("matrix.csv", "73,11502-2,yes,own,", "source est vide"),
        ("matrix.csv", "73,*,yes,own,Nous", "déjà dit pour la profession 73"),
        ("matrix.csv", "73,11502-2,yes", "5 colonnes attendues"),
        ("matrix.csv", "73,11502-2,yes,own,Nous,encore", "5 colonnes attendues"),
        ("matrix_parts.csv", "73,TREATMENT,yes,own,Nous", "pattern « TREATMENT »"),
        ("professions.csv", "10,Médecin,health,", "profession « 10 » vide ou déjà dite"),
        ("professions.csv", "11,Mage,magic,", "group vaut health, other, social"),
        ("professions.csv", "11,Mage,health,12", "same_as « 12 »"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_rule(folder, name, row, rule):
    add_row(folder, name, row)
    with pytest.raises(MatrixError, match=rf"{name} ligne \d+ : .*{rule}"):
        matrix.check_matrix(str(folder))


def test_a_file_that_is_not_there_stops_the_start(folder):
    (folder / "matrix.csv").unlink()
    with override_settings(CARNET_MATRIX=str(folder)):
        (finding,) = check_matrix()
    assert finding.level is Level.OBSTACLE
    assert "matrix.csv : fichier illisible" in finding.text


def test_other_columns_stop_the_start(folder):
    (folder / "matrix.csv").write_text("profession;pattern\n10;*\n")
    with pytest.raises(MatrixError, match="les colonnes sont profession, pattern, given, origin, source"):
        matrix.check_matrix(str(folder))
