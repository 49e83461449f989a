"""Software, 2 and 3: a report is on the person's page at once; it is replaced, another is withdrawn."""

import re

import pytest

from carnet.sandbox.personas import get_persona
from tests.stories.conftest import latest_mail, look
from tests.stories.software import Software
from tests.stories.steps import log_in, menu

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

LABORATORY, CLINIC = "000000018", "000000034"
FIRST, SECOND = 71_001, 71_002


def test_a_report_comes_is_replaced_and_another_withdrawn(someone, demo, tmp_path):
    laboratory = Software.install(
        demo, tmp_path, finess=LABORATORY, name="Laboratoire des Tilleuls", product="LaboDuRecit"
    )
    clinic = Software.install(demo, tmp_path, finess=CLINIC, name="Clinique du Récit", product="CliniRecit")
    his = someone(width=390, height=844)
    log_in(his, "mathieu")
    first = laboratory.deposit("mathieu", FIRST)
    it_is_there_at_once(his)
    his_history_names_the_software(his)
    second = laboratory.deposit("mathieu", SECOND)
    laboratory.deposit("mathieu", 71_003, remplace=FIRST)
    assert laboratory.withdraw(second).status_code == 200
    he_sees_what_became_of_them(his, first, second)
    to_another_it_does_not_exist(his, clinic, first)


def it_is_there_at_once(his):
    mail = latest_mail(his, get_persona("mathieu").email, "nouvel élément")
    assert not re.search("bilan|laboratoire|analyse|document", mail, re.IGNORECASE)
    menu(his, "Accueil")
    his.get_by_role("link", name="Bilan de contrôle").first.wait_for()
    look(his, "software-2-01-home")
    his.goto("/avis/")
    his.get_by_text("Un nouveau document est arrivé").first.wait_for()
    menu(his, "Documents")
    his.get_by_role("link", name="Bilan de contrôle").first.click()
    his.get_by_role("heading", name="Bilan de contrôle", level=1).wait_for()
    look(his, "software-2-02-report")


def his_history_names_the_software(his):
    his.goto("/historique/")
    line = his.get_by_role("main").get_by_role("listitem").filter(has_text="Document déposé").first
    assert "LaboDuRecit 4.2" in line.inner_text()
    assert LABORATORY in line.inner_text()
    look(his, "software-2-03-history")


def he_sees_what_became_of_them(his, first, second):
    menu(his, "Documents")
    his.get_by_role("link", name="Bilan de contrôle, corrigé").first.wait_for()
    his.goto(f"/documents/{first}/")
    his.get_by_text(re.compile("Remplacé")).first.wait_for()
    look(his, "software-2-04-replaced")
    his.goto(f"/documents/{second}/")
    his.get_by_text(re.compile("retiré par", re.IGNORECASE)).first.wait_for()
    look(his, "software-2-05-withdrawn")
    his.goto("/avis/")
    words = his.get_by_role("main").inner_text()
    assert "Un document a été remplacé" in words
    assert "Un document a été retiré" in words


def to_another_it_does_not_exist(his, clinic, first):
    absent = "01970000-0000-7000-8000-000000000000"
    for method, path in (("GET", "/DocumentReference/{}"), ("GET", "/Binary/{}")):
        theirs, nothing = (clinic.call(method, path.format(one)) for one in (first, absent))
        assert theirs.status_code == nothing.status_code == 404
        assert theirs.content == nothing.content
    assert clinic.withdraw(first).content == clinic.withdraw(absent).content
    his.goto("/historique/")
    refused = his.get_by_role("main").get_by_role("listitem").filter(has_text="refusé").first
    assert "CliniRecit 4.2" in refused.inner_text()
    look(his, "software-2-06-refused")
