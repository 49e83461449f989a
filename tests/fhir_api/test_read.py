"""Reading back, ITI-68 and the lot: its own, whole; all else is one answer, byte for byte."""

import base64
import json
from uuid import uuid4

import pytest
from django.db import connection
from fhirclient.models.bundle import Bundle
from fhirclient.models.documentreference import DocumentReference

from carnet.documents import api as documents_room
from carnet.journal.api import Actor, ActorKind, EventType
from carnet.platform import clock
from tests.clients.papers import bundle, documents, oid, pdf_publication, publication
from tests.conftest import acting_as
from tests.documents.deposits import report
from tests.documents.held import lines_of
from tests.fhir_api.calling import issue_of
from tests.fhir_api.test_find import block, put

pytestmark = pytest.mark.django_db(transaction=True)
WITHDRAW = [{"op": "replace", "path": "/status", "value": "entered-in-error"}]


def same(*answers):
    """Hold that answers tell nothing apart: status, body, headers."""
    seen = {(one.status_code, one.content, str(sorted(one.items()))) for one in answers}
    assert len(seen) == 1, seen


def test_absent_and_hidden_are_the_same(laboratory, hospital, claire):
    (theirs,) = put(hospital, claire, 1)
    (mine,) = put(laboratory, claire, 2)
    close(claire)
    for kind in ("DocumentReference", "Binary"):
        answers = [
            laboratory.get(f"/fhir/{kind}/{one}")
            for one in (theirs["id"], mine["id"], uuid4(), "nothing-of-ours", "../x")
        ]
        issue_of(answers[0], 404, "not-found")
        same(*answers[:4])


def close(person):
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = 'closed' where person_id = %s", [person])
        assert cursor.rowcount == 1


def test_a_reading_is_a_line_of_her_journal(laboratory, hospital, claire):
    (mine,) = put(laboratory, claire, 1)
    laboratory.get(f"/fhir/DocumentReference/{mine['id']}")
    hospital.get(f"/fhir/DocumentReference/{mine['id']}")
    told = [line[:3] for line in lines_of(claire, EventType.DOCUMENT_READ)]
    assert told == [
        (EventType.DOCUMENT_READ, True, "facility_own"),
        (EventType.DOCUMENT_READ, False, "not_own"),
    ]


def test_the_file_alone_or_in_a_binary(laboratory, claire):
    sent = pdf_publication(claire, 3)
    made = json.loads(laboratory.publish(sent).content)
    data = base64.b64decode(sent["content"][0]["attachment"]["data"])
    address = f"/fhir/Binary/{made['id']}"
    for accept in ("", "*/*", "application/pdf", "application/*;q=0.5, text/html"):
        answer = laboratory.get(address, Accept=accept)
        assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "application/pdf", data)
    wrapped = {"resourceType": "Binary", "id": made["id"], "contentType": "application/pdf",
               "data": base64.b64encode(data).decode()}  # fmt: skip
    for accept in (
        "application/fhir+json",
        "application/json",
        "application/pdf;q=0.1, application/fhir+json",
    ):
        answer = laboratory.get(address, Accept=accept)
        assert answer["Content-Type"].startswith("application/fhir+json")
        assert json.loads(answer.content) == wrapped
    assert json.loads(laboratory.get(f"{address}?_format=json").content) == wrapped
    for accept in ("application/fhir+xml", "image/png", "application/pdf;q=0"):
        issue_of(laboratory.get(address, Accept=accept), 406, "not-supported")


def test_head_says_how_long_it_is(laboratory, claire):
    (mine,) = put(laboratory, claire, 1)
    for address in (f"/fhir/Binary/{mine['id']}", f"/fhir/DocumentReference/{mine['id']}"):
        whole, head = laboratory.get(address), laboratory.call("HEAD", address)
        assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(whole.content)))
        assert head["ETag"] == whole["ETag"]


def test_who_has_it_already_gets_nothing_again(laboratory, claire):
    (mine,) = put(laboratory, claire, 1)
    for address in (f"/fhir/Binary/{mine['id']}", f"/fhir/DocumentReference/{mine['id']}"):
        etag = laboratory.get(address)["ETag"]
        assert laboratory.get(address, If_None_Match=f'"x", {etag}').status_code == 304
        assert laboratory.get(address, If_None_Match='W/"99"').status_code == 200


def test_what_it_withdrew_is_gone(laboratory, hospital, claire):
    (mine,) = put(laboratory, claire, 1)
    assert laboratory.patch(f"/fhir/DocumentReference/{mine['id']}", WITHDRAW).status_code == 200
    issue_of(laboratory.get(f"/fhir/Binary/{mine['id']}"), 410, "deleted")
    read = json.loads(laboratory.get(f"/fhir/DocumentReference/{mine['id']}").content)
    assert read["status"] == "entered-in-error"
    issue_of(hospital.get(f"/fhir/Binary/{mine['id']}"), 404, "not-found")


def test_whom_she_blocked_reads_nothing_back(laboratory, hospital, claire):
    (mine,), (theirs,) = put(laboratory, claire, 1), put(hospital, claire, 2)
    block(claire, laboratory.card.structure)
    for kind in ("DocumentReference", "Binary"):
        issue_of(laboratory.get(f"/fhir/{kind}/{mine['id']}"), 403, "forbidden")
        same(laboratory.get(f"/fhir/{kind}/{theirs['id']}"), laboratory.get(f"/fhir/{kind}/{uuid4()}"))
    answer = laboratory.patch(f"/fhir/DocumentReference/{mine['id']}", WITHDRAW)
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_strict_client_reads_nothing_back(laboratory, strict, claire):
    (mine,) = put(laboratory, claire, 1)
    answers = [
        strict.get(f"/fhir/{kind}/{one}")
        for kind in ("DocumentReference", "Binary", "List")
        for one in (mine["id"], uuid4())
    ]
    issue_of(answers[0], 403, "forbidden")
    same(*answers)
    changed = strict.patch(f"/fhir/DocumentReference/{mine['id']}", WITHDRAW)
    assert (changed.status_code, changed.content, changed["ETag"]) == (200, b"", 'W/"2"')


def test_a_lot_is_read_back_by_who_sent_it(laboratory, hospital, claire):
    lot = bundle([publication(one) for one in documents(claire, (1, 2))])
    told = json.loads(laboratory.provide(lot).content)["entry"]
    address = told[0]["response"]["location"]
    answer = laboratory.get(f"/fhir/{address}")
    assert answer.status_code == 200, answer.content[:500]
    read = json.loads(answer.content)
    sent = lot["entry"][0]["resource"]
    assert (read["resourceType"], read["id"]) == ("List", address.partition("/")[2])
    assert [one["item"]["reference"] for one in read["entry"]] == [
        one["response"]["location"]
        for one in told
        if one["response"]["location"].startswith("DocumentReference")
    ]
    assert read["date"] == sent["date"]
    assert {one["value"] for one in read["identifier"]} == {one["value"] for one in sent["identifier"]}
    same(hospital.get(f"/fhir/{address}"), hospital.get(f"/fhir/List/{uuid4()}"))


def test_a_document_that_did_not_come_by_fhir(laboratory, claire):
    """The command line, or the sandbox’s world, deposits without a DocumentReference: one is made."""
    structure = laboratory.card.structure
    by = Actor(ActorKind.HEALTHCARE_FACILITY, laboratory.card.id, structure)
    done = documents_room.deposit(report(claire, 8, unique_id=oid(8)), structure=structure, by=by)
    read = laboratory.get(f"/fhir/DocumentReference/{done.document_id}")
    assert read.status_code == 200, read.content[:500]
    resource = json.loads(read.content)
    assert resource["masterIdentifier"]["value"] == f"urn:oid:{oid(8)}"
    assert resource["content"][0]["attachment"]["url"] == f"Binary/{done.document_id}"
    assert resource["status"] == "current"
    assert resource["author"]
    assert laboratory.get(f"/fhir/Binary/{done.document_id}").content == report(claire, 8, unique_id=oid(8))


def test_what_is_written_is_fhir(laboratory, claire):
    """A foreign reader of FHIR R4 takes what we write, field by field."""
    (mine,) = put(laboratory, claire, 1)
    assert DocumentReference(mine).as_json() == mine
    whole = laboratory.post_search({"identifier": f"urn:ietf:rfc:3986|urn:oid:{oid(1)}"})
    assert Bundle(json.loads(whole.content)).entry[0].resource.id == mine["id"]
    assert mine["meta"]["lastUpdated"].startswith(str(clock.now().year))
