"""The record, 1: she fills in her medical profile, decides what professionals see, corrects from two browsers."""

import pytest

from tests.stories.conftest import look
from tests.stories.steps import log_in, menu

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]


def rubric(page, name):
    menu(page, "Profil")
    page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, level=1).wait_for()


def fill_partial(page, legend, *, year, month="", day=""):
    group = page.get_by_role("group", name=legend)
    for label, value in (("Jour", day), ("Mois", month), ("Année", year)):
        group.get_by_label(label).fill(value)


def test_she_fills_in_her_profile(someone):
    her = someone(width=390, height=844)
    log_in(her, "jean1")
    menu(her, "Profil")
    her.get_by_role("heading", name="Profil médical", level=1).wait_for()
    assert her.get_by_text("Non renseigné").count() >= 10
    look(her, "record-1-01-empty")

    # A disease since a year, then the treatment that goes with it; a mistake is told by its field.
    her.get_by_role("link", name="Ajouter : Maladies et sujets de santé").click()
    her.get_by_label("Maladie ou sujet de santé").fill("Asthme")
    fill_partial(her, "Début", year="2199")
    her.get_by_role("button", name="Ajouter").click()
    her.get_by_role("link", name="Début : La date ne peut pas être dans l’avenir.").wait_for()
    look(her, "record-1-02-future")
    fill_partial(her, "Début", year="2001")
    her.get_by_role("button", name="Ajouter").click()
    her.get_by_text("C’est ajouté.").wait_for()
    assert her.get_by_text("depuis 2001").is_visible()
    assert her.get_by_text("Ajouté par vous le").is_visible()

    rubric(her, "Traitements")
    her.get_by_role("link", name="Ajouter un traitement").click()
    assert her.locator("datalist option[value='Salbutamol']").count() == 1
    her.get_by_label("Médicament ou traitement").fill("Salbutamol")
    fill_partial(her, "Début", year="2019", month="3")
    her.get_by_text("Plus de précisions").click()
    her.get_by_label("Maladie : Asthme").check(force=True)
    look(her, "record-1-03-treatment")
    her.get_by_role("button", name="Ajouter").click()
    her.get_by_role("link", name="Salbutamol").click()
    her.get_by_text("depuis mars 2019").wait_for()
    her.get_by_role("link", name="Maladie : Asthme").click()
    her.get_by_role("link", name="Traitements : Salbutamol").wait_for()
    look(her, "record-1-04-both-ends")

    # None is not the same as nothing said.
    rubric(her, "Allergies")
    her.get_by_role("button", name="Je ne suis pas concerné(e)").click()
    her.get_by_text("Aucune allergie, déclaré le").wait_for()

    # She keeps her diseases to herself: professionals then see neither the line nor that there is one.
    rubric(her, "Maladies et sujets de santé")
    her.get_by_role("button", name="Ne plus la partager").click()
    her.get_by_text("Les soignants ne voient plus cette rubrique.").wait_for()
    menu(her, "Profil")
    her.get_by_role("link", name="Ce que voient les soignants").click()
    seen = her.get_by_role("main")
    assert seen.get_by_text("Salbutamol").count()
    assert seen.get_by_text("Aucune allergie").count()
    assert seen.get_by_text("Caché").count() == 1
    assert seen.get_by_text("Asthme").count() == 0
    look(her, "record-1-05-seen")

    # The history tells each act.
    her.goto("/historique/")
    for act in ("Ligne ajoutée au profil médical", "« Je ne suis pas concerné » déclaré ou retiré",
                "Partage d’une rubrique du profil changé"):  # fmt: skip
        assert her.get_by_text(act).count() >= 1, act


def test_two_browsers_without_script(someone):
    one, two = someone(javascript=False), someone(javascript=False)
    for page in (one, two):
        log_in(page, "jean1")
    rubric(one, "Groupe sanguin")
    one.get_by_role("link", name="Indiquer le groupe sanguin").click()
    one.get_by_label("O+", exact=True).check(force=True)
    one.get_by_role("button", name="Ajouter").click()
    for page in (one, two):
        rubric(page, "Groupe sanguin")
        page.get_by_role("main").get_by_role("link", name="O+").click()
        page.get_by_role("link", name="Modifier").click()
    one.get_by_label("A+", exact=True).check(force=True)
    one.get_by_role("button", name="Enregistrer").click()
    one.get_by_text("Vos changements sont enregistrés.").wait_for()
    two.get_by_label("B−", exact=True).check(force=True)
    two.get_by_role("button", name="Enregistrer").click()
    two.get_by_role("heading", name="Modifié entre-temps").wait_for()
    assert two.get_by_label("B−", exact=True).is_checked()
    two.get_by_role("button", name="Enregistrer").click()
    two.get_by_role("heading", name="B−", level=1).wait_for()
