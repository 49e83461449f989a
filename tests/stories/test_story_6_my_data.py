"""Story 6: he reads what becomes of his data, then finds in his history every act, by whom, and why."""

import re

import pytest

from tests.stories.conftest import look
from tests.stories.steps import find_by_phone, give_password, log_in, log_in_as_agent, menu

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

PROMISES = {
    "Qui les garde ?": "Il en répond devant vous et devant la CNIL",
    "Où ?": "serveurs de ce service",
    "Quelles données, pour quoi faire ?": "Combien de temps",
    "Qui peut lire ?": "Les agents du 3422 ne voient aucun document",
    "Que se passe-t-il en cas d’incident ?": "prévient la CNIL sous 72 heures",
    "Effacer, vraiment": "la clé de votre espace est détruite",
}


def acts(page, title):
    """The entries of the history about an act."""
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=title)


def read_the_promises(page):
    page.goto("/")
    look(page, "6-landing")
    page.get_by_role("link", name="Ce que deviennent mes données").click()
    words = page.get_by_role("main").inner_text()
    for heading, said in PROMISES.items():
        assert page.get_by_role("heading", name=heading).is_visible()
        assert said in words, heading
    assert "Jamais vendues" in words
    look(page, "6-my-data")


def test_what_becomes_of_his_data_and_who_did_what(someone):
    read_the_promises(someone(width=390))

    stranger = someone()
    give_password(stranger, "denis.c.3508", "Ce-n-est-pas-lui-1")
    stranger.get_by_text(re.compile("identifiant ou mot de passe", re.IGNORECASE)).first.wait_for()

    his = someone()
    log_in(his, "denis")
    his.get_by_role("link", name="Bilan biologique").click()
    his.get_by_role("article", name="Texte du document").wait_for()

    agent = someone()
    log_in_as_agent(agent)
    find_by_phone(agent, matricule="179023523890126", birth_date=("8", "2", "1979"))
    look(agent, "6-desk-person")

    menu(his, "Accueil")
    looked = his.get_by_role("list", name="Derniers accès par d’autres que vous")
    assert "Le 3422, service d’aide" in looked.inner_text()
    look(his, "6-home")
    his.get_by_role("link", name="Tout l’historique").click()
    for what, who, why in (
        ("Fiche administrative consultée par le 3422", "le 3422, service d’aide", "deux informations"),
        ("Document lu", "vous", "titulaire de l’espace"),
        ("Connexion", "vous", "code reçu par e-mail"),
        ("Connexion refusée", "quelqu’un qui n’a pas prouvé son identité", "mot de passe faux"),
        ("Document déposé", "Laboratoire des Quatre Saisons", "R1111-47"),
        ("Espace activé", "vous", "pour ouvrir ou fermer l’espace"),
        ("Information sur l’ouverture prochaine", "le service d’ouverture des espaces", ""),
    ):
        entry = acts(his, what).filter(has_text=f"par {who}")
        assert entry.count(), (what, who, his.get_by_role("main").inner_text())
        assert why in entry.first.inner_text(), entry.first.inner_text()
    look(his, "6-history")

    his.get_by_role("link", name="Le 3422", exact=True).click()
    assert acts(his, "par le 3422").count() == 1
    assert acts(his, "par vous").count() == 0
    assert "Camille" not in his.get_by_role("main").inner_text()  # an agent is known to those who check him
    look(his, "6-history-3422")
