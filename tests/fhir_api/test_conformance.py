"""docs/conformance.md: what the service answers to every FHIR example of the guides, in both modes.

`CARNET_WRITE=1` writes the table again; without it the table is compared with what happens.
"""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from carnet.platform import clock
from carnet.standards.pdsm.examination import examine
from carnet.terminology.api import BINDINGS
from tests.directory.clients import LILAS
from tests.fhir_api.calling import Software, rule_of
from tests.people.register import add_person, open_space
from tests.standards.samples import SHARED

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = Path(__file__).parents[2] / "docs/conformance.md"
HEADINGS = "| example | sent as | strict client | lenient client |\n|---|---|---|---|\n"
FOLDERS = ("pdsm", "pdsm4dmp", "mhd-ihe")
FHIR = SHARED / "data/interop/fhir"
EXAMPLES = [file for folder in FOLDERS for file in sorted((FHIR / folder).glob("*.json"))]
PROFILES = sorted((FHIR / "mhd-ihe/profiles").glob("*.json"))
PATCHED = "/fhir/DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:1.2.250.1.999.404"
REQUESTS = {"DocumentReference", "Bundle", "Parameters"}
MOST_RULES = 6


def require_examples():
    if EXAMPLES:
        return
    message = f"0 FHIR examples under {FHIR}: set CARNET_SHARED"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def resource_of(file: Path) -> tuple[str, str]:
    """Return the type and the id of an example; the name of its file says them when it is not JSON."""
    try:
        made = json.loads(file.read_bytes())
    except json.JSONDecodeError:
        return file.name.split("-")[0], ""
    return made["resourceType"], made.get("id", "")


def send(software: Software, file: Path):
    kind, _ = resource_of(file)
    if kind == "Parameters":
        return software.call("PATCH", PATCHED, file.read_bytes())
    path = "/fhir" if kind == "Bundle" else f"/fhir/{kind}"
    return software.call("POST", path, file.read_bytes())


def sent_as(file: Path) -> str:
    kind, _ = resource_of(file)
    named = {"DocumentReference": "ITI-105", "Bundle": "ITI-65", "Parameters": "PATCH"}
    return named.get(kind, f"POST {kind}")


def rules_of(answer) -> list[str]:
    """The rules that were broken, in the order of the answer, each once."""
    issues = json.loads(answer.content).get("issue", ())
    return list(dict.fromkeys(rule_of(one) for one in issues if one["severity"] == "error"))


def told(answer) -> str:
    if answer.status_code < 300:
        warned = json.loads(answer.content)["entry"][0]["response"].get("outcome", {}).get("issue", ())
        names = ", ".join(f"`{rule_of(one)}`" for one in warned)
        return f"**accepted**, {answer.status_code}" + (f", warned of {names}" if names else "")
    rules = rules_of(answer)
    more = f" and {len(rules) - MOST_RULES} more" if len(rules) > MOST_RULES else ""
    return f"refused, {answer.status_code}: " + ", ".join(f"`{one}`" for one in rules[:MOST_RULES]) + more


@pytest.fixture
def dominique():
    """The person of the smallest lot, as the register would know her."""
    person = add_person(
        birth_name="PAT-TROIS",
        given_names="DOMINIQUE",
        birth_date=date(1979, 3, 1),
        birth_place="51215",
        matricule="279035121518989",
    )
    open_space(person)
    return person


@pytest.fixture
def software():
    return {strict: Software(LILAS, strict=strict) for strict in (True, False)}


def row(name: str, kind: str, answers: list[str]) -> str:
    return f"| {name} | {kind} | {' | '.join(answers)} |"


def test_the_table_says_what_is_answered_to_every_example(software, dominique):
    require_examples()
    rows = [
        row(
            file.relative_to(FHIR).as_posix(),
            sent_as(file),
            [told(send(software[strict], file)) for strict in (True, False)],
        )
        for file in EXAMPLES
    ]
    answers = {strict: {told(send(software[strict], file)) for file in PROFILES} for strict in (True, False)}
    assert all(len(one) == 1 for one in answers.values()), answers
    rows.append(
        row(
            f"mhd-ihe/profiles/*.json ({len(PROFILES)})",
            "POST of its type",
            [answers[strict].pop() for strict in (True, False)],
        )
    )
    table = "\n".join(rows) + "\n"
    page = PAGE.read_text(encoding="utf-8")
    before, mark, after = page.partition(HEADINGS)
    assert mark, "the page has no table of FHIR examples"
    committed = "".join(line for line in after.splitlines(keepends=True) if line.startswith("|"))
    if os.environ.get("CARNET_WRITE") == "1":
        PAGE.write_text(before + mark + table + after.removeprefix(committed), encoding="utf-8")
    else:
        assert committed == table


def test_the_command_and_the_service_agree(software, dominique):
    """`carnet check` reads with the same functions: same status, same rules, for every example."""
    require_examples()
    for file in EXAMPLES:
        kind, _ = resource_of(file)
        if kind not in REQUESTS:
            continue
        for strict in (True, False):
            verdict = examine(file.read_bytes(), strict=strict, bindings=BINDINGS, now=clock.now())
            answer = send(software[strict], file)
            if verdict.accepted:
                assert answer.status_code in {200, 201} or kind == "Parameters", (file, answer.content)
            else:
                errors = [issue for issue in verdict.issues if issue.severity == "error"]
                assert {issue.rule for issue in errors} == set(rules_of(answer)), file
                assert answer.status_code in {issue.status for issue in errors}, file
