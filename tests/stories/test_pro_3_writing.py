"""Story 3 of the professional: what a doctor, a nurse, a pharmacist and a secretary bring to a record."""

import pytest

from carnet.sandbox.personas import get_persona
from tests.standards import papers
from tests.stories.conftest import look
from tests.stories.steps import fill_date, log_in, log_in_as_professional

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

PATIENT = "laetitia"
NAME = "Laetitia MONTEVAL"


def test_what_professionals_bring(someone, demo, tmp_path):
    doctor, patient = someone(), someone(width=390, height=844)
    letter = tmp_path / "lettre.pdf"
    letter.write_bytes(papers.pdf("Compte rendu de consultation du jour"))
    log_in_as_professional(doctor, "dr.aubrac", "Cabinet des Tilleuls")
    she_deposits(doctor, letter)
    she_replaces_it(doctor, letter)
    she_withdraws_another(doctor, letter)
    she_writes_the_synthesis(doctor)
    for login in ("inf.perrin", "pha.costa"):
        records_a_vaccination(someone(), login)
    the_secretary_deposits_and_reads_nothing(someone(), letter)
    the_patient_sees_it_all(patient)


def of_her(page, name, patient=NAME):
    """Go from a page of the record to one of those that write."""
    page.goto("/pro/patients/")
    page.get_by_role("link", name=patient).first.click()
    page.goto(page.url.split("/pro/dossier/")[0] + "/pro/dossier/" + token_of(page) + f"/{name}/")


def token_of(page):
    return page.url.split("/pro/dossier/")[1].split("/")[0]


def brings(page, path, title):
    page.get_by_label("Fichier").set_input_files(path)
    page.get_by_label("Type de document").select_option("11488-4")
    page.get_by_label("Titre").fill(title)
    page.get_by_role("button", name="Déposer").click()


def she_deposits(page, path):
    of_her(page, "ecrire")
    look(page, "pro-3-01-hub")
    page.get_by_role("link", name="Déposer un document").click()
    page.get_by_role("button", name="Déposer").click()
    page.get_by_text("erreurs à corriger").wait_for()
    look(page, "pro-3-02-empty")
    brings(page, path, "Consultation de suivi")
    page.get_by_text("Reçu n°").wait_for()
    look(page, "pro-3-03-receipt")


def she_replaces_it(page, path):
    of_her(page, "depots")
    page.get_by_role("link", name="Remplacer Consultation de suivi").first.click()
    path.write_bytes(papers.pdf("Compte rendu corrigé"))
    brings(page, path, "Consultation de suivi, corrigée")
    page.get_by_text("La nouvelle version a pris la place").wait_for()
    look(page, "pro-3-04-deposits")


def she_withdraws_another(page, path):
    of_her(page, "deposer")
    path.write_bytes(papers.pdf("Lettre d’une autre personne"))
    brings(page, path, "Déposé par erreur")
    page.get_by_text("Reçu n°").wait_for()
    of_her(page, "depots")
    page.get_by_role("link", name="Retirer Déposé par erreur").click()
    look(page, "pro-3-05-withdraw")
    page.get_by_role("button", name="Retirer ce document").click()
    page.get_by_text("Le document est retiré").wait_for()
    assert page.get_by_text("Déposé par erreur").count() == 0


def she_writes_the_synthesis(page):
    of_her(page, "synthese")
    look(page, "pro-3-06-synthesis")
    page.get_by_label("Points de vigilance").fill("Surveiller la tension")
    page.get_by_role("button", name="Déposer la synthèse").click()
    page.get_by_text("Le volet de synthèse médicale est déposé").wait_for()
    look(page, "pro-3-07-synthesis-done")


def records_a_vaccination(page, login):
    log_in_as_professional(page, login)
    enters(page)
    page.goto(f"/pro/dossier/{token_of(page)}/vacciner/")
    page.get_by_label("Vaccin", exact=True).fill("Grippe saisonnière" if login == "inf.perrin" else "Rage")
    page.get_by_label("Numéro de lot").fill("LOT-42")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("La vaccination est enregistrée").wait_for()
    page.get_by_role("link", name="Confirmer une vaccination").click()
    look(page, f"pro-3-08-vaccinations-{login}")
    assert page.get_by_text("LOT-42").count()


def enters(page):
    page.goto("/pro/entrer/")
    names_her(page)
    page.get_by_label("La personne consent à cette consultation").nth(1).check(force=True)
    page.get_by_role("button", name="Ouvrir le dossier").nth(1).click()
    page.wait_for_url("**/pro/dossier/**")


def names_her(page):
    persona = get_persona(PATIENT)
    page.get_by_label("Matricule INS").fill(persona.matricule(persona.born))
    page.get_by_label("Nom", exact=True).fill(persona.birth_name)
    page.get_by_label("Premier prénom").fill(persona.given_names.split()[0])
    born = persona.born
    fill_date(page, "Date de naissance", (str(born.day), str(born.month), str(born.year)))


def the_secretary_deposits_and_reads_nothing(page, path):
    log_in_as_professional(page, "sec.blanc")
    names_her(page)
    look(page, "pro-3-09-desk")
    page.get_by_role("button", name="Continuer").click()
    path.write_bytes(papers.pdf("Courrier reçu au secrétariat"))
    if page.get_by_label("Déposé pour").locator("option").count() > 1:
        page.get_by_label("Déposé pour").select_option(label="Dr Hélène AUBRAC")
    brings(page, path, "Courrier reçu")
    page.get_by_text("Reçu n°").wait_for()
    look(page, "pro-3-10-secretary")
    page.goto(f"/pro/dossier/{token_of(page)}/")
    assert page.get_by_text("Consultation de suivi").count() == 0


def the_patient_sees_it_all(page):
    log_in(page, PATIENT)
    page.goto("/documents/")
    for title in ("Consultation de suivi, corrigée", "Volet de synthèse médicale", "Courrier reçu"):
        page.get_by_text(title).first.wait_for()
    assert page.get_by_text("Déposé par erreur").count() == 0
    page.goto("/profil/vaccinations/")
    look(page, "pro-3-11-patient")
    is_told(page, "Une vaccination a été enregistrée par un professionnel")


def is_told(page, words):
    """A notice comes by the outbox: soon, not at once."""
    for _ in range(30):
        page.goto("/avis/")
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(500)
    raise AssertionError(words)
