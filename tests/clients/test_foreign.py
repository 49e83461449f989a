"""Clients that others wrote, against the running process: deposit, search, retrieve, replace."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.papers import bundle, documents, ins_of, publication
from tests.clients.running import ROOT, rows

pytestmark = pytest.mark.django_db(transaction=True)

KIT = ROOT / ".venv/node/node_modules/fhir-kit-client"


@pytest.fixture
def papers(people):
    """A report of two pages in time: the first, then what replaces it; and a second document."""
    first, second = (
        documents(people[0], (number,), set_id="1.2.250.1.999.8^SET", version_number=number)[0]
        for number in (1, 2)
    )
    (other,) = documents(people[0], (5,))
    return first, second, other


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")


def check_what_is_there(person, ids):
    """Three documents, the first of them replaced by the second."""
    found = rows(
        "select id::text, status, replaced_by::text from documents_document where person_id = %s", person
    )
    first, other, second = ids
    assert {one: (status, by) for one, status, by in found} == {
        first: ("superseded", second), second: ("current", None), other: ("current", None)
    }  # fmt: skip


def ids_of(response):
    """The ids of the documents of a transaction-response."""
    locations = [entry["response"]["location"] for entry in response["entry"]]
    return [
        one.split("DocumentReference/")[1].split("/")[0] for one in locations if "DocumentReference/" in one
    ]


def test_fhirpy(api, people, software, papers):
    from fhirpy import SyncFHIRClient
    from fhirpy.base.exceptions import OperationOutcome, ResourceNotFound

    first, second, other = papers
    client = SyncFHIRClient(api.fhir, authorization=f"Bearer {software.token()}")
    assert client.execute("metadata", method="get")["fhirVersion"] == "4.0.1"

    deposited = client.resource("DocumentReference", **publication(first)).create()
    assert deposited.id
    answer = client.resource("Bundle", **bundle([publication(other)])).save()
    (other_id,) = ids_of(answer)

    found = client.resources("DocumentReference").search(
        **{"patient.identifier": ins_of(people[0]), "status": "current"}
    )
    assert {one.id for one in found.fetch_all()} == {deposited.id, other_id}
    kept = client.reference("DocumentReference", deposited.id).to_resource()
    binary = client.execute(kept.content[0].attachment.url.split("/fhir/")[-1], method="get")
    assert base64.b64decode(binary["data"]) == first

    answer = client.resource("Bundle", **bundle([publication(second)], replaces={0: deposited.id})).save()
    (second_id,) = ids_of(answer)
    current = client.resources("DocumentReference").search(
        **{"patient.identifier": ins_of(people[0]), "status": "current"}
    )
    assert {one.id for one in current.fetch_all()} == {other_id, second_id}
    check_what_is_there(people[0], (deposited.id, other_id, second_id))

    with pytest.raises(ResourceNotFound):
        client.reference("DocumentReference", people[0].hex).to_resource()
    with pytest.raises(OperationOutcome) as refused:
        client.resources("DocumentReference").search(status="current").fetch()
    assert refused.value.resource["issue"][0]["code"] == "required"


def test_fhirclient(api, people, software, papers):
    from fhirclient.client import FHIRClient
    from fhirclient.models.binary import Binary
    from fhirclient.models.bundle import Bundle
    from fhirclient.models.documentreference import DocumentReference

    first, second, other = papers
    client = FHIRClient({
        "app_id": str(software.card.id), "api_base": api.fhir, "scope": "system/DocumentReference.cruds system/Binary.cr system/List.cr",
        "jwt_token": software.assertion(f"{api.url}/oauth/token"),
    })  # fmt: skip
    client.wants_patient = False
    client.prepare()
    client.authorize()  # it found where tokens are given in the capability statement
    assert client.ready
    server = client.server

    deposited = DocumentReference(publication(first)).create(server)
    answer = Bundle(bundle([publication(other)])).create(server)
    (other_id,) = ids_of(answer)
    wanted = {"patient.identifier": ins_of(people[0]), "status": "current"}
    found = DocumentReference.where(wanted).perform_resources_iter(server)
    assert {one.id for one in found} == {deposited["id"], other_id}

    kept = DocumentReference.read(deposited["id"], server)
    assert kept.content[0].attachment.contentType == "text/xml"
    url = kept.content[0].attachment.url.split("/fhir/")[-1]
    assert server.request_data(url, headers={"Accept": "text/xml"}) == first
    assert base64.b64decode(Binary.read_from(url, server).data) == first

    answer = Bundle(bundle([publication(second)], replaces={0: deposited["id"]})).create(server)
    (second_id,) = ids_of(answer)
    found = DocumentReference.where(wanted).perform_resources_iter(server)
    assert {one.id for one in found} == {other_id, second_id}
    check_what_is_there(people[0], (deposited["id"], other_id, second_id))


def test_fhir_kit_client(api, people, software, papers, tmp_path):
    if not shutil.which("node") or not KIT.is_dir():
        pytest.skip("1 client non essayé : fhir-kit-client n’est pas installé (make npm)")
    first, second, other = papers
    facts = {
        "base": api.fhir, "token": software.token(), "patient": ins_of(people[0]), "first": publication(first),
        "transaction": bundle([publication(other)]), "replacement": bundle([publication(second)], replaces={0: "REPLACED"}),
        "tokenUrl": f"{api.url}/oauth/token", "kit": str(KIT / "dist/index.js"),
    }  # fmt: skip
    (tmp_path / "facts.json").write_text(json.dumps(facts))
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("fhir_kit.mjs")), str(tmp_path / "facts.json")],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert base64.b64decode(told["data"]) == first
    assert told["unknown"] == 404
    (other_id,) = ids_of(told["transaction"])
    (second_id,) = ids_of(told["replacement"])
    assert set(told["before"]) == {told["id"], other_id}
    assert set(told["after"]) == {other_id, second_id}
    assert told["patched"] == ["N", "MASQUE_PS"]
    check_what_is_there(people[0], (told["id"], other_id, second_id))
