"""Each test person of the vendors' page, played against the real routes: what the page says is what is answered."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import Client

from carnet.directory import api as directory
from carnet.sandbox import console
from carnet.sandbox.personas.register import add_personas
from carnet.sandbox.personas.staging import stage
from carnet.sandbox.vendors import keys, texts
from carnet.sandbox.vendors.examples import Example, draw_number, write_publication, write_transaction
from carnet.sandbox.vendors.patients import PATIENTS, get_patient, identity_of
from tests.conftest import acting_as
from tests.sandbox import collection


@pytest.fixture
def world(db):
    """The world as the command leaves it."""
    with acting_as("carnet_loader"):
        add_personas()
        assert stage(quiet=True)


class Software:
    """A vendor's software against the routes of the API, without a socket between."""

    def __init__(self, *, strict=False):
        self.client, self.ring = keys.make(
            structure="000000018", name="", vendor="Éditeur Exemple", product="Labo Exemple", version="4.2",
            strict=strict,
        )  # fmt: skip
        self.http = Client(
            headers={"Authorization": f"Bearer {self.ring.token}", "Accept": "application/fhir+json"}
        )
        self.structure = directory.find_structure("000000018")

    def deposit(self, patient, write=write_publication, address="/fhir/DocumentReference"):
        body = write(Example(patient, self.structure, draw_number()))
        return self.http.post(address, body, content_type="application/fhir+json")

    def search(self, identity):
        asked = {"patient.identifier": f"urn:oid:{identity.ins_oid}|{identity.ins}", "status": "current"}
        body = "&".join(f"{name}={value.replace('|', '%7C')}" for name, value in asked.items())
        return self.http.post(
            "/fhir/DocumentReference/_search", body, content_type="application/x-www-form-urlencoded"
        )

    def read(self, document_id):
        return self.http.get(f"/fhir/DocumentReference/{document_id}")


@pytest.fixture
def api(settings):
    from carnet.config.settings import edge

    settings.ROOT_URLCONF = edge.ROOT_URLCONF
    settings.MIDDLEWARE = edge.MIDDLEWARE


def code_of(answer):
    said = json.loads(answer.content)
    return said["issue"][0]["code"] if said["resourceType"] == "OperationOutcome" else ""


def answered(answer):
    return answer.status_code, code_of(answer)


def play(software, patient):
    """Return what each call about a person answers, as the page writes it, and the answers themselves."""
    deposited = software.deposit(patient)
    taken = deposited.status_code == 201
    document_id = UUID(json.loads(deposited.content)["id"]) if taken else uuid4()
    searched = software.search(identity_of(patient))
    found = document_id in found_in(searched)
    assert patient.found is not False or not found_in(searched)
    return {
        "deposit": answered(deposited),
        "search": (*answered(searched), found),
        "read": answered(software.read(document_id)),
    }


def found_in(answer):
    return {UUID(entry["resource"]["id"]) for entry in json.loads(answer.content).get("entry", [])}


def test_each_call_answers_what_the_page_says(world, api):
    software = Software()
    told = {
        patient.key: {
            "deposit": (patient.deposit.status, patient.deposit.code),
            "search": (patient.search.status, patient.search.code, bool(patient.found)),
            "read": (patient.read.status, patient.read.code),
        }
        for patient in PATIENTS
    }
    assert {patient.key: play(software, patient) for patient in PATIENTS} == told


def test_the_console_says_the_true_reason_of_what_is_answered_alike(world, api):
    software = Software()
    true = {}
    for patient in PATIENTS:
        if patient.deposit.status == 404:
            software.deposit(patient)
            true[patient.key] = console.list_calls(software.client.id, limit=1)[0].reasons
    assert true == {
        "claire": ("no_space",), "paul": ("no_space",), "gilles": ("objected",), "solange": ("closed",),
        "regis": ("suspended",), "lucie": ("erased",), "marguerite": ("no_space",), "noe": ("no_space",),
        "jean2": ("no_space",), "inconnu": ("unknown",), "traits": ("traits:birth_date",),
    }  # fmt: skip


def test_the_answers_that_must_not_differ_do_not(world, api):
    software = Software()
    bodies = {software.deposit(patient).content for patient in PATIENTS if patient.deposit.status == 404}
    assert len(bodies) == 1
    nobody = [one for one in PATIENTS if one.search.status == 200 and one.found is False]
    assert len({strip_links(software.search(identity_of(one)).content) for one in nobody}) == 1


def strip_links(body):
    """An answer without what is drawn for each: its own address and identifier."""
    said = json.loads(body)
    return json.dumps(
        {name: said[name] for name in said if name not in {"link", "id", "meta"}}, sort_keys=True
    )


def test_examples_pass_without_a_warning(world, api):
    for strict in (True, False):
        software = Software(strict=strict)
        for write, address in ((write_publication, "/fhir/DocumentReference"), (write_transaction, "/fhir")):
            answer = software.deposit(get_patient("dominique"), write, address)
            assert answer.status_code in {200, 201}, answer.content
            assert console.list_calls(software.client.id)[0].issues == ()


def test_a_strict_client_deposits_and_reads_nothing(world, api):
    software = Software(strict=True)
    dominique = get_patient("dominique")
    deposited = software.deposit(dominique)
    assert deposited.status_code == 201
    assert answered(software.search(identity_of(dominique))) == (403, "forbidden")
    document_id = deposited["Location"].rsplit("/", 1)[-1]
    assert answered(software.read(document_id)) == (403, "forbidden")
    assert answered(software.http.get(f"/fhir/Binary/{document_id}")) == (403, "forbidden")
    withdrawal = json.dumps([{"op": "replace", "path": "/status", "value": "entered-in-error"}])
    withdrawn = software.http.patch(
        f"/fhir/DocumentReference/{document_id}", withdrawal, content_type="application/json-patch+json"
    )
    assert (withdrawn.status_code, withdrawn.content) == (200, b"")


def test_examples_replace_each_other(world, api):
    software = Software()
    dominique = get_patient("dominique")

    def send(number, replaces, write, address, **version):
        body = write(Example(dominique, software.structure, number, replaces, **version))
        return software.http.post(address, body, content_type="application/fhir+json")

    first = send(71, 0, write_publication, "/fhir/DocumentReference")
    assert send(71, 0, write_publication, "/fhir/DocumentReference").status_code == 200
    assert send(72, 71, write_transaction, "/fhir").status_code == 200
    read = json.loads(software.read(json.loads(first.content)["id"]).content)
    assert read["status"] == "superseded"
    third = send(73, 72, write_publication, "/fhir/DocumentReference", first=71, version=3)
    assert third.status_code == 201, third.content
    assert send(74, 999, write_transaction, "/fhir").status_code == 404


def test_the_collection_plays_from_its_first_request_to_its_last(world, api, settings):
    page = Software()
    text = texts.write_collection(
        api="http://api",
        sandbox="http://bac/bac-a-sable/editeurs",
        token=page.ring.token,
        structure="000000018",
    )
    variables, blocks = collection.read(text)
    assert len(blocks) > 20
    answers, statuses = {}, {}
    for block in blocks:
        settings.ROOT_URLCONF = (
            "carnet.config.urls_sandbox" if "{{bac}}" in block.url else "carnet.config.urls_api"
        )
        answer = send(block, variables, answers)
        answers[block.name] = answer
        statuses[block.title] = answer.status_code
    assert statuses == {block.title: block.expected for block in blocks}


def send(block, variables, answers):
    url = collection.fill(block.url, variables, answers)
    address = url.removeprefix("http://api").removeprefix("http://bac")
    headers = {name: collection.fill(value, variables, answers) for name, value in block.headers.items()}
    body = collection.fill(block.body, variables, answers)
    return Client().generic(
        block.method, address, body, content_type=headers.pop("Content-Type", ""), headers=headers
    )


def test_the_collection_of_the_documentation_is_the_one_that_is_served(db):
    docs = Path(__file__).parents[2] / "docs" / "carnet.http"
    written = collection.read(docs.read_text(encoding="utf-8"))
    served = collection.read(Client().get("/bac-a-sable/editeurs/carnet.http").content.decode())
    assert written[1] == served[1]
    assert written[0] | {"bac": "http://testserver/bac-a-sable/editeurs"} == served[0]
