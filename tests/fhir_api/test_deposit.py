"""ITI-105 and ITI-65 through the product's own addresses: what is made, what is answered, what is refused."""

import base64
import json

import pytest

from tests.clients.papers import bundle, documents, ins_of, oid, pdf_publication, publication
from tests.documents.deposits import report, scanned
from tests.fhir_api.calling import Software, found, issue_of, rule_of, xds_of
from tests.fhir_api.test_find import block

pytestmark = pytest.mark.django_db(transaction=True)


def paper(person, number=1, **changes):
    return publication(report(person, number, unique_id=oid(number), **changes))


def test_a_document_published_is_there_and_is_read_back(laboratory, claire):
    sent = paper(claire)
    answer = laboratory.publish(sent)
    assert answer.status_code == 201, answer.content[:900]
    made = json.loads(answer.content)
    place = f"https://api.exemple.test/fhir/DocumentReference/{made['id']}"
    assert (answer["Location"], answer["ETag"], made["meta"]["versionId"]) == (place, 'W/"1"', "1")
    assert answer["Last-Modified"].endswith("GMT")
    assert made["masterIdentifier"] == sent["masterIdentifier"]
    read = laboratory.get(f"/fhir/DocumentReference/{made['id']}")
    assert read.status_code == 200, read.content[:900]
    assert json.loads(read.content) == made
    assert read["ETag"] == 'W/"1"'


def test_the_same_document_again_is_the_same_answer(laboratory, claire):
    sent = paper(claire)
    first, again = laboratory.publish(sent), laboratory.publish(sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert (first["Location"], first["ETag"]) == (again["Location"], again["ETag"])
    assert json.loads(first.content) == json.loads(again.content)


def test_a_pdf_comes_back_as_it_was_sent(laboratory, claire):
    sent = pdf_publication(claire, 7)
    answer = laboratory.publish(sent)
    assert answer.status_code == 201, answer.content[:900]
    made = json.loads(answer.content)
    attachment = made["content"][0]["attachment"]
    assert attachment["hash"] == sent["content"][0]["attachment"]["hash"]
    assert attachment["size"] == sent["content"][0]["attachment"]["size"]
    assert "data" not in attachment
    file = laboratory.get(f"/fhir/{attachment['url']}")
    assert file["Content-Type"] == "application/pdf"
    assert file.content == base64.b64decode(sent["content"][0]["attachment"]["data"])


def test_sent_again_it_is_told_as_it_is_now(laboratory, claire):
    sent = paper(claire)
    made = json.loads(laboratory.publish(sent).content)
    archive = [{"op": "replace", "path": "/extension/0/valueBoolean", "value": True}]
    address = f"/fhir/DocumentReference/{made['id']}"
    assert laboratory.patch(address, archive).status_code == 200
    again = laboratory.publish(sent)
    assert (again.status_code, again["ETag"]) == (200, 'W/"2"')
    assert json.loads(again.content) == json.loads(laboratory.get(address).content)
    block(claire, laboratory.card.structure)
    again = laboratory.publish(sent)
    assert (again.status_code, again.content) == (200, b"")


def test_a_lot_needs_the_scope_of_all_that_it_holds(claire):
    lot = bundle([publication(one) for one in documents(claire, (1,))])
    issue_of(Software(scope="system/DocumentReference.c").provide(lot), 403, "forbidden")
    whole = "system/DocumentReference.c system/Binary.c system/List.c"
    assert Software(scope=whole).provide(lot).status_code == 200


def test_nothing_of_it_is_sent_back_when_less_is_asked(laboratory, claire):
    answer = laboratory.publish(paper(claire), Prefer="return=minimal")
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer["Location"]


def test_a_lot_is_answered_entry_by_entry(laboratory, claire):
    lot = bundle([publication(one) for one in documents(claire, (1, 2, 5))])
    answer = laboratory.provide(lot)
    assert answer.status_code == 200, answer.content[:1500]
    told = json.loads(answer.content)
    assert told["type"] == "transaction-response"
    kinds = [entry["response"]["location"].partition("/")[0] for entry in told["entry"]]
    assert kinds == [entry["resource"]["resourceType"] for entry in lot["entry"]]
    assert {entry["response"]["status"] for entry in told["entry"]} == {"201 Created"}
    assert all(entry["response"]["etag"] == 'W/"1"' for entry in told["entry"])
    for entry in told["entry"]:
        address = entry["response"]["location"]
        read = laboratory.get(f"/fhir/{address}")
        assert read.status_code == 200, (address, read.content[:500])


def test_a_lot_sent_again_adds_nothing(laboratory, claire):
    lot = bundle([publication(one) for one in documents(claire, (1, 2))])
    first, again = (json.loads(laboratory.provide(lot).content) for _ in range(2))
    assert {entry["response"]["status"] for entry in again["entry"]} == {"200 OK"}
    assert [entry["response"]["location"] for entry in first["entry"]] == [
        entry["response"]["location"] for entry in again["entry"]
    ]
    assert len(found(laboratory.post_search({"patient.identifier": ins_of(claire)}))) == 2


def test_a_lot_is_all_or_nothing(laboratory, claire):
    good, bad = (publication(one) for one in documents(claire, (1, 2)))
    bad["content"][0]["attachment"]["hash"] = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
    issue = issue_of(laboratory.provide(bundle([good, bad])), 422, "value")
    assert xds_of(issue) == ["XDSRepositoryMetadataError"]
    assert issue["expression"] == ["Bundle.entry[3].resource.content[0].attachment.hash"]
    assert not found(laboratory.post_search({"patient.identifier": ins_of(claire)}))


def test_a_newer_version_takes_the_place_of_the_older(laboratory, claire):
    older = json.loads(laboratory.publish(paper(claire, 1)).content)
    lot = bundle(
        [paper(claire, 2, set_id="1.2.250.1.999.1^SET-1", version_number=3)], replaces={0: older["id"]}
    )
    answer = laboratory.provide(lot)
    assert answer.status_code == 200, answer.content[:900]
    newer = json.loads(answer.content)["entry"][1]["response"]["location"].split("/")[1]
    assert (
        json.loads(laboratory.get(f"/fhir/DocumentReference/{older['id']}").content)["status"] == "superseded"
    )
    read = json.loads(laboratory.get(f"/fhir/DocumentReference/{newer}").content)
    assert read["relatesTo"] == [
        {"code": "replaces", "target": {"reference": f"DocumentReference/{older['id']}"}}
    ]


def test_to_replace_what_is_not_there_is_refused_alike(laboratory, hospital, claire):
    theirs = json.loads(hospital.publish(paper(claire, 1)).content)["id"]
    absent = theirs[:-4] + "0000"
    answers = [laboratory.provide(bundle([paper(claire, 2)], replaces={0: one})) for one in (theirs, absent)]
    issue_of(answers[0], 404, "not-found")
    assert answers[0].content == answers[1].content
    assert not found(laboratory.post_search({"patient.identifier": ins_of(claire)}))


def test_other_bytes_under_one_name_are_refused(laboratory, claire):
    laboratory.publish(paper(claire, 1))
    other = publication(report(claire, 9, unique_id=oid(1)))
    issue = issue_of(laboratory.publish(other), 409, "duplicate")
    assert xds_of(issue) == ["XDSDuplicateUniqueIdInRegistry"]


def test_another_structures_name_tells_nothing(laboratory, hospital, claire):
    assert laboratory.publish(paper(claire, 1)).status_code == 201
    other = publication(report(claire, 9, unique_id=oid(1)))
    assert hospital.publish(other).status_code == 201


def test_a_strict_client_is_told_no_more_than_where(strict, claire):
    answer = strict.publish(paper(claire))
    assert answer.status_code in {201, 422}, answer.content
    if answer.status_code == 201:
        assert answer.content == b""


def test_a_file_of_level_one_keeps_its_type(laboratory, claire):
    answer = laboratory.publish(publication(scanned(claire, 4, unique_id=oid(4))))
    assert answer.status_code == 201
    assert json.loads(answer.content)["content"][0]["attachment"]["contentType"] == "text/xml"


def test_a_rule_is_named_with_its_clause(laboratory, claire):
    sent = paper(claire)
    del sent["date"]
    issue = issue_of(laboratory.publish(sent), 422, "required")
    assert rule_of(issue) == "pdsm.date.1..1"
    assert issue["expression"] == ["DocumentReference.date"]
    assert "PDSm 3.1.1" in issue["diagnostics"]
