"""`carnet check`: the verdict of a server without one, one line per rule, exit 0, 3 or 4."""

import json
import os
import subprocess
import sys

import pytest

from carnet.config import cli
from carnet.standards.cda.rules import RULES as HEADER_RULES
from carnet.standards.pdsm.rules import rules_of
from tests.standards.papers import pdf_with_hidden_javascript
from tests.standards.pdsm.patching import LABEL_N, json_patch, op
from tests.standards.pdsm.sent import bundle, changed, simplified, simplified_cda
from tests.standards.samples import n1, n3


@pytest.fixture
def checked(tmp_path, capsys):
    def check(data, *options):
        file = tmp_path / "file"
        file.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        code = cli.main(["check", str(file), *options])
        return code, capsys.readouterr().out.splitlines()

    return check


@pytest.mark.parametrize(
    ("data", "kind", "rules"),
    [
        (simplified(), "ITI-105", len(rules_of("S")) + 1),
        (simplified_cda(), "ITI-105", len(rules_of("S"))),
        (bundle(), "ITI-65", len(rules_of("BC")) + 1),
        (n3(), "CDA", len(HEADER_RULES) + 9),
        (json_patch(op("replace", "/securityLabel", [LABEL_N])), "PATCH", len(rules_of("P"))),
    ],
)
def test_what_breaks_no_rule_has_a_line_for_each(checked, data, kind, rules):
    """One more where there is a file to look into."""
    code, lines = checked(data)
    assert code == cli.Exit.DONE
    assert kind in lines[0]
    assert sum(line.startswith("✓ ") for line in lines) == rules
    assert not [line for line in lines if line.startswith(("✗", "!"))]
    assert lines[-2].startswith("Accepté en mode strict")
    assert lines[-1].startswith("Non vérifié ici")


def test_a_broken_rule_is_named_with_its_clause_and_its_element(checked):
    code, lines = checked(changed(simplified(), lambda made: made.pop("date")))
    assert code == cli.Exit.REFUSED
    at = next(index for index, line in enumerate(lines) if line.startswith("✗"))
    assert lines[at].startswith("✗ pdsm.date.1..1 — PDSm 3.1.1")
    assert lines[at + 1].strip().startswith("DocumentReference.date : ")
    assert lines[-2].startswith("Refusé en mode strict")


def test_a_rule_of_the_header_of_a_cda(checked):
    broken = n3().replace(b'<languageCode code="fr-FR"/>', b'<languageCode code="en"/>')
    code, lines = checked(broken)
    assert code == cli.Exit.REFUSED
    assert [line.split()[1] for line in lines if line.startswith("✗")] == ["languageCode"]
    code, lines = checked(broken, "--lenient")
    assert code == cli.Exit.DONE
    assert [line.split()[1] for line in lines if line.startswith("!")] == ["languageCode"]


def test_a_known_deviation_is_let_through_when_it_is_asked(checked):
    made = changed(simplified(), lambda made: made.pop("custodian"))
    assert checked(made)[0] == checked(made, "--strict")[0] == cli.Exit.REFUSED
    code, lines = checked(made, "--lenient")
    assert code == cli.Exit.DONE
    assert [line.split()[1] for line in lines if line.startswith("!")] == ["pdsm.custodian.1..1"]


def test_a_program_inside_a_file_is_found(checked):
    code, lines = checked(n1(data=pdf_with_hidden_javascript()))
    assert code == cli.Exit.REFUSED
    assert [line.split()[1] for line in lines if line.startswith("✗")] == ["depot.906.content"]


@pytest.mark.parametrize("data", [b"", b"\x00", b"{", b"<a", b'{"resourceType":"Patient"}', b"%PDF-1.4"])
def test_what_is_no_request_has_one_line(checked, data):
    code, lines = checked(data)
    assert code == cli.Exit.REFUSED
    assert not [line for line in lines if line.startswith("✓")]


def test_facts_for_software(checked):
    code, lines = checked(changed(simplified(), lambda made: made.update(status="superseded")), "--json")
    facts = json.loads(lines[-1])
    assert (code, facts["exit"], facts["accepted"], facts["kind"]) == (3, 3, False, "ITI-105")
    assert [(one["rule"], one["expression"], one["status"]) for one in facts["issues"]] == [
        ("pdsm.status", "DocumentReference.status", 422)
    ]
    assert "pdsm.date.1..1" in facts["passed"]


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert cli.main(["check", str(tmp_path / "nothing")]) == cli.Exit.UNAVAILABLE
    assert "ne peut pas être lu" in capsys.readouterr().err


def test_it_runs_where_nothing_is_installed(tmp_path):
    """Without a folder of data, a key or a database: a vendor has none."""
    file = tmp_path / "request.json"
    file.write_text(json.dumps(bundle()))
    home = tmp_path / "home"
    run = subprocess.run(
        [sys.executable, "-m", "carnet.config.cli", "--home", str(home), "check", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert not home.exists()
