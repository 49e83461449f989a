"""Arranging from the pages: one or many, two browsers at once, what must stay a 404, what is said."""

import re
from datetime import date
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.urls import reverse

from carnet.documents import api as documents
from carnet.documents.api import Filters
from carnet.journal.api import EventType, list_lines
from carnet.platform import crypto
from tests.documents.deposits import add_claire
from tests.documents.shelves import (
    add_document,
    add_own,
    make_twins,
    make_versions,
    managed,
    new_folder,
    opened,
    row_of,
    set_columns,
    unknown,
)
from tests.people.register import add_person, open_space
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db
ARRANGE, DELETE = reverse("portal:documents_arrange"), reverse("portal:documents_delete")


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


@pytest.fixture
def claire():
    return add_claire()


def query_of(answer):
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def test_many_are_hidden_pinned_and_put_away_by_one_form(claire):
    folder = new_folder(claire)
    ids = [add_document(claire, number) for number in range(3)]
    client = visit(claire)
    page = client.get(url("documents"), {"choisir": "1", "nouveaux": "on"}).content.decode()
    assert page.count('type="checkbox" name="choix"') == 3
    assert 'name="retour" value="nouveaux=on"' in page
    for act, done in (("cacher", "cache"), ("epingler", "epingle"), ("ranger", "range")):
        answer = client.post(
            ARRANGE,
            {"choix": ids, "geste": act, "dossier": folder, "retour": "nouveaux=on&avant=AA&x=1", "vu": "1"},
        )
        assert query_of(answer) == {"nouveaux": "on", "avant": "AA", "fait": done}
    rows = [row_of(claire, one) for one in ids]
    assert all(row["masked"] and row["pinned_at"] and row["folder_id"] == folder for row in rows)
    for act, done in (("montrer", "montre"), ("detacher", "detache"), ("ranger", "sorti")):
        answer = client.post(ARRANGE, {"choix": ids[:2], "geste": act, "dossier": "aucun", "vu": "1"})
        assert query_of(answer) == {"fait": done}
    rows = [row_of(claire, one) for one in ids]
    assert [(row["masked"], bool(row["pinned_at"]), bool(row["folder_id"])) for row in rows] == [
        (False, False, False), (False, False, False), (True, True, True)]  # fmt: skip


def test_a_way_back_never_leads_elsewhere(claire):
    document = add_document(claire)
    for back in ("//ailleurs.test/", "https://ailleurs.test/?q=1", "q=ok\r\nX: 1", "%00"):
        answer = visit(claire).post(ARRANGE, {"choix": document, "geste": "epingler", "retour": back})
        assert answer["Location"].startswith("/documents/?")
        assert "ailleurs" not in urlsplit(answer["Location"]).netloc


@pytest.mark.parametrize(
    ("sent", "word", "said"),
    [
        ({}, "aucun", "Cochez au moins un document"),
        ({"choix": [str(uuid4()) for _ in range(21)]}, "trop", "20 documents au plus"),
        ({"geste": "ranger"}, "choix-dossier", "Choisissez un dossier"),
        ({"geste": "supprimer"}, "aucun", "Cochez au moins un document"),
    ],
)
def test_what_is_not_done_is_said(claire, sent, word, said):
    if "geste" in sent and sent["geste"] == "ranger":
        sent = sent | {"choix": [add_document(claire)]}
    client = visit(claire)
    answer = client.post(ARRANGE, {"geste": "cacher", **sent})
    assert query_of(answer) == {"refus": word}
    assert said in client.get(answer["Location"]).content.decode()


def test_a_folder_that_went_meanwhile_is_said(claire):
    folder, document = new_folder(claire), add_document(claire)
    with managed(claire) as a:
        documents.delete_folder(a, folder_id=folder)
    client = visit(claire)
    answer = client.post(url("document_arrange", document), {"geste": "ranger", "dossier": folder})
    assert "il vient d’être supprimé" in client.get(answer["Location"]).content.decode()
    assert row_of(claire, document)["folder_id"] is None


@pytest.mark.parametrize(
    "kind", ["absent", "superseded", "twin", "deleted", "hidden", "another's", "nonsense"]
)
def test_what_one_may_not_act_on_is_always_the_same_404(claire, kind):
    shown = add_own(claire, 1)
    bad = add_own(claire, 2)
    match kind:
        case "absent":
            bad = unknown()
        case "superseded":
            make_versions(claire, bad, add_own(claire, 3))
        case "twin":
            make_twins(claire, shown, bad)
        case "deleted":
            set_columns(claire, bad, status="deleted")
        case "hidden":
            set_columns(claire, bad, invisible_patient=True)
        case "another's":
            bad = add_own(add_claire(birth_name="DURAND"), 4)
        case "nonsense":
            bad = "../../etc"
    client = visit(claire)
    answers = [
        client.post(ARRANGE, {"choix": [shown, bad], "geste": "cacher"}),
        client.get(DELETE, {"choix": [shown, bad]}),
        client.post(DELETE, {"choix": [shown, bad]}),
    ]
    if kind != "nonsense":
        answers += [
            client.get(url("document_edit", bad)),
            client.post(url("document_arrange", bad), {"geste": "epingler"}),
        ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert row_of(claire, shown)["status"] == "current"
    assert not row_of(claire, shown)["masked"]


def test_an_unknown_act_is_a_404_and_a_link_changes_nothing(claire):
    document, client = add_document(claire), visit(claire)
    assert client.post(ARRANGE, {"choix": document, "geste": "tout"}).status_code == 404
    assert client.get(ARRANGE, {"choix": document, "geste": "cacher"}).status_code == 405
    assert client.get(url("document_arrange", document)).status_code == 405
    assert client.get(url("folder_delete", new_folder(claire))).status_code == 405


def test_hers_are_named_then_deleted_and_a_professionals_is_explained(claire):
    own, theirs = (
        add_own(claire, 1, title="Photo du pansement"),
        add_document(claire, 2, title="Bilan sanguin"),
    )
    client = visit(claire)
    answer = client.post(ARRANGE, {"choix": [own, theirs], "geste": "supprimer"})
    page = client.get(answer["Location"]).content.decode()
    assert "Photo du pansement" in page
    assert "Bilan sanguin" in page
    assert "n’est corrigé ou retiré que par lui" in page
    assert f'name="choix" value="{own}"' in page
    assert f'name="choix" value="{theirs}"' not in page
    assert client.post(DELETE, {"choix": [own, theirs]}).status_code == 302  # whole or nothing
    assert row_of(claire, own)["status"] == "current"
    assert query_of(client.post(DELETE, {"choix": [own]})) == {"fait": "supprime"}
    assert row_of(claire, own)["status"] == "deleted"
    gone = client.get(url("document", own))
    assert gone.status_code == 410
    assert "Photo du pansement" in gone.content.decode()
    assert client.get(url("document_file", own)).status_code == 404
    history = client.get(url("history")).content.decode()
    assert "Document supprimé" in history
    lines = re.findall(r'href="(/historique/[0-9a-f-]{36}/)"', history)
    assert any(url("document", own) in client.get(line).content.decode() for line in lines)


def test_eleven_are_deleted_ten_at_a_time(claire):
    ids = [add_own(claire, number) for number in range(11)]
    client = visit(claire)
    page = client.get(DELETE, {"choix": ids}).content.decode()
    assert page.count('name="choix"') == 10
    assert "Dix documents au plus" in page
    client.post(DELETE, {"choix": ids})
    assert all(row_of(claire, one)["status"] == "current" for one in ids)


def filing(document, person, **changes):
    day = {"day_day": "2", "day_month": "5", "day_year": "2024"}
    version = row_of(person, document)["entry_id"]
    return {"title": "Radio du genou", "category": "RADIO_SC", "version": version, **day, **changes}


def test_hers_is_corrected_and_an_old_page_is_refused(claire):
    document, client = add_own(claire, 1, columns={"type_code": "DOCPAT03"}), visit(claire)
    old = filing(document, claire, title="Ancienne page")
    answer = client.post(url("document_edit", document), filing(document, claire))
    assert query_of(answer) == {"fait": "change"}
    assert "Radio du genou" in client.get(url("document", document)).content.decode()
    refused = client.post(url("document_edit", document), old)
    assert refused.status_code == 200
    assert "Ce document a été changé entre-temps" in refused.content.decode()
    with opened(claire) as a:
        card = documents.get_document(a, document)
        lines = list_lines(claire, key=crypto.get_key(claire), limit=50)
    assert card.title == "Radio du genou"
    assert [one.reference for one in lines if one.event is EventType.DOCUMENT_CHANGED] == [document]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Remplissez ce champ"),
        ({"title": "!!!"}, "Donnez un titre"),
        ({"day_year": "2999"}, "dans le futur"),
        ({"day_year": "1900"}, "précéder la naissance"),
        ({"day_month": "13"}, "n’existe pas"),
        ({"category": "SYNTH_PML"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_correction_is_said_at_its_field(claire, changes, said):
    document = add_own(claire, 1)
    page = visit(claire).post(url("document_edit", document), filing(document, claire, **changes))
    assert said in page.content.decode()
    assert row_of(claire, document)["changed_at"] is None


def test_a_professionals_is_not_corrected_and_its_page_says_why(claire):
    document, client = add_document(claire), visit(claire)
    assert client.get(url("document_edit", document)).status_code == 404
    page = client.get(url("document", document)).content.decode()
    assert "Seul son auteur peut corriger ou retirer ce document." in page
    assert "Cacher aux soignants" in page
    assert url("document_edit", document) not in page


def test_versions_and_sources_stand_on_the_page(claire):
    old, new, twin = (add_document(claire, number, title=f"Version {number}") for number in range(3))
    make_versions(claire, old, new)
    make_twins(claire, new, twin)
    client = visit(claire)
    page = client.get(url("document", new)).content.decode()
    assert url("document", old) in page
    assert "est arrivé plusieurs fois" in page
    assert page.count("Déposé par la structure FINESS") == 2
    older = client.get(url("document", old)).content.decode()
    assert "Remplacé par une nouvelle version" in older
    assert url("document", new) in older
    assert "Épingler" not in older


def test_folders_are_made_renamed_and_removed(claire):
    client = visit(claire)
    assert query_of(client.post(url("folders"), {"name": "Genou"})) == {"fait": "dossier"}
    assert "déjà un dossier de ce nom" in client.post(url("folders"), {"name": "GENOU"}).content.decode()
    with opened(claire) as a:
        folder = documents.list_folders(a)[0].id
    document = add_document(claire, 1, columns={"folder_id": folder})
    assert query_of(client.post(url("folder", folder), {"name": "Genou gauche"})) == {"fait": "dossier"}
    assert "Genou gauche" in client.get(url("folders")).content.decode()
    assert query_of(client.post(url("folder_delete", folder))) == {"fait": "dossier"}
    assert row_of(claire, document)["folder_id"] is None
    for answer in (client.get(url("folder", folder)), client.post(url("folder_delete", folder))):
        assert answer.status_code == 404
    hostile = client.post(url("folders"), {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(hostile["Location"]).content.decode()


def test_a_parent_arranges_for_her_child_and_sees_nothing_of_secret_care():
    mother = add_claire()
    son = add_person(given_names="TOM", sex="M", birth_date=date(2012, 2, 29), attached_to=mother)
    open_space(son)
    open_one = add_document(son, 1, title="Vaccin")
    secret = add_document(son, 2, title="Secret", columns={"invisible_representatives": True})
    client = visit(mother, profile=son)
    assert query_of(client.post(ARRANGE, {"choix": open_one, "geste": "cacher", "vu": "1"})) == {
        "fait": "cache"
    }
    assert client.post(ARRANGE, {"choix": secret, "geste": "cacher"}).status_code == 404
    assert not row_of(son, secret)["masked"]
    with opened(son) as a:
        assert len(documents.list_documents(a, Filters())) == 2
