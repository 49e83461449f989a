"""docs/rights.md is what the rules say today, and a patient reads it."""

from pathlib import Path

import pytest

from carnet.access.api import EXPLANATIONS, Rule
from carnet.access.explaining import PART_LABELS, list_given, write_rights
from carnet.access.matrix import PARTS, get_matrix
from carnet.config.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == write_rights(), "carnet rights write"


@pytest.mark.parametrize("rule", list(Rule))
def test_each_rule_has_its_line(rule):
    lines = [line for line in write_rights().splitlines() if f"| {EXPLANATIONS[rule]} |" in line]
    assert len(lines) == 1
    assert "|  |" not in lines[0]


def test_each_profession_and_part_has_its_words():
    page = write_rights()
    assert all(f"### {one.label}\n" in page for one in get_matrix().professions.values())
    assert set(PART_LABELS) == set(PARTS)


def test_what_is_said_of_a_profession_is_what_it_has():
    kinds, parts = list_given("41")
    assert {kind.code for kind in kinds} == get_matrix().grants["41"].types
    assert parts == ["professionnels et établissements", "contacts et personne de confiance"]


def test_the_command(capsys, tmp_path):
    assert main(["rights", "check"]) == 0
    assert main(["rights", "show", "41"]) == 0
    assert "Document du secteur social" in capsys.readouterr().out
    assert main(["rights", "show", "999"]) == 3
    assert "n’est pas dans la matrice" in capsys.readouterr().err
    assert main(["rights", "write", "--to", str(tmp_path / "rights.md")]) == 0
    assert (tmp_path / "rights.md").read_text() == write_rights()
    (tmp_path / "professions.csv").write_text("x\n")
    assert main(["rights", "check", str(tmp_path)]) == 3
