"""What became of a document: replaced, withdrawn, archived, taken away; told, shown, and what one may do."""

import pytest
from django.db import connection
from django.urls import reverse

from carnet.documents import api as documents
from carnet.notices import api as notices
from carnet.notices.api import NoticeCode
from carnet.platform import pump
from tests.conftest import acting_as
from tests.documents.deposits import FACILITY, FINESS, add_claire, deposit, report, unique_id_of
from tests.portal.browsing import check_pages
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db
SET = "1.2.250.1.999.1^SET-9"


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


def text_of(response):
    return response.content.decode()


@pytest.fixture
def claire():
    return add_claire()


def hand_over():
    while pump.hand_over("app"):
        pass


def told(person):
    return [(card.code, card.reference) for card in notices.list_notices(person, about_id=person)]


def replace(person):
    """Deposit a document, then its next version; return both."""
    old = deposit(report(person, set_id=SET, version_number=1)).document_id
    new = deposit(
        report(person, 2, set_id=SET, version_number=2, replaces=(unique_id_of(person),))
    ).document_id
    return old, new


def test_replaced_is_told_and_each_version_says_where_it_stands(claire):
    client = visit(claire)
    old, new = replace(claire)
    hand_over()
    assert told(claire) == [(NoticeCode.DOCUMENT_REPLACED, new), (NoticeCode.DOCUMENT_ADDED, old)]
    page = text_of(client.get(url("document", old)))
    assert "Remplacé par une nouvelle version le" in page
    assert f'href="{url("document", new)}"' in page
    assert "Remplacé par" not in text_of(client.get(url("document", new)))
    assert "Un document a été remplacé" in text_of(client.get(url("notices")))


def test_withdrawn_is_told_and_says_by_whom_and_what_may_be_done(claire):
    client = visit(claire)
    document = deposit(report(claire)).document_id
    hand_over()
    documents.withdraw(unique_id_of(claire), by=FACILITY)
    hand_over()
    assert told(claire)[0] == (NoticeCode.DOCUMENT_WITHDRAWN, document)
    assert notices.count_unread(claire, about_id=claire) == 2
    answer = client.get(url("document", document))
    page = text_of(answer)
    assert answer.status_code == 410
    assert "Retiré par" in page
    assert f"FINESS {FINESS}" in page
    assert "Signaler au 3422" in page
    assert notices.count_unread(claire, about_id=claire) == 0
    sent = client.post(url("document_report", document), {"reason": "not_mine"}, follow=True)
    assert sent.status_code == 200
    assert "Numéro à donner au 3422" in text_of(sent)
    assert "Document retiré par la structure qui l’avait déposé" in text_of(client.get(url("history")))


def test_what_the_antivirus_took_away_was_not_withdrawn(claire):
    document = deposit(report(claire)).document_id
    with acting_as("carnet_loader"), connection.cursor() as cursor:
        cursor.execute(
            "update documents_document set status = 'deleted', status_at = now(), scan = 'infected'"
            " where id = %s",
            [document],
        )
    page = text_of(visit(claire).get(url("document", document)))
    assert "l’antivirus y a trouvé" in page
    assert "Retiré par" not in page


def test_archived_is_said_in_the_list_and_on_the_page(claire):
    document = deposit(report(claire)).document_id
    documents.change_held(document, by=FACILITY, archived=True)
    client = visit(claire)
    assert "archivé" in text_of(client.get(url("documents")))
    assert "Archivé par la structure" in text_of(client.get(url("document", document)))


def test_the_pages_in_a_browser(claire):
    client = visit(claire)
    old, new = replace(claire)
    gone = deposit(report(claire, 5)).document_id
    documents.withdraw(unique_id_of(claire, 5), by=FACILITY)
    documents.change_held(new, by=FACILITY, archived=True)
    check_pages(
        {
            "document-old": client.get(url("document", old)),
            "document-archived": client.get(url("document", new)),
            "document-withdrawn": client.get(url("document", gone)),
            "block-this": client.get(url("block_depositor", new)),
            "history": client.get(url("history")),
        }
    )
