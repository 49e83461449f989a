"""The list of documents as a page: filters, search, pages, what it costs; and its looks in a browser."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carnet.journal.api import EventType, list_lines
from carnet.platform import crypto
from tests.documents.deposits import FINESS, add_claire
from tests.documents.shelves import (
    add_document,
    add_own,
    make_twins,
    make_versions,
    managed,
    new_folder,
    opened,
    set_columns,
)
from tests.portal.browsing import check_pages
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db
LIST = reverse("portal:documents")
CONTROL = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE)")


@pytest.fixture
def claire():
    return add_claire()


def titles(response):
    return re.findall(
        r'<p class="ui-item__title"><a href="[^"]*">([^<]*(?:<mark>[^<]*</mark>[^<]*)*)</a>',
        response.content.decode(),
    )


def shown(client, **query):
    return [title.strip() for title in titles(client.get(LIST, query))]


def test_filters_narrow_and_are_said(claire):
    folder = new_folder(claire, "Genou")
    add_document(
        claire, 1, title="Bilan", columns={"folder_id": folder, "read_at": datetime(2026, 3, 1, tzinfo=UTC)}
    )
    add_own(claire, 2, title="Certificat", columns={"type_code": "DOCPAT07", "masked": True})
    client = visit(claire)
    assert set(shown(client)) == {"Bilan", "Certificat"}
    assert shown(client, rubrique="CERT_MED") == ["Certificat"]
    assert shown(client, dossier=folder) == ["Bilan"]
    assert shown(client, de=FINESS) == ["Bilan"]
    assert shown(client, miens="on") == ["Certificat"]
    assert shown(client, caches="on") == ["Certificat"]
    assert shown(client, nouveaux="on") == ["Certificat"]
    assert shown(client, depuis="2027-01-01") == []
    page = client.get(LIST, {"dossier": folder, "depuis": "2020-01-01"}).content.decode()
    assert "Filtres : Genou, depuis le 1 janvier 2020" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"rubrique": "XXX"}, "Ce choix n’existe plus"),
        ({"dossier": "01a20479-0000-7000-8000-000000000000"}, "Ce choix n’existe plus"),
        ({"depuis": "32/13/2026"}, "Écrivez la date ainsi"),
        ({"depuis": "2026-03-02", "jusqu": "2026-03-01"}, "Cette date précède l’autre"),
    ],
)
def test_a_wrong_filter_is_said_at_its_field(claire, query, words):
    add_document(claire)
    answer = visit(claire).get(LIST, query)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_search_is_a_page_with_marked_words_and_a_line_without_them(claire):
    document = add_document(claire, 1, title="Sérologie", text="Recherche d’une hépatite virale.")
    add_document(claire, 2, title="Autre")
    client = visit(claire)
    page = client.get(LIST, {"q": "hepatite"}).content.decode()
    assert "une <mark>hépatite</mark> virale" in page
    assert str(document) in page
    assert "Autre" not in page
    with opened(claire):
        lines = list_lines(claire, key=crypto.get_key(claire), limit=10)
    line = next(one for one in lines if one.event is EventType.DOCUMENTS_SEARCHED)
    assert line.personal == {}
    assert line.reference is None
    nothing = client.get(LIST, {"q": "<script>zzz"}).content.decode()
    assert "Aucun document ne contient ces mots" in nothing
    assert "<script>zzz" not in nothing


def test_pages_keep_what_was_asked(claire):
    for number in range(25):
        add_own(claire, number, title=f"Feuillet {number:02d}", text="tension")
    client = visit(claire)
    seen = []
    for query in ({"miens": "on"}, {"q": "tension"}):
        address, seen = f"{LIST}?" + "&".join(f"{name}={value}" for name, value in query.items()), []
        while address:
            answer = client.get(address)
            seen += titles(answer)
            following = re.search(r'rel="next" href="([^"]+)"', answer.content.decode())
            address = following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == 25


def test_a_thousand_filters_cost_no_more_statements(claire):
    folder = new_folder(claire)
    for number in range(30):
        add_document(claire, number, text="tension artérielle", columns={"folder_id": folder})
    client = visit(claire)
    for query in (
        {},
        {"q": "tension"},
        {"q": "tension", "dossier": folder, "nouveaux": "on"},
        {"choisir": "1"},
    ):
        client.get(LIST, query)
        with CaptureQueriesContext(connection) as sent:
            client.get(LIST, query)
        assert sum(not CONTROL.match(one["sql"]) for one in sent) <= 12, [one["sql"][:90] for one in sent]


def test_categories_and_folders_count(claire):
    folder = new_folder(claire, "Genou")
    add_document(claire, 1, columns={"folder_id": folder})
    add_own(claire, 2, columns={"type_code": "DOCPAT07"})
    client = visit(claire)
    page = client.get(reverse("portal:document_categories")).content.decode()
    assert "Certificats médicaux" in page
    assert f"{LIST}?rubrique=BIOLOGIE" in page
    page = client.get(reverse("portal:folders")).content.decode()
    assert f'<a href="{LIST}?dossier={folder}">Genou</a>' in page
    assert "1 document" in page


def test_how_they_look(claire):
    """Empty, forty documents, results, none, choosing, three versions, deleting: phone and desk, axe."""
    client = visit(claire)
    answers = {"documents-empty": client.get(LIST), "folders-empty": client.get(reverse("portal:folders"))}
    new_folder(claire, "Opération du genou gauche, clinique des Cèdres 26")
    folder = new_folder(claire, "Vaccins")
    made = [
        add_document(
            claire, number, title=f"Compte rendu de consultation spécialisée n° {number}",
            text="Une hépatite B ancienne est guérie. Œdème léger des chevilles, sans gravité.",
            columns={"masked": number % 7 == 0, "folder_id": folder if number % 5 == 0 else None,
                     "type_code": ("11502-2", "34112-3", "57833-6", "18748-4")[number % 4]},
        )
        for number in range(40)
    ]  # fmt: skip
    own = add_own(claire, 50, title="Ordonnance d’orthèse photographiée", columns={"type_code": "DOCPAT02"})
    make_versions(claire, made[1], made[2], made[3])
    make_twins(claire, made[4], made[5])
    with managed(claire) as a:
        from carnet.documents import api as documents

        documents.pin(a, document_ids=[made[10]], pinned=True)
    set_columns(claire, made[20], read_at=datetime(2026, 3, 1, tzinfo=UTC))
    chosen = f"{reverse('portal:documents_delete')}?choix={own}&choix={made[3]}"
    answers |= {
        "documents": client.get(LIST),
        "documents-filtered": client.get(LIST, {"rubrique": "BIOLOGIE", "depuis": "99/99/9999"}),
        "documents-search": client.get(LIST, {"q": "hepatite oedeme"}),
        "documents-none": client.get(LIST, {"q": "introuvable"}),
        "documents-pick": client.get(LIST, {"choisir": "1"}),
        "documents-categories": client.get(reverse("portal:document_categories")),
        "folders": client.get(reverse("portal:folders")),
        "folder": client.get(reverse("portal:folder", args=[folder])),
        "document-versions": client.get(reverse("portal:document", args=[made[3]])),
        "document-older": client.get(reverse("portal:document", args=[made[1]])),
        "document-own": client.get(reverse("portal:document", args=[own]), {"fait": "change"}),
        "document-edit": client.get(reverse("portal:document_edit", args=[own])),
        "documents-delete": client.get(chosen),
    }
    client.post(reverse("portal:documents_delete"), {"choix": [own]})
    gone = client.get(reverse("portal:document", args=[own]))
    assert gone.status_code == 410
    answers["document-deleted"] = gone
    assert {
        name: answer.status_code for name, answer in answers.items() if answer.status_code not in {200, 410}
    } == {}
    check_pages(answers)
