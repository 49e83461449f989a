"""ITI-67: a structure finds its own, by person or by name; nothing else is ever there."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from carnet.access import api as access
from carnet.journal.api import EventType, Purpose
from tests.clients.papers import ins_of, oid, publication
from tests.documents.deposits import add_claire, holder, report
from tests.fhir_api.calling import Software, found, issue_of

pytestmark = pytest.mark.django_db(transaction=True)
URN = "urn:ietf:rfc:3986|urn:oid:"


def put(software, person, *numbers):
    made = []
    for number in numbers:
        answer = software.publish(publication(report(person, number, unique_id=oid(number))))
        assert answer.status_code == 201, answer.content[:600]
        made.append(json.loads(answer.content))
    return made


def ids(answer):
    return {one["id"] for one in found(answer)}


def test_only_its_own_are_found(laboratory, hospital, claire):
    (mine,), (theirs,) = put(laboratory, claire, 1), put(hospital, claire, 2)
    asked = {"patient.identifier": ins_of(claire), "status": "current"}
    assert ids(laboratory.post_search(asked)) == {mine["id"]}
    assert ids(hospital.post_search(asked)) == {theirs["id"]}
    entry = json.loads(laboratory.post_search(asked).content)["entry"][0]
    assert entry["fullUrl"] == f"https://api.exemple.test/fhir/DocumentReference/{mine['id']}"
    assert entry["search"] == {"mode": "match"}
    assert entry["resource"] == mine


@pytest.mark.parametrize("name", ["patient.identifier", "patient:identifier"])
def test_a_search_by_get_is_the_same(laboratory, claire, name):
    (mine,) = put(laboratory, claire, 1)
    answer = laboratory.get(f"/fhir/DocumentReference?{urlencode({name: ins_of(claire)})}")
    assert ids(answer) == {mine["id"]}


def test_what_is_not_known_and_what_is_closed_are_both_nothing(laboratory, claire):
    closed = add_claire("closed", birth_name="DURAND")
    nobody = "urn:oid:1.2.250.1.213.1.4.10|180017512345607"
    number = "180017512345607"[:13]
    nobody = f"urn:oid:1.2.250.1.213.1.4.10|{number}{97 - int(number) % 97:02d}"
    answers = [
        json.loads(laboratory.post_search({"patient.identifier": one}).content)
        for one in (ins_of(closed), nobody, ins_of(claire))
    ]
    for answer in answers:
        assert answer.pop("link")
    assert answers == [{"resourceType": "Bundle", "type": "searchset"}] * 3


def test_whom_the_person_blocked_is_told_so(laboratory, claire):
    put(laboratory, claire, 1)
    block(claire, laboratory.card.structure)
    issue_of(laboratory.post_search({"patient.identifier": ins_of(claire)}), 403, "forbidden")
    assert laboratory.publish(publication(report(claire, 2, unique_id=oid(2)))).status_code == 201


def block(person, structure):
    by = holder(person)
    with access.open(person, by=by, purpose=Purpose.MANAGE, event=EventType.STRUCTURE_BLOCKED):
        access.block(person, structure=structure, by=by)


def test_by_name_one_document_or_none(laboratory, hospital, claire):
    (mine,) = put(laboratory, claire, 1)
    assert ids(laboratory.post_search({"identifier": URN + oid(1)})) == {mine["id"]}
    assert ids(laboratory.post_search({"identifier": URN + oid(99)})) == set()
    assert ids(hospital.post_search({"identifier": URN + oid(1)})) == set()
    several = f"{URN}{oid(99)},{URN}{oid(1)}"
    assert ids(laboratory.post_search({"identifier": several})) == {mine["id"]}
    assert ids(laboratory.post_search({"identifier": URN + oid(1), "status": "superseded"})) == set()
    assert ids(laboratory.post_search({"identifier": URN + oid(1), "status": "current"})) == {mine["id"]}


def test_by_entry_uuid_with_the_patient(laboratory, claire):
    (mine,) = put(laboratory, claire, 1)
    entry = next(one["value"] for one in mine["identifier"] if one["use"] == "official")
    asked = {"identifier": f"urn:ietf:rfc:3986|{entry}", "patient.identifier": ins_of(claire)}
    assert ids(laboratory.post_search(asked)) == {mine["id"]}


def test_a_strict_client_learns_the_id_alone(strict, laboratory, claire):
    (mine,) = put(laboratory, claire, 1)  # of the same structure
    resources = found(strict.post_search({"identifier": URN + oid(1)}))
    assert resources == [{"resourceType": "DocumentReference", "id": mine["id"]}]
    issue_of(strict.post_search({"patient.identifier": ins_of(claire)}), 403, "forbidden")


FILTERS = [
    ("type", "http://loinc.org|{type}", True), ("type", "{type}", True), ("type", "99999-9", False),
    ("type", "http://autre.example|{type}", False), ("category", "{category}", True), ("category", "95", False),
    ("format", "{format}", True), ("format", "urn:ihe:iti:xds-sd:pdf:2008", False),
    ("facility", "{facility}", True), ("facility", "SA99", False),
    ("setting", "{setting}", True), ("setting", "AUTRE", False),
    ("security-label", "N", True), ("security-label", "R,V", False), ("security-label", "MASQUE_PS", False),
    ("creation", "{day}", True), ("creation", "gt{day}", False), ("creation", "lt2000", False),
    ("date", "ge2000", True), ("date", "lt2000-01", False), ("period", "ge2000", True), ("period", "eb1990", False),
    ("author.family", "{author}", True), ("author.family", "Inconnu", False),
    ("isArchived", "false", True), ("isArchived", "true", False), ("event", "HJQD001", False),
    ("status", "current,superseded", True), ("status", "entered-in-error", False),
]  # fmt: skip


def test_every_filter_filters(laboratory, claire):
    (mine,) = put(laboratory, claire, 1)
    context = mine["context"]
    words = {
        "type": mine["type"]["coding"][0]["code"],
        "category": mine["category"][0]["coding"][0]["code"],
        "format": mine["content"][0]["format"]["code"],
        "facility": context["facilityType"]["coding"][0]["code"],
        "setting": context["practiceSetting"]["coding"][0]["code"],
        "day": mine["content"][0]["attachment"]["creation"][:10],
        "author": next(
            one["name"][0]["family"] for one in mine["contained"] if one["resourceType"] == "Practitioner"
        ),
    }
    for name, value, expected in FILTERS:
        asked = {"patient.identifier": ins_of(claire), name: value.format(**words)}
        answer = laboratory.post_search(asked)
        assert ids(answer) == ({mine["id"]} if expected else set()), asked


def test_a_parameter_twice_narrows_twice(laboratory, claire):
    put(laboratory, claire, 1)
    asked = [("patient.identifier", ins_of(claire)), ("status", "current"), ("status", "superseded")]
    assert not found(laboratory.post_search(asked))


def test_pages_follow_one_another_without_an_ins(laboratory, claire):
    everything = {one["id"] for one in put(laboratory, claire, *range(1, 8))}
    answer = laboratory.post_search({"patient.identifier": ins_of(claire), "_count": "3"})
    seen, pages, number = [], 0, ins_of(claire).partition("|")[2]
    while True:
        bundle = json.loads(answer.content)
        seen += [one["id"] for one in found(answer)]
        links = {one["relation"]: one["url"] for one in bundle["link"]}
        pages += 1
        assert all(number not in url and "patient" not in url for url in links.values())
        if "next" not in links:
            break
        answer = laboratory.get(urlsplit(links["next"])._replace(scheme="", netloc="").geturl())
        again = laboratory.get(urlsplit(links["self"])._replace(scheme="", netloc="").geturl())
        assert [one["id"] for one in found(again)] == [one["resource"]["id"] for one in bundle["entry"]]
    assert (len(seen), set(seen)) == (7, everything)
    assert pages == 3


def test_long_searches_and_names_have_pages_too(laboratory, claire):
    everything = {one["id"] for one in put(laboratory, claire, 1, 2, 3)}
    codes = ",".join(["11502-2", *(f"{number:05d}-1" for number in range(220))])
    names = ",".join(URN + oid(number) for number in (1, 2, 3))
    for asked in ({"patient.identifier": ins_of(claire), "type": codes}, {"identifier": names}):
        answer, seen = laboratory.post_search({**asked, "_count": "2"}), set()
        for expected in (2, 1):
            assert len(found(answer)) == expected
            seen |= ids(answer)
            links = {one["relation"]: one["url"] for one in json.loads(answer.content)["link"]}
            if "next" in links:
                answer = laboratory.get(urlsplit(links["next"])._replace(scheme="", netloc="").geturl())
        assert seen == everything
        assert "next" not in links


def test_a_page_is_its_clients_alone(laboratory, hospital, claire):
    put(laboratory, claire, 1, 2)
    answer = laboratory.post_search({"patient.identifier": ins_of(claire), "_count": "1"})
    address = next(one["url"] for one in json.loads(answer.content)["link"] if one["relation"] == "next")
    token = parse_qs(urlsplit(address).query)["_page"][0]
    issue_of(hospital.get(f"/fhir/DocumentReference?_page={token}"), 410, "expired")
    issue_of(laboratory.get(f"/fhir/DocumentReference?_page={token[:-6]}AAAAAA"), 400, "value")
    issue_of(laboratory.get(f"/fhir/DocumentReference?_page={token}&status=current"), 400, "value")
    issue_of(laboratory.get("/fhir/DocumentReference?_page=é"), 400, "value")


WRONG = [
    ({}, "required"),
    ({"status": "current"}, "required"),
    ({"patient.identifier": "urn:oid:1.2.250.1.213.1.4.10|279035121518900"}, "value"),
    ({"patient.identifier": "urn:oid:1.2.3|279035121518989"}, "value"),
    ({"patient.identifier": "279035121518989,279035121518989"}, "value"),
    ({"identifier": URN + "1.2.3", "_count": "0"}, "value"),
    ({"identifier": URN + "1.2.3", "_count": "beaucoup"}, "value"),
    ({"identifier": URN + "1.2.3", "creation": "hier"}, "value"),
    ({"identifier": URN + "1.2.3", "creation": "2026-02-30"}, "value"),
    ({"identifier": URN + "1.2.3", "isArchived": "peut-être"}, "value"),
    ({"identifier": URN + "1.2.3", "subject": "Patient/1"}, "not-supported"),
    ({"identifier": URN + "1.2.3", "_include": "*"}, "not-supported"),
]


def test_what_cannot_be_asked_is_said(laboratory):
    for asked, code in WRONG:
        issue_of(laboratory.post_search(asked), 400, code)


def test_a_matricule_in_the_parameters_is_never_logged(laboratory, claire, capfd):
    put(laboratory, claire, 1)
    ins = ins_of(claire).partition("|")[2]
    laboratory.get(f"/fhir/DocumentReference?{urlencode({'patient.identifier': ins_of(claire)})}")
    said = "".join(capfd.readouterr())
    assert ins not in said


def test_a_token_of_less_scope_finds_nothing(claire):
    narrow = Software(scope="system/DocumentReference.c")
    issue_of(narrow.post_search({"patient.identifier": ins_of(claire)}), 403, "forbidden")


@pytest.mark.parametrize("sign", ["a", "é", "😀", '"', "\\", "\x01", "+"])
def test_every_search_that_is_answered_has_a_next_page_that_is(laboratory, claire, sign):
    """Whatever it is asked with: the address of its pages is never longer than what is taken."""
    put(laboratory, claire, 1, 2)
    answered = 0
    for length in (100, 400, 900, 1900):
        asked = [("patient.identifier", ins_of(claire)), ("_count", "1")]
        answer = laboratory.post_search(asked + [("type", f"11502-2,{sign * length}")] * 2)
        if answer.status_code == 400:
            break
        links = {one["relation"]: one["url"] for one in json.loads(answer.content)["link"]}
        assert len(links["next"]) < 8_100
        following = laboratory.get(urlsplit(links["next"])._replace(scheme="", netloc="").geturl())
        assert len(found(following)) == 1
        answered += 1
    assert answered
