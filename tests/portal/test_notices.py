"""The centre of notices and the choice of e-mails: what is shown, marked, cleared, and to whom it is closed."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from carnet.access import api as access
from carnet.journal.api import EventType, Purpose, list_lines
from carnet.notices import api as notices
from carnet.notices.api import NoticeCode, Preferences, Rhythm, Switch
from carnet.notices.wordings import WORDINGS
from carnet.platform import pump
from tests.documents.deposits import FACILITY, add_claire, deposit, holder, report
from tests.notices.test_notices import hand_over
from tests.people.register import add_person, open_space
from tests.portal.browsing import check_pages
from tests.portal.visits import visit

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"portal:{name}", args=args)


def text_of(response):
    return response.content.decode()


def tell(person, about=None, code=NoticeCode.CARE_HISTORY_FIRST_FED, reference=None):
    return notices.tell(person, about_id=about or person, code=code, reference=reference)


def unread(person, about=None):
    return notices.count_unread(person, about_id=about or person)


def changes(person):
    """How often the journal says that her choices changed."""
    with access.open(person, by=holder(person), purpose=Purpose.CONSULT):
        lines = list_lines(person, key=None, limit=100)
    return [line.event for line in lines].count(EventType.NOTICES_CHANGED)


@pytest.fixture
def mother():
    return add_claire()


@pytest.fixture
def son(mother):
    child = add_person(given_names="TOM", sex="M", birth_date=date(2015, 3, 1), attached_to=mother)
    open_space(child)
    return child


def test_the_centre_shows_all_spaces_those_not_read_or_one(mother, son):
    client = visit(mother)
    seen = tell(mother)
    tell(son_reader := mother, son, NoticeCode.COPY_READY, uuid4())
    notices.mark_one_read(son_reader, notice_id=seen)
    everything = text_of(client.get(url("notices")))
    assert "L’histoire de santé est arrivée" in everything
    assert "La copie de vos données est prête" in everything
    assert everything.count("Non lu</span>") == 1
    assert "Aujourd’hui" in everything
    assert "Tom" in everything
    waiting = text_of(client.get(url("notices"), {"vue": "non-lus"}))
    assert "L’histoire de santé est arrivée" not in waiting
    here = text_of(client.get(url("notices"), {"vue": "ici"}))
    assert "La copie de vos données est prête" not in here
    assert client.get(url("notices"), {"vue": "autre"}).status_code == 404


def test_a_notice_leads_to_its_subject_and_is_read(mother):
    client = visit(mother)
    notice = tell(mother)
    answer = client.get(url("notice", notice))
    assert answer["Location"] == url("care_history")
    assert unread(mother) == 0


def test_a_notice_of_another_space_asks_before_it_shows_it(mother, son):
    client = visit(mother)
    document = deposit(report(son)).document_id
    hand_over()
    (notice,) = notices.list_notices(mother, about_id=son)
    assert url("notice", notice.id) in text_of(client.get(url("notices")))
    by_link = client.get(url("notice", notice.id))
    assert by_link["Location"] == url("notices")
    assert unread(mother, son) == 1
    answer = client.post(url("notice", notice.id))
    assert answer["Location"] == url("document", document)
    assert client.get(answer["Location"]).status_code == 200
    assert unread(mother, son) == 0


def test_another_s_notice_is_nobody_s(mother):
    other = add_claire(birth_name="DURAND")
    visit(other)
    notice = tell(other)
    client = visit(mother)
    assert client.get(url("notice", notice)).status_code == 404
    client.post(url("notices_change"), {"geste": "effacer", "avis": notice})
    client.post(url("notices_change"), {"geste": "lire", "avis": notice})
    assert unread(other) == 1


def test_a_child_who_is_no_longer_hers_is_not_in_the_centre(mother):
    visit(mother)
    grown = add_person(given_names="LÉA", birth_date=date(2000, 3, 1), attached_to=mother)
    open_space(grown)
    notice = tell(mother, grown)
    client = visit(mother)
    assert "L’histoire de santé est arrivée" not in text_of(client.get(url("notices")))
    assert client.post(url("notice", notice)).status_code == 404


def test_marking_and_clearing(mother, son):
    client = visit(mother)
    mine, other = tell(mother), tell(mother, son)
    act = url("notices_change")
    assert client.post(act, {"geste": "lire", "avis": mine})["Location"] == f"{url('notices')}?fait=lu"
    assert (unread(mother), unread(mother, son)) == (0, 1)
    client.post(act, {"geste": "effacer-lus", "vue": "ici"})
    assert notices.list_notices(mother, about_id=mother) == []
    client.post(act, {"geste": "tout-lire"})
    assert unread(mother, son) == 0
    gone = client.post(act, {"geste": "effacer", "avis": other}, follow=True)
    assert "Ce dont il parlait n’a pas changé" in text_of(gone)
    assert "Aucun avis" in text_of(gone)
    for wrong in ({"geste": "vendre"}, {"geste": "lire", "avis": "x"}, {"geste": "tout-lire", "vue": "x"}):
        assert client.post(act, wrong).status_code == 404
    assert client.get(act).status_code == 405


def test_pages_follow_each_other(mother):
    client = visit(mother)
    for _ in range(31):
        tell(mother)
    first = text_of(client.get(url("notices")))
    assert first.count("L’histoire de santé est arrivée") == 30
    last = notices.list_page(mother, about_ids=[mother], limit=30)[-1]
    assert f"avant={last.id}" in first
    second = text_of(client.get(url("notices"), {"avant": last.id}))
    assert "Aujourd’hui" in second
    assert client.get(url("notices"), {"avant": "x"}).status_code == 404


def test_the_first_page_counts_and_leads_to_the_centre(mother):
    client = visit(mother)
    tell(mother)
    home = text_of(client.get("/"))
    assert '<span class="ui-count">1<' in home
    assert f'href="{url("notices")}"' in home
    client.post(url("notices_read"))
    assert unread(mother) == 0
    assert '<span class="ui-count">' not in text_of(client.get("/"))


def test_what_became_of_the_mail_is_said(mother):
    client = visit(mother)
    tell(mother)
    assert "e-mail en cours d’envoi" in text_of(client.get(url("notices")))
    pump.hand_over("app")
    assert "e-mail parti le" in text_of(client.get(url("notices")))
    notices.save_preferences(mother, Preferences(rhythm=Rhythm.URGENT))
    tell(mother)
    assert "sans e-mail" in text_of(client.get(url("notices")))
    notices.save_preferences(mother, Preferences(rhythm=Rhythm.DAILY))
    tell(mother)
    assert "e-mail à venir" in text_of(client.get(url("notices")))


def test_the_choices_are_saved_and_stand_in_the_history(mother):
    client = visit(mother, email="claire@exemple.test")
    page = text_of(client.get(url("notices_settings")))
    assert "claire@exemple.test" in page
    assert page.count("Aucun avis de ce genre n’existe encore.") == 4
    choice = {"rhythm": "daily", "switches": ["NOTIF_MESSAGE", "NOTIF_SYNCHRONIZED_SERVICE"]}
    saved = client.post(url("notices_settings"), choice, follow=True)
    assert "Vos choix sont enregistrés" in text_of(saved)
    off = frozenset({Switch.DOCUMENT, Switch.APPOINTMENT, Switch.SCREENING})
    assert notices.get_preferences(mother) == Preferences(off, Rhythm.DAILY)
    assert changes(mother) == 1
    assert "Choix des avis changés" in text_of(client.get(url("history")))
    client.post(url("notices_settings"), choice)
    assert changes(mother) == 1


def test_wrong_choices_are_refused(mother):
    client = visit(mother)
    for wrong in ({}, {"rhythm": "weekly"}, {"rhythm": "daily", "switches": ["NOTIF_ALL"]}):
        page = client.post(url("notices_settings"), wrong)
        assert page.status_code == 200
        assert "erreur à corriger" in text_of(page)
    assert notices.get_preferences(mother) == Preferences()


def test_it_asks_for_a_session(client):
    for name in ("notices", "notices_settings", "blocks", "block"):
        assert client.get(url(name)).status_code == 302


def test_the_pages_in_a_browser(mother, son):
    client = visit(mother)
    empty = client.get(url("notices"))
    kept = deposit(report(mother)).document_id
    deposit(report(son))
    hand_over()
    pump.hand_over("app")
    tell(mother, code=NoticeCode.DOCUMENT_REPLACED, reference=kept)
    tell(mother, code=NoticeCode.DOCUMENT_WITHDRAWN, reference=kept)
    notices.mark_one_read(mother, notice_id=tell(mother))
    client.post(url("blocks") + "bloquer/", {"structure": FACILITY.structure})
    check_pages(
        {
            "notices-empty": empty,
            "notices": client.get(url("notices")),
            "notices-settings": client.get(url("notices_settings")),
            "notices-settings-wrong": client.post(url("notices_settings"), {}),
            "blocks": client.get(url("blocks")),
            "block": client.get(url("block")),
            "block-wrong": client.post(url("block"), {"structure": "12"}),
            "block-depositor": client.get(url("block_depositor", kept)),
            "home": client.get("/"),
            "security": client.get(url("security")),
        }
    )


def test_the_first_page_counts_all_and_names_the_latest(mother):
    """A structure that deposits a whole record tells of each of its documents: the page stays short, its count
    true.
    """
    client = visit(mother)
    for _ in range(28):
        tell(mother)
    home = text_of(client.get("/"))
    assert "28 nouveautés" in home
    assert '<span class="ui-count">28<' in home
    assert home.count("L’histoire de santé est arrivée") == 5


def test_the_bell_counts_what_is_new_in_every_space_that_she_manages(mother, son):
    """Her e-mail counts her son's news too: her first page must not look empty."""
    grown = add_person(given_names="LÉA", birth_date=date(2000, 3, 1), attached_to=mother)
    client = visit(mother)
    for about in (son, son, grown):
        tell(mother, about)
    home = text_of(client.get("/"))
    assert '<span class="ui-count">2<' in home
    assert "nouveautés" not in home
    tell(mother)
    home = text_of(client.get("/"))
    assert '<span class="ui-count">3<' in home
    assert "1 nouveauté" in home


@pytest.mark.parametrize("code", list(NoticeCode))
def test_every_notice_is_shown_and_leads_somewhere(mother, code):
    client = visit(mother)
    notice = tell(mother, code=code)
    assert WORDINGS[code].title in text_of(client.get(url("notices")))
    answer = client.post(url("notice", notice))
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("code", [NoticeCode.EMERGENCY_ACCESS, NoticeCode.PROFESSIONAL_ACCESS])
def test_an_access_leads_to_the_history_whatever_it_refers_to(mother, code):
    answer = visit(mother).post(url("notice", tell(mother, code=code, reference=uuid4())))
    assert answer["Location"] == url("history")
