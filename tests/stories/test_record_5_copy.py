"""The record, 5: she asks for everything, is told when it is ready, downloads it and opens it at home."""

import subprocess
import zipfile

import pytest

from carnet.sandbox.personas import get_persona
from tests.stories.conftest import latest_mail, look
from tests.stories.steps import log_in

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]


def test_she_takes_everything_home(someone, tmp_path):
    her = someone(width=390, height=844)
    log_in(her, "dominique")
    her.get_by_role("main").get_by_role("link", name="Copie de mes données").click()
    look(her, "record-5-01-nothing-yet")
    her.get_by_role("link", name="Demander une copie").click()
    look(her, "record-5-02-ask")
    her.get_by_role("button", name="Demander la copie").click()
    her.get_by_text("Votre demande est enregistrée").wait_for()
    # the page shows by itself that it is ready
    her.get_by_role("heading", name="Votre copie est prête").wait_for(timeout=60_000)
    look(her, "record-5-03-ready")
    mail = latest_mail(her, get_persona("dominique").email, "copie")
    assert "La copie que vous avez demandée est prête" in mail
    with her.expect_download() as expected:
        her.get_by_role("link", name="Télécharger (").click()
    archive = tmp_path / expected.value.suggested_filename
    expected.value.save_as(archive)
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        opened.extractall(tmp_path / "home")
    sums = subprocess.run(
        ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=tmp_path / "home", check=False
    )
    assert sums.returncode == 0
    assert (tmp_path / "home" / "index.html").is_file()
    assert list((tmp_path / "home").glob("documents/*/original.xml"))

    her.goto("/historique/")
    for act in ("téléchargée", "prête", "demandée"):
        assert her.get_by_text(f"Copie de toutes les données {act}").first.is_visible()

    her.goto("/mes-donnees/copie/")
    her.get_by_role("button", name="Supprimer cette copie").click()
    her.get_by_text("La copie est supprimée.").wait_for()
    look(her, "record-5-04-deleted")
