"""The synthesis and the advance directives on screen, from the first choice to the document."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carnet.documents import api as documents
from carnet.documents.api import Filters
from carnet.journal.api import Purpose
from carnet.terminology.api import Category
from tests.papers.records import add_adult, check_accessible, door, fill, text_of_pdf
from tests.people.register import add_person, open_space
from tests.portal.browsing import check_pages
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db

ANSWERS = {
    "birth_place": "Toulouse", "coma": "stop", "resuscitation": "no", "brain": "unsaid", "breathing": "unsaid",
    "feeding": "unsaid", "dialysis": "unsaid", "surgery": "unsaid", "sedation": "unsaid",
    "other_wishes": "Chez moi, <script>alert(1)</script>\navec ma sœur.", "visibility": "shown",
}  # fmt: skip


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


def text_of(response, status=200):
    assert response.status_code == status
    return response.content.decode()


@pytest.fixture
def claire():
    person = add_adult()
    fill(person)
    return person


@pytest.fixture
def write():
    return url("directives_write", "en-bonne-sante")


def shelf(person, category):
    with door(person, Purpose.CONSULT) as a:
        return documents.list_documents(a, Filters(category=category))


def test_what_is_filled_and_shared_is_ticked_and_the_rest_says_why(claire):
    page = visit(claire).get(url("synthesis"))
    text = text_of(page)
    ticked = set(page.context["form"].fields["sections"].initial)
    assert ticked == {"ALLERGIES", "BLOOD_GROUP", "MEASURES"}
    assert "Vous avez déclaré ne pas être concerné(e)." in text
    assert "Vous ne partagez pas cette rubrique" in text
    assert "Rien n’est rempli" in text


def test_kept_it_is_among_the_documents(claire):
    client = visit(claire)
    sent = {"sections": ["TREATMENTS", "MEASURES"], "keep": "yes", "visibility": "hidden"}
    answer = client.post(url("synthesis"), sent)
    (card,) = shelf(claire, Category.PROFILE)
    assert answer["Location"] == url("document", card.id)
    assert card.masked
    part = client.get(url("document_part", card.id, 0))
    assert "Lévothyrox 75" in text_of_pdf(part.content)
    assert "Synthèse du profil médical faite" in text_of(client.get(url("history")))


def test_only_taken_nothing_is_kept_but_the_line_of_the_history(claire):
    client = visit(claire)
    answer = client.post(url("synthesis"), {"sections": ["BLOOD_GROUP"], "keep": "no", "visibility": "shown"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith('attachment; filename="synthese-')
    assert answer["Cache-Control"] == "no-store"
    check_accessible(answer.content, "Synthèse du profil médical")
    assert shelf(claire, Category.PROFILE) == []
    assert "Synthèse du profil médical faite" in text_of(client.get(url("history")))


@pytest.mark.parametrize("keep", ["yes", "no"])
@pytest.mark.parametrize("sections", [[], ["EVERYTHING"]])
def test_without_a_section_it_is_refused_in_a_sentence(claire, sections, keep):
    client = visit(claire)
    text = text_of(client.post(url("synthesis"), {"sections": sections, "keep": keep, "visibility": "shown"}))
    assert "Synthèse du profil médical faite" not in text_of(client.get(url("history")))
    assert "Cochez au moins une rubrique." in text or "Choisissez parmi les rubriques proposées." in text
    assert shelf(claire, Category.PROFILE) == []


def test_a_parent_makes_the_childs_synthesis(claire):
    child = add_person(birth_name="PETIT", given_names="ZOÉ", birth_date=date(2019, 2, 3), attached_to=claire)
    open_space(child)
    client = visit(claire, profile=child)
    answer = client.post(url("synthesis"), {"sections": ["VACCINES"], "keep": "no", "visibility": "shown"})
    assert "Zoé PETIT" in text_of_pdf(answer.content)


def test_the_page_of_the_synthesis_takes_few_statements(claire):
    client = visit(claire)
    client.get(url("synthesis"))
    with CaptureQueriesContext(connection) as made:
        client.get(url("synthesis"))
    statements = [one["sql"] for one in made if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 15, statements  # three rooms on one page


def test_directives_are_read_again_before_they_are_kept(claire, write):
    client = visit(claire)
    preview = text_of(client.post(write, ANSWERS))
    assert "Je ne veux pas qu’on me maintienne en vie artificiellement" in preview
    assert "Rien n’est encore enregistré" in preview
    assert "<script>alert" not in preview
    assert shelf(claire, Category.ADVANCE_DIRECTIVES) == []
    again = text_of(client.post(write, ANSWERS | {"action": "save", "change": "1"}))
    assert "Relire" in again
    assert "avec ma sœur." in again
    assert shelf(claire, Category.ADVANCE_DIRECTIVES) == []
    answer = client.post(write, ANSWERS | {"action": "save"})
    assert answer["Location"] == f"{url('directives')}?fait=garde"
    (card,) = shelf(claire, Category.ADVANCE_DIRECTIVES)
    assert card.type.code == "EXPPAT_3"
    page = text_of(client.get(answer["Location"]))
    assert card.title in page
    assert "Les remplacer" in page


def test_the_preview_carries_every_answer_unseen(claire, write):
    page = visit(claire).post(write, ANSWERS)
    kept = page.context["kept"]
    assert {name: kept[name].value() for name in ANSWERS} == ANSWERS
    assert all(field.is_hidden for field in kept)


def test_removed_they_are_gone(claire, write):
    client = visit(claire)
    client.post(write, ANSWERS | {"action": "save"})
    answer = client.post(url("directives_remove"))
    assert "Vos directives ont été retirées." in text_of(client.get(answer["Location"]))
    assert shelf(claire, Category.ADVANCE_DIRECTIVES) == []


def test_bad_answers_are_said_at_their_question(claire, write):
    text = text_of(
        visit(claire).post(write, ANSWERS | {"birth_place": "", "coma": "perhaps", "action": "save"})
    )
    assert "Mon lieu de naissance : Remplissez ce champ : la loi le demande." in text
    assert text.count("Mon lieu de naissance : ") == 1
    assert "Si je suis dans un coma prolongé, jugé irréversible : " in text
    assert shelf(claire, Category.ADVANCE_DIRECTIVES) == []
    silent = {"coma": "unsaid", "resuscitation": "unsaid", "other_wishes": ""}
    empty = text_of(visit(claire).post(write, ANSWERS | silent))
    assert "Exprimez au moins un souhait" in empty


@pytest.mark.parametrize(("name", "args"), [("directives", ()), ("directives_write", ("malade",))])
def test_not_for_a_minor_and_the_page_says_why(claire, name, args):
    child = add_person(birth_name="PETIT", given_names="ZOÉ", birth_date=date(2019, 2, 3), attached_to=claire)
    open_space(child)
    client = visit(claire, profile=child)
    assert "L1111-11" in text_of(client.get(url(name, *args)), 403)
    assert text_of(client.post(url("directives_remove")), 403)


def test_not_for_somebody_else(claire):
    protected = add_person(birth_name="PETIT", birth_date=date(1960, 2, 3), protection="tutelle")
    open_space(protected)
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into people_representation (id, person_id, representative_id, origin, state, invited_by, since)"
            " values (gen_random_uuid(), %s, %s, 'court', 'accepted', null, now())",
            [protected, claire],
        )
    page = text_of(visit(claire, profile=protected).get(url("directives")), 403)
    assert "personne ne peut les écrire pour quelqu’un d’autre" in page


def test_a_signed_writing_is_deposited_by_its_own_page(claire):
    client = visit(claire)
    sent = {"day_day": "2", "day_month": "1", "day_year": "2020", "visibility": "shown"}
    bad = client.post(
        url("directives_deposit"), sent | {"file": SimpleUploadedFile("a.pdf", b"MZ" + bytes(80))}
    )
    assert "Le document signé : " in text_of(bad)
    future = client.post(
        url("directives_deposit"),
        sent | {"day_year": "2999", "file": SimpleUploadedFile("a.txt", b"Je refuse.")},
    )
    assert "Date de l’écrit : " in text_of(future)
    answer = client.post(
        url("directives_deposit"), sent | {"file": SimpleUploadedFile("a.txt", b"Je refuse.")}
    )
    assert answer["Location"] == f"{url('directives')}?fait=depose"
    (card,) = shelf(claire, Category.ADVANCE_DIRECTIVES)
    assert card.title == "Directives anticipées du 2 janvier 2020"


def test_an_unknown_form_is_not_found(claire):
    assert visit(claire).get(url("directives_write", "autre")).status_code == 404


def test_the_pages_in_a_browser(claire, write):
    client = visit(claire)
    empty = client.get(url("directives"))
    pages = {
        "synthese": client.get(url("synthesis")),
        "synthese-refusee": client.post(url("synthesis"), {"keep": "yes", "visibility": "shown"}),
        "directives-vide": empty,
        "directives-formulaire": client.get(url("directives_write", "malade")),
        "directives-erreur": client.post(write, ANSWERS | {"birth_place": ""}),
        "directives-depot": client.get(url("directives_deposit")),
        "directives-relecture": client.post(write, ANSWERS),
    }
    client.post(write, ANSWERS | {"action": "save"})
    check_pages(pages | {"directives": client.get(f"{url('directives')}?fait=garde")})
