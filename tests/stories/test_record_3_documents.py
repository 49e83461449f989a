"""The record, 3: papers photographed and added, found by a word inside, put away, and one that is not hers."""

import re
from datetime import datetime, timedelta

import pypdfium2
import pytest

from carnet.platform.clock import PARIS
from carnet.sandbox.personas import get_persona
from tests.stories.conftest import latest_mail, look
from tests.stories.letters import CLINIC, deposit, letter_pdf, photograph, report
from tests.stories.steps import log_in, log_in_as_agent, menu, shortcut

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

HIM = "jean1"
REPORT = "Échographie du foie"
INSIDE = (
    "Échographie hépatique de contrôle.",
    "Stéatose modérée, sans lésion suspecte.",
    "À revoir dans un an.",
)
THEIRS = "Lettre de sortie"


def test_he_keeps_his_papers_and_reports_one(demo, someone, tmp_path):
    at = datetime.now(tz=PARIS) - timedelta(days=9)
    letter = report(HIM, letter_pdf(THEIRS, ["Séjour de deux jours."]), number=31, title=THEIRS, at=at)
    deposit(demo, tmp_path / "letter.xml", letter, key=HIM, by=CLINIC)
    his = someone(width=390, height=844)
    log_in(his, HIM)
    three_photographs_become_one_pdf(his)
    a_report_is_added(his)
    it_is_found_by_a_word_inside(his)
    it_is_put_away(his)
    ten_others_are_moved_at_once(his)
    he_deletes_his_own(his)
    a_professionals_stays(his)
    number = he_reports_it(his)
    agent = someone()
    the_desk_answers(agent, number)
    he_reads_the_answer(his)


def file(name, kind, data):
    return {"name": name, "mimeType": kind, "buffer": data}


def describe(page, title, category, day=("4", "2", "2026")):
    """Say what the document is, on either form."""
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Rubrique").select_option(label=category)
    group = page.get_by_role("group", name="Date du document")
    for label, value in zip(("Jour", "Mois", "Année"), day, strict=True):
        group.get_by_label(label).fill(value)


def open_document(page, title):
    menu(page, "Documents")
    page.get_by_role("list", name="Documents").get_by_role("link", name=title).first.click()
    page.get_by_role("heading", name=title, level=1).wait_for()


def three_photographs_become_one_pdf(his):
    menu(his, "Documents")
    his.get_by_role("link", name="Photographier").click()
    look(his, "record-3-01-photographs")
    pages = [file(f"IMG_{n}.jpg", "image/jpeg", photograph("Carnet de suivi", n)) for n in (2, 1, 3)]
    his.get_by_label("Photos").set_input_files(pages)
    his.get_by_role("heading", name="Vos pages").wait_for()
    his.get_by_role("button", name="Avant : page 2").click()  # they were taken in the wrong order
    his.get_by_role("button", name="Tourner : page 3").click()
    describe(his, "Carnet de suivi", "Comptes rendus")
    look(his, "record-3-02-pages")
    his.get_by_role("button", name="Faire le document").click()
    his.get_by_text("Le document est ajouté.").wait_for()
    look(his, "record-3-03-made")
    made = his.request.get(
        his.get_by_role("link", name=re.compile("Ouvrir le fichier joint")).get_attribute("href")
    )
    pdf = pypdfium2.PdfDocument(made.body())
    assert len(pdf) == 3
    assert [page.get_width() > page.get_height() for page in pdf] == [
        False,
        False,
        True,
    ]  # the third was turned


def a_report_is_added(his):
    menu(his, "Documents")
    his.get_by_role("link", name="Ajouter").click()
    his.get_by_label("Fichier").set_input_files(
        file("scan.pdf", "application/pdf", b"MZ\x90\x00 not a document")
    )
    describe(his, REPORT, "Radio, écho, scanner, IRM")
    his.get_by_role("button", name="Ajouter le document").click()
    his.get_by_role("alert").get_by_role("link").first.wait_for()  # named .pdf, and is not
    assert his.get_by_label("Titre").input_value() == REPORT
    look(his, "record-3-04-refused")
    his.get_by_label("Fichier").set_input_files(
        file("scan.pdf", "application/pdf", letter_pdf(REPORT, INSIDE))
    )
    his.get_by_role("button", name="Ajouter le document").click()
    his.get_by_text("Le document est ajouté.").wait_for()
    assert his.get_by_role("heading", name=REPORT, level=1).is_visible()
    look(his, "record-3-05-report")


def it_is_found_by_a_word_inside(his):
    menu(his, "Documents")
    search = his.get_by_role("search")
    search.get_by_role("searchbox").fill("steatose")
    search.get_by_role("button", name="Chercher").click()
    found = his.get_by_role("list", name="Documents").get_by_role("listitem")
    assert found.count() == 1
    assert REPORT in found.inner_text()
    assert found.locator("mark").inner_text() == "Stéatose"
    look(his, "record-3-06-found")


def it_is_put_away(his):
    menu(his, "Documents")
    his.get_by_role("link", name="Par dossier").click()
    his.get_by_label("Nom").fill("Mon foie")
    his.get_by_role("button", name="Créer le dossier").click()
    his.get_by_role("link", name="Mon foie", exact=True).wait_for()
    look(his, "record-3-07-folders")

    open_document(his, REPORT)
    his.get_by_role("button", name="Épingler").click()
    his.get_by_text("C’est épinglé").wait_for()
    his.get_by_role("button", name="Cacher aux soignants").click()
    his.get_by_text("Voici qui verrait quoi").wait_for()
    his.get_by_role("button", name="Cacher aux soignants").click()
    his.get_by_text("C’est caché aux soignants.").wait_for()
    his.get_by_label("Ranger dans").select_option(label="Mon foie")
    his.get_by_role("button", name="Ranger", exact=True).click()
    his.get_by_text("C’est rangé dans le dossier.").wait_for()
    his.get_by_role("link", name="Corriger titre, rubrique ou date").click()
    his.get_by_label("Titre").fill("Écho du foie 2026")
    his.get_by_role("button", name="Enregistrer").click()
    his.get_by_role("heading", name="Écho du foie 2026", level=1).wait_for()
    look(his, "record-3-08-put-away")
    menu(his, "Documents")
    first = his.get_by_role("list", name="Documents").get_by_role("listitem").first.inner_text()
    assert "Écho du foie 2026" in first  # pinned: above what is newer
    assert "épinglé" in first
    assert "caché aux soignants" in first


def ten_others_are_moved_at_once(his):
    for number in range(1, 11):
        menu(his, "Documents")
        his.get_by_role("link", name="Ajouter").click()
        note = f"Note de suivi numéro {number}.\nRien à signaler.\n"
        his.get_by_label("Fichier").set_input_files(file(f"note-{number}.txt", "text/plain", note.encode()))
        describe(his, f"Note {number:02d}", "Autres documents")
        his.get_by_role("button", name="Ajouter le document").click()
        his.get_by_text("Le document est ajouté.").wait_for()
    menu(his, "Documents")
    his.get_by_role("link", name="Choisir plusieurs documents").click()
    for number in range(1, 11):
        his.get_by_label(f"Note {number:02d}").check(force=True)
    look(his, "record-3-09-ten-ticked")
    his.get_by_label("Ranger dans").select_option(label="Mon foie")
    his.get_by_role("button", name="Ranger", exact=True).click()
    his.get_by_text("C’est rangé dans le dossier.").wait_for()
    his.get_by_role("link", name="Par dossier").click()
    assert "11 documents" in his.get_by_role("row").filter(has_text="Mon foie").inner_text()
    his.get_by_role("link", name="Mon foie", exact=True).click()
    assert his.get_by_role("list", name="Documents").get_by_role("listitem").count() == 11
    look(his, "record-3-10-folder")


def he_deletes_his_own(his):
    his.get_by_role("link", name="Choisir plusieurs documents").click()
    for number in (1, 2):
        his.get_by_label(f"Note {number:02d}").check(force=True)
    his.get_by_role("button", name="Supprimer…").click()
    his.get_by_role("heading", name="Supprimer ces documents ?").wait_for()
    assert his.get_by_role("list", name="À supprimer").get_by_role("listitem").count() == 2
    look(his, "record-3-11-delete")
    his.get_by_role("button", name="Supprimer définitivement").click()
    his.get_by_text("C’est supprimé.").wait_for()
    assert his.get_by_role("link", name="Note 01").count() == 0
    shortcut(his, "Qui a fait quoi")
    line = his.get_by_role("main").get_by_role("listitem").filter(has_text="Document supprimé").first
    assert "Note 0" in line.inner_text()
    look(his, "record-3-12-history")


def a_professionals_stays(his):
    menu(his, "Documents")
    his.get_by_role("link", name="Choisir plusieurs documents").click()
    his.get_by_label(THEIRS).check(force=True)
    his.get_by_role("button", name="Supprimer…").click()
    his.get_by_role("heading", name="Ces documents ne peuvent pas être supprimés").wait_for()
    his.get_by_text("n’est corrigé ou retiré que par lui").wait_for()
    assert his.get_by_role("button", name="Supprimer").count() == 0
    look(his, "record-3-13-not-his")
    his.get_by_role("link", name=THEIRS).click()
    assert his.get_by_role("link", name="Supprimer…").count() == 0


def he_reports_it(his):
    his.get_by_text("Ce document n’est pas à moi, ou il contient une erreur").click()
    look(his, "record-3-14-why")
    his.get_by_role("link", name="Signaler ce document").click()
    his.get_by_label("Ce document contient une erreur").check(force=True)
    his.get_by_label("Précisions").fill("Je n’ai pas été hospitalisé à cette date.")
    look(his, "record-3-15-report")
    his.get_by_role("button", name="Envoyer le signalement").click()
    his.get_by_role("heading", name="Votre signalement").wait_for()
    look(his, "record-3-16-reported")
    return re.search(r"\d\d \d\d \d\d \d\d", his.get_by_role("main").inner_text()).group()


def the_desk_answers(agent, number):
    log_in_as_agent(agent)
    agent.get_by_role("link", name="Signalements").click()
    look(agent, "record-3-17-desk-list")
    agent.get_by_role("button", name=f"Ouvrir le {number}").click()
    agent.get_by_text("Je n’ai pas été hospitalisé à cette date.").wait_for()
    assert THEIRS not in agent.get_by_role("main").inner_text()  # neither its title nor what stands in it
    look(agent, "record-3-18-desk-report")
    agent.get_by_label("Votre réponse").fill(
        "La clinique a été prévenue ; elle corrigera la date sous huit jours."
    )
    agent.get_by_role("button", name="Envoyer la réponse").click()
    agent.get_by_text("La réponse est envoyée.").wait_for()


def he_reads_the_answer(his):
    told = latest_mail(his, get_persona(HIM).email, "espace")
    assert not re.search("clinique|lettre de sortie|hospitalis", told, re.IGNORECASE)
    menu(his, "Accueil")
    look(his, "record-3-19-told")
    his.get_by_role("main").get_by_role("link", name=re.compile("répon", re.IGNORECASE)).first.click()
    his.get_by_text("elle corrigera la date sous huit jours").wait_for()
    look(his, "record-3-20-answer")
