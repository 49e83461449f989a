"""The first page, its budget, the history's filters and pages, and the public pages."""

import gzip
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import Actor, ActorKind, EventType, Purpose, write
from carnet.platform.ids import uuid7
from carnet.ui.site import get_site
from tests.documents.deposits import add_claire, add_second_parent, deposit, holder, report
from tests.notices.test_notices import hand_over
from tests.people.register import add_person, open_space
from tests.portal.visits import visit

CONTROL = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE)")
CLOCK = "platform_clock"
BUDGET = 12
PUBLIC = ("my_data", "accessibility", "help", "legal", "terms")


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


def text_of(response):
    return response.content.decode()


def statements(client, path):
    """Return the statements of a page; transaction control apart, and the sandbox's clock, read twice a second."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    sent = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in sent if not CONTROL.match(sql) and CLOCK not in sql]


@pytest.mark.django_db(transaction=True)
def test_home_costs_at_most_twelve_statements():
    mother, father = add_claire(), add_claire(birth_name="DURAND")
    son = add_person(given_names="TOM", sex="M", birth_date=date(2015, 3, 1), attached_to=mother)
    open_space(son)
    add_second_parent(son, father, invited_by=mother)
    for person in (mother, son):
        for number in range(8):
            deposit(report(person, number))
    client = visit(mother)
    hand_over()
    assert len(statements(client, "/")) < BUDGET
    visit(father, profile=son).get("/")
    of_the_son = visit(mother, profile=son)
    assert len(statements(of_the_son, "/")) <= BUDGET
    assert "Claire DURAND, représentant légal" in text_of(of_the_son.get("/"))


@pytest.mark.django_db
def test_landing_has_three_doors_and_no_session(client):
    page = text_of(client.get("/"))
    for words in ("Activer mon espace", "Se connecter", "M’opposer"):
        assert words in page
    assert "Se déconnecter" not in page
    assert not client.cookies


@pytest.mark.django_db
def test_home_says_what_is_new_and_who_came():
    claire = add_claire()
    document = deposit(report(claire)).document_id
    client = visit(claire)
    hand_over()
    page = text_of(client.get("/"))
    assert "1 nouveauté" in page
    assert "1 nouveau" in page
    assert "Compte rendu d’analyses" in page
    assert "Déposé par la structure FINESS 310000013" in page
    assert "Personne d’autre que vous n’a ouvert cet espace" in page
    assert "activé" in page
    client.get(url("document", document))
    page = text_of(client.get("/"))
    assert "1 nouveauté" not in page
    assert "1 nouveau" not in page


@pytest.mark.django_db
def test_notices_are_marked_read_by_a_post_only():
    claire = add_claire()
    client = visit(claire)
    deposit(report(claire))
    hand_over()
    assert client.get(url("notices_read")).status_code == 405
    assert "1 nouveauté" in text_of(client.get("/"))
    assert client.post(url("notices_read")).status_code == 302
    assert "1 nouveauté" not in text_of(client.get("/"))


@pytest.mark.django_db
def test_an_empty_home_says_so():
    page = text_of(visit(add_claire()).get("/"))
    assert "Aucun document pour le moment" in page
    assert "Personne d’autre que vous" in page


@pytest.mark.django_db
def test_the_space_of_a_child_is_said_on_every_page():
    mother = add_claire()
    son = add_person(given_names="TOM", sex="M", birth_date=date(2015, 3, 1), attached_to=mother)
    open_space(son)
    client = visit(mother, profile=son)
    for name in ("home", "documents", "history"):
        page = text_of(client.get(url(name)))
        assert "Vous agissez pour" in page
        assert "Tom MARTIN" in page
    assert "Vous agissez pour" not in text_of(visit(mother).get("/"))


@pytest.mark.django_db
def test_a_grown_child_is_no_longer_offered_nor_entered():
    mother = add_claire()
    grown = add_person(given_names="LEA", birth_date=date(2001, 1, 1), attached_to=mother)
    open_space(grown)
    assert "Lea MARTIN" not in text_of(visit(mother).get("/"))
    answer = visit(mother, profile=grown).get("/")
    assert answer.status_code == 403
    assert "majeure" in text_of(answer)


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["closed", "erasing", "objected"])
def test_a_closed_space_is_not_shown(state):
    claire = add_claire()
    client = visit(claire)
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set state = %s where person_id = %s", [state, claire])
    for name in ("home", "documents", "history"):
        answer = client.get(url(name))
        assert answer.status_code in {302, 403}
        assert "Documents récents" not in text_of(answer)


# -- history


def note(person, event, actor, **facts):
    write(event, person_id=person, by=actor, purpose=facts.pop("purpose", Purpose.MANAGE), **facts)


def people_of_a_history(claire):
    note(claire, EventType.FOUND_BY_SUPPORT, Actor(ActorKind.SUPPORT, uuid7()), purpose=Purpose.ASSIST)
    note(claire, EventType.OPENED_BY_SILENCE, Actor(ActorKind.ENROLMENT), reason="R1111-28")
    note(claire, EventType.LOGIN_REFUSED, holder(claire), allowed=False, reason="wrong_password",
         personal={"device": "Firefox sous Linux"})  # fmt: skip
    deposit(report(claire))


@pytest.mark.django_db
def test_history_tells_who_and_why():
    claire = add_claire()
    people_of_a_history(claire)
    page = text_of(visit(claire).get(url("history")))
    for words in (
        "par le 3422, service d’aide",
        "par le service d’ouverture des espaces",
        "R1111-28",
        "Connexion refusée",
        "mot de passe faux",
        "Firefox sous Linux",
    ):
        assert words in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("chosen", "shown", "left_out"),
    [
        ("moi", "Connexion refusée", "Document déposé"),
        ("structures", "Document déposé", "Connexion refusée"),
        ("support", "Fiche administrative consultée", "Document déposé"),
        ("service", "Espace ouvert automatiquement", "Document déposé"),
        ("proches", "Aucun acte de ce genre", "Document déposé"),
    ],
)
def test_history_filters(chosen, shown, left_out):
    claire = add_claire()
    people_of_a_history(claire)
    page = text_of(visit(claire).get(url("history"), {"par": chosen}))
    assert shown in page
    assert left_out not in page


@pytest.mark.django_db
def test_refused_entries_are_shown():
    claire, paul = add_claire(), add_claire(birth_name="DURAND", given_names="PAUL")
    with pytest.raises(access.Refused), access.open(claire, by=holder(paul), purpose=Purpose.CONSULT):
        pass
    page = text_of(visit(claire).get(url("history")))
    assert "Consultation de l’espace refusée" in page
    assert "cette personne n’est pas représentant légal" in page


@pytest.mark.django_db
def test_pages_of_the_history_have_no_hole_and_no_double():
    claire = add_claire()
    for number in range(95):
        actor = Actor(ActorKind.SUPPORT, uuid7())
        note(claire, EventType.FOUND_BY_SUPPORT, actor, purpose=Purpose.ASSIST, reason=f"R1111-{number}")
    client, path, seen = visit(claire), url("history") + "?par=support", []
    while path:
        page = text_of(client.get(path)).replace("&amp;", "&")
        seen += [int(number) for number in re.findall(r": R1111-(\d+)", page)]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = following and following[1]
    assert seen == list(reversed(range(95)))


@pytest.mark.django_db
def test_the_same_act_twice_in_a_row_is_counted():
    claire = add_claire()
    client = visit(claire)
    for _ in range(3):
        client.get(url("documents"))
    assert "Espace consulté (3 fois)" in text_of(client.get(url("history")))


@pytest.mark.django_db
@pytest.mark.parametrize("query", [{"par": "autre"}, {"avant": "x"}])
def test_a_broken_address_is_a_404(query):
    assert visit(add_claire()).get(url("history"), query).status_code == 404


# -- public pages


@pytest.mark.django_db
@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages(client, name):
    answer = client.get(url(name))
    assert answer.status_code == 200
    page = text_of(answer)
    assert page.count("<h1") == 1
    assert "⟪" not in page
    assert " style=" not in page


def test_the_footer_leads_to_them():
    site = get_site()
    assert [url("my_data"), url("accessibility"), url("help"), url("legal")] == [
        site.data_href,
        site.accessibility_href,
        site.help_href,
        site.legal_href,
    ]


@pytest.mark.django_db
def test_no_page_has_an_unknown_variable_an_inline_style_or_script():
    claire = add_claire()
    document = deposit(report(claire)).document_id
    client = visit(claire)
    hand_over()
    for path in ("/", url("documents"), url("document", document), url("history")):
        page = text_of(client.get(path))
        assert "⟪" not in page, path
        assert " style=" not in page, path
        assert "<script>" not in page, path
        assert page.count("<h1") == 1, path


@pytest.mark.django_db
def test_home_is_light():
    claire = add_claire()
    for number in range(8):
        deposit(report(claire, number))
    assert len(gzip.compress(visit(claire).get("/").content)) < 20_000
