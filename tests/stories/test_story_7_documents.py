"""Story 7: a laboratory deposits reports; she finds them at once, reads them, keeps them, and sees it all.

The reports are real ones written by others, for an identity which the sandbox holds.
"""

import base64
import json
import re

import pytest

from carnet.sandbox.personas import get_persona
from tests.stories.conftest import latest_mail, look
from tests.stories.steps import log_in, menu, shortcut

pytestmark = [pytest.mark.story, pytest.mark.browser, pytest.mark.xdist_group("stories")]

LABORATORY = "000000018"
INS = "279035121518989"
WITH_PDF = "BIO-CR-BIO_2021.01_CDA-R2-Niveau-1.xml"
STRUCTURED = "BIO-CR-BIO_2024.01_TSH_1.xml"


@pytest.fixture
def samples(interop):
    return interop / "cda" / "ci-sis-3.0"


def deposit(demo, file, *options, ins=INS):
    """Deposit as the laboratory does: one command; return what it answers to software."""
    done = demo.carnet("--json", "documents", "deposit", str(file), "--ins", ins, "--by", LABORATORY,
                       *options, check=False)  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def pdf_inside(file):
    """Return the bytes of the PDF carried by a report of level 1."""
    found = re.search(rb'<text mediaType="application/pdf"[^>]*>([^<]+)<', file.read_bytes())
    assert found
    return base64.b64decode(found.group(1))


def document(page, day):
    """The line of a list of documents that bears this day: several have the same title."""
    return page.get_by_role("listitem").filter(has_text=day)


def acts(page, title):
    """The entries of the history about an act."""
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=title)


def test_reports_are_deposited_read_kept_and_told(demo, someone, samples):
    her = someone()
    log_in(her, "dominique")

    report = deposit(demo, samples / WITH_PDF)
    assert report["already"] is False
    her.goto("/")  # she does nothing else: it is there
    line = document(her, "4 janvier 2021")
    assert "Compte rendu d'examens biologiques" in line.inner_text()
    assert "Nouveau" in line.inner_text()
    assert re.search(r"Déposé par .*FINESS 000000018", line.inner_text())
    look(her, "7-home")
    told = latest_mail(her, get_persona("dominique").email, "nouvel élément")
    assert not re.search("biolog|Quatre Saisons|PAT-TROIS", told, re.IGNORECASE)

    line.get_by_role("link").click()
    her.get_by_role("heading", name="Compte rendu d'examens biologiques").wait_for()
    look(her, "7-report-with-pdf")
    with her.expect_download() as kept:
        her.get_by_role("link", name="Télécharger l’original").click()
    assert kept.value.path().read_bytes() == (samples / WITH_PDF).read_bytes()
    part = her.request.get(her.get_by_role("link", name="Ouvrir le fichier joint").get_attribute("href"))
    assert part.headers["content-type"] == "application/pdf"
    assert part.body() == pdf_inside(samples / WITH_PDF)
    her.get_by_text("Détails : auteur, dépôt, visibilité").click()
    her.get_by_text("FINESS 000000018").wait_for()

    assert deposit(demo, samples / STRUCTURED)["already"] is False
    menu(her, "Accueil")
    document(her, "1 avril 2021").get_by_role("link").click()
    text = her.get_by_role("article", name="Texte du document")
    assert "TSH" in text.inner_text()
    assert text.get_by_role("table").count()
    look(her, "7-report-structured")
    with her.expect_download() as kept:
        her.get_by_role("link", name="Télécharger l’original").click()
    assert kept.value.path().read_bytes() == (samples / STRUCTURED).read_bytes()

    menu(her, "Documents")
    assert "Nouveau" not in document(her, "4 janvier 2021").inner_text()
    look(her, "7-documents")
    shortcut(her, "Qui a fait quoi")
    deposited = acts(her, "Document déposé").filter(has_text="FINESS 000000018")
    assert deposited.count() == 3  # the two of today, and the one the sandbox came with
    assert "R1111-47" in deposited.first.inner_text()
    for act, times in (("Document lu", 3), ("Document téléchargé", 2)):  # she opened one PDF apart
        hers = acts(her, act).filter(has_text="par vous")
        assert hers.count() == times, act
        assert "titulaire de l’espace" in hers.first.inner_text()
    look(her, "7-history")
    deposited.first.get_by_role("link").click()
    look(her, "7-act")
    her.get_by_role("link", name="Voir le document").click()
    her.get_by_role("article", name="Texte du document").wait_for()
