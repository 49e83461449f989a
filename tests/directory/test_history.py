"""Her history says which software of which structure deposited what, and what a structure looked for."""

import json
from html import unescape
from re import sub

import pytest

from carnet.access import api as access
from carnet.directory import api as directory
from carnet.documents import api as documents
from carnet.journal.api import Actor, ActorKind, EventType, Purpose
from tests.directory.clients import LILAS, add_client
from tests.documents.deposits import add_claire, report
from tests.exports import copies
from tests.portal.browsing import check_pages
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db

SOFTWARE = "avec le logiciel Labo Exemple 4.2 (Éditeur Exemple)"


def words_of(response):
    return " ".join(unescape(sub(r"<[^>]+>", " ", response.content.decode())).split())


def deposited():
    card, _ = add_client()
    claire = add_claire()
    by = Actor(ActorKind.HEALTHCARE_FACILITY, id=card.id, structure=LILAS)
    documents.deposit(report(claire), structure=LILAS, by=by)
    return claire, by


def test_the_software_of_the_structure_is_named():
    claire, _ = deposited()
    words = words_of(visit(claire).get("/historique/"))
    assert f"par Laboratoire des Lilas (FINESS {LILAS}), {SOFTWARE}" in words


def test_a_structure_that_acted_without_a_client_has_no_software():
    claire = add_claire()
    add_client()
    by = Actor(ActorKind.HEALTHCARE_FACILITY, structure=LILAS)
    documents.deposit(report(claire), structure=LILAS, by=by)
    words = words_of(visit(claire).get("/historique/"))
    assert f"par Laboratoire des Lilas (FINESS {LILAS}) ·" in words
    assert "logiciel" not in words.partition("Laboratoire")[2].partition("·")[0]


def test_a_structure_that_nobody_registered_has_its_number():
    claire = add_claire()
    by = Actor(ActorKind.HEALTHCARE_FACILITY, structure="310000047")
    with access.open(claire, by=by, purpose=Purpose.CONSULT, event=EventType.DOCUMENT_READ):
        pass
    assert "la structure FINESS 310000047 ·" in words_of(visit(claire).get("/historique/"))


def test_the_copy_of_her_record_says_the_same(tmp_path):
    claire, _ = deposited()
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path)
    assert SOFTWARE in (root / "acces.csv").read_text()
    assert SOFTWARE in unescape((root / "acces.html").read_text())
    bundle = json.loads((root / "fhir/bundle.json").read_text())
    events = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "AuditEvent"]
    names = {event["agent"][0].get("name") for event in events}
    assert "Labo Exemple 4.2 (Éditeur Exemple)" in names


def test_the_page_holds_the_longest_names():
    directory.register_structure(finess=LILAS, name="Groupement hospitalier interdépartemental " * 4)
    vendor = "Compagnie générale d’informatique hospitalière et de biologie médicale du Sud-Ouest"
    card, _ = add_client(
        name="Laboratoire " * 16, vendor=vendor[:80], product="Dossier" * 11, version="2026" * 20
    )
    claire = add_claire()
    by = Actor(ActorKind.HEALTHCARE_FACILITY, id=card.id, structure=LILAS)
    documents.deposit(report(claire), structure=LILAS, by=by)
    with (
        pytest.raises(access.Refused),
        access.open(claire, by=by, purpose=Purpose.ENROL, event=EventType.DOCUMENT_READ),
    ):
        pass
    deposited_by = visit(claire)
    other, _ = deposited()
    check_pages(
        {
            "long": deposited_by.get("/historique/"),
            "plain": visit(other, email="b@exemple.test").get("/historique/"),
        }
    )
