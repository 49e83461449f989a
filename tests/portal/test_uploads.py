"""Adding a document: what is said about it, what is refused and where, who is its author."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from carnet.access import api as access
from carnet.documents import api as documents
from carnet.journal.api import Purpose
from carnet.platform import clock
from carnet.portal import uploads
from carnet.portal.uploads_forms import read_pages
from tests.documents.deposits import add_claire, holder, parent
from tests.people.families import make_family
from tests.portal.photographs import colours_of, photograph, real_pdf
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db
PDF = real_pdf()
ADD, PHOTOS = reverse("portal:document_add"), reverse("portal:document_photos")


def facts(**changes):
    day = changes.pop("day", date(2026, 3, 4))
    told = {
        "title": "Radio du genou gauche", "category": "RADIO_SC", "folder_id": "", "visibility": "shown",
        "day_day": day.day, "day_month": day.month, "day_year": day.year,
    }  # fmt: skip
    return told | changes


def named(name="radio.pdf", data=PDF, kind="application/pdf"):
    return SimpleUploadedFile(name, data, kind)


def send(client, file=None, **changes):
    told = facts(**changes)
    return client.post(ADD, told | ({"file": file} if file is not None else {}))


def snap(client, *colours, **changes):
    photos = [SimpleUploadedFile(f"{name}.jpg", photograph(name), "image/jpeg") for name in colours]
    return client.post(PHOTOS, facts(**changes) | {"photos": photos})


def text_of(answer):
    return answer.content.decode()


def cards_of(person):
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        return documents.list_recent(a)


def pdf_of(person):
    (card,) = cards_of(person)
    return documents.open_part(person, card.id, 0, by=holder(person)).data


# -- a file


def test_a_file_becomes_a_document():
    person = add_claire()
    client = visit(person)
    answer = send(client, named())
    assert answer.status_code == 302, text_of(answer)
    (card,) = cards_of(person)
    assert answer["Location"] == reverse("portal:document", args=[card.id]) + "?fait=ajoute"
    assert (card.title, card.type.code, card.masked) == ("Radio du genou gauche", "DOCPAT04", False)
    assert card.created_on.astimezone(clock.PARIS).date() == date(2026, 3, 4)
    page = text_of(client.get(answer["Location"]))
    assert "Radio du genou gauche" in page
    assert "Le document est ajouté" in page
    assert documents.open_part(person, card.id, 0, by=holder(person)).data == PDF
    assert "Document ajouté" in text_of(client.get(reverse("portal:history")))


def test_the_form_begins_with_today_and_with_her_choice():
    person = add_claire()
    client = visit(person)
    assert f'value="{clock.today().year}"' in text_of(client.get(ADD))
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set documents_masked = true where person_id = %s", [person])
    (checked,) = re.findall(r"<input[^>]*name=\"visibility\"[^>]*checked[^>]*>", text_of(client.get(ADD)))
    assert 'value="hidden"' in checked


def test_she_may_hide_it_at_once():
    person = add_claire()
    send(visit(person), named(), visibility="hidden")
    assert cards_of(person)[0].masked


def test_a_file_sent_twice_is_shown_once():
    person = add_claire()
    client = visit(person)
    assert send(client, named()).status_code == send(client, named()).status_code == 302
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        assert len(documents.list_documents(a, documents.Filters())) == 1


def test_it_goes_into_a_folder():
    person = add_claire()
    with access.open(person, by=holder(person), purpose=Purpose.MANAGE) as a:
        folder = documents.create_folder(a, name="Genou")
    client = visit(person)
    assert "Genou" in text_of(client.get(ADD))
    send(client, named(), folder_id=str(folder))
    assert cards_of(person)[0].folder_id == folder


def test_a_folder_that_is_gone_is_said():
    person = add_claire()
    answer = send(visit(person), named(), folder_id=str(uuid4()))
    assert answer.status_code == 200
    assert "à corriger" in text_of(answer)
    assert cards_of(person) == []


def test_without_folders_none_is_asked():
    assert "Aucun dossier" not in text_of(visit(add_claire()).get(ADD))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"category": ""}, "category"),
        ({"category": "REMB"}, "category"),
        ({"day": date(2099, 1, 1)}, "day"),
        ({"day": date(1979, 5, 17)}, "day"),
        ({"visibility": "both"}, "visibility"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(changes, field):
    person = add_claire()
    typed = {"title": "Radio du genou gauche"} | changes
    answer = send(visit(person), named(), **typed)
    assert answer.status_code == 200
    page = text_of(answer)
    assert f'id="id_{field}-messages"' in page
    assert typed["title"] in page
    assert cards_of(person) == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("radio.pdf", b"MZ\x90\x00" + b"\x00" * 200),
        ("radio.pdf", b"PK\x03\x04" + b"\x00" * 200),
        ("radio.pdf", b""),
        ("radio.pdf", b"%PDF-1.7\nbroken"),
        ("page.html", b"<!doctype html><script>alert(1)</script>"),
        ("radio.pdf", PDF + b"\n" * (5_000_001 - len(PDF))),
    ],
)
def test_a_file_that_is_refused_is_said_at_its_field(name, data):
    person = add_claire()
    answer = send(visit(person), named(name, data))
    assert answer.status_code == 200
    assert 'id="id_file-messages"' in text_of(answer)
    assert "Radio du genou gauche" in text_of(answer)
    assert cards_of(person) == []


def test_no_file_is_said():
    assert "Choisissez un fichier" in text_of(send(visit(add_claire())))


def test_more_than_the_page_takes_is_refused_unread():
    client = visit(add_claire())
    answer = send(client, named(data=b"x" * uploads.MOST_FILE_BYTES))
    assert answer.status_code == 413
    assert "12 Mo au plus" in text_of(answer)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd.pdf",
        "a\x00b.pdf",
        "<img src=x onerror=alert(1)>.pdf",
        "\u202efdp.exe",
        "é" * 240 + ".pdf",
        ".pdf",
    ],
)
def test_a_hostile_name_of_a_file_does_nothing(name):
    person = add_claire()
    client = visit(person)
    answer = send(client, named(name))
    assert answer.status_code in {200, 302}
    page = text_of(client.get(answer["Location"]) if answer.status_code == 302 else answer)
    assert "<img src=x" not in page
    assert "passwd" not in page


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:1 }}"]
)
def test_a_hostile_title_is_only_a_title(title):
    person = add_claire()
    client = visit(person)
    page = text_of(client.get(send(client, named(), title=title)["Location"]))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert cards_of(person)[0].title == title


def test_a_representative_is_the_author_of_what_he_adds():
    family = make_family()
    client = visit(family.mother, profile=family.child)
    page = text_of(client.get(send(client, named())["Location"]))
    shown = page.split("<main", 1)[1]
    assert "CLAIRE MARTIN" in shown
    assert "Ajouté par un représentant légal" in shown
    history = text_of(client.get(reverse("portal:history")))
    assert "Document ajouté" in history


def test_who_may_not_enter_adds_nothing():
    family = make_family()
    stranger = visit(add_claire(), profile=family.child)
    assert send(stranger, named()).status_code == 403
    with access.open(family.child, by=parent(family.mother), purpose=Purpose.CONSULT) as a:
        assert documents.list_recent(a) == []


def test_nobody_adds_without_logging_in():
    for address in (ADD, PHOTOS):
        assert reverse("portal:login") in Client().get(address)["Location"]


def test_the_script_of_the_page_is_told_where_to_go():
    person = add_claire()
    answer = visit(person).post(ADD, facts() | {"file": named()}, HTTP_HX_REQUEST="true")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["HX-Redirect"].endswith("?fait=ajoute")


# -- photographs


def test_three_photographs_are_three_pages_in_the_order_that_she_says():
    person = add_claire()
    answer = snap(visit(person), "red", "green", "blue", pages="3, 1 droite, 2 demi-tour")
    assert answer.status_code == 302, text_of(answer)
    assert colours_of(pdf_of(person)) == [
        ("blue", "upper left"), ("red", "upper right"), ("green", "lower right"),
    ]  # fmt: skip


def test_without_a_word_the_order_is_that_of_the_files_and_the_shot_comes_last():
    person = add_claire()
    shot = SimpleUploadedFile("shot.jpg", photograph("blue"), "image/jpeg")
    photos = [SimpleUploadedFile("one.png", photograph("red", kind="PNG"), "image/png"),
              SimpleUploadedFile("two.jpg", photograph("green"), "image/jpeg")]  # fmt: skip
    answer = visit(person).post(PHOTOS, facts() | {"photos": photos, "shot": shot})
    assert answer.status_code == 302, text_of(answer)
    assert [colour for colour, _ in colours_of(pdf_of(person))] == ["red", "green", "blue"]


@pytest.mark.parametrize(
    ("colours", "changes", "field", "said"),
    [
        ((), {}, "photos", "au moins une photo"),
        (("red",) * 21, {}, "photos", "vous avez choisi 21 photos"),
        (("red", "green"), {"pages": "1"}, "pages", "chaque numéro de 1 à 2"),
        (("red", "green"), {"pages": "1, 3"}, "pages", "chaque numéro de 1 à 2"),
        (("red",), {"pages": "<b>"}, "pages", "le numéro 1"),
    ],
)
def test_photographs_that_are_wrong_are_said(colours, changes, field, said):
    person = add_claire()
    answer = snap(visit(person), *colours, **changes)
    assert answer.status_code == 200
    page = text_of(answer)
    assert f'id="id_{field}-messages"' in page
    assert said.lower() in page.lower()
    assert cards_of(person) == []


def test_a_photograph_that_is_none_is_refused():
    person = add_claire()
    fake = SimpleUploadedFile("page.jpg", b"MZ" + b"\x00" * 500, "image/jpeg")
    answer = visit(person).post(PHOTOS, facts() | {"photos": [fake]})
    assert answer.status_code == 200
    assert "à corriger" in text_of(answer)
    assert cards_of(person) == []


def test_pictures_of_the_device_are_shown_on_that_page_alone():
    client = visit(add_claire())
    assert "img-src 'self' data: blob:" in client.get(PHOTOS)["Content-Security-Policy"]
    assert "blob:" not in client.get(ADD)["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("text", "count", "pages"),
    [
        ("", 3, [(0, 0), (1, 0), (2, 0)]),
        ("2, 1", 2, [(1, 0), (0, 0)]),
        (" 2 GAUCHE ;1demi-tour", 2, [(1, 3), (0, 2)]),
        ("1 droite", 1, [(0, 1)]),
    ],
)
def test_the_order_is_read_as_people_write_it(text, count, pages):
    assert read_pages(text, count) == pages


@pytest.mark.parametrize(
    "text", ["1", "1,1", "0,1", "2,3", "1,2,3", "1 vers le haut, 2", "1,,2", "²,1", "-1,2", "9" * 300]
)
def test_an_order_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="chaque numéro de 1 à 2"):
        read_pages(text, 2)


def test_photographs_sent_twice_are_shown_once():
    person = add_claire()
    client = visit(person)
    assert snap(client, "red", "green").status_code == snap(client, "red", "green").status_code == 302
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT) as a:
        assert len(documents.list_documents(a, documents.Filters())) == 1
