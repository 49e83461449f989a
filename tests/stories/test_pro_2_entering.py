"""Story 2 of the professional: a patient unknown to the practice walks in, three times."""

import httpx2
import pytest

from carnet.platform import clock
from carnet.sandbox.personas import get_persona
from tests.stories.conftest import look
from tests.stories.software import Software
from tests.stories.steps import fill_date, log_in, log_in_as_professional

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

TILLEULS = "000000059"
AUBRAC = "99700100016"


def test_a_patient_unknown_to_the_practice(someone, demo, tmp_path):
    patient, doctor = someone(width=390, height=844), someone()
    log_in(patient, "mathieu")
    log_in_as_professional(doctor, "dr.vasseur")
    code = shows_a_code(patient)
    types_it(doctor, code)
    the_code_has_served(someone(), code)
    she_is_among_her_patients(doctor)
    he_sees_it_and_ends_it(patient)
    it_is_over(doctor)
    gives_his_number(doctor)
    her_software_opens_the_page(someone(), demo, tmp_path)
    his_history_says_all_of_it(patient)


def shows_a_code(patient) -> str:
    patient.goto("/partage/code/")
    look(patient, "pro-2-01-before")
    patient.get_by_role("button", name="Afficher un code").click()
    patient.get_by_role("heading", name="Montrez ce code").wait_for()
    look(patient, "pro-2-02-code")
    for shown in (patient.get_by_role("img", name="Carré à scanner"), patient.get_by_text("Code à lire")):
        box = shown.bounding_box()
        assert box["y"] + box["height"] <= 844  # on one screen of a telephone
    return patient.locator("[data-ui-copy]").first.get_attribute("data-ui-copy")


def types_it(doctor, code):
    doctor.goto("/pro/entrer/")
    look(doctor, "pro-2-03-enter")
    doctor.keyboard.type(code.lower())  # the field has the focus, as a scanner needs
    doctor.get_by_role("button", name="Ouvrir le dossier").first.click()
    doctor.get_by_text("Choisissez une réponse").first.wait_for()
    look(doctor, "pro-2-04-as-what")
    doctor.get_by_label("La personne consent à cette consultation").first.check(force=True)
    doctor.keyboard.press("Enter")
    is_in_his_record(doctor)


def is_in_his_record(doctor):
    doctor.get_by_text("Mathieu LESTRANGES").first.wait_for()
    assert "/pro/dossier/" in doctor.url
    assert number() not in doctor.url


def the_code_has_served(other, code):
    log_in_as_professional(other, "inf.perrin")
    other.goto(f"/pro/entrer/?code={code.replace(' ', '')}")
    other.get_by_label("La personne consent à cette consultation").first.check(force=True)
    other.get_by_role("button", name="Ouvrir le dossier").first.click()
    other.get_by_text("Ce code n’ouvre rien").first.wait_for()
    look(other, "pro-2-05-served")


def she_is_among_her_patients(doctor):
    doctor.goto("/pro/patients/")
    doctor.get_by_text("consentement jusqu’au").wait_for()
    look(doctor, "pro-2-06-patients")
    doctor.get_by_label("Chercher parmi mes patients").fill("lestr math")
    doctor.get_by_role("button", name="Chercher").click()
    doctor.get_by_role("link", name="Mathieu LESTRANGES").click()
    is_in_his_record(doctor)


def he_sees_it_and_ends_it(patient):
    patient.goto("/partage/code/")
    patient.get_by_text("Noémie VASSEUR").first.wait_for()
    look(patient, "pro-2-07-consents")
    patient.get_by_role("button", name="Mettre fin").click()
    patient.get_by_text("C’est terminé").wait_for()


def it_is_over(doctor):
    doctor.reload()
    doctor.get_by_text("elle n’a pas consenti à cette consultation").first.wait_for()
    assert "Mathieu" not in doctor.locator("h1").inner_text()


def gives_his_number(doctor):
    doctor.goto("/pro/entrer/")
    fill_identity(doctor, given="Jules")
    doctor.get_by_text("Aucun dossier ne s’ouvre avec cette identité").first.wait_for()
    look(doctor, "pro-2-08-other-identity")
    doctor.goto("/pro/entrer/")
    fill_identity(doctor, given="Mathieu")
    is_in_his_record(doctor)


def fill_identity(doctor, *, given):
    doctor.get_by_label("Matricule INS").fill(number())
    doctor.get_by_label("Nom", exact=True).fill("Lestranges")
    doctor.get_by_label("Premier prénom").fill(given)
    fill_date(doctor, "Date de naissance", ("15", "12", "1991"))
    doctor.get_by_label("Je fais partie de son équipe de soins").last.check(force=True)
    doctor.get_by_role("button", name="Ouvrir le dossier").last.click()


def her_software_opens_the_page(page, demo, folder):
    software = Software.install(
        demo, folder, finess=TILLEULS, name="Cabinet des Tilleuls", product="Logiciel-de-cabinet"
    )
    asked = {
        "patient": {
            "ins": number(), "familyName": "LESTRANGES", "givenName": "MATHIEU", "birthDate": "1991-12-15",
        },
        "professional": AUBRAC,
        "consent": True,
    }  # fmt: skip
    answer = httpx2.post(
        f"{demo.api}/launch", json=asked, headers={"Authorization": f"Bearer {software.token}"}, timeout=60
    )
    assert answer.status_code == 201, answer.text
    url = answer.json()["url"]
    assert number() not in url
    log_in_as_professional(page, "dr.aubrac", "Cabinet des Tilleuls", come_to=url)
    is_in_his_record(page)
    page.goto(url)
    page.get_by_role("heading", name="Rien ne s’ouvre").wait_for()
    look(page, "pro-2-09-launch-served")


def his_history_says_all_of_it(patient):
    patient.goto("/historique/")
    for told in ("Code à montrer à un professionnel affiché", "Consentement donné pour une consultation",
                 "Entrée d’un professionnel dans l’équipe de soins", "Résumé du dossier consulté"):  # fmt: skip
        patient.get_by_text(told).first.wait_for()
    look(patient, "pro-2-10-history")


def number() -> str:
    return get_persona("mathieu").matricule(clock.real_now().date())
