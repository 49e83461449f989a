"""`carnet documents send` over a line that fails: nothing lost, nothing twice, every answer kept."""

import json
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from carnet.config import cli
from carnet.config.sending.arguments import STATE
from carnet.config.sending.ledger import Ledger
from carnet.config.sending.metadata import describe
from tests.sending.line import LOST, SILENCE
from tests.standards.samples import n1, n3

URN = "urn:oid:1.2.250.1.999.1."


def lines_of(folder):
    return [json.loads(line) for line in (folder / STATE).read_bytes().splitlines()]


def test_a_folder_is_sent_once(line, folder, write, send):
    sent = {f"{URN}{number}": write(number).read_bytes() for number in range(12)}
    code, told = send()
    assert code == cli.Exit.DONE
    assert (told["deposited"], told["already"], told["refused"], told["skipped"]) == (12, 0, 0, 0)
    assert line.held == sent
    assert line.tokens == 1
    header, *entries = lines_of(folder)
    assert header["api"] == line.url
    assert {entry["file"] for entry in entries} == {f"{number:05}.xml" for number in range(12)}
    assert {entry["location"] for entry in entries} == {"http://x/fhir/DocumentReference/1"}
    assert stat.S_IMODE((folder / STATE).stat().st_mode) == 0o600

    code, told = send()
    assert (code, told["skipped"], told["deposited"]) == (cli.Exit.DONE, 12, 0)
    assert set(line.asked.values()) == {1}


def test_files_of_inner_folders_and_nothing_but_documents(line, folder, write, send):
    (folder / "2026").mkdir()
    write(1, name="2026/un.XML")
    (folder / "notes.txt").write_text("rien")
    assert send()[1]["deposited"] == 1
    assert lines_of(folder)[1]["file"] == "2026/un.XML"


@pytest.mark.parametrize(
    "failure",
    [
        SILENCE,
        LOST,
        (503, {}),
        (429, {"Retry-After": "0"}),
        (502, {}),
        (500, {}),
        (429, {"Retry-After": "demain"}),
    ],
)
def test_what_may_pass_is_tried_again(failure, line, write, send):
    for number in range(3):
        write(number)
    line.script = [failure, None, failure]
    code, told = send()
    assert code == cli.Exit.DONE
    assert told["deposited"] + told["already"] == 3
    assert told["already"] <= line.script.count(LOST) + 2
    assert len(line.held) == 3
    assert line.asked.total() == 5


def test_an_answer_that_was_lost_is_asked_for_again(line, write, send):
    write(1)
    line.script = [LOST]
    assert send()[1]["already"] == 1


def test_a_token_that_expired_is_changed_once(line, write, send):
    for number in range(8):
        write(number)
    line.expired = {"token-1"}
    code, told = send()
    assert (code, told["deposited"]) == (cli.Exit.DONE, 8)
    assert line.tokens == 2


def test_an_account_that_is_closed_stops_everything(line, write, send, folder):
    for number in range(30):
        write(number)
    line.expired = {f"token-{number}" for number in range(100)}
    code, told = send("--at-once", "2")
    assert code == cli.Exit.UNAVAILABLE
    assert "401" in told["error"]
    assert line.asked.total() < 30
    assert lines_of(folder)[1:] == []


def test_a_refusal_is_kept_with_its_rule_and_the_rest_goes_on(line, folder, write, send):
    for number in range(3):
        write(number)
    line.refusals = {f"{URN}1": 422}
    code, told = send()
    assert (code, told["deposited"], told["refused"]) == (cli.Exit.REFUSED, 2, 1)
    entry = next(one for one in lines_of(folder) if one.get("outcome") == "refused")
    assert (entry["file"], entry["status"]) == ("00001.xml", 422)
    assert entry["rules"] == ["required : DocumentReference.custodian : Il manque."]

    line.refusals = {}
    code, told = send()
    assert (code, told["skipped"], told["refused_in_all"]) == (cli.Exit.REFUSED, 3, 1)
    assert line.asked[f"{URN}1"] == 1
    code, told = send("--again")
    assert (code, told["deposited"], told["refused_in_all"]) == (cli.Exit.DONE, 1, 0)


def test_a_document_on_which_the_server_fails_holds_nothing_up(line, write, send):
    for number in range(3):
        write(number)
    line.refusals = {f"{URN}0": 500}
    code, told = send()
    assert (code, told["deposited"], told["failed"]) == (cli.Exit.FAILED, 2, 1)
    line.refusals = {}
    code, told = send()
    assert (code, told["deposited"], told["skipped"]) == (cli.Exit.DONE, 1, 2)


def test_a_file_that_is_no_document_never_leaves(line, folder, write, send):
    write(1)
    (folder / "autre.xml").write_text("<html/>")
    (folder / "grand.xml").write_bytes(b" " * 7_100_000)
    code, told = send()
    assert (code, told["deposited"], told["refused"]) == (cli.Exit.REFUSED, 1, 2)
    refused = {one["file"]: one for one in lines_of(folder) if one.get("outcome") == "refused"}
    assert refused["autre.xml"]["rules"][0].startswith("root : ")
    assert refused["autre.xml"]["status"] == 0
    assert line.asked.total() == 1


def test_a_file_that_changed_is_sent_again(line, write, send):
    write(1)
    send()
    write(1, title="Autre titre")
    assert send()[1]["already"] == 1


def test_versions_come_after_what_they_replace(line, write, send):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(6):  # the newest first by name: 1 replaces 2, which replaces 3 ...
        replaces = (f"1.2.250.1.999.1.{number + 1}",) if number < 5 else ("1.2.250.1.999.1.77",)
        write(number, replaces=replaces, effective_time=start - timedelta(days=number))
    for number in range(10, 15):
        write(number)
    assert send()[1]["deposited"] == 11
    places = [line.order.index(f"{URN}{number}") for number in range(6)]
    assert places == sorted(places, reverse=True)
    assert min(places) == 5


def test_those_that_replace_each_other_are_sent_all_the_same(line, write, send):
    write(1, replaces=("1.2.250.1.999.1.2",))
    write(2, replaces=("1.2.250.1.999.1.1",))
    assert send()[1]["deposited"] == 2


def test_nobody_answers(write, send, folder):
    write(1)
    code, told = send("--patience", "0.3", api="http://127.0.0.1:9")
    assert code == cli.Exit.UNAVAILABLE
    assert "ne répond plus" in told["error"]
    assert "Relancez" in told["error"]


@pytest.mark.parametrize(
    "api", ["http://carnet.example", "ftp://localhost", "carnet.example", "http://[", "https://x/?a=1"]
)
def test_where_documents_may_not_go(api, write, send):
    write(1)
    code, told = send(api=api)
    assert code == cli.Exit.REFUSED
    assert "--api" in told["error"]


@pytest.mark.parametrize(
    ("content", "word"),
    [("{", "JSON"), ("[]", "client_id"), ('{"client_id": "x"}', "clé privée"),
     ('{"client_id": "x", "kty": "oct", "k": "c2VjcmV0"}', "clé privée"),
     ('{"client_id": "x", "kty": "EC", "crv": "P-256", "x": "", "y": ""}', "clé privée")],
)  # fmt: skip
def test_a_key_that_is_none(content, word, key, write, send):
    key.write_text(content)
    code, told = send()
    assert code == cli.Exit.REFUSED
    assert word in told["error"]


def test_what_is_not_there(folder, key, send, line):
    key.unlink()
    assert send()[0] == cli.Exit.UNAVAILABLE
    assert cli.main(["documents", "send", str(folder / "x"), "--api", line.url, "--key", str(key)]) == 4


class TestState:
    def test_a_line_cut_by_a_crash_is_forgotten(self, line, folder, write, send):
        for number in range(4):
            write(number)
        send()
        whole = (folder / STATE).read_bytes()
        (folder / STATE).write_bytes(whole[:-10])
        code, told = send()
        assert (code, told["skipped"], told["already"]) == (cli.Exit.DONE, 3, 1)
        assert len(lines_of(folder)) == 5

    def test_any_other_damage_is_refused(self, folder, write, send):
        write(1)
        send()
        first, second = (folder / STATE).read_bytes().splitlines()
        for damaged in (
            b"{\n" + second,
            first + b"\n{}",
            first + b"\n[1]",
            first + b"\n" + second[:20] + b"\n" + second,
        ):
            (folder / STATE).write_bytes(damaged + b"\n")
            code, told = send()
            assert code == cli.Exit.REFUSED
            assert STATE in told["error"]

    def test_it_is_of_one_server_and_one_account(self, line, folder, write, send):
        write(1)
        send()
        changed = (folder / STATE).read_bytes().replace(b'"client":"0198', b'"client":"0199')
        (folder / STATE).write_bytes(changed)
        code, told = send()
        assert code == cli.Exit.REFUSED
        assert "--state" in told["error"]
        assert send("--state", str(folder / "autre.jsonl"))[1]["already"] == 1

    def test_two_at_once_are_refused(self, folder, write, send, line):
        write(1)
        with Ledger(folder / STATE, api=line.url, client_id="x"):
            code, told = send()
        assert code == cli.Exit.REFUSED
        assert "déjà" in told["error"]


def test_what_is_said_of_a_document():
    """Everything that the profile of ITI-105 asks for, from the header alone."""
    data = n3()
    publication = describe(data, max_bytes=10**6)
    found = json.loads(publication.body)
    assert found["masterIdentifier"] == {"system": "urn:oid:1.2.250.1.999.1", "value": "CR-2026-1"}
    assert publication.replaces == ("1.2.250.1.999.1^CR-2026-0",)
    attachment = found["content"][0]["attachment"]
    assert attachment["size"] == len(data)
    assert attachment["contentType"] == "text/xml"
    assert found["content"][0]["format"]["code"] == "urn:ihe:lab:xd-lab:2008"
    assert found["category"][0]["coding"][0]["code"] == "10"
    assert json.loads(describe(n1(), max_bytes=10**6).body)["content"][0]["format"]["code"].startswith(
        "urn:ihe:iti:xds-sd:pdf"
    )


CHECKED = """
import sys
from django.apps import apps
from carnet.config.cli import main
code = main(sys.argv[1:])
sys.exit(9 if apps.ready else code)
"""


def test_the_sender_needs_no_django(key, folder, line, write):
    """In a process of its own, without settings or home: a software of a hospital has neither."""
    write(1)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("CARNET_", "DJANGO_"))
    }
    done = subprocess.run(
        [sys.executable, "-c", CHECKED,
         "--json", "--home", str(folder / "nothing"), "documents", "send", str(folder), "--api", line.url, "--key", str(key)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["deposited"] == 1
    assert not (folder / "nothing").exists()
