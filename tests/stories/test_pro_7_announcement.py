"""Story 7 of the professional: a result that waits to be announced, and what a teenager's parents do not see."""

import pytest

from tests.standards import papers
from tests.stories.conftest import look
from tests.stories.steps import log_in, log_in_as_professional
from tests.stories.test_pro_3_writing import brings, is_told, of_her

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

PATIENT = "Henri LANDEREAU"
TITLE = "Sérologie à annoncer"
CONFIDENTIAL = "Consultation confidentielle"


def test_a_result_is_announced_before_it_is_read(someone, demo, tmp_path):
    doctor, patient = someone(), someone(width=390, height=844)
    result = tmp_path / "resultat.pdf"
    result.write_bytes(papers.pdf("Sérologie positive"))
    log_in_as_professional(doctor, "dr.aubrac", "Cabinet des Tilleuls")
    of_her(doctor, "deposer", PATIENT)
    doctor.get_by_label("Ne le voit pas encore").check(force=True)
    doctor.get_by_label("Visible au plus tard dans").fill("12")
    brings(doctor, result, TITLE)
    doctor.get_by_text("Reçu n°").wait_for()
    log_in(patient, "henri")
    it_is_nowhere(patient)
    doctor.goto("/pro/annonces/")
    look(doctor, "pro-7-01-waiting")
    doctor.get_by_role("button", name=f"rendre visible à {PATIENT}").first.click()
    doctor.get_by_text("Le résultat est maintenant visible").wait_for()
    patient.goto("/documents/")
    patient.get_by_text(TITLE).first.wait_for()
    look(patient, "pro-7-02-shown")
    is_told(patient, "Un résultat est maintenant visible")
    he_wants_all_at_once(patient, doctor, result)


def it_is_nowhere(page):
    for address in ("/", "/documents/", "/documents/?q=serologie", "/historique/", "/avis/"):
        page.goto(address)
        assert page.get_by_text(TITLE).count() == 0, address
        assert page.get_by_text("attente d’annonce").count() == 0, address


def he_wants_all_at_once(patient, doctor, result):
    patient.goto("/mon-compte/resultats/")
    patient.get_by_label("Toujours tout de suite").check(force=True)
    patient.get_by_role("button", name="Enregistrer").click()
    patient.get_by_text("Votre choix est enregistré").wait_for()
    look(patient, "pro-7-03-at-once")
    of_her(doctor, "deposer", PATIENT)
    doctor.get_by_text("a choisi de voir ses résultats tout de suite").wait_for()
    assert doctor.get_by_label("Ne le voit pas encore").count() == 0


def test_parents_do_not_see_what_a_teenager_keeps(someone, demo, tmp_path):
    doctor, mother = someone(), someone()
    paper = tmp_path / "confidentiel.pdf"
    paper.write_bytes(papers.pdf("Contraception"))
    log_in_as_professional(doctor, "dr.aubrac", "Cabinet des Tilleuls")
    of_her(doctor, "deposer", "Lina ORMANCEY")
    doctor.get_by_role("group", name="Les représentants légaux").get_by_label("Ne le voient pas").check(
        force=True
    )
    brings(doctor, paper, CONFIDENTIAL)
    doctor.get_by_text("Reçu n°").wait_for()
    look(doctor, "pro-7-04-teenager")
    log_in(mother, "sabine")
    mother.locator("summary").filter(has_text="Espace affiché").click()
    mother.get_by_role("button", name="Lina").first.click()
    for address in ("/", "/documents/", "/documents/?q=confidentielle", "/historique/", "/avis/"):
        mother.goto(address)
        assert address == "/avis/" or mother.get_by_text("Lina").count(), address
        assert mother.get_by_text(CONFIDENTIAL).count() == 0, address
    look(mother, "pro-7-05-mother")
