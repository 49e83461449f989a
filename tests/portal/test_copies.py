"""The pages of the copy: asking needs a fresh proof, downloading too; another's is not there."""

import io
import zipfile
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.urls import reverse

from carnet.exports import api as exports
from carnet.exports.preparing import prepare
from carnet.platform import clock
from tests.documents.deposits import add_claire, deposit, parent, report
from tests.exports import copies
from tests.people.register import add_person, open_space
from tests.portal.browsing import check_pages
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db

HERE = "/mes-donnees/copie/"


@pytest.fixture
def claire():
    person = add_claire()
    deposit(report(person, 1))
    return person


def grow_stale():
    """Let the proof of identity be old."""
    with connection.cursor() as cursor:
        cursor.execute("update people_session set proven_at = %s", [clock.real_now() - timedelta(minutes=11)])


def ask(client):
    return client.post(f"{HERE}demander/", follow=True)


def latest(person):
    return exports.list_copies(person, asked_by=person)[0]


def test_asked_followed_and_downloaded(claire):
    client = visit(claire)
    page = ask(client)
    assert "Votre demande est enregistrée" in page.content.decode()
    assert "Votre copie se prépare" in page.content.decode()
    assert "hx-trigger" in client.get(f"{HERE}avancement/").content.decode()
    prepare(latest(claire).id)
    assert client.get(f"{HERE}avancement/")["HX-Refresh"] == "true"
    page = client.get(HERE).content.decode()
    assert "Votre copie est prête" in page
    href = reverse("portal:copy_part", args=[latest(claire).id, 1])
    assert href in page
    answer = client.get(href, headers={"accept-encoding": "gzip"})
    assert answer.streaming
    data = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(data)
    assert answer["Content-Disposition"] == f'attachment; filename="copie-{clock.today():%Y-%m-%d}.zip"'
    assert answer["Cache-Control"] == "no-store"
    assert "index.html" in zipfile.ZipFile(io.BytesIO(data)).namelist()


def test_a_stale_session_is_asked_for_a_new_proof(claire):
    client = visit(claire)
    copy_id = copies.make(claire)
    grow_stale()
    for method, address in (
        ("get", f"{HERE}demander/"),
        ("post", f"{HERE}demander/"),
        ("get", reverse("portal:copy_part", args=[copy_id, 1])),
        ("post", reverse("portal:copy_delete", args=[copy_id])),
        ("get", f"{HERE}confirmer/"),
    ):
        answer = getattr(client, method)(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("portal:prove")), address
    page = client.get(HERE).content.decode()
    assert "Confirmer mon identité" in page
    assert "partie-1.zip" not in page
    assert copies.journal_of(claire, "copy.downloaded") == []


def test_a_second_one_is_told_to_wait(claire):
    client = visit(claire)
    ask(client)
    page = client.post(f"{HERE}demander/").content.decode()
    assert "Une copie est déjà en préparation" in page


def test_anothers_is_a_404(claire):
    copy_id, other = copies.make(claire), visit(add_claire(given_names="JEANNE"))
    for address in (
        reverse("portal:copy", args=[copy_id]),
        reverse("portal:copy_part", args=[copy_id, 1]),
        reverse("portal:copy", args=[uuid4()]),
    ):
        assert other.get(address).status_code == 404, address
    assert other.post(reverse("portal:copy_delete", args=[copy_id])).status_code == 404
    assert visit(claire).get(reverse("portal:copy_part", args=[copy_id, 2])).status_code == 404
    assert copies.find(copy_id).ready


def test_deleted_at_will(claire):
    copy_id, client = copies.make(claire), visit(claire)
    page = client.post(reverse("portal:copy_delete", args=[copy_id]), follow=True).content.decode()
    assert "La copie est supprimée." in page
    assert client.get(reverse("portal:copy_part", args=[copy_id, 1])).status_code == 404


def test_a_notice_leads_to_it_and_is_read_there(claire):
    client = visit(claire)
    copy_id = copies.make(claire)
    home = client.get("/").content.decode()
    assert "La copie de vos données est prête" in home
    address = reverse("portal:copy", args=[copy_id])
    assert address in home
    assert client.get(address)["Location"] == HERE
    assert "La copie de vos données est prête" not in client.get("/").content.decode()


def test_the_ways_to_it(claire):
    client = visit(claire)
    assert HERE in client.get("/").content.decode()
    assert HERE in client.get("/mon-compte/securite/").content.decode()


def test_a_damaged_copy_is_told(claire):
    from carnet.platform import blobs

    client, copy_id = visit(claire), copies.make(claire)
    blobs.store().delete(claire, copies.stored(claire)[0])
    answer = client.get(reverse("portal:copy_part", args=[copy_id, 1]))
    assert answer.status_code == 500
    assert "Cette copie est abîmée" in answer.content.decode()


def test_a_parent_asks_for_a_child_until_she_is_of_age():
    eighteen = clock.today() + timedelta(days=1)
    claire = add_claire()
    child = add_person(
        given_names="LEA", birth_date=eighteen.replace(year=eighteen.year - 18), attached_to=claire
    )
    open_space(child)
    client = visit(claire, profile=child)
    assert "Votre demande est enregistrée" in ask(client).content.decode()
    copy_id = exports.list_copies(child, asked_by=claire)[0].id
    prepare(copy_id)
    href = reverse("portal:copy_part", args=[copy_id, 1])
    assert client.get(href).status_code == 200
    clock.advance_to(eighteen)
    assert client.get(href).status_code == 403
    assert client.post(f"{HERE}demander/").status_code == 403


@pytest.mark.browser
def test_its_pages(claire, monkeypatch):
    client = visit(claire)
    answers = {"copies-aucune": client.get(HERE), "copie-demander": client.get(f"{HERE}demander/")}
    ask(client)
    with connection.cursor() as cursor:
        cursor.execute("update exports_copy set state = 'preparing', done = 12, total = 40")
    answers["copies-en-cours"] = client.get(HERE)
    prepare(latest(claire).id)
    answers["copies-prete"] = client.get(HERE)
    grow_stale()
    answers["copies-a-confirmer"] = client.get(HERE)
    leo = add_person(given_names="LEO", birth_date=date(2015, 4, 2), attached_to=claire)
    open_space(leo)
    copies.make(leo, by=parent(claire))
    with connection.cursor() as cursor:
        cursor.execute("update exports_copy set state = 'failed' where person_id = %s", [leo])
    answers["copies-echec-enfant"] = visit(claire, profile=leo).get(HERE)
    check_pages(answers)
