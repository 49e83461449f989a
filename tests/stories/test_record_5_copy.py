"""The record, 5: she asks for everything, is told when it is ready, proves who she is, and opens it at home."""

import subprocess
import zipfile
from pathlib import Path

import psycopg
import pytest

from carnet.platform.postgres.cluster import Cluster
from carnet.sandbox.personas import get_persona
from tests.standards.fhir.readers import check_bundle
from tests.stories.conftest import latest_mail, look
from tests.stories.letters import letter_pdf
from tests.stories.steps import log_in, menu, move_the_clock, prove_again, shortcut

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

DOMINIQUE = get_persona("dominique")
PAGES = ("index", "profil", "documents", "mesures", "histoire-de-sante", "acces")


def test_she_takes_everything_home(demo, someone, tmp_path):
    her = someone(width=390, height=844)
    log_in(her, DOMINIQUE.key)
    something_of_each(her)
    she_asks(her)
    she_is_told(her)
    her_proof_is_old(demo, her)
    root = she_downloads(her, tmp_path)
    others_may_read_it(root)
    it_opens_without_network(someone, root)
    it_stands_in_her_history(her)
    after_a_week_it_is_gone(someone, her)


def something_of_each(her):
    menu(her, "Profil")
    her.get_by_role("link", name="Ajouter : Allergies").click()
    her.get_by_label("Allergie").first.fill("Pollens de bouleau")
    her.get_by_role("button", name="Ajouter").click()
    her.get_by_text("C’est ajouté.").wait_for()
    menu(her, "Mesures")
    her.get_by_role("main").get_by_role("link", name="Poids").first.click()
    her.get_by_label("Poids").fill("61,4")
    her.get_by_role("button", name="Enregistrer").click()
    her.get_by_text("La mesure est enregistrée.").wait_for()
    menu(her, "Documents")
    her.get_by_role("link", name="Ajouter").click()
    letter = letter_pdf("Certificat", ["Apte à la course à pied."])
    her.get_by_label("Fichier").set_input_files(
        {"name": "c.pdf", "mimeType": "application/pdf", "buffer": letter}
    )
    her.get_by_label("Titre").fill("Certificat de sport")
    her.get_by_label("Rubrique").select_option(label="Certificats médicaux")
    her.get_by_role("button", name="Ajouter le document").click()
    her.get_by_text("Le document est ajouté.").wait_for()


def she_asks(her):
    shortcut(her, "Copie de mes données")
    look(her, "record-5-01-nothing-yet")
    her.get_by_role("link", name="Demander une copie").click()
    look(her, "record-5-02-ask")
    her.get_by_role("button", name="Demander la copie").click()
    # the page shows by itself that it is ready
    her.get_by_role("heading", name="Votre copie est prête").wait_for(timeout=180_000)
    look(her, "record-5-03-ready")


def she_is_told(her):
    told = latest_mail(her, DOMINIQUE.email, "copie")
    assert "La copie que vous avez demandée est prête" in told
    assert "Certificat" not in told


def her_proof_is_old(demo, her):
    """Ten minutes after she proved who she is, the copy is there and its link is not: her password again."""
    with psycopg.connect(Cluster(demo.home).conninfo(database="carnet"), autocommit=True) as owner:
        owner.execute("update people_session set proven_at = proven_at - interval '11 minutes'")
    shortcut(her, "Copie de mes données")
    her.get_by_text("confirmez d’abord votre identité").wait_for()
    assert her.get_by_role("link", name="Télécharger (").count() == 0
    look(her, "record-5-04-proof")
    her.get_by_role("link", name="Confirmer mon identité").click()
    look(her, "record-5-05-second-login")
    prove_again(her, DOMINIQUE.email)


def she_downloads(her, folder) -> Path:
    with her.expect_download() as expected:
        her.get_by_role("link", name="Télécharger (").click()
    archive = folder / expected.value.suggested_filename
    expected.value.save_as(archive)
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        opened.extractall(folder / "home")
    sums = subprocess.run(
        ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=folder / "home", check=False
    )
    assert sums.returncode == 0
    return folder / "home"


def others_may_read_it(root):
    """Two libraries of others take the bundle; the originals are those that were deposited."""
    check_bundle((root / "fhir/bundle.json").read_bytes())
    assert list(root.glob("documents/*/original.xml"))


def it_opens_without_network(someone, root):
    """From the disk, in a browser that reaches nothing, by its links alone."""
    home = someone(width=390, height=844)
    home.context.set_offline(offline=True)
    asked = []
    home.on("request", lambda request: asked.append(request.url))
    home.goto((root / "index.html").as_uri())
    for name in PAGES:
        if name != "index":
            home.get_by_role("navigation").first.locator(f"a[href$='{name}.html']").first.click()
        look(home, f"record-5-06-archive-{name}")
    said = home.context.new_page()
    for name, words in (
        ("profil", "Pollens de bouleau"),
        ("mesures", "61,4"),
        ("documents", "Certificat de sport"),
    ):
        said.goto((root / f"{name}.html").as_uri())
        assert words in said.get_by_role("main").inner_text(), name
    assert asked
    assert [url for url in asked if not url.startswith("file:")] == []


def it_stands_in_her_history(her):
    shortcut(her, "Qui a fait quoi")
    for act in ("téléchargée", "prête", "demandée"):
        assert her.get_by_text(f"Copie de toutes les données {act}").first.is_visible(), act


def after_a_week_it_is_gone(someone, her):
    shortcut(her, "Copie de mes données")
    href = her.get_by_role("link", name="Télécharger (").get_attribute("href")
    clock = someone()
    for days in (7, 1):  # the seventh day is not over at the hour at which the clock stops
        move_the_clock(clock, days=days)
    shortcut(her, "Copie de mes données")
    assert her.get_by_role("heading", name="Votre copie est prête").count() == 0
    assert her.get_by_role("link", name="Télécharger (").count() == 0
    look(her, "record-5-07-expired")
    assert her.request.get(href).status == 404
