"""Each known deviation is one switch: refused in strict mode under its rule, let through with a warning else."""

import hashlib

import pytest

from carnet.standards.pdsm import Broken
from carnet.standards.pdsm.codes import BY_MEDIA_TYPE
from carnet.standards.pdsm.deviations import DEVIATIONS
from carnet.standards.pdsm.identifiers import URI_SYSTEM
from carnet.standards.pdsm.lists import LIST_TYPES
from tests.standards.pdsm.patching import REFUSED
from tests.standards.pdsm.sent import (
    PDF,
    UNIQUE_ID,
    bundle,
    changed,
    concept,
    entry,
    practitioner,
    provide,
    publish,
    simplified,
)

SNOMED = concept("2.16.840.1.113883.6.96", "22232009")


def attachment(made):
    return made["content"][0]["attachment"]


def document(made):
    return made["entry"][1]["resource"]


def move_unique_id(made):
    made["identifier"] = [{"use": "usual", **made.pop("masterIdentifier")}]


def in_hexadecimal(made):
    attachment(made)["hash"] = hashlib.sha1(PDF, usedforsecurity=False).hexdigest()


def drop_birth_place(made):
    del made["contained"][0]["extension"]


def by_practitioner(made):
    made["entry"][0]["resource"] |= {
        "contained": [practitioner()],
        "source": {"reference": "#med"},
    }


def patient_beside(made):
    patient = document(made)["contained"].pop(0)
    for one in (document(made)["context"]["sourcePatientInfo"], document(made)["subject"]):
        one["reference"] = "urn:uuid:0000000a-0000-4000-8000-000000000000"
    made["entry"].append(entry("urn:uuid:0000000a-0000-4000-8000-000000000000", patient))


PUBLISHED = {
    "unknown-element": lambda made: made.update(colour="red"),
    "empty-element": lambda made: made.update(description=""),
    "contained-meta": lambda made: made["contained"][0].update(meta={"versionId": "1"}),
    "contained-unused": lambda made: made["contained"].append({"resourceType": "Device", "id": "x"}),
    "custodian-missing": lambda made: made.pop("custodian"),
    "unique-id-in-identifier": move_unique_id,
    "identifier-in-simplified-publish": lambda made: made.update(identifier=[{"value": "x"}]),
    "hash-in-hexadecimal": in_hexadecimal,
    "category-of-another-type": lambda made: made.update(category=[concept("1.2.250.1.213.1.1.4.1", "11")]),
    "code-system": lambda made: made["type"]["coding"][0].pop("system"),
    "format-by-media-type": lambda made: made["content"][0].update(format={"code": BY_MEDIA_TYPE}),
    "format-of-another-content": lambda made: made["content"][0]["format"].update(
        code="urn:ihe:lab:xd-lab:2008"
    ),
    "facility-of-another-list": lambda made: made["context"].update(facilityType=SNOMED),
    "setting-of-another-list": lambda made: made["context"].update(practiceSetting=SNOMED),
    "birth-place-missing": drop_birth_place,
}
PROVIDED = {
    "profile-missing": lambda made: made.pop("meta"),
    "hash-missing": lambda made: attachment(document(made)).pop("hash"),
    "size-missing": lambda made: attachment(document(made)).pop("size"),
    "author-not-contained": lambda made: document(made)["author"].append({"display": "Dr Mercier"}),
    "source-patient-not-contained": patient_beside,
    "list-source-practitioner": by_practitioner,
    "mhd-list-types-http": lambda made: made["entry"][0]["resource"]["code"]["coding"][0].update(
        system=LIST_TYPES.replace("https", "http")
    ),
    "document-not-in-list": lambda made: made["entry"][0]["resource"].pop("entry"),
    "binary-unused": lambda made: made["entry"].append(
        entry(
            "urn:uuid:0000000b-0000-4000-8000-000000000000",
            {"resourceType": "Binary", "contentType": "text/plain", "data": "AAAA"},
        )
    ),
}
RULES = {deviation.name: deviation.rule for deviation in DEVIATIONS}


def check(name, read, made):
    with pytest.raises(Broken) as caught:
        read(made, strict=True)
    assert {issue.rule for issue in caught.value.issues if issue.severity == "error"} <= {
        RULES[name],
        "fhir.dom-3",
    }
    accepted = read(made, strict=False)
    assert {issue.rule for issue in accepted.warnings} >= {RULES[name]}
    assert {issue.severity for issue in accepted.warnings} == {"warning"}
    return accepted


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_deviation_of_iti_105(name):
    accepted = check(name, publish, changed(simplified(), PUBLISHED[name]))
    assert accepted.unique_id == UNIQUE_ID
    assert accepted.class_code == "10"
    assert accepted.format_code == "urn:ihe:iti:xds-sd:pdf:2008"


@pytest.mark.parametrize("name", PROVIDED)
def test_a_deviation_of_iti_65(name):
    made = check(name, provide, changed(bundle(), PROVIDED[name]))
    assert made.documents[0].data == PDF
    assert made.documents[0].identity.traits is not None


def test_every_deviation_is_shown_by_a_test():
    of_patches = {name for name, rule in RULES.items() if rule in {rule for _, _, rule, _ in REFUSED}}
    assert set(RULES) == set(PUBLISHED) | set(PROVIDED) | {
        name for name in of_patches if name.startswith("patch-")
    }


@pytest.mark.parametrize(
    "damage",
    [
        lambda made: attachment(made).update(hash="AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        lambda made: attachment(made).update(hash="0" * 40),
        lambda made: attachment(made).update(size=1),
        lambda made: made["contained"][0]["identifier"][0].update(value="279035121518980"),
        lambda made: made["contained"][0].update(birthDate="2030-01-01"),
        lambda made: made["masterIdentifier"].update(system=URI_SYSTEM, value="CR-1"),
    ],
)
def test_what_would_change_whose_document_it_is_or_what_it_holds_is_never_let_through(damage):
    with pytest.raises(Broken):
        publish(changed(simplified(), damage), strict=False)


def test_what_a_lenient_client_may_leave_out_is_empty():
    made = changed(simplified(), drop_birth_place)
    assert publish(made, strict=False).identity.traits.birth_place == ""
    made = changed(simplified(), lambda made: made.pop("custodian"))
    assert publish(made, strict=False).custodian is None
