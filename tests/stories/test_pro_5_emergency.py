"""Story 5 of the professional: an emergency, who is told, its review, and the switches of the person."""

import pytest

from carnet.sandbox.personas import get_persona
from tests.stories.conftest import latest_mail, look
from tests.stories.steps import fill_date, log_in, log_in_as_agent, log_in_as_professional

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

WHO = get_persona("laetitia")
REASON = "Malaise en salle d’attente, ne répond pas, traitement inconnu."
ANSWER = "Le cabinet a confirmé le malaise et l’appel au 15."


def test_an_emergency_is_seen_told_checked_and_refused_the_next_time(someone):
    doctor, her = someone(), someone(width=390, height=844)
    log_in_as_professional(doctor, "dr.vasseur")
    she_breaks_the_glass(doctor)
    the_banner_stays(doctor)
    log_in(her, "laetitia")
    she_is_told_and_reads_why(her)
    her_doctor_is_told(someone())
    it_is_checked(someone())
    she_reads_the_conclusion(her)
    it_ends(doctor)
    she_turns_it_off(her)
    the_next_time_it_is_refused(doctor)
    the_regulator_still_enters(someone())


def say_who(page):
    page.get_by_label("Nom", exact=False).first.fill(WHO.birth_name)
    page.get_by_label("Premier prénom").fill(WHO.given_names.split()[0])
    fill_date(
        page, "Date de naissance", tuple(str(part) for part in (WHO.born.day, WHO.born.month, WHO.born.year))
    )


def she_breaks_the_glass(doctor):
    doctor.get_by_role("link", name="Urgence").click()
    say_who(doctor)
    look(doctor, "pro-5-01-who")
    doctor.get_by_role("button", name="Continuer").click()
    doctor.get_by_role("heading", name=WHO.birth_name).wait_for()
    doctor.keyboard.type(REASON)  # the field has the focus
    doctor.get_by_label("La personne ne peut pas").check(force=True)
    look(doctor, "pro-5-02-why")
    doctor.get_by_role("button", name="Entrer en urgence").click()


def the_banner_stays(doctor):
    banner = doctor.get_by_role("complementary", name="Accès en cours")
    banner.get_by_text("Accès en urgence, jusqu’à").wait_for()
    assert "/pro/dossier/" in doctor.url
    look(doctor, "pro-5-03-record")
    doctor.get_by_role("link", name="Documents").first.click()
    banner.get_by_text("Accès en urgence, jusqu’à").wait_for()


def she_is_told_and_reads_why(her):
    mail = latest_mail(her, WHO.email, "en urgence")
    for word in ("VASSEUR", "Malaise", WHO.birth_name):
        assert word not in mail
    her.goto("/avis/")
    her.get_by_text("Accès en urgence à l’espace").first.wait_for()
    her.goto("/historique/")
    line = her.get_by_role("main").get_by_role("listitem").filter(has_text="bris de glace").first
    assert "VASSEUR" in line.inner_text()
    look(her, "pro-5-04-history")
    assert REASON in her.get_by_role("main").inner_text()


def her_doctor_is_told(page):
    log_in_as_professional(page, "dr.aubrac", "Cabinet des Tilleuls")
    page.get_by_role("heading", name="Accès en urgence à vos patients").wait_for()
    look(page, "pro-5-05-medecin-traitant")


def it_is_checked(page):
    log_in_as_agent(page, "agent.controle")
    page.goto("/bureau/urgences/")
    look(page, "pro-5-06-queue")
    page.get_by_role("button", name="Ouvrir").first.click()
    page.get_by_text(REASON).wait_for()
    page.get_by_label("L’accès était justifié").check(force=True)
    page.get_by_label("Ce que la personne lira").fill(ANSWER)
    look(page, "pro-5-07-review")
    page.get_by_role("button", name="Enregistrer la conclusion").click()
    page.get_by_text("La conclusion est enregistrée").wait_for()


def she_reads_the_conclusion(her):
    her.goto("/historique/")
    text = her.get_by_role("main").inner_text()
    assert "l’accès était justifié" in text
    assert ANSWER in text
    look(her, "pro-5-08-conclusion")


def it_ends(doctor):
    doctor.get_by_role("button", name="Terminer l’accès").click()
    doctor.get_by_text("L’accès en urgence est terminé").wait_for()


def she_turns_it_off(her):
    her.goto("/mon-compte/choix/")
    her.get_by_label("Le soignant qui s’occupe de vous").uncheck(force=True)
    look(her, "pro-5-09-switches")
    her.get_by_role("button", name="Enregistrer").click()
    her.get_by_text("Un médecin en urgence (bris de glace)").first.wait_for()
    her.get_by_text("Ne verra plus rien").first.wait_for()
    look(her, "pro-5-09-who-would-see")
    her.get_by_role("button", name="Enregistrer").click()
    her.get_by_text("Vos choix sont enregistrés").wait_for()


def the_next_time_it_is_refused(doctor):
    doctor.goto("/pro/urgence/")
    say_who(doctor)
    doctor.get_by_role("button", name="Continuer").click()
    doctor.get_by_text("s’est opposée à l’accès en urgence").wait_for()
    look(doctor, "pro-5-10-refused")


def the_regulator_still_enters(page):
    log_in_as_professional(page, "samu.giraud")
    page.goto("/pro/regulation/")
    say_who(page)
    page.get_by_label("Numéro du dossier").fill("2026-1123")
    look(page, "pro-5-11-regulation")
    page.get_by_role("button", name="Ouvrir le dossier").click()
    page.get_by_text("médecin régulateur du SAMU, jusqu’à").wait_for()
    look(page, "pro-5-12-regulator")
