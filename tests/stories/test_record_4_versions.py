"""The record, 4: a paper received twice shows once, with both sources; a new version replaces the old one."""

from datetime import datetime, timedelta

import pytest

from carnet.platform.clock import PARIS
from tests.stories.conftest import look
from tests.stories.letters import CLINIC, HOSPITAL, deposit, letter_pdf, report
from tests.stories.steps import log_in, menu, shortcut

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

TITLE = "Sortie de chirurgie ambulatoire"
FIRST = letter_pdf(TITLE, ["Intervention du genou droit.", "Béquilles pendant dix jours."])
SECOND = letter_pdf(TITLE, ["Intervention du genou gauche.", "Béquilles pendant dix jours."])
AT = datetime.now(tz=PARIS).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=20)


def test_a_paper_received_twice_and_then_corrected(demo, someone, tmp_path):
    def receive(number, pdf, *, by, **facts):
        data = report("karim", pdf, number=number, title=TITLE, at=AT, **facts)
        return deposit(demo, tmp_path / f"{number}.xml", data, key="karim", by=by)

    his = someone()
    log_in(his, "karim")
    assert receive(41, FIRST, by=HOSPITAL)["already"] is False
    receive(42, FIRST, by=CLINIC)  # the same letter, sent on by the clinic that also received it
    it_shows_once_with_both_sources(his)
    receive(43, SECOND, by=HOSPITAL, version=2, replaces=41)
    the_new_version_stands_for_the_old(his)
    the_old_one_stays_readable(his)


def lines(page):
    menu(page, "Documents")
    return page.get_by_role("list", name="Documents").get_by_role("listitem").filter(has_text=TITLE)


def it_shows_once_with_both_sources(his):
    found = lines(his)
    assert found.count() == 1
    assert "reçu 2 fois" in found.inner_text()
    look(his, "record-4-01-received-twice")
    found.get_by_role("link").click()
    his.get_by_text("Ce document est arrivé plusieurs fois").wait_for()
    words = his.get_by_role("main").inner_text()
    assert "Hôpital du Belvédère" in words or HOSPITAL in words
    assert "Clinique de la Mare" in words or CLINIC in words
    look(his, "record-4-02-both-sources")


def the_new_version_stands_for_the_old(his):
    found = lines(his).all()
    assert any("Nouveau" in one.inner_text() for one in found)
    lines(his).filter(has_text="Nouveau").get_by_role("link").click()
    his.get_by_role("heading", name="Versions").wait_for()
    look(his, "record-4-03-new-version")


def the_old_one_stays_readable(his):
    his.get_by_role("list", name="Versions de ce document").get_by_role("link", name="Version 1").click()
    his.get_by_text("Remplacé par une nouvelle version").wait_for()
    part = his.request.get(his.get_by_role("link", name="Ouvrir le fichier joint").get_attribute("href"))
    assert part.body() == FIRST
    look(his, "record-4-04-old-version")
    his.get_by_role("link", name="Voir la version actuelle").click()
    part = his.request.get(his.get_by_role("link", name="Ouvrir le fichier joint").get_attribute("href"))
    assert part.body() == SECOND
    shortcut(his, "Qui a fait quoi")
    look(his, "record-4-05-history")
