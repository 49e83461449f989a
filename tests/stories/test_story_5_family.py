"""Story 5: a mother of twins chooses which, shares with their father; each is told what the other does."""

import re

import pytest

from carnet.sandbox.personas import get_persona
from tests.stories.conftest import latest_mail, look
from tests.stories.papers import papers_of, tick
from tests.stories.steps import fill_date, find_by_phone, log_in, log_in_as_agent, menu, prove_again, shortcut

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

NADIA, KARIM = get_persona("nadia"), get_persona("karim")


def test_twins_shared_closed_and_severed(someone):
    hers, his = someone(width=390), someone()
    log_in(hers, "nadia")
    choose_the_right_twin(hers)
    invite_the_other_parent(hers)
    accept(his)
    assert "a accepté votre invitation" in mail_to(NADIA, hers, "invitation")
    each_sees_the_other_but_no_address(hers, his)
    he_closes_and_she_reopens(hers, his)
    agent = someone()
    log_in_as_agent(agent)
    the_desk_objects_for_her_daughter(agent, hers)
    the_desk_severs(agent, hers, his)


def mail_to(one, page, words):
    """Return the newest message to a parent, which says nothing of where the other is."""
    text = latest_mail(page, one.email, words)
    assert_no_address(text, KARIM if one is NADIA else NADIA)
    return text


def assert_no_address(text, one):
    """Where somebody is to be found: the mailbox, the telephone, the number, the login."""
    text = re.sub(r"\d+[:/-]\d\d([:/-]\d+)?|\d+ h \d\d", "", text)  # a time of day is none
    ends = [one.phone[-2:], one.phone[-4:-2]]
    for secret in (
        one.email,
        one.phone,
        one.phone[1:],
        r"\W".join(ends[::-1]),
        papers_of(one.key).ins,
        one.login,
    ):
        assert not re.search(secret, text), secret


def card(page, name):
    """The card of a space on the family page."""
    heading = page.get_by_role("heading", name=name, exact=True)
    return page.get_by_role("main").locator("section, article, .ui-card").filter(has=heading).last


def choose_the_right_twin(hers):
    hers.locator("summary").filter(has_text="Espace affiché").click()
    for twin in ("Tom", "Léo"):
        choice = hers.get_by_role("button", name=f"{twin} NOUAIPIN")
        assert "né le 09/04/2018" in choice.inner_text()
    look(hers, "5-switcher")
    hers.get_by_role("button", name="Tom NOUAIPIN").click()
    assert "Vous agissez pour Tom NOUAIPIN" in hers.get_by_label("Profil affiché").inner_text()
    hers.get_by_role("link", name="Visite des huit ans").wait_for()
    look(hers, "5-tom")
    shortcut(hers, "Ma famille")
    for twin in ("Tom", "Léo"):
        assert "vérifiez le prénom" in card(hers, f"{twin} NOUAIPIN").inner_text()
    look(hers, "5-family")


def invite_the_other_parent(hers):
    card(hers, "Tom NOUAIPIN").get_by_role("link", name="Partage").click()
    look(hers, "5-share")
    for wrong, given_name in ((True, "Kamel"), (False, "Karim")):
        hers.get_by_role("link", name="Inviter").click()
        prove_again(hers, NADIA.email)
        hers.get_by_label("Numéro de sécurité sociale").fill(papers_of("karim").ins)
        hers.get_by_label("Nom de naissance").fill("Nouaipin")
        hers.get_by_label("Premier prénom").fill(given_name)
        fill_date(hers, "Date de naissance", ("2", "12", "1984"))
        if wrong:
            look(hers, "5-invite")
        hers.get_by_role("button", name="Envoyer l’invitation").click()
        hers.get_by_text("Votre demande est enregistrée.").wait_for()  # the same, right or wrong
    look(hers, "5-invited")


def accept(his):
    told = mail_to(KARIM, his, "vous invite")
    assert "Tom" not in told
    log_in(his, "karim")
    shortcut(his, "Ma famille")
    invitations = his.get_by_role("link", name=re.compile("^Invitation de Nadia BELLEVAL"))
    assert invitations.count() == 1  # the wrong one reached nobody
    look(his, "5-invitations")
    invitations.click()
    assert "Tom NOUAIPIN" in his.get_by_role("heading", level=1).inner_text()
    assert_no_address(his.get_by_role("main").inner_text(), NADIA)
    look(his, "5-invitation")
    tick(his, "Je déclare être représentant légal")
    his.get_by_role("button", name="Accepter").click()
    his.get_by_text("C’est fait : cet espace est maintenant").wait_for()
    assert his.get_by_role("heading", name="Léo NOUAIPIN").count() == 0  # the one, not his twin


def each_sees_the_other_but_no_address(hers, his):
    card(his, "Tom NOUAIPIN").get_by_role("link", name="Partage").click()
    assert "Nadia BELLEVAL" in his.get_by_role("list", name="Représentants légaux").inner_text()
    assert_no_address(his.content(), NADIA)
    look(his, "5-shared")
    shortcut(his, "Ma famille")
    his.get_by_role("button", name="Voir l’espace de Tom").click()
    shortcut(his, "Qui a fait quoi")
    assert "par Nadia BELLEVAL, représentant légal" in his.get_by_role("main").inner_text()
    assert_no_address(his.content(), NADIA)
    look(his, "5-history-his")
    shortcut(hers, "Qui a fait quoi")
    assert "par Karim NOUAIPIN, représentant légal" in hers.get_by_role("main").inner_text()
    assert_no_address(hers.content(), KARIM)


def he_closes_and_she_reopens(hers, his):
    menu(his, "Accueil")
    his.get_by_role("link", name="Changer ces choix").click()
    look(his, "5-choices")
    his.get_by_role("link", name="Fermer cet espace").click()
    prove_again(his, KARIM.email)
    his.get_by_text("L’autre représentant légal, s’il y en a un, est averti.").wait_for()
    look(his, "5-close")
    his.get_by_role("button", name="Fermer l’espace").click()
    his.get_by_role("heading", name="Cet espace est fermé").wait_for()
    look(his, "5-closed")
    assert "Un autre représentant légal a fermé son espace" in mail_to(NADIA, hers, "a fermé son espace")

    menu(hers, "Accueil")  # she was in that space
    hers.get_by_role("heading", name="Cet espace est fermé").wait_for()
    hers.locator("summary").filter(has_text="Espace affiché").click()
    hers.get_by_role("button", name="Mon espace").click()
    shortcut(hers, "Ma famille")
    assert "Fermé" in card(hers, "Tom NOUAIPIN").inner_text()
    look(hers, "5-family-closed")
    card(hers, "Tom NOUAIPIN").get_by_role("button", name="Rouvrir ou faire effacer").click()
    hers.get_by_role("button", name="Rouvrir l’espace").click()
    hers.get_by_role("link", name="Visite des huit ans").wait_for()


def the_desk_objects_for_her_daughter(agent, hers):
    find_by_phone(agent, matricule=papers_of("jade").ins, birth_date=("1", "9", "2014"))
    look(agent, "5-desk-jade")
    agent.get_by_role("link", name="Enregistrer une opposition").click()
    agent.get_by_label("Motif").fill("Opposition demandée par la mère, identité vérifiée.")
    tick(agent, "J’ai vérifié l’identité de l’appelant")
    agent.get_by_role("button", name="Enregistrer l’opposition").click()
    agent.get_by_text("L’opposition est enregistrée.").wait_for()
    told = mail_to(NADIA, hers, "Le 3422, à la demande d’une personne qui s’est identifiée")
    assert "Jade BELLEVAL" in told


def the_desk_severs(agent, hers, his):
    agent.get_by_role("link", name="Fermer cette fiche").click()
    find_by_phone(agent, matricule=papers_of("tom").ins, birth_date=("9", "4", "2018"))
    assert_no_address(agent.get_by_role("main").inner_text(), NADIA)
    look(agent, "5-desk-tom")
    line = agent.get_by_role("row").filter(has_text="Karim NOUAIPIN")
    line.get_by_role("link", name="Rompre ce lien").click()
    agent.get_by_label("Motif").fill("Le père demande lui-même à ne plus gérer.")
    tick(agent, "Demande du représentant lui-même")
    tick(agent, "J’ai vérifié l’identité de l’appelant")
    look(agent, "5-desk-sever")
    agent.get_by_role("button", name="Rompre le lien").click()
    agent.get_by_text("Le lien est rompu.").wait_for()
    look(agent, "5-desk-severed")
    assert "a rompu votre lien" in mail_to(KARIM, his, "rompu")
    assert "lien d’un autre représentant légal" in mail_to(NADIA, hers, "rompu")

    menu(his, "Accueil")  # he was in that space: he is in his own
    his.get_by_role("heading", level=1, name="Karim NOUAIPIN").wait_for()
    assert his.get_by_role("link", name="Visite des huit ans").count() == 0
    shortcut(his, "Ma famille")
    assert his.get_by_role("heading", name="Tom NOUAIPIN").count() == 0
    shortcut(hers, "Qui a fait quoi")
    told = (
        hers.get_by_role("main")
        .get_by_role("listitem")
        .filter(has_text="Lien avec un représentant légal rompu")
    )
    assert "par le 3422" in told.first.inner_text()
    assert "demande du représentant lui-même" in told.first.inner_text()
    look(hers, "5-history")
