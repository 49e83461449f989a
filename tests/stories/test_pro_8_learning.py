"""Story 8 of the professional: she learns on invented people; and a person reports an access."""

import pytest

from carnet.sandbox.personas import get_persona
from tests.standards import papers
from tests.stories.conftest import look
from tests.stories.steps import fill_date, log_in, log_in_as_agent, log_in_as_professional

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

REASON = "Malaise dans la rue, ne répond pas, aucun proche."
ANSWER = "Le cabinet confirme : ce médecin vous a reçu."


def test_a_new_doctor_learns_in_five_exercises(someone, tmp_path):
    doctor = someone()
    letter = tmp_path / "lettre.pdf"
    letter.write_bytes(papers.pdf("Lettre pour l’exercice"))
    log_in_as_professional(doctor, "dr.vasseur")
    she_enters_the_mode(doctor)
    she_finds_the_anticoagulant(doctor)
    she_receives_somebody(doctor)
    she_deposits_and_withdraws(doctor, letter)
    she_enters_in_emergency(doctor)
    she_answers_the_quiz(doctor)
    she_reads_her_rules(doctor)
    she_leaves_the_mode(doctor)
    her_request_is_answered(doctor, someone())


def test_an_access_is_reported_and_answered(someone):
    doctor, hers = someone(), someone(width=390, height=844)
    log_in_as_professional(doctor, "dr.aubrac", "Cabinet des Tilleuls")
    doctor.goto("/pro/patients/")
    doctor.get_by_role("link", name="Laetitia MONTEVAL").first.click()
    doctor.get_by_text("Laetitia MONTEVAL").first.wait_for()
    log_in(hers, "laetitia")
    she_finds_the_act(hers)
    she_reports_it(hers)
    the_desk_answers(someone())
    she_reads_the_answer(hers)
    she_takes_her_history_away(hers)


def she_enters_the_mode(page):
    page.get_by_role("link", name="Aide").first.click()
    look(page, "pro-8-01-help")
    page.get_by_role("link", name="M’entraîner").click()
    page.get_by_role("button", name="Entrer en mode entraînement").click()
    page.get_by_text("Mode entraînement :").wait_for()
    look(page, "pro-8-02-training")


def exercise(page, title):
    page.goto("/pro/entrainement/")
    page.get_by_role("link", name=title).click()
    page.get_by_role("heading", name=title, level=1).wait_for()


def is_done(page):
    page.get_by_text("C’est fait.").wait_for()


def she_finds_the_anticoagulant(page):
    exercise(page, "Trouver l’anticoagulant")
    page.get_by_role("link", name="Ouvrir le dossier").click()
    page.get_by_text("Apixaban 5 mg").first.wait_for()
    page.get_by_text("Mode entraînement :").wait_for()
    exercise(page, "Trouver l’anticoagulant")
    page.get_by_label("Quel anticoagulant").fill("apixaban")
    page.get_by_role("button", name="Vérifier").click()
    is_done(page)
    look(page, "pro-8-03-found")


def she_receives_somebody(page):
    who = get_persona("hugo")
    exercise(page, "Recevoir un patient inconnu")
    number = page.get_by_text("Matricule INS").locator("xpath=following::dd[1]").inner_text()
    page.get_by_role("link", name="Nouveau patient").last.click()
    page.get_by_label("Matricule INS", exact=False).fill(number)
    page.get_by_label("Nom", exact=True).fill(who.birth_name)
    page.get_by_label("Premier prénom").fill(who.given_names.split()[0])
    fill_date(page, "Date de naissance", (str(who.born.day), str(who.born.month), str(who.born.year)))
    page.get_by_label("La personne consent à cette consultation").last.check(force=True)
    page.get_by_role("button", name="Ouvrir le dossier").last.click()
    page.get_by_text("Hugo GRÉSAC").first.wait_for()
    exercise(page, "Recevoir un patient inconnu")
    page.get_by_role("button", name="Vérifier").click()
    is_done(page)


def she_deposits_and_withdraws(page, path):
    exercise(page, "Déposer, puis retirer")
    page.get_by_role("link", name="Déposer un document").click()
    page.get_by_label("Fichier").set_input_files(path)
    page.get_by_label("Type de document").select_option("11488-4")
    page.get_by_label("Titre").fill("Lettre d’entraînement")
    page.get_by_role("button", name="Déposer").click()
    page.get_by_text("Reçu n°").wait_for()
    token = page.url.split("/pro/dossier/")[1].split("/")[0]
    page.goto(f"/pro/dossier/{token}/depots/")
    page.get_by_role("link", name="Retirer Lettre d’entraînement").click()
    page.get_by_role("button", name="Retirer ce document").click()
    page.get_by_text("Le document est retiré").wait_for()
    exercise(page, "Déposer, puis retirer")
    page.get_by_role("button", name="Vérifier").click()
    is_done(page)


def she_enters_in_emergency(page):
    exercise(page, "Entrer en urgence")
    page.get_by_role("link", name="Accès d’urgence").click()
    page.keyboard.type(REASON)  # the field has the focus
    page.get_by_label("La personne ne peut pas").check(force=True)
    page.get_by_role("button", name="Entrer en urgence").click()
    page.get_by_text("Accès en urgence, jusqu’à").wait_for()
    exercise(page, "Entrer en urgence")
    page.get_by_role("button", name="Vérifier").click()
    is_done(page)


def she_answers_the_quiz(page):
    exercise(page, "Savoir ce que je peux lire")
    for group in page.get_by_role("group").all():
        said = "Non" if "Attestation de résidence" in group.inner_text() else "Oui"
        group.get_by_label(said).check(force=True)
    page.get_by_role("button", name="Vérifier").click()
    is_done(page)
    page.goto("/pro/entrainement/")
    page.get_by_text("5 sur 5").wait_for()
    look(page, "pro-8-04-all-done")


def she_reads_her_rules(page):
    page.goto("/pro/aide/regles/")
    page.get_by_text("Ce que je dois déposer").first.wait_for()
    look(page, "pro-8-05-rules")


def she_leaves_the_mode(page):
    page.goto("/pro/entrainement/")
    page.get_by_role("button", name="Quitter le mode entraînement").click()
    page.get_by_role("button", name="Entrer en mode entraînement").wait_for()
    assert page.get_by_text("Mode entraînement :").count() == 0


def her_request_is_answered(doctor, agent):
    doctor.goto("/pro/aide/?page=pro:record&appel=A1B2C3D4")
    doctor.get_by_role("link", name="Demandez de l’aide").click()
    doctor.get_by_label("Votre demande").fill("La page d’un dossier reste blanche depuis ce matin.")
    doctor.get_by_role("button", name="Envoyer la demande").click()
    doctor.get_by_text("Votre demande est envoyée").wait_for()
    log_in_as_agent(agent)
    agent.goto("/bureau/demandes/")
    agent.get_by_role("link", name="N°").first.click()
    agent.get_by_text("A1B2C3D4").wait_for()
    agent.get_by_label("Votre réponse").fill("Le service est rétabli depuis midi.")
    agent.get_by_role("button", name="Envoyer la réponse").click()
    agent.get_by_text("La réponse est envoyée").wait_for()
    doctor.reload()
    doctor.get_by_text("Le service est rétabli depuis midi.").wait_for()
    look(doctor, "pro-8-06-answer")


def she_finds_the_act(hers):
    hers.goto("/historique/?par=professionnels")
    line = hers.get_by_role("main").get_by_role("listitem").filter(has_text="Résumé du dossier").first
    assert "Hélène AUBRAC" in line.inner_text()
    look(hers, "pro-8-07-history")
    line.get_by_role("link").first.click()
    hers.get_by_text("Situation d’exercice").wait_for()
    look(hers, "pro-8-08-act")


def she_reports_it(hers):
    hers.get_by_role("link", name="Signaler cet accès").click()
    hers.get_by_label("Elle ne me soigne pas").check(force=True)
    hers.get_by_label("Précisions").fill("Je ne l’ai pas consultée cette semaine.")
    hers.get_by_role("button", name="Envoyer le signalement").click()
    hers.get_by_text("est envoyé au 3422").wait_for()
    look(hers, "pro-8-09-reported")


def the_desk_answers(agent):
    log_in_as_agent(agent)
    agent.goto("/bureau/signalements/")
    agent.get_by_role("row").filter(has_text="Accès").get_by_role("button").first.click()
    agent.get_by_text("Hélène AUBRAC").first.wait_for()
    look(agent, "pro-8-10-desk")
    agent.get_by_label("Votre réponse").fill(ANSWER)
    agent.get_by_role("button", name="Envoyer la réponse").click()
    agent.get_by_text("La réponse est envoyée").wait_for()


def she_reads_the_answer(hers):
    hers.goto("/mes-signalements/")
    hers.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    hers.get_by_text(ANSWER).wait_for()


def she_takes_her_history_away(hers):
    hers.goto("/historique/telecharger/")
    hers.get_by_label("FHIR AuditEvent").check(force=True)
    with hers.expect_download() as taken:
        hers.get_by_role("button", name="Télécharger").click()
    assert taken.value.suggested_filename.endswith(".fhir.json")
    assert "AuditEvent" in taken.value.path().read_text()
