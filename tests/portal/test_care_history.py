"""The histoire de santé on screen: three views, a filter, a switch, and nothing to edit."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carnet.access import api as access
from carnet.histories import api as histories
from carnet.journal.api import Actor, ActorKind, Purpose
from tests.histories.insurer import line, load, rows, write
from tests.notices.test_notices import hand_over
from tests.people.register import add_person, open_space
from tests.portal.browsing import check_pages
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def claire():
    person = add_person()
    open_space(person)
    return person


def url(name):
    return reverse(f"portal:{name}")


def text_of(response):
    assert response.status_code == 200
    return response.content.decode()


def a_life_of_care(person):
    return [
        line(person, "1", day="2026-03-02"),
        line(person, "2", day="2026-03-02", category="MEDICINE", label="Amoxicilline 1 g", detail="2 boîtes",
             place="Pharmacie des Lilas, Toulouse"),
        line(person, "3", day="2026-01-15", category="MEDICAL_DENTAL_CARE", label="Consultation",
             professional="Dr Anne BRIANT, médecin généraliste"),
        line(person, "4", day="2025-11-05", until="2025-11-09", category="HOSPITALIZATION",
             label="Séjour en chirurgie", place="Hôpital d’Aurillac"),
        line(person, "5", day="2024-06-01", category="DISEASE", label="Diabète de type 2", detail="ALD 8"),
        line(person, "6", day="2024-06-03", category="VACCINE", label="Grippe <script>alert(1)</script>"),
    ]  # fmt: skip


@pytest.fixture
def fed(claire, tmp_path):
    load(write(tmp_path / "mhs.jsonl", a_life_of_care(claire)))
    return claire


def test_the_days_stand_latest_first_with_who_and_where(fed):
    page = text_of(visit(fed).get(url("care_history")))
    order = ["Lundi 2 mars 2026", "Jeudi 15 janvier 2026", "Mercredi 5 novembre 2025", "Samedi 1 juin 2024"]
    assert [page.index(day) for day in order] == sorted(page.index(day) for day in order)
    assert "Dr Anne BRIANT, médecin généraliste" in page
    assert "du 05/11/2025 au 09/11/2025" in page
    assert "depuis le 01/06/2024" in page
    assert "<script>alert" not in page
    assert "Signalez l’erreur à votre caisse" in page


def test_months_and_years_count_by_category_and_lead_to_the_days(fed):
    client = visit(fed)
    years = text_of(client.get(url("care_history_years")))
    assert [
        f'<a href="/histoire-de-sante/mois/?annee={year}">{year}</a>' in years for year in (2026, 2025, 2024)
    ] == [True] * 3
    months = text_of(client.get(url("care_history_months"), {"annee": "2026"}))
    assert "Mars 2026" in months
    assert "2 actes" in months
    assert "Médicaments : 1" in months
    assert "annee=2025" in months
    march = text_of(client.get(url("care_history"), {"mois": "2026-03"}))
    assert "Amoxicilline" in march
    assert "Consultation" not in march
    assert "mois=2026-01" in march


def test_a_category_is_kept_from_view_to_view(fed):
    client = visit(fed)
    page = text_of(client.get(url("care_history"), {"categorie": "medicaments"}))
    assert "Amoxicilline" in page
    assert "Numération" not in page
    assert "/histoire-de-sante/mois/?categorie=medicaments" in page
    months = text_of(client.get(url("care_history_months"), {"categorie": "medicaments", "annee": "2026"}))
    assert "Analyses de biologie :" not in months
    assert "Janvier 2026" not in months


@pytest.mark.parametrize(
    "query",
    ["categorie=BIOLOGY", "mois=2026-13", "mois=x", "annee=0", "annee=99999", "avant=zzz", "mois=2026"],
)
def test_an_address_that_no_page_writes_is_not_found(fed, query):
    assert visit(fed).get(f"{url('care_history')}?{query}").status_code == 404


def test_pages_follow_each_other_without_loss(claire, tmp_path):
    sent = [
        line(claire, f"R{n}", day=f"2026-0{1 + n % 3}-{1 + n % 28:02d}", label=f"Acte {n:03d}.")
        for n in range(95)
    ]
    load(write(tmp_path / "mhs.jsonl", sent))
    client, seen, href = visit(claire), [], url("care_history")
    while href:
        response = client.get(href)
        seen += [n for n in range(95) if f"Acte {n:03d}." in text_of(response)]
        href = response.context["next"]
    assert sorted(seen) == list(range(95))


def test_the_switch_is_hers_and_stands_in_the_history(fed):
    client = visit(fed)
    assert "La cacher aux soignants" in text_of(client.get(url("care_history")))
    answer = client.post(url("care_history_share"), {"shared": "no", "vu": "1"})
    assert answer.status_code == 302
    page = text_of(client.get(answer["Location"]))
    assert "cachée aux soignants" in page
    assert "La montrer aux soignants" in page
    with access.open(fed, by=Actor(ActorKind.PATIENT, fed), purpose=Purpose.CONSULT) as a:
        assert not histories.is_shared(a)
    told = text_of(client.get(url("history")))
    assert "Partage de l’histoire de santé changé" in told
    assert "Histoire de santé alimentée par l’Assurance Maladie" in told
    assert client.post(url("care_history_share"), {"shared": "peut-être"}).status_code == 404


def test_a_space_whose_documents_are_hidden_hides_the_history_too(fed):
    with connection.cursor() as cursor:
        cursor.execute("update enrolment_space set documents_masked = true where person_id = %s", [fed])
    assert "La montrer aux soignants" in text_of(visit(fed).get(url("care_history")))


def test_a_parent_reads_the_childs_and_is_told_what_never_comes(claire, tmp_path):
    child = add_person(birth_name="PETIT", given_names="ZOÉ", birth_date=date(2015, 2, 3), attached_to=claire)
    open_space(child)
    load(write(tmp_path / "a.jsonl", [line(child, label="Consultation de Zoé")]))
    page = text_of(visit(claire, profile=child).get(url("care_history")))
    assert "Consultation de Zoé" in page
    assert "R1111-33" in page
    assert "R1111-33" not in text_of(visit(claire).get(url("care_history")))


def test_another_person_sees_nothing_of_it(fed):
    other = add_person(birth_name="BIS")
    open_space(other)
    page = text_of(visit(other).get(url("care_history")))
    assert "Amoxicilline" not in page
    assert "Rien pour le moment" in page


def test_the_notice_on_the_home_page_leads_there(claire, tmp_path):
    client = visit(claire)
    load(write(tmp_path / "mhs.jsonl", a_life_of_care(claire)))
    hand_over("histories.first_fed")
    home = text_of(client.get("/"))
    found = re.search(r'<a href="([^"]+)">L’histoire de santé est arrivée de l’Assurance Maladie</a>', home)
    assert found
    assert client.get(found[1])["Location"] == url("care_history")


def test_each_view_takes_twelve_statements_at_most(fed):
    client = visit(fed)
    client.get(url("care_history"))
    for name, query in (
        ("care_history", {"mois": "2026-03"}),
        ("care_history_months", {}),
        ("care_history_years", {}),
    ):
        with CaptureQueriesContext(connection) as made:
            client.get(url(name), query)
        statements = [one["sql"] for one in made if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
        assert len(statements) <= 12, statements
    assert rows("select count(*) from journal where event = 'care_history.read'") == [(4,)]


def test_the_pages_in_a_browser(fed):
    client, empty = visit(fed), add_person(birth_name="BIS")
    open_space(empty)
    check_pages(
        {
            "histoire-jours": client.get(url("care_history")),
            "histoire-mois": client.get(url("care_history_months"), {"annee": "2026"}),
            "histoire-un-mois": client.get(url("care_history"), {"mois": "2026-03"}),
            "histoire-annees": client.get(url("care_history_years")),
            "histoire-vide": visit(empty).get(url("care_history")),
        }
    )
