"""The FHIR bundle of a record: valid for two readers written by others, whole, and exact where they are not."""

import json
import re
from base64 import b64encode
from collections import Counter
from hashlib import sha1

import pytest

from carnet.exports import api as exports
from carnet.measures.api import KINDS, Kind
from carnet.profile.api import Rubric
from carnet.standards.fhir import codec
from tests.documents.deposits import add_claire, deposit, scanned
from tests.exports import copies
from tests.people.register import matricule_of
from tests.standards.fhir.readers import check_bundle

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path):
    person = add_claire()
    (tmp_path / "in").mkdir()
    copies.fill(person, tmp_path / "in", measures=2)
    out = copies.unpack(copies.download(copies.make(person), person), tmp_path / "out")
    (out / "person").write_text(str(person))
    return out


@pytest.fixture
def bundle(root):
    return json.loads((root / "fhir/bundle.json").read_text())


def of(bundle, kind):
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def test_two_other_readers_take_it(root):
    check_bundle((root / "fhir/bundle.json").read_bytes())


def test_it_reads_back_to_the_same(root):
    data = (root / "fhir/bundle.json").read_bytes()
    read = codec.decode_bundle(data)
    assert [json.loads(codec.encode(entry.resource)) for entry in read.entry] == [
        entry["resource"] for entry in json.loads(data)["entry"]
    ]


def test_every_line_is_a_resource(bundle):
    kinds = Counter(entry["resource"]["resourceType"] for entry in bundle["entry"])
    assert kinds["Patient"] == 1
    assert kinds["MedicationStatement"] == kinds["AllergyIntolerance"] == kinds["Immunization"] == 1
    assert kinds["FamilyMemberHistory"] == 2  # one line, two relatives
    assert kinds["Practitioner"] == kinds["CareTeam"] == 1
    assert kinds["List"] == len(Rubric)
    assert kinds["DocumentReference"] == 2
    assert kinds["Basic"] == 2
    assert kinds["AuditEvent"] > 20
    measured = [one for one in of(bundle, "Observation") if "profile" in one.get("meta", {})]
    assert len(measured) >= 2 * (len(Kind) - 1)


def test_why_a_rubric_is_empty_is_said(bundle):
    reasons = {
        one["title"]: one["emptyReason"]["coding"][0]["code"]
        for one in of(bundle, "List")
        if "emptyReason" in one
    }
    assert reasons == {
        copies.DECLARED.label: "nilknown",
        **{rubric.label: "notstarted" for rubric in copies.EMPTY},
    }
    for one in of(bundle, "List"):
        assert ("entry" in one) != ("emptyReason" in one)


def test_the_patient_is_who_she_is(root, bundle):
    from uuid import UUID

    (patient,) = of(bundle, "Patient")
    assert patient["identifier"][0]["value"] == matricule_of(UUID((root / "person").read_text()))
    assert patient["identifier"][0]["system"] == "urn:oid:1.2.250.1.213.1.4.10"
    assert (patient["gender"], patient["birthDate"]) == ("female", "1980-05-17")
    (doctor,) = of(bundle, "Practitioner")
    assert patient["generalPractitioner"][0]["reference"] == f"urn:uuid:{doctor['id']}"


def test_measures_are_in_loinc_and_ucum(bundle):
    measured = {
        one["code"]["coding"][0]["code"]: one
        for one in of(bundle, "Observation")
        if "profile" in one.get("meta", {})
    }
    assert set(measured) == {info.loinc for info in KINDS.values()}
    pressure = measured["85354-9"]
    assert "valueQuantity" not in pressure
    assert {
        part["code"]["coding"][0]["code"]: part["valueQuantity"]["code"] for part in pressure["component"]
    } == {"8480-6": "mm[Hg]", "8462-4": "mm[Hg]"}
    for info in KINDS.values():
        if len(info.parts) == 1:
            quantity = measured[info.loinc]["valueQuantity"]
            assert (quantity["code"], quantity["system"]) == (info.ucum, "http://unitsofmeasure.org"), info
    (moment,) = measured["2345-7"]["extension"]
    assert moment["url"].endswith("mesures-moment-of-measurement")
    assert moment["valueCodeableConcept"]["coding"][0]["code"] == "53049-3"
    (days,) = measured["MED-969"]["extension"]
    assert days["valueCodeableConcept"]["coding"][0]["code"] == "GEN-276"
    assert "loinc" not in measured["MED-969"]["code"]["coding"][0]["system"]


def test_files_are_where_the_bundle_says_with_their_hash(root, bundle):
    for reference in of(bundle, "DocumentReference"):
        for content in reference["content"]:
            attachment = content["attachment"]
            data = (root / attachment["url"]).read_bytes()
            assert attachment["size"] == len(data)
            assert attachment["hash"] == b64encode(sha1(data).digest()).decode()


def test_links_lead_to_resources_of_the_bundle(bundle):
    (treatment,) = of(bundle, "MedicationStatement")
    names = {entry["fullUrl"] for entry in bundle["entry"]}
    assert treatment["reasonReference"][0]["reference"] in names
    (link,) = treatment["extension"]
    assert link["valueReference"]["reference"] in names


def test_a_link_to_what_is_gone_is_left_out(tmp_path):
    from tests.profile import entries

    person = add_claire()
    document = deposit(scanned(person, 1)).document_id
    entries.add(person, Rubric.DISEASES, links=(("DOCUMENT", document),))
    from carnet.exports.bundle import whole

    seen = {}
    real = whole._known
    try:
        whole._known = lambda record, files: seen.setdefault("known", real(record, files)) - {document}
        root = copies.unpack(copies.download(copies.make(person), person), tmp_path)
    finally:
        whole._known = real
    assert document in seen["known"]
    (disease,) = of(json.loads((root / "fhir/bundle.json").read_text()), "Condition")
    assert "extension" not in disease


def test_nothing_is_null_or_empty(root):
    def walk(value):
        assert value not in (None, "", [], {})
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(inner)

    text = (root / "fhir/bundle.json").read_text()
    walk(json.loads(text))
    assert not re.search(r":\s*null", text)


def test_accesses_say_who_and_whether(bundle):
    events = of(bundle, "AuditEvent")
    deposits = [one for one in events if one["subtype"][0]["code"] == "document.deposited"]
    names = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    for one in deposits:
        who = names[one["agent"][0]["who"]["reference"]]
        assert (who["resourceType"], who["identifier"][0]["value"]) == ("Organization", "310000013")
        assert (one["action"], one["outcome"]) == ("C", "0")
    assert exports.KEPT.days == 7
