"""The person decides, and sees what that changes: hiding, blocking, an administrator, a caregiver."""

from datetime import UTC, datetime

import pytest

from carnet.sandbox.personas import get_persona
from tests.stories.conftest import look
from tests.stories.steps import fill_date, log_in, menu, prove_again

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]
DOCTOR = "Dr Hélène AUBRAC"


def test_she_sees_who_would_see_what_before_she_saves(someone):
    hers = someone()
    log_in(hers, "laetitia")
    she_reads_who_enters(hers)
    she_hides_a_document(hers)
    she_blocks_and_unblocks(hers)
    she_names_and_removes_an_administrator(hers)
    his = someone(width=390, height=844)
    she_invites_a_caregiver(hers)
    he_accepts_and_works(his)
    she_ends_it(hers, his)


def she_reads_who_enters(page):
    menu(page, "Accueil")
    page.get_by_role("main").get_by_role("link", name="Qui voit quoi").click()
    page.get_by_text(DOCTOR).first.wait_for()
    look(page, "pro-6-01-rights")
    page.get_by_role("link", name="Voir ce qu’il voit").first.click()
    page.get_by_text("Voici la page qu’il voit de vous").wait_for()
    page.get_by_role("heading", name="Allergies").wait_for()
    look(page, "pro-6-02-her-page")


def she_hides_a_document(page):
    menu(page, "Documents")
    page.get_by_role("list", name="Documents").get_by_role("link").first.click()
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("button", name="Cacher aux soignants").click()
    changed = page.get_by_role("list", name="Ce qui change, pour qui")
    assert DOCTOR in changed.inner_text()
    assert f"Ne verra plus : « {title} »" in changed.inner_text()
    look(page, "pro-6-03-hide")
    page.get_by_role("button", name="Cacher aux soignants").click()
    page.get_by_text("C’est caché aux soignants.").wait_for()
    page.get_by_role("button", name="Montrer aux soignants").click()
    assert f"Verra : « {title} »" in changed.inner_text()
    page.get_by_role("button", name="Montrer aux soignants").click()


def she_blocks_and_unblocks(page):
    page.goto("/droits/bloquer/")
    page.get_by_label("Nom, ou numéro RPPS").fill("Aubrac")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=DOCTOR).click()
    page.get_by_text("Ne verra plus rien").first.wait_for()
    look(page, "pro-6-04-block")
    page.get_by_role("button", name="Bloquer ce professionnel").click()
    page.get_by_text("Ce professionnel est bloqué").wait_for()
    page.get_by_role("link", name="Débloquer").click()
    page.get_by_text("Verra plus").first.wait_for()
    page.get_by_role("button", name="Débloquer").click()
    page.get_by_text("Ce professionnel n’est plus bloqué.").wait_for()


def she_names_and_removes_an_administrator(page):
    page.get_by_role("link", name="Désigner un médecin administrateur").click()
    page.get_by_label("Nom, ou numéro RPPS").fill("Aubrac")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=DOCTOR).click()
    look(page, "pro-6-05-administrator")
    page.get_by_role("button", name="Désigner ce médecin").click()
    page.get_by_text("Votre médecin administrateur est enregistré.").wait_for()
    page.get_by_role("link", name="Retirer").click()
    page.get_by_role("button", name="Retirer").click()
    page.get_by_text("Il n’y a plus de médecin administrateur.").wait_for()


def she_invites_a_caregiver(page):
    mathieu = get_persona("mathieu")
    page.get_by_role("link", name="Mes aidants").click()
    page.get_by_role("link", name="Inviter un aidant").click()
    prove_again(page, get_persona("laetitia").email)
    page.get_by_label("Numéro de sécurité sociale").fill(mathieu.matricule(datetime.now(UTC).date()))
    page.get_by_label("Nom de naissance").fill(mathieu.birth_name)
    page.get_by_label("Premier prénom").fill(mathieu.given_names.split()[0])
    born = mathieu.born
    fill_date(page, "Date de naissance", (str(born.day), str(born.month), str(born.year)))
    page.get_by_role("button", name="Voir ce que cela change").click()
    page.get_by_text("La personne invitée").first.wait_for()
    look(page, "pro-6-06-invite")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    page.get_by_text("Votre demande est enregistrée.").wait_for()


def he_accepts_and_works(page):
    log_in(page, "mathieu")
    page.goto("/aidants/")
    page.get_by_role("link", name="Laetitia MONTEVAL").click()
    look(page, "pro-6-07-invitation")
    page.get_by_role("button", name="Accepter").click()
    page.get_by_text("vous êtes aidant").first.wait_for()
    page.get_by_role("button", name="Voir son espace").click()
    page.get_by_text("Vous agissez pour").wait_for()
    look(page, "pro-6-08-her-space")
    page.goto("/mon-compte/choix/")
    page.get_by_text("Un aidant agit dans l’espace").wait_for()


def she_ends_it(hers, his):
    hers.goto("/aidants/")
    hers.get_by_role("link", name="Mettre fin").click()
    hers.get_by_text("Ne verra plus rien").wait_for()
    hers.get_by_role("button", name="Mettre fin").click()
    hers.get_by_text("C’est terminé.").wait_for()
    look(hers, "pro-6-09-ended")
    his.goto("/")
    assert his.get_by_text("Vous agissez pour").count() == 0
