"""`carnet documents deposit`: exit codes, words for people, facts for software."""

import json

import pytest

from carnet.config import cli
from carnet.config.commands import documents as command
from tests.documents.deposits import FINESS, add_claire, report
from tests.people.register import matricule_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def django_is_there(monkeypatch):
    """Django was set up by the test session."""
    monkeypatch.setattr(command, "NEEDS_DJANGO", False, raising=False)


def deposit(file, *options, before=()):
    return cli.main([*before, "documents", "deposit", str(file), "--by", FINESS, *options])


@pytest.fixture
def claire():
    return add_claire()


@pytest.fixture
def file(claire, tmp_path):
    path = tmp_path / "report.xml"
    path.write_bytes(report(claire))
    return path


def test_deposit_then_again(claire, file, capsys):
    assert deposit(file, "--ins", matricule_of(claire)) == cli.Exit.DONE
    assert "Document déposé." in capsys.readouterr().out
    assert deposit(file, before=("--json",)) == cli.Exit.DONE
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["already"] is True


def test_refused_in_words_and_in_json(file, capsys):
    file.write_bytes(file.read_bytes().replace(b"<ClinicalDocument", b"<!DOCTYPE a><ClinicalDocument", 1))
    assert deposit(file) == cli.Exit.REFUSED
    assert "Refusé (906, « doctype »)" in capsys.readouterr().err
    assert deposit(file, before=("--json",)) == cli.Exit.REFUSED
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (answer["code"], answer["field"], answer["exit"]) == ("906", "doctype", 3)


def test_a_header_off_the_rules_is_refused_by_name_unless_told_otherwise(file, capsys):
    file.write_bytes(
        file.read_bytes().replace(b'<languageCode code="fr-FR"/>', b'<languageCode code="en-US"/>')
    )
    assert deposit(file) == cli.Exit.REFUSED
    said = capsys.readouterr().err
    assert "Refusé (906, « languageCode »)" in said
    assert "Structuration minimale" in said
    assert deposit(file, "--tolerant") == cli.Exit.DONE


def test_somebody_else_is_meant(file, capsys):
    other = add_claire(birth_name="DURAND")
    assert deposit(file, "--ins", matricule_of(other)) == cli.Exit.REFUSED
    assert "904" in capsys.readouterr().err


@pytest.mark.parametrize(("ins", "code"), [("123", "905"), ("255082B11523450", "902")])
def test_a_wrong_ins_option(file, capsys, ins, code):
    assert deposit(file, "--ins", ins) == cli.Exit.REFUSED
    assert code in capsys.readouterr().err


def test_twenty_megabytes(file, capsys):
    with file.open("ab") as opened:
        opened.write(b" " * 20_000_000)
    assert deposit(file) == cli.Exit.REFUSED
    assert "« size »" in capsys.readouterr().err


def test_no_file(tmp_path, capsys):
    assert deposit(tmp_path / "absent.xml") == cli.Exit.UNAVAILABLE
    assert "ne peut pas être lu" in capsys.readouterr().err


def test_scan_without_a_scanner_and_with_one_that_does_not_answer(claire, file, capsys, settings):
    deposit(file)
    settings.CARNET_CLAMD = ""
    assert cli.main(["documents", "scan"]) == cli.Exit.UNAVAILABLE
    assert "CARNET_CLAMD" in capsys.readouterr().err
    settings.CARNET_CLAMD = "127.0.0.1:9"
    assert cli.main(["--json", "documents", "scan"]) == cli.Exit.REFUSED
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["left"] == 1
