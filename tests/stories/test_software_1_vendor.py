"""Software, 1: a vendor makes keys on the spot, copies one line, and reads what became of his calls."""

import json
import subprocess

import httpx2
import pytest

from tests.stories.conftest import look

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]


def test_a_vendor_deposits_in_five_minutes(someone, demo, tmp_path):
    vendor = someone(width=390, height=844)
    line = keys_on_the_spot(vendor)
    answer = pasted(line)
    assert "HTTP/1.1 201" in answer
    assert "/fhir/DocumentReference/" in answer
    token = line.split("Bearer ")[1].split("'")[0]
    body = fetched(line)
    refused = a_wrong_one_names_element_rule_and_clause(demo, token, body)
    the_same_verdict_without_a_server(demo, tmp_path, body, refused)
    the_console_says_why(vendor, refused)
    the_test_people(vendor)


def keys_on_the_spot(vendor):
    vendor.goto("/bac-a-sable/")
    vendor.get_by_role("main").get_by_role("link", name="Éditeurs").first.click()
    vendor.get_by_role("heading", name="Éditeurs de logiciels", level=1).wait_for()
    look(vendor, "software-1-01-vendors")
    vendor.get_by_label("Logiciel").fill("Labo du récit")
    vendor.get_by_role("button", name="Faire les clés").click()
    vendor.get_by_role("heading", name="Labo du récit", level=1).wait_for()
    look(vendor, "software-1-02-keys")
    with vendor.expect_download() as started:
        vendor.get_by_role("button", name="Télécharger la clé").click()
    key = json.loads(started.value.path().read_text())
    assert {"client_id", "d", "kty"} <= key.keys()
    vendor.reload()
    assert vendor.get_by_role("button", name="Télécharger la clé").count() == 0  # once
    return vendor.locator("code").filter(has_text="curl -s").first.inner_text()


def pasted(line):
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, timeout=60).stdout


def fetched(line):
    return httpx2.get(line.split("'")[1], timeout=60).json()


def a_wrong_one_names_element_rule_and_clause(demo, token, body):
    body["content"][0]["attachment"]["hash"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
    body["type"]["coding"][0]["code"] = "12345-6"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    answer = httpx2.post(f"{demo.api}/fhir/DocumentReference", json=body, headers=headers, timeout=60)
    assert answer.status_code == 422
    outcome = answer.json()
    assert outcome["resourceType"] == "OperationOutcome"
    said = json.dumps(outcome, ensure_ascii=False)
    assert "12345-6" in said
    for issue in outcome["issue"]:
        assert issue["expression"], issue
        assert issue["diagnostics"], issue
    assert "PDSm" in said  # the clause
    return outcome


def the_same_verdict_without_a_server(demo, folder, body, refused):
    wrong = folder / "wrong.json"
    wrong.write_text(json.dumps(body))
    done = demo.carnet("check", str(wrong), check=False)
    assert done.returncode == 3
    for issue in refused["issue"]:
        assert issue["expression"][0] in done.stdout, done.stdout


def the_console_says_why(vendor, refused):
    vendor.get_by_role("link", name="Voir mes appels").click()
    vendor.get_by_text("422").first.wait_for()
    look(vendor, "software-1-03-console")
    words = vendor.get_by_role("main").inner_text()
    assert "201" in words
    assert refused["issue"][0]["expression"][0] in words


def the_test_people(vendor):
    vendor.goto("/bac-a-sable/editeurs/personnes/")
    look(vendor, "software-1-04-people")
    assert vendor.get_by_role("main").get_by_role("row").count() > 20
