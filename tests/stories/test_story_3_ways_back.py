"""Story 3: a lost password, a lost telephone, a changed address: each has its way, and the old contact is told."""

import pytest

from carnet.sandbox.personas import PASSWORD
from tests.stories.conftest import latest_mail, link_in, look, one_time_code
from tests.stories.papers import papers_of
from tests.stories.steps import give_mailed_code, give_password, log_in, menu, next_totp

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

NEW_PASSWORD = "Tilleul-vermoulu-58"
NEW_EMAIL = "jean.nouveau@exemple.test"


def test_each_loss_has_its_way_back(someone):
    laetitia_loses_her_password(someone(width=390, height=844), at_home=someone())
    monique_loses_her_telephone(someone())
    jean_changes_his_address(someone(), thief=someone())


# -- the password: a link by e-mail, and the carte Vitale


def laetitia_loses_her_password(page, at_home):
    laetitia = papers_of("laetitia")
    log_in(at_home, "laetitia")

    page.goto("/connexion/")
    look(page, "3-01-log-in")
    page.get_by_role("link", name="Mot de passe oublié").click()
    look(page, "3-02-lost-password")
    page.get_by_label("Identifiant").fill(laetitia.login)
    page.get_by_role("button", name="Recevoir le lien").click()
    page.get_by_role("heading", name="Regardez vos messages").wait_for()
    page.goto(link_in(latest_mail(page, laetitia.email, "nouveau mot de passe").split("Ce n’est pas")[0]))
    look(page, "3-03-card")
    # Whoever reads her mailbox does not have her card.
    show_card(page, serial="55500000099", born=laetitia.birth_date)
    page.get_by_text("n’est pas le bon").first.wait_for()
    show_card(page, serial=laetitia.serial, born=laetitia.birth_date)
    look(page, "3-04-new-password")
    page.get_by_label("Nouveau mot de passe", exact=True).fill(NEW_PASSWORD)
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_role("heading", name="Votre mot de passe est changé").wait_for()
    look(page, "3-05-password-changed")

    # Told by e-mail and by SMS; the old password and the old sessions are worth nothing.
    assert "Un nouveau mot de passe vient d’être choisi" in latest_mail(page, laetitia.email, "72 heures")
    assert "Pas vous ?" in latest_mail(page, laetitia.phone, "nouveau mot de passe")
    at_home.reload()
    at_home.get_by_role("main").get_by_role("link", name="Se connecter").first.wait_for()
    give_password(page, laetitia.login, PASSWORD)
    page.get_by_text("Identifiant ou mot de passe incorrect").wait_for()
    give_password(page, laetitia.login, NEW_PASSWORD)
    give_mailed_code(page, laetitia.email)
    page.get_by_role("heading", level=1, name=laetitia.name).wait_for()


# -- the telephone with the application of codes: password, e-mail, and the carte Vitale


def monique_loses_her_telephone(page):
    monique = papers_of("monique")
    log_in(page, "monique")
    install_application(page)
    page.get_by_role("button", name="Se déconnecter").click()

    give_password(page, monique.login)
    page.get_by_role("heading", name="Entrez le code de votre application").wait_for()
    look(page, "3-08-application-code")
    page.get_by_role("link", name="J’ai perdu mon téléphone").click()
    look(page, "3-09-lost-telephone")
    page.get_by_label("Identifiant").fill(monique.login)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continuer").click()
    look(page, "3-10-code-by-email")
    code = one_time_code(latest_mail(page, monique.email, "Votre code"))
    page.get_by_label("Code de vérification").fill(code)
    page.get_by_role("button", name="Continuer").click()
    show_card(page, serial=monique.serial, born=monique.birth_date)
    look(page, "3-11-replace")
    page.get_by_role("button", name="Remplacer").click()
    page.get_by_role("heading", name="Votre double vérification est changée").wait_for()
    assert "téléphone perdu" in latest_mail(page, monique.email, "téléphone perdu")
    log_in(page, "monique")


def install_application(page):
    menu(page, "Mon compte")
    look(page, "3-06-security")
    page.get_by_role("link", name="Choisir un autre moyen").click()
    page.get_by_role("link", name="Installer l’application de codes").click()
    look(page, "3-07-application")
    secret = page.get_by_role("main").get_by_role("strong").inner_text().replace(" ", "")
    page.get_by_label("Code de vérification").fill(next_totp(secret))
    page.get_by_role("button", name="Choisir cette application").click()
    page.get_by_text("Votre moyen de double vérification est changé.").wait_for()


# -- the address: a code at the new one, a word to the old one, which may say no


def jean_changes_his_address(page, thief):
    jean = papers_of("jean1")
    log_in(page, "jean1")
    change_address(page)
    told = latest_mail(page, jean.email, "vient d’être changée")
    page.get_by_role("button", name="Se déconnecter").click()
    give_password(page, jean.login)
    give_mailed_code(page, NEW_EMAIL)
    page.get_by_role("button", name="Se déconnecter").wait_for()

    # Had it not been him: the old address takes the change back, and every session ends.
    owner = thief.context.new_page()
    owner.goto(link_in(told))
    look(owner, "3-14-not-me")
    owner.get_by_role("button", name="Ce n’est pas moi : protéger mon compte").click()
    owner.get_by_role("heading", name="Votre compte est protégé").wait_for()
    look(owner, "3-15-protected")
    page.reload()
    page.get_by_role("main").get_by_role("link", name="Se connecter").first.wait_for()
    log_in(page, "jean1")  # the code comes to the old address again
    menu(page, "Mon compte")
    page.get_by_text("Les changements sont bloqués").wait_for()
    assert jean.email in page.get_by_role("main").inner_text()
    look(page, "3-16-frozen")


def change_address(page):
    menu(page, "Mon compte")
    page.get_by_role("link", name="Changer l’adresse").click()
    look(page, "3-12-address")
    page.get_by_label("Nouvelle adresse électronique").fill(NEW_EMAIL)
    page.get_by_role("button", name="Envoyer le code").click()
    look(page, "3-13-address-code")
    page.get_by_label("Code de vérification").fill(one_time_code(latest_mail(page, NEW_EMAIL, "Votre code")))
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("Votre adresse est changée").wait_for()


def show_card(page, *, serial, born):
    page.get_by_label("Numéro de série de la carte Vitale").fill(serial)
    page.get_by_label("Jour").fill(str(born.day))
    page.get_by_label("Mois").fill(str(born.month))
    page.get_by_label("Année").fill(str(born.year))
    page.get_by_role("button", name="Continuer").click()
