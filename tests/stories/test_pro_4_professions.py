"""Story 4 of the professional: each profession sees what the matrix gives it; what is hidden is nowhere."""

import re

import pytest

from tests.stories.conftest import look
from tests.stories.steps import log_in, log_in_as_professional, menu

pytestmark = [pytest.mark.browser, pytest.mark.story]

# By hand, from the known rules (facts/mes.md 4.2) and docs/rights.md: what is offered of Monique's documents.
LETTERS, RESULTS, IMAGES, PRESCRIPTIONS = (
    "Lettre de sortie",
    "Résultats de biologie",
    "Radio, écho, scanner, IRM",
    "Ordonnances et soins",
)
SEEN = {
    "inf.perrin": {LETTERS, RESULTS, IMAGES, PRESCRIPTIONS},
    "pha.costa": {LETTERS, RESULTS, PRESCRIPTIONS},
    "den.royer": {LETTERS, RESULTS, IMAGES, PRESCRIPTIONS},
    "sf.nadal": {LETTERS, RESULTS, IMAGES, PRESCRIPTIONS},
    "as.leroux": set(),
}


def open_patient(page, login, name, place=""):
    log_in_as_professional(page, login, place)
    page.goto("/pro/patients/")
    page.get_by_role("link", name=name).first.click()
    page.get_by_role("heading", level=1, name=name).wait_for()


def open_part(page, name):
    page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()
    page.get_by_role("heading", name=name).first.wait_for()


@pytest.mark.parametrize("login", sorted(SEEN))
def test_each_profession_sees_its_own(demo, someone, login):
    page = someone(width=390, height=844) if login == "as.leroux" else someone()
    open_patient(page, login, "Monique LANDEREAU")
    look(page, f"pro-4-{login}")
    open_part(page, "Documents")
    shown = page.get_by_role("main").inner_text()
    assert {words for words in (LETTERS, RESULTS, IMAGES, PRESCRIPTIONS) if words in shown} == SEEN[login]
    assert ("Aucun document" in shown) is (login == "as.leroux")


def texts(page, record):
    """Return all that a doctor is shown of a record: the page, its documents, what a search finds."""
    shown = []
    for path in ("", "documents/", "recherche/?q=consultation", "imprimer/"):
        page.goto(record + path)
        shown.append(page.locator("main").inner_text())
    return shown


def test_what_is_hidden_is_nowhere(demo, someone):
    hers, doctors = someone(), someone()
    log_in(hers, "laetitia")
    open_patient(doctors, "dr.aubrac", "Laetitia MONTEVAL", "Cabinet des Tilleuls")
    record = doctors.url
    open_part(doctors, "Documents")
    link = doctors.get_by_role("list", name="Documents").get_by_role("link").first
    title, address = link.inner_text(), link.get_attribute("href")
    before = texts(doctors, record)
    assert any(title in one for one in before)

    menu(hers, "Documents")
    hers.get_by_role("list", name="Documents").get_by_role("link", name=title, exact=True).first.click()
    for _ in range(2):  # what it changes, then the act
        hers.get_by_role("button", name="Cacher aux soignants").click()
    hers.get_by_text("C’est caché aux soignants.").wait_for()
    after = texts(doctors, record)
    assert not any(title in one for one in after)
    answers = [
        (answer.status, re.sub(r"/dossier/[^/]+/", "/", answer.text()))
        for answer in (
            doctors.request.get(address),
            doctors.request.get(f"{record}documents/00000000-0000-7000-8000-000000000000/"),
        )
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404

    for _ in range(2):
        hers.get_by_role("button", name="Montrer aux soignants").click()
    assert texts(doctors, record)[1] == before[1]
