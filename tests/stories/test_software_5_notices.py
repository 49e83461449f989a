"""Software, 5: the person chooses when she is written to, and reads and clears her notices."""

import pytest

from carnet.sandbox.personas import get_persona
from tests.stories.conftest import latest_mail, look
from tests.stories.software import Software
from tests.stories.steps import log_in, menu

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]


def test_she_is_written_to_once_a_day(someone, demo, tmp_path):
    laboratory = Software.install(
        demo, tmp_path, finess="000000018", name="Laboratoire des Tilleuls", product="LaboQuotidien"
    )
    his = someone(width=390, height=844)
    log_in(his, "blandine")
    once_a_day(his)
    for number in (75_001, 75_002, 75_003):
        laboratory.deposit("blandine", number)
    three_came(his)
    look(his, "software-5-02-centre")
    demo.carnet("world", "clock", "--days", "1")
    mail = latest_mail(his, get_persona("blandine").email, "3")
    assert "santé" in mail
    assert "Bilan" not in mail
    he_reads_and_clears(his)


def three_came(his):
    """What tells of a document follows it within moments."""
    came = his.get_by_text("Un nouveau document est arrivé")
    for _ in range(60):
        his.goto("/avis/")
        if came.count() == 3:
            return
        his.wait_for_timeout(500)
    pytest.fail(f"{came.count()} avis sur 3")


def once_a_day(his):
    menu(his, "Accueil")
    his.goto("/avis/reglages/")
    his.get_by_label("Une fois par jour").check(force=True)
    his.get_by_role("button", name="Enregistrer").click()
    his.get_by_text("Vos choix sont enregistrés.").wait_for()
    look(his, "software-5-01-settings")


def he_reads_and_clears(his):
    his.goto("/avis/")
    his.get_by_role("button", name="Marquer comme lu", exact=True).first.click()
    his.get_by_role("button", name="Tout marquer comme lu").click()
    his.get_by_role("button", name="Effacer les avis lus").click()
    his.get_by_text("Aucun avis").first.wait_for()
    look(his, "software-5-03-cleared")
