"""What is read of a request: the file, its words, its people; and its face, which is put back together."""

import orjson
import pytest

from carnet.standards.cda.model import Author, Code, Organisation
from carnet.standards.cda.reader import read
from carnet.standards.cda.writer import write_envelope
from carnet.standards.ins import OID_INS_TEST
from carnet.standards.pdsm import Broken, Named, find_target, find_unique_id, split_face, urn_of
from carnet.standards.pdsm.face import IS_ARCHIVED
from carnet.standards.pdsm.headers import header_of
from carnet.standards.sniff import PDF as PDF_TYPE
from carnet.standards.sniff import XML
from tests.standards.pdsm.sent import (
    CDA,
    INS,
    UNIQUE_ID,
    bundle,
    changed,
    concept,
    provide,
    publish,
    replacing,
    simplified,
    simplified_cda,
)
from tests.standards.samples import HEADER, PDF, Attachment


def test_a_file_is_read_with_all_that_is_said_of_it():
    read_back = publish(simplified())
    assert (read_back.data, read_back.media_type) == (PDF, PDF_TYPE)
    assert (read_back.unique_id, read_back.entry_uuid) == (UNIQUE_ID, None)
    assert (read_back.matricule.value, read_back.matricule.oid) == (INS, OID_INS_TEST)
    assert read_back.identity.traits == HEADER.patient.traits
    assert (read_back.identity.used_family, read_back.identity.used_given) == ("NGUYEN", "Zoé")
    assert (read_back.type_code, read_back.class_code) == ("11488-4", "10")
    assert read_back.format_code == "urn:ihe:iti:xds-sd:pdf:2008"
    assert read_back.authors == (
        Author(
            family="MERCIER",
            given="Anne",
            national_id="899700012345",
            organisation=Organisation(name="Laboratoire des Tilleuls", national_id="1010000123"),
        ),
    )
    assert read_back.custodian.finess == "010000123"
    assert read_back.facility == Code("SA25", "1.2.250.1.71.4.2.4")
    assert read_back.setting == Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9")
    assert read_back.creation.isoformat() == "2026-01-15T10:00:00+01:00"
    assert read_back.labels == {"N"}
    assert not read_back.archived
    assert read_back.cda is None


def test_a_cda_says_itself_what_is_not_said_beside_it():
    made = simplified_cda()
    for name in ("type", "category", "context", "securityLabel"):
        del made[name]
    del made["content"][0]["format"]
    made["contained"] = made["contained"][1:]
    made["subject"] = {"reference": "Patient/1"}
    read_back = publish(made)
    assert (read_back.data, read_back.media_type) == (CDA, XML)
    assert read_back.identity is None
    assert read_back.matricule.value == INS
    assert (read_back.type_code, read_back.class_code) == ("11502-2", "10")
    assert read_back.format_code == "urn:ihe:lab:xd-lab:2008"
    assert read_back.cda.document.header == HEADER.__class__(
        **{**vars(HEADER), "template_ids": read_back.cda.document.template_ids}
    )


def test_a_condition_names_the_patient():
    made = simplified_cda()
    made["contained"] = made["contained"][1:]
    del made["context"]
    made["subject"] = {"reference": f"Patient?identifier=urn:oid:{OID_INS_TEST}|{INS}"}
    assert publish(made).identity.matricule.value == INS
    made["subject"]["reference"] = made["subject"]["reference"].replace("|", "%7C")
    assert publish(made).identity.matricule.value == INS


def test_a_lot_is_read_with_the_order_of_its_entries():
    lot = provide(replacing())
    assert lot.submission.unique_id == "1.2.250.1.999.1.2.4"
    assert str(lot.submission.entry_uuid) == "00000009-0000-4000-8000-000000000000"
    assert lot.submission.source_id == "urn:oid:1.2.250.1.999"
    assert lot.submission.designation == "SA25"
    assert lot.entries == (("list", 0), ("document", 0), ("binary", 0), ("change", 0))
    assert lot.documents[0].replaces == (Named("id", "old"),)
    assert lot.changes[0].target == Named("id", "old")
    assert b"contained" not in lot.submission.face
    assert b"subject" not in lot.submission.face


def test_a_lot_without_a_name_has_the_same_name_each_time():
    made = bundle()
    del made["entry"][0]["resource"]["identifier"]
    first, again = provide(made), provide(made)
    assert first.submission.unique_id == again.submission.unique_id
    assert first.submission.unique_id.startswith("2.25.")
    made["entry"][1]["resource"]["masterIdentifier"]["value"] = "urn:oid:1.2.250.1.999.1.2.5"
    assert provide(made).submission.unique_id != first.submission.unique_id


@pytest.mark.parametrize(
    ("system", "value", "unique_id"),
    [
        ("urn:ietf:rfc:3986", "urn:oid:1.2.3", "1.2.3"),
        ("", "urn:oid:1.2.3", "1.2.3"),
        ("urn:oid:1.2.3", "x", "1.2.3^x"),
        (
            "urn:ietf:rfc:3986",
            "urn:uuid:12345678-abcd-1234-abcd-1234567890ab",
            "12345678-ABCD-1234-ABCD-1234567890AB",
        ),
    ],
)
def test_a_unique_id_is_that_of_a_cda_and_goes_back(system, value, unique_id):
    assert find_unique_id(system, value) == unique_id
    assert urn_of(unique_id) == (system or "urn:ietf:rfc:3986", value)


@pytest.mark.parametrize(
    "value", ["", "1.2.3", "urn:oid:", "urn:oid:3.1", "urn:oid:1.02", "urn:uuid:x", f"urn:oid:1.{'1' * 200}"]
)
def test_what_is_no_unique_id(value):
    assert find_unique_id("urn:ietf:rfc:3986", value) is None


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("DocumentReference/a-1", Named("id", "a-1")),
        ("http://x.test/fhir/DocumentReference/a-1/_history/2", Named("id", "a-1")),
        (
            "DocumentReference?identifier=urn:ietf:rfc:3986|urn:oid:1.2.3",
            Named("identifier", "1.2.3"),
        ),
        (
            "DocumentReference?identifier=urn%3Aietf%3Arfc%3A3986%7Curn%3Aoid%3A1.2.3",
            Named("identifier", "1.2.3"),
        ),
        ("DocumentReference?identifier=urn:oid:1.2.3", Named("identifier", "1.2.3")),
        ("DocumentReference?patient=1", None),
        ("Binary/1", None),
        ("", None),
    ],
)
def test_how_a_document_is_named(url, named):
    assert find_target(url) == named


def rendered(face: bytes) -> dict:
    """The resource that a face and what changes make (carnet.standards.pdsm.face)."""
    cut = split_face(face)
    extensions = b",".join(filter(None, (b'{"url":"archived"}', cut.extensions)))
    identifiers = b",".join(filter(None, (b'{"value":"entry"}', cut.identifiers)))
    relations = b",".join(filter(None, (b'{"code":"replaces"}', cut.relations)))
    return orjson.loads(
        b'{"id":"x","extension":[%s],"identifier":[%s],"relatesTo":[%s],%s,"url":"Binary/x","size":1%s}'
        % (extensions, identifiers, relations, cut.head, cut.tail)
    )


def test_a_face_is_put_back_together_with_what_changes():
    made = bundle()
    document = made["entry"][1]["resource"]
    document |= {
        "id": "sent",
        "text": {"status": "generated", "div": "<div/>"},
        "description": "Suite",
        "extension": [{"url": IS_ARCHIVED, "valueBoolean": True}, {"url": "http://x", "valueString": "y"}],
        "identifier": [
            {"use": "official", "value": "urn:uuid:00000009-0000-4000-8000-000000000001"},
            {"system": "http://labo.test", "value": "42"},
        ],
        "relatesTo": [{"code": "appends", "target": {"reference": "DocumentReference/first"}}],
    }
    read_back = provide(made).documents[0]
    assert read_back.archived
    assert read_back.logical_id == "42"
    assert str(read_back.entry_uuid) == "00000009-0000-4000-8000-000000000001"
    shown = rendered(read_back.face)
    assert [one["url"] for one in shown["extension"]] == ["archived", "http://x"]
    assert [one["value"] for one in shown["identifier"]] == ["entry", "42"]
    assert [one["code"] for one in shown["relatesTo"]] == ["replaces", "appends"]
    assert shown["subject"] == {
        "type": "Patient",
        "identifier": {"system": f"urn:oid:{OID_INS_TEST}", "value": INS},
    }
    assert shown["description"] == "Suite"
    assert not {"text", "status", "securityLabel", "meta"} & set(shown)
    attachment = shown["content"][0]["attachment"]
    assert (attachment["url"], attachment["size"], attachment["title"]) == ("Binary/x", 1, "Compte rendu")
    assert shown["content"][0]["format"]["code"] == "urn:ihe:iti:xds-sd:pdf:2008"


def test_the_smallest_face_is_a_resource():
    made = simplified_cda()
    del made["content"][0]["format"]
    made["content"][0]["attachment"] = {
        name: made["content"][0]["attachment"][name] for name in ("contentType", "data", "title")
    }
    shown = rendered(publish(made).face)
    assert shown["content"] == [
        {"attachment": {"contentType": "text/xml", "title": "Compte rendu", "url": "Binary/x", "size": 1}}
    ]


def test_the_header_around_a_file_says_what_was_sent_and_can_be_read_again():
    document = publish(simplified())
    header = header_of(
        document,
        type_code=Code("11488-4", "2.16.840.1.113883.6.1", "CR ou fiche de consultation"),
        traits=document.identity.traits,
        structure=Organisation(name="Autre structure", national_id="1310000013"),
    )
    again = read(write_envelope(header, Attachment(document.media_type, document.data)))
    assert again.header.unique_id == UNIQUE_ID
    assert again.header.patient.traits == document.identity.traits
    assert again.header.authors[0].family == "MERCIER"
    assert again.header.custodian.name == "Laboratoire des Tilleuls"
    assert again.header.service_start.isoformat() == "2026-01-15T09:30:00+01:00"
    assert again.header.legal_authenticator is None
    assert again.attachments[0].data == PDF


@pytest.mark.parametrize(
    ("author", "family", "device", "national_id"),
    [
        ({"display": "Dr  Mercier"}, "Dr Mercier", "", ""),
        ({"reference": "Practitioner/1"}, "Auteur non nommé", "", ""),
        (
            {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "899700012345"}},
            "Professionnel n° 899700012345",
            "",
            "899700012345",
        ),
        (
            {"identifier": {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "a^b"}},
            "Auteur non nommé",
            "",
            "",
        ),
        ({"reference": "#org"}, "", "Laboratoire des Tilleuls", ""),
        ({"reference": "#dev"}, "", "Automate 3000", ""),
        ({"reference": "#med"}, "MERCIER", "", "899700012345"),
    ],
)
def test_who_wrote_is_told_as_far_as_it_was_said(author, family, device, national_id):
    made = simplified()
    made["contained"].append(
        {
            "resourceType": "Device",
            "id": "dev",
            "deviceName": [{"name": "Automate 3000", "type": "model-name"}],
        }
    )
    made["author"].append(author)
    told = publish(made, strict=False).authors[1]
    assert (told.family, told.device, told.national_id) == (family, device, national_id)


def test_labels_say_who_may_not_see_a_document():
    made = changed(
        simplified(),
        lambda made: made.update(securityLabel=[concept("1.2.250.1.213.1.1.4.13", "INVISIBLE_PATIENT")]),
    )
    assert publish(made).labels == {"N", "INVISIBLE_PATIENT"}


def test_a_cda_that_hides_itself_is_not_hidden_from_both():
    made = simplified_cda(
        CDA.replace(b'confidentialityCode code="N"', b'confidentialityCode code="MASQUE_PS"')
    )
    assert publish(made, strict=False).labels == {"N"}
    made["securityLabel"] = [concept("1.2.250.1.213.1.1.4.13", "INVISIBLE_PATIENT")]
    with pytest.raises(Broken) as caught:
        publish(made, strict=False)
    assert caught.value.issues[0].rule == "pdsm.securityLabel.hidden"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        (b'effectiveTime value="2026', b'effectiveTime value="2027', "pdsm.date.future"),
        (b"<county>51215</county>", b"", "pdsm.patient.birthPlace"),
        (b'confidentialityCode code="N"', b'confidentialityCode code="X"', "pdsm.securityLabel.JDV_J08"),
        (INS.encode(), INS[:-1].encode() + b"8", "pdsm.patient.ins"),
        (b'code="11502-2"', b'code="1-8"', "pdsm.type.JDV_J07"),
    ],
)
def test_what_a_cda_must_be_whatever_is_said_beside_it(old, new, rule):
    assert old in CDA
    made = simplified_cda(CDA.replace(old, new, 1))
    del made["type"], made["context"], made["securityLabel"]
    made["contained"], made["subject"] = made["contained"][1:], {"reference": "Patient/1"}
    with pytest.raises(Broken) as caught:
        publish(made, strict=False)
    assert rule in {issue.rule for issue in caught.value.issues if issue.severity == "error"}
