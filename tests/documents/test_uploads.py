"""What a person adds: taken as it is, or refused with a sentence that says what it is."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pikepdf
import pytest
from django.db import connection
from PIL import Image

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.documents.api import Filters, UploadRefused
from carnet.journal.api import EventType, Purpose, list_lines
from carnet.people.api import get_person
from carnet.platform import blobs, clock
from carnet.standards.cda import reader, rules
from carnet.terminology.api import Category
from tests.documents.deposits import add_claire, deposit, holder, parent, scanned
from tests.people.register import add_person, open_space
from tests.standards import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire():
    return add_claire()


def add(person, data=None, filename="compte-rendu.pdf", **changes):
    facts = {
        "title": "Radio du poignet", "category": Category.IMAGING, "day": clock.today(), "masked": False,
        "by": holder(person),
    } | changes  # fmt: skip
    return documents.add_file(person, data=papers.pdf() if data is None else data, filename=filename, **facts)


def shown(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return documents.list_recent(a)


def original(person, document_id):
    return documents.download(person, document_id, by=holder(person)).data


def refusal(person, data=None, filename="compte-rendu.pdf", **changes):
    with pytest.raises(UploadRefused) as refused:
        add(person, data, filename, **changes)
    assert shown(person) == []
    assert list(blobs.store().names(person)) == []
    return refused.value


# -- what is taken


@pytest.mark.parametrize(
    ("filename", "data", "media_type"),
    [
        ("a.pdf", papers.pdf("Fracture"), "application/pdf"),
        ("a.TXT", "Fracture du scaphoïde".encode(), "text/plain"),
        ("a.txt", b"<b>Fracture</b>", "text/plain"),
        ("a.rtf", papers.RTF, "text/rtf"),
        ("a.jpg", papers.image(), "image/jpeg"),
        ("a.tiff", papers.image("TIFF"), "image/tiff"),
    ],
)
def test_her_file_stands_in_the_document_untouched(claire, filename, data, media_type):
    done = add(claire, data, filename)
    document = reader.read(original(claire, done.document_id), max_bytes=documents.MAX_CDA_BYTES)
    assert [(one.media_type, one.data) for one in document.attachments] == [(media_type, data)]
    (card,) = shown(claire)
    assert (card.title, card.type.code, card.own, card.masked) == (
        "Radio du poignet",
        "DOCPAT04",
        True,
        False,
    )


def test_what_is_written_follows_the_profile(claire):
    data = original(claire, add(claire).document_id)
    assert rules.check(data) == []
    header = reader.read(data).header
    assert header.authors[0].role.code == "EXP_PATIENT"
    assert (header.facility_type.code, header.practice_setting.code) == ("EXP_PATIENT", "EXP_PATIENT")
    assert header.patient.ins == header.authors[0].national_id.split("^")[1]


def test_a_parent_adds_for_a_child_as_author(claire):
    son = add_person(
        birth_name="MARTIN", given_names="TOM", sex="M", birth_date=date(2015, 2, 3), attached_to=claire
    )
    open_space(son)
    done = add(son, by=parent(claire))
    data = original(son, done.document_id)
    assert get_person(claire).matricule.encode() not in data  # the other parent may read it too
    assert rules.check(data) == []
    header = reader.read(data).header
    assert header.authors[0].given.upper() == "CLAIRE"
    assert header.patient.traits.first_given_name == "TOM"
    assert shown(son)[0].own


def test_a_png_becomes_a_tagged_pdf(claire):
    done = add(claire, papers.image("PNG"), "ecran.png")
    (part,) = documents.open_document(claire, done.document_id, by=holder(claire)).parts
    assert part.media_type == "application/pdf"
    with pikepdf.open(io.BytesIO(part.data)) as opened:
        assert opened.Root.MarkInfo.Marked


def test_a_photo_loses_its_place_and_stands_upright(claire):
    data = papers.image(exif="turned, in Paris")
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    done = add(claire, data, "photo.jpg")
    (part,) = documents.open_document(claire, done.document_id, by=holder(claire)).parts
    image = Image.open(io.BytesIO(part.data))
    assert not image.getexif()
    assert image.size == (40, 60)


def test_it_is_found_by_its_words_and_has_its_lines(claire):
    done = add(claire, papers.pdf("Fracture du scaphoïde"))
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
        assert [card.id for card in documents.search(a, "scaphoide", Filters()).cards] == [done.document_id]
        lines = [line for line in list_lines(claire, key=a.key()) if line.event.startswith("document.")]
    assert [(line.event, line.reference, line.personal) for line in lines] == [
        (EventType.DOCUMENT_ADDED, done.document_id, {"title": "Radio du poignet", "structure_name": ""})
    ]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from platform_outbox where person_id = %s", [claire])
        assert cursor.fetchone() == (0,)  # nobody is told of what she does herself


def test_the_same_file_twice_is_there_once(claire):
    first, second = add(claire), add(claire, title="Encore")
    assert (second.already, second.document_id) == (True, first.document_id)
    assert len(shown(claire)) == 1
    assert len(list(blobs.store().names(claire))) == 1


def test_exactly_five_million_bytes(claire):
    data = papers.pdf() + b"%" + b" " * 5_000_000
    data = data[:5_000_000]
    done = add(claire, data)
    (part,) = documents.open_document(claire, done.document_id, by=holder(claire)).parts
    assert part.data == data


def _has_alternative(thing):
    return isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing


def test_photographs_become_one_pdf_in_their_order(claire):
    photos = [papers.image(), papers.image(size=(30, 60)), papers.image("PNG")]
    done = documents.add_photos(
        claire, by=holder(claire), photos=photos, title="Ordonnance", category=Category.PRESCRIPTIONS,
        day=clock.today(), masked=True, turns=[0, 1, 0], black_and_white=True,
    )  # fmt: skip
    (part,) = documents.open_document(claire, done.document_id, by=holder(claire)).parts
    with pikepdf.open(io.BytesIO(part.data)) as opened:
        assert len(opened.pages) == 3
        assert [page.mediabox[2] > page.mediabox[3] for page in opened.pages] == [True, True, True]
        alternatives = {str(one.Alt) for one in opened.objects if _has_alternative(one)}
    assert alternatives >= {"Page 1", "Page 2", "Page 3"}
    assert shown(claire)[0].masked


def test_what_is_made_replaces_the_one_before(claire):
    made = {"by": holder(claire), "type_code": "DOCPAT08", "replaces_previous": True}
    first = documents.add_made(claire, title="Profil", pdf=papers.pdf("Un"), **made)
    second = documents.add_made(claire, title="Profil", pdf=papers.pdf("Deux"), **made)
    (card,) = shown(claire)
    assert (card.id, card.version, card.type.category) == (second.document_id, 2, Category.PROFILE)
    with access.open(claire, by=holder(claire), purpose=Purpose.CONSULT) as a:
        assert [one.id for one in documents.list_versions(a, card.id)] == [
            second.document_id,
            first.document_id,
        ]
    assert documents.open_document(claire, first.document_id, by=holder(claire)).parts[0].data == papers.pdf(
        "Un"
    )


def test_the_paper_that_the_laboratory_sent_too_shows_once_with_both_sources(claire):
    paper = papers.pdf("Glycémie")
    sent = deposit(scanned(claire, data=paper))
    hers = add(claire, paper)
    assert (hers.already, hers.shown_as) == (False, sent.document_id)
    (card,) = shown(claire)
    assert (card.id, card.sources_count) == (sent.document_id, 2)


# -- what is refused


@pytest.mark.parametrize(
    ("filename", "data", "says"),
    [
        ("a.pdf", papers.EXE, "un programme Windows"),
        ("a.pdf", papers.ZIP, "une archive ZIP"),
        ("a.docx", papers.ZIP, "Word"),
        ("a.pdf", papers.image(), "une image JPEG"),
        ("a.txt", papers.EXE, "un programme Windows"),
        ("a.gif", b"GIF89a" + b"\0" * 20, "une image GIF"),
        ("photo", papers.image(), "Formats acceptés"),
        ("a.pdf", b"", "vide"),
        ("a.pdf", papers.pdf_encrypted(), "mot de passe"),
        ("a.pdf", b"%PDF-1.7\n" + b"x" * 500, "abîmé"),
        ("a.pdf", papers.pdf_with_javascript(), "programme"),
        ("a.pdf", papers.pdf_with_hidden_javascript(), "programme"),
        ("a.pdf", papers.pdf_with_deep_javascript(), "programme"),
        ("a.pdf", papers.pdf_with_embedded(papers.pdf_with_javascript()), "programme"),
        ("a.pdf", papers.pdf_with_embedded(b"<html><script>x</script></html>"), "fichier caché"),
        ("a.pdf", papers.pdf_with_javascript_in_its_trailer(), "programme"),
        ("a.pdf", papers.pdf_with_form(b"<template><script>x</script></template>"), "programme"),
        (
            "a.pdf",
            papers.pdf_with_form("<Script>x</Script>".encode("utf-16"), parts=True),
            "programme",
        ),
        ("a.pdf", papers.pdf_that_launches(), "programme"),
        ("a.pdf", papers.pdf_with_embedded(papers.EXE), "fichier caché"),
        ("a.pdf", papers.pdf_of_pages(2_000), "2000 pages"),
        ("a.pdf", papers.pdf() + b" " * 5_000_000, "5 000 000"),
        ("a.png", papers.png_that_says(30_000, 30_000), "30000 × 30000"),
        ("a.png", papers.image("PNG")[:60], "abîmée"),
        ("a.jpg", b"\xff\xd8\xff" + b"\0" * 50, "abîmée"),
        ("a.rtf", rb"{\rtf1{\object\objemb{\*\objdata 0105}}}", "objet incorporé"),
        ("a.rtf", rb"{\rtf1{\object\objemb{\*\objdata0 0105}}}", "objet incorporé"),
    ],
)
def test_refused_with_a_sentence_and_nothing_stays(claire, filename, data, says):
    refused = refusal(claire, data, filename)
    assert refused.field == "data"
    assert says in refused.message_fr


def test_a_pdf_that_all_may_read_though_it_is_sealed_against_changes(claire):
    assert not add(claire, papers.pdf_encrypted(user="")).already


def test_one_byte_too_many(claire):
    data = papers.pdf() + b" " * (5_000_001 - len(papers.pdf()))
    assert "5 000 000" in refusal(claire, data).message_fr


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"title": "\x01\u202e"}, "title"),
        ({"day": date(1890, 1, 1)}, "day"),
        ({"category": Category.REIMBURSEMENTS}, "category"),
        ({"folder_id": uuid4()}, "folder_id"),
    ],
)
def test_each_field_is_checked(claire, changes, field):
    assert refusal(claire, **changes).field == field


def test_not_in_the_future(claire):
    assert refusal(claire, day=clock.today() + timedelta(days=1)).field == "day"


def test_too_many_photos(claire):
    with pytest.raises(UploadRefused) as refused:
        documents.add_photos(
            claire, by=holder(claire), photos=[papers.image()] * 21, title="x", category=Category.REPORTS,
            day=clock.today(), masked=False,
        )  # fmt: skip
    assert (refused.value.field, "20 photos" in refused.value.message_fr) == ("photos", True)


def test_somebody_else_adds_nothing(claire):
    paul = add_claire(birth_name="DURAND")
    with pytest.raises(access.Refused):
        add(claire, by=holder(paul))
    assert list(blobs.store().names(claire)) == []


def test_what_is_not_seen_is_left_out_of_a_title(claire):
    add(claire, title="Radio\x01 \u202edu\uffff\x00  poignet")
    assert shown(claire)[0].title == "Radio du poignet"


def test_a_form_without_a_program_is_taken(claire):
    assert not add(claire, papers.pdf_with_form(b"<template>Prescription, description</template>")).already


def test_markup_in_a_title_stays_text(claire):
    title = "<script>alert(1)</script>"
    assert not add(claire, title=title).already
    assert shown(claire)[0].title == title
