"""A document from its deposit to the screen: page, files, original, history; and what stays unseen."""

import re
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from carnet.platform import blobs
from tests.documents.deposits import (
    FINESS,
    LEVEL_1,
    LEVEL_3,
    add_claire,
    add_dominique,
    add_second_parent,
    deposit,
    report,
    scanned,
)
from tests.people.register import add_person, open_space
from tests.portal.visits import visit
from tests.standards.samples import PNG

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


def text_of(response):
    return response.content.decode()


def test_a_real_report_of_level_1_is_shown_and_given_back(interop):
    dominique = add_dominique()
    data = (interop / LEVEL_1).read_bytes()
    document = deposit(data).document_id
    client = visit(dominique)
    home = text_of(client.get("/"))
    assert url("document", document) in home
    assert "Nouveau" in home
    page = client.get(url("document", document))
    part = url("document_part", document, 0)
    assert f'<iframe class="document-frame" src="{part}"' in text_of(page)
    file = client.get(part)
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith("inline")
    assert file.content.startswith(b"%PDF-")
    assert "default-src 'none'" in file["Content-Security-Policy"]
    assert "script" not in file["Content-Security-Policy"]
    original = client.get(url("document_file", document))
    assert original.content == data
    assert re.fullmatch(r'attachment; filename="document-[\d-]{10}\.xml"', original["Content-Disposition"])
    assert "Nouveau<" not in text_of(client.get("/"))


def test_a_real_structured_report_is_an_article(interop):
    dominique = add_dominique()
    document = deposit((interop / LEVEL_3).read_bytes()).document_id
    page = text_of(visit(dominique).get(url("document", document)))
    assert '<article class="document"' in page
    assert 'scope="col"' in page
    assert "<script>" not in page
    assert "onload=" not in page


def test_the_history_shows_the_deposit_and_the_reading():
    claire = add_claire()
    document = deposit(report(claire)).document_id
    client = visit(claire)
    client.get(url("document", document))
    client.get(url("document_file", document))
    page = text_of(client.get(url("history")))
    for words in ("Document déposé", "Document lu", "Document téléchargé", "Historique consulté"):
        assert words in page
    assert f"par la structure FINESS {FINESS}" in page
    assert page.count("Compte rendu d’analyses") == 3
    assert "par vous" in page
    assert "une structure de soins dépose (R1111-47)" in page


def test_an_image_stands_in_the_page_and_other_files_are_kept():
    claire = add_claire()
    image = deposit(scanned(claire, 1, media_type="image/png", data=PNG)).document_id
    rtf = deposit(scanned(claire, 2, media_type="text/rtf", data=b"{\\rtf1 bonjour}")).document_id
    words = deposit(scanned(claire, 3, media_type="text/plain", data="Élu <b>gras</b>".encode())).document_id
    client = visit(claire)
    assert f'<img src="{url("document_part", image, 0)}"' in text_of(client.get(url("document", image)))
    assert client.get(url("document_part", image, 0)).content == PNG
    assert client.get(url("document_part", rtf, 0))["Content-Disposition"].startswith("attachment")
    assert "Les navigateurs ne savent pas le montrer" in text_of(client.get(url("document", rtf)))
    assert "Élu &lt;b&gt;gras&lt;/b&gt;" in text_of(client.get(url("document", words)))


def test_hidden_and_absent_are_the_same_and_nowhere_else():
    claire = add_claire()
    hidden = deposit(report(claire, title="Annonce difficile"), invisible_patient=True).document_id
    client = visit(claire)
    answers = [client.get(url("document", document)) for document in (hidden, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    for name in ("document_file", "document_part"):
        extra = (0,) if name == "document_part" else ()
        assert client.get(url(name, hidden, *extra)).status_code == 404
    for page in ("home", "documents", "history"):
        seen = text_of(client.get(url(page)))
        assert "Annonce difficile" not in seen
        assert str(hidden) not in seen
        assert FINESS not in seen
        assert "Document déposé" not in seen


def test_secret_care_leaves_no_trace_for_the_parents():
    mother = add_claire()
    son = add_person(given_names="TOM", sex="M", birth_date=date(2012, 2, 29), attached_to=mother)
    open_space(son)
    deposit(report(son, 1, title="Vaccin"))
    secret = deposit(report(son, 2, title="Consultation secrète"), invisible_representatives=True).document_id
    client = visit(mother, profile=son)
    for page in ("home", "documents", "history"):
        seen = text_of(client.get(url(page)))
        assert "Vaccin" in seen
        assert "secrète" not in seen
    assert client.get(url("document", secret)).status_code == 404
    assert text_of(client.get(url("history"))).count("Document déposé") == 1


def test_the_other_parent_is_named_and_nothing_else_of_him():
    mother, father = add_claire(), add_person(birth_name="DURAND", given_names="PAUL", sex="M",
                                              email="paul.secret@exemple.test", phone="0611223344")  # fmt: skip
    open_space(father)
    son = add_person(given_names="TOM", sex="M", birth_date=date(2015, 3, 1), attached_to=mother)
    open_space(son)
    add_second_parent(son, father, invited_by=mother)
    document = deposit(report(son)).document_id
    visit(father, profile=son, email="paul.secret@exemple.test").get(url("document", document))
    client = visit(mother, profile=son)
    for page in (client.get("/"), client.get(url("history"))):
        seen = text_of(page)
        assert "Paul DURAND, représentant légal" in seen
        assert "paul.secret" not in seen
        assert "0611223344" not in seen


def test_a_damaged_content_is_said_not_shown():
    claire = add_claire()
    document = deposit(scanned(claire)).document_id
    store = blobs.store()
    for name in store.names(claire):
        (store._folder(claire) / name).unlink()
    client = visit(claire)
    for name, extra in (("document", ()), ("document_file", ()), ("document_part", (0,))):
        answer = client.get(url(name, document, *extra))
        assert answer.status_code == 500
        assert "Le contenu gardé est abîmé" in text_of(answer)


def test_pages_of_the_list():
    claire = add_claire()
    for number in range(23):
        deposit(report(claire, number, title=f"Compte rendu n° {number:02d}."))
    client = visit(claire)
    first = text_of(client.get(url("documents")))
    token = first.split("?avant=")[1].split('"')[0]
    second = text_of(client.get(url("documents"), {"avant": token}))
    titles = [f"n° {number:02d}." for number in range(23)]
    assert sum(title in first for title in titles) == 20
    assert sum(title in second for title in titles) == 3
    assert all((title in first) != (title in second) for title in titles)


@pytest.mark.parametrize("token", ["x", "====", "AAAA", "MjAyNg", "é"])
def test_a_broken_token_is_a_404(token):
    assert visit(add_claire()).get(url("documents"), {"avant": token}).status_code == 404


@pytest.mark.parametrize("name", ["documents", "history"])
def test_nobody_enters_without_login(client, name):
    answer = client.get(url(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(url("login"))


def test_one_does_not_read_the_document_of_another():
    claire, paul = add_claire(), add_claire(birth_name="DURAND")
    document = deposit(report(claire)).document_id
    assert visit(paul).get(url("document", document)).status_code == 404
    assert visit(paul, profile=claire).get(url("document", document)).status_code == 403
