"""Every row of the table of errors (facts/interop.md 2.8) and what else software sends wrong."""

import base64
import copy
import hashlib
import json
from datetime import date

import pytest

from carnet.documents.api import Code
from carnet.fhir_api import refusals
from tests.clients.papers import bundle, documents, oid, pdf_publication, publication
from tests.documents.deposits import add_claire, report
from tests.fhir_api.calling import issue_of, rule_of, xds_of
from tests.fhir_api.test_find import block
from tests.fhir_api.test_read import same

pytestmark = pytest.mark.django_db(transaction=True)
METADATA = ["XDSRegistryMetadataError"]
REPOSITORY = ["XDSRepositoryMetadataError"]


def changed(sent, change):
    """Return a copy of what is sent, changed in place by a function."""
    other = copy.deepcopy(sent)
    change(other)
    return other


def attachment(sent):
    return sent["content"][0]["attachment"]


def put_bytes(sent, data, *, hash_of=None, size=None):
    attachment(sent).update(
        data=base64.b64encode(data).decode(), size=len(data) if size is None else size,
        hash=base64.b64encode(hashlib.sha1(hash_of or data).digest()).decode(),
    )  # fmt: skip


def future(sent):
    sent["date"] = "2199-01-01T10:00:00+01:00"


ROWS = [
    # profile, cardinality, binding
    (lambda one: one.pop("date"), 422, "required", METADATA),
    (lambda one: one.pop("masterIdentifier"), 422, "required", METADATA),
    (lambda one: one.pop("author"), 422, "required", METADATA),
    (lambda one: one.pop("subject"), 422, None, None),
    (lambda one: one.update(status="superseded"), 422, "value", METADATA),
    (lambda one: one.update(docStatus="final"), 422, None, METADATA),
    (lambda one: one["type"]["coding"][0].update(code="00000-0"), 422, "code-invalid", METADATA),
    (lambda one: one["content"][0]["format"].update(code="urn:inconnu"), 422, "code-invalid", METADATA),
    (future, 422, "value", METADATA),
    # size, hash, base64
    (lambda one: attachment(one).update(size=3), 422, "value", REPOSITORY),
    (lambda one: attachment(one).update(hash="AAAAAAAAAAAAAAAAAAAAAAAAAAA="), 422, "value", REPOSITORY),
    (lambda one: attachment(one).update(data="ceci n’est pas du base64"), 422, "value", REPOSITORY),
    (lambda one: attachment(one).update(data="JVBERi0="[:-1]), 422, "value", REPOSITORY),
    (lambda one: put_bytes(one, b"MZ this is a program"), 422, None, None),
    (lambda one: put_bytes(one, b"<xml/>"), 422, None, None),
    (lambda one: put_bytes(one, b""), 422, None, None),
    (lambda one: one["content"].append(one["content"][0]), 422, None, METADATA),
    (lambda one: one.update(resourceType="Observation"), 400, "structure", []),
]  # fmt: skip


def test_each_row_of_the_table(laboratory, claire):
    sent = pdf_publication(claire, 1)
    for number, (change, status, code, xds) in enumerate(ROWS):
        issue = issue_of(laboratory.publish(changed(sent, change)), status, code)
        assert rule_of(issue), number
        if xds is not None:
            assert xds_of(issue) == xds, (number, issue)
    assert laboratory.publish(sent).status_code == 201


def test_an_attachment_whose_file_is_not_sent(laboratory, claire):
    lot = bundle([publication(one) for one in documents(claire, (1,))])
    lot["entry"] = [one for one in lot["entry"] if one["resource"]["resourceType"] != "Binary"]
    issue = issue_of(laboratory.provide(lot), 422, "not-found")
    assert xds_of(issue) == ["XDSMissingDocument"]


def test_folders_and_old_manifests_are_refused_politely(laboratory, claire):
    lot = bundle([publication(one) for one in documents(claire, (1,))])
    manifest = changed(lot, lambda one: one["entry"][0]["resource"].update(resourceType="DocumentManifest"))
    issue_of(laboratory.provide(manifest), 422, "not-supported")
    folder = copy.deepcopy(lot["entry"][0])
    folder["fullUrl"] = "urn:uuid:12345678-0000-4000-8000-123456789012"
    folder["resource"]["code"]["coding"][0]["code"] = "folder"
    issue_of(laboratory.provide({**lot, "entry": [*lot["entry"], folder]}), 422, "not-supported")
    issue_of(laboratory.provide({"resourceType": "Bundle", "type": "searchset"}), 422)
    issue_of(laboratory.provide({**lot, "entry": []}), 422)


def patient_of(sent):
    return next(one for one in sent["contained"] if one["resourceType"] == "Patient")


def test_who_may_not_receive_it_is_one_answer(laboratory):
    """Unknown, right INS with other traits, objected, closed, suspended, erased, never opened: byte for byte."""
    answers = []
    states = ("objected", "closed", "suspended", "notified", "")
    for number, state in enumerate(states, 1):
        person = add_claire(state, birth_name="DURAND")
        answers.append(laboratory.publish(pdf_publication(person, number)))
    opened = add_claire(birth_name="DURAND")
    other_name = pdf_publication(opened, 10)
    patient_of(other_name)["name"][0]["family"] = "AUTRE"
    other_day = pdf_publication(opened, 11)
    patient_of(other_day)["birthDate"] = "1979-01-02"
    unknown = pdf_publication(opened, 12)
    number = "2800531555999"
    patient_of(unknown)["identifier"][0]["value"] = f"{number}{97 - int(number) % 97:02d}"
    answers += [laboratory.publish(one) for one in (other_name, other_day, unknown)]
    issue = issue_of(answers[0], 404, "not-found")
    assert xds_of(issue) == ["XDSUnknownPatientId"]
    same(*answers)
    assert laboratory.publish(pdf_publication(opened, 13)).status_code == 201


def test_a_wrong_key_is_a_fault_of_form(laboratory, claire):
    sent = pdf_publication(claire, 1)
    identifier = patient_of(sent)["identifier"][0]
    identifier["value"] = identifier["value"][:-2] + ("11" if identifier["value"][-2:] != "11" else "12")
    issue_of(laboratory.publish(sent), 422)


def test_a_file_that_is_too_long(laboratory, claire):
    sent = pdf_publication(claire, 1)
    data = base64.b64decode(attachment(sent)["data"])
    put_bytes(sent, data + b"%" * (5_000_001 - len(data)))
    issue_of(laboratory.publish(sent), 422, "too-long")


def test_what_was_withdrawn_is_not_brought_again(laboratory, claire):
    sent = pdf_publication(claire, 1)
    made = json.loads(laboratory.publish(sent).content)
    withdraw = [{"op": "replace", "path": "/status", "value": "entered-in-error"}]
    assert laboratory.patch(f"/fhir/DocumentReference/{made['id']}", withdraw).status_code == 200
    issue_of(laboratory.publish(sent), 409, "duplicate")


def test_to_replace_what_is_no_longer_the_latest(laboratory, claire):
    first = json.loads(laboratory.publish(pdf_publication(claire, 1)).content)
    for number, status in ((2, 200), (3, 409)):
        lot = bundle([pdf_publication(claire, number)], replaces={0: first["id"]})
        answer = laboratory.provide(lot)
        assert answer.status_code == status, answer.content[:500]
    assert xds_of(issue_of(answer, 409, "conflict")) == ["XDSReplaceFailed"]


def test_who_is_blocked_still_deposits(laboratory, claire):
    block(claire, laboratory.card.structure)
    assert laboratory.publish(pdf_publication(claire, 1)).status_code == 201


def test_a_document_of_another_patient_inside(laboratory, claire):
    other = add_claire(birth_name="PETIT", given_names="LOUIS", sex="M", birth_date=date(1990, 1, 2))
    sent = publication(report(claire, 1, unique_id=oid(1)))
    theirs = publication(report(other, 1, unique_id=oid(1)))
    sent["contained"] = theirs["contained"]
    issue = issue_of(laboratory.publish(sent), 422, "invariant")
    assert xds_of(issue) == ["XDSPatientIdDoesNotMatch"]
    lot = bundle([publication(report(claire, 2)), theirs])
    issue_of(laboratory.provide(lot), 422)


def test_every_refusal_of_a_deposit_has_an_answer():
    assert set(refusals._DEPOSIT) == set(Code)
