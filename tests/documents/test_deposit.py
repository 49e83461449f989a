"""Deposits: what is taken in, what is refused and by which rule, what the journal keeps of both."""

import time
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents import text
from carnet.documents.api import Code, DepositRefused
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, list_lines
from carnet.platform import blobs, crypto
from carnet.platform.outbox import read_payload
from carnet.standards.ins import OID_INS_NIR, OID_INS_TEST
from tests.documents.deposits import (
    FINESS,
    LEVEL_1,
    LEVEL_3,
    add_claire,
    add_dominique,
    deposit,
    header_of,
    holder,
    parent,
    report,
    scanned,
    unique_id_of,
)
from tests.people.register import add_person, open_space
from tests.standards import papers
from tests.standards.samples import PDF

pytestmark = pytest.mark.django_db


def lines_of(person_id, by=None):
    with access.open(person_id, by=by or holder(person_id), purpose=Purpose.CONSULT) as a:
        return list_lines(person_id, key=a.key())[1:]


def recent(person_id, by=None):
    with access.open(person_id, by=by or holder(person_id), purpose=Purpose.CONSULT) as a:
        return documents.list_recent(a)


def events():
    with connection.cursor() as cursor:
        cursor.execute("select payload from platform_outbox where topic = 'documents.deposited'")
        return [read_payload(row[0]) for row in cursor.fetchall()]


def refusal(data, **options):
    with pytest.raises(DepositRefused) as refused:
        deposit(data, **options)
    return refused.value


def test_a_real_report_of_level_1(interop):
    dominique = add_dominique()
    data = (interop / LEVEL_1).read_bytes()
    done = deposit(data)
    assert not done.already
    (card,) = recent(dominique)
    assert (card.id, card.type.code, card.body_level) == (done.document_id, "11502-2", "N1")
    assert card.type.category.label == "Résultats de biologie"
    assert card.new
    assert card.structure == FINESS
    assert documents.download(dominique, card.id, by=holder(dominique)).data == data


def test_real_structured_reports(interop):
    dominique = add_dominique()
    names = [LEVEL_3, "cda/ci-sis-3.0/VSM_1.4_2022.01.xml", "cda/ci-sis-3.0/IPS-FR_2024.01.xml"]
    for name in names:
        data = (interop / name).read_bytes()
        done = deposit(data)
        view = documents.open_document(dominique, done.document_id, by=holder(dominique))
        assert "<h2>" in view.html
        assert view.card.title
        assert documents.download(dominique, done.document_id, by=holder(dominique)).data == data
    assert len(recent(dominique)) == len(names)


def test_what_lies_in_the_database_and_in_the_store_is_sealed(interop):
    dominique = add_dominique()
    data = (interop / LEVEL_1).read_bytes()
    deposit(data)
    (card,) = recent(dominique)
    stored = blobs.store().get(dominique, card.blob)
    assert data[:2000] not in stored
    assert b"ClinicalDocument" not in stored
    with access.open(dominique, by=holder(dominique), purpose=Purpose.CONSULT), connection.cursor() as cursor:
        cursor.execute("select d::text from documents_document d where person_id = %s", [dominique])
        row = cursor.fetchone()[0]
    assert card.title not in row
    assert card.title.encode().hex() not in row


def test_sent_twice_is_there_once_and_said_so():
    claire = add_claire()
    data = report(claire)
    first, second = deposit(data), deposit(data)
    assert second == replace(first, already=True)
    assert len(recent(claire)) == 1
    assert len(events()) == 1
    lines = [line for line in lines_of(claire) if line.event.startswith("document.")]
    assert [line.event for line in lines] == [
        EventType.DOCUMENT_ALREADY_THERE,
        EventType.DOCUMENT_DEPOSITED,
    ]
    assert {line.reference for line in lines} == {first.document_id}


def test_another_content_under_the_same_identifier_is_refused():
    claire = add_claire()
    deposit(report(claire))
    refused = refusal(report(claire, title="Autre titre"))
    assert (refused.code, refused.field) == (Code.DUPLICATE, "uniqueId")
    assert [card.title for card in recent(claire)] == ["Compte rendu d’analyses"]


def test_one_structure_gives_an_identifier_to_one_person_only():
    claire, paul = add_claire(), add_claire(birth_name="DURAND")
    deposit(report(claire))
    refused = refusal(report(paul, unique_id=unique_id_of(claire)))
    assert (refused.code, refused.field) == (Code.DUPLICATE, "uniqueId")
    assert recent(paul) == []
    assert list(blobs.store().names(paul)) == []


def test_two_structures_may_give_two_persons_the_same_identifier():
    claire, paul = add_claire(), add_claire(birth_name="DURAND")
    first = deposit(report(claire))
    other = deposit(report(paul, unique_id=unique_id_of(claire)), structure="330000019")
    assert first.document_id != other.document_id
    assert len(recent(claire)) == len(recent(paul)) == 1


def test_the_journal_says_who_deposited_what():
    claire = add_claire()
    done = deposit(report(claire))
    line = next(line for line in lines_of(claire) if line.event is EventType.DOCUMENT_DEPOSITED)
    assert line.actor == Actor(ActorKind.HEALTHCARE_FACILITY, structure=FINESS)
    assert line.personal == {"title": "Compte rendu d’analyses", "structure_name": ""}
    assert (line.reference, line.reason) == (done.document_id, "facility_deposits")


def test_a_structure_that_its_own_document_names_is_named():
    claire = add_claire()
    laboratory = replace(header_of(claire).custodian, national_id=f"1{FINESS}")
    deposit(report(claire, custodian=laboratory))
    (card,) = recent(claire)
    assert card.structure_name == "Laboratoire des Tilleuls"


def test_her_default_hides_from_professionals():
    claire = add_claire()
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set documents_masked = true where person_id = %s", [claire])
    deposit(report(claire))
    assert recent(claire)[0].masked


@pytest.mark.parametrize("way", ["option", "code"])
def test_not_yet_visible_by_the_patient(way):
    claire = add_claire()
    hidden = {"confidentiality": replace(header_of(claire).confidentiality, code="INVISIBLE_PATIENT")}
    if way == "option":
        done = deposit(report(claire), invisible_patient=True)
    else:
        done = deposit(report(claire, **hidden))
    assert recent(claire) == []
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
        assert documents.overview(a, limit=5) == documents.Overview((), 0, 0, (done.document_id,))
        assert documents.list_titles(a, [done.document_id]) == {}
        assert documents.list_hidden(a) == [done.document_id]
    assert events() == []  # nobody who may not read it is told, not even that there is something


def test_secret_care_of_a_minor_stays_unknown_to_the_parents():
    mother = add_claire()
    son = add_person(birth_name="MARTIN", given_names="TOM", sex="M", birth_date=date(2012, 2, 29),
                     attached_to=mother)  # fmt: skip
    open_space(son)
    shown = deposit(report(son, 1))
    secret = deposit(report(son, 2), invisible_representatives=True)
    assert [card.id for card in recent(son, parent(mother))] == [shown.document_id]
    assert {card.id for card in recent(son)} == {shown.document_id, secret.document_id}
    told = {fact["document_id"]: fact["told"] for fact in events()}
    assert told == {str(shown.document_id): [str(son), str(mother)], str(secret.document_id): [str(son)]}


def test_hidden_from_everybody_is_refused():
    claire = add_claire()
    refused = refusal(report(claire), masked=True, invisible_patient=True)
    assert (refused.code, refused.field) == (Code.OTHER, "confidentialityCode")


def test_a_parent_of_an_adult_is_not_told():
    mother = add_claire()
    grown = add_person(
        birth_name="MARTIN", given_names="LEA", birth_date=date(2001, 1, 1), attached_to=mother
    )
    open_space(grown)
    deposit(report(grown))
    assert events()[0]["told"] == [str(grown)]


# -- refusals


def test_doctype():
    data = report(add_claire()).replace(
        b"<ClinicalDocument", b"<!DOCTYPE x [<!ENTITY a 'b'>]><ClinicalDocument", 1
    )
    refused = refusal(data)
    assert (refused.code, refused.field) == (Code.OTHER, "doctype")


@pytest.mark.parametrize("size", [documents.MAX_CDA_BYTES + 1, 20_000_000])
def test_too_big(size):
    data = report(add_claire())
    refused = refusal(data + b" " * (size - len(data)))
    assert (refused.code, refused.field) == (Code.OTHER, "size")
    assert "7000000" in refused.message_fr


def test_as_big_as_allowed():
    claire = add_claire()
    data = report(claire)
    data += b" " * (documents.MAX_CDA_BYTES - len(data))
    done = deposit(data)
    assert documents.download(claire, done.document_id, by=holder(claire)).data == data


def test_a_program_called_pdf():
    assert refusal(scanned(add_claire(), data=b"MZ\x90\x00" + PDF)).field == "content"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"<a/>", b"\x00" * 100])
def test_not_a_cda(data):
    assert refusal(data).code is Code.OTHER


def test_unknown_patient(interop):
    refused = refusal((interop / LEVEL_1).read_bytes())
    assert (refused.code, refused.field) == (Code.UNKNOWN_PATIENT, "ins")


def test_without_ins():
    data = report(add_claire())
    assert OID_INS_TEST.encode() in data
    assert refusal(data.replace(OID_INS_TEST.encode(), b"1.2.250.1.999.7")).code is Code.INS_MISSING


def test_wrong_key_of_the_ins():
    claire = add_claire()
    ins = header_of(claire).patient.ins
    wrong = ins[:-2] + f"{(int(ins[-2:]) % 97) + 1:02d}"
    refused = refusal(report(claire).replace(ins.encode(), wrong.encode()))
    assert refused.code is Code.INS_INCOMPLETE


def test_an_authority_that_is_not_trusted(settings):
    claire = add_claire()
    settings.CARNET_TRUSTED_OIDS = (OID_INS_NIR,)
    assert refusal(report(claire)).code is Code.INS_DIFFERS


@pytest.mark.parametrize(
    ("trait", "value", "named"),
    [
        ("birth_name", "MARTINE", "nom de naissance"),
        ("first_given_name", "CLARA", "premier prénom de naissance"),
        ("birth_date", date(1980, 5, 18), "date de naissance"),
        ("sex", "M", "sexe"),
        ("birth_place", "31556", "lieu de naissance"),
    ],
)
def test_each_trait_must_be_hers(trait, value, named):
    claire = add_claire()
    patient = header_of(claire).patient
    refused = refusal(
        report(claire, patient=replace(patient, traits=replace(patient.traits, **{trait: value})))
    )
    assert (refused.code, refused.field) == (Code.INS_DIFFERS, trait)
    assert named in refused.message_fr
    assert "MARTIN" not in refused.message_fr.replace("MARTINE", "")


def test_a_missing_trait():
    claire = add_claire()
    assert b"<county>31555</county>" in report(claire)
    refused = refusal(report(claire).replace(b"<county>31555</county>", b""))
    assert (refused.code, refused.field) == (Code.INS_INCOMPLETE, "birth_place")


def test_somebody_else_is_meant():
    claire, paul = add_claire(), add_claire(birth_name="DURAND")
    refused = refusal(report(claire), person_id=paul)
    assert (refused.code, refused.field) == (Code.INS_DIFFERS, "ins")
    assert recent(paul) == recent(claire) == []


@pytest.mark.parametrize("finess", ["", "310000014", "12345", "31000001A"])
def test_wrong_structure(finess):
    refused = refusal(report(add_claire()), structure=finess)
    assert (refused.code, refused.field) == (Code.AUTHOR_NOT_ALLOWED, "structure")


def test_a_patient_does_not_deposit_as_a_structure():
    claire = add_claire()
    assert refusal(report(claire), by=holder(claire)).code is Code.AUTHOR_NOT_ALLOWED


def test_unknown_or_technical_type():
    claire = add_claire()
    code = header_of(claire).code
    assert refusal(report(claire, code=replace(code, code="99999-9"))).field == "code"
    assert refusal(report(claire, code=replace(code, code="FEUILLE-DE-STYLE"))).field == "code"


def test_unknown_confidentiality():
    claire = add_claire()
    wrong = replace(header_of(claire).confidentiality, code="X")
    assert refusal(report(claire, confidentiality=wrong)).field == "confidentialityCode"


@pytest.mark.parametrize("state", [None, "notified", "objected", "closed", "erased"])
def test_a_space_that_is_not_open(state):
    claire = add_claire(state)
    refused = refusal(report(claire))
    assert (refused.code, refused.field) == (Code.OTHER, "espace")
    assert crypto.find_key(claire) is None
    assert list(blobs.store().names(claire)) == []
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("select set_config('carnet.person_id', %s, true)", [str(claire)])
        assert [(line.event, line.allowed) for line in list_lines(claire, key=None)] == [
            (EventType.DOCUMENT_DEPOSITED, False)
        ]


def test_a_space_opened_by_silence_is_fed():
    claire = add_claire("opened")
    deposit(report(claire))
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = 'activated' where person_id = %s", [claire])
    assert len(recent(claire)) == 1


def test_reading_what_is_not_there_or_hidden_is_the_same():
    claire = add_claire()
    hidden = deposit(report(claire), invisible_patient=True).document_id
    errors = []
    for document in (hidden, uuid4()):
        with pytest.raises(documents.DocumentUnknownError) as unknown:
            documents.open_document(claire, document, by=holder(claire))
        errors.append(type(unknown.value))
        with pytest.raises(documents.DocumentUnknownError):
            documents.download(claire, document, by=holder(claire))
        with pytest.raises(documents.DocumentUnknownError):
            documents.open_part(claire, document, 0, by=holder(claire))
    assert errors[0] is errors[1]


def test_reading_marks_it_read_and_a_damaged_content_says_so():
    claire = add_claire()
    done = deposit(scanned(claire))
    view = documents.open_document(claire, done.document_id, by=holder(claire))
    assert view.card.new
    assert view.parts[0].data == PDF
    assert documents.open_part(claire, done.document_id, 0, by=holder(claire)).data == PDF
    assert not recent(claire)[0].new
    store = blobs.store()
    path = store._folder(claire) / recent(claire)[0].blob
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    with pytest.raises(documents.DocumentDamagedError):
        documents.open_document(claire, done.document_id, by=holder(claire))
    path.unlink()
    with pytest.raises(documents.DocumentDamagedError):
        documents.download(claire, done.document_id, by=holder(claire))


def test_pages_of_the_list_have_no_hole_and_no_double():
    claire = add_claire()
    sent = {deposit(report(claire, number)).document_id for number in range(7)}
    seen, before = [], None
    while True:
        with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
            page = documents.list_recent(a, limit=3, before=before)
        if not page:
            break
        seen += [card.id for card in page]
        before = documents.Position(page[-1].created_on, page[-1].id)
    assert len(seen) == 7
    assert set(seen) == sent


def test_documents_of_one_moment_stand_in_the_order_in_which_they_came():
    claire = add_claire()
    sent = []
    for number in range(12):
        sent.append(deposit(report(claire, number)).document_id)
        time.sleep(0.002)  # the order is to the millisecond
    assert len({card.created_on for card in recent(claire)}) == 1
    assert [card.id for card in recent(claire)] == sent[::-1]


def test_a_cda_that_carries_five_million_bytes_passes():
    claire = add_claire()
    data = scanned(claire, data=PDF + b"%" + b" " * (5_000_000 - len(PDF) - 1))
    assert len(data) > 6_600_000
    done = deposit(data)
    assert documents.download(claire, done.document_id, by=holder(claire)).data == data


@pytest.mark.parametrize(
    "pdf",
    [
        papers.pdf_with_javascript(),
        papers.pdf_with_javascript(damaged=True),
        papers.pdf_encrypted(),
        papers.pdf_of_pages(2_000),
    ],
)
def test_a_pdf_that_nobody_may_open_is_refused_inside_a_cda_too(pdf):
    claire = add_claire()
    refused = refusal(scanned(claire, data=pdf))
    assert (refused.code, refused.field) == (Code.OTHER, "content")
    assert list(blobs.store().names(claire)) == []


def test_an_image_too_large_for_who_looks_at_it_is_refused_inside_a_cda_too():
    claire = add_claire()
    bomb = papers.png_that_says(30_000, 30_000)
    assert refusal(scanned(claire, media_type="image/png", data=bomb)).field == "content"
    deposit(scanned(claire, media_type="image/png", data=papers.image("PNG")[:60]))
    assert len(recent(claire)) == 1


def test_files_that_take_too_long_together_are_refused(monkeypatch):
    monkeypatch.setattr(text, "_MOST_SECONDS", -1.0)
    assert refusal(scanned(add_claire())).field == "content"


def test_a_damaged_pdf_of_a_structure_is_kept_without_words():
    claire = add_claire()
    deposit(scanned(claire, data=b"%PDF-1.4\n" + b"x" * 300))
    assert len(recent(claire)) == 1


def test_ten_thousand_levels():
    data = report(add_claire()).replace(b"<section>", b"<section>" + b"<a>" * 10_000, 1)
    assert refusal(data).field == "depth"
