"""The archive in a real browser, from the disk, with every other address refused."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.documents.deposits import add_claire
from tests.exports import copies
from tests.ui.browser import CHROMIUM, CHROMIUM_ARGS

pytestmark = [pytest.mark.django_db, pytest.mark.browser]

WIDTHS = (390, 1280)
PAGES = ("index", "profil", "documents", "mesures", "histoire-de-sante", "acces")


def test_it_opens_without_network_and_says_everything(tmp_path):
    from playwright.sync_api import sync_playwright

    claire = add_claire()
    (tmp_path / "in").mkdir()
    copies.fill(claire, tmp_path / "in", measures=6)
    root = copies.unpack(copies.download(copies.make(claire), claire), tmp_path / "out")
    narrative = next(iter(root.glob("documents/*/lecture.html"))).relative_to(root)
    asked = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        context = browser.new_context(offline=True, locale="fr-FR")
        context.route("**/*", lambda route: _only_files(route, asked))
        page = context.new_page()
        said = []
        page.on("console", lambda line: said.append(line.text))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        for name in (*(f"{name}.html" for name in PAGES), narrative.as_posix()):
            page.goto((root / name).as_uri())
            _look(page, name, said)
        _follow(page, root)
        browser.close()
    assert asked == []


def _only_files(route, asked):
    if route.request.url.startswith("file:"):
        route.continue_()
    else:
        asked.append(route.request.url)
        route.abort()


def _look(page, name, said):
    """One h1, landmarks, no fault that axe sees, nothing wider than the screen, nothing said or run."""
    assert page.locator("h1").count() == 1, name
    for landmark in ("header", "nav", "main", "footer"):
        assert page.locator(f"body > {landmark}").count() == 1, (name, landmark)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844 if width == 390 else 800})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} : {wide} px de trop à {width}"
        if folder := os.environ.get("CARNET_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/archive-{name.split('/')[-1]}-{width}.png", full_page=True)
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in faults] == [], name
    assert said == [], name


def _follow(page, root):
    """From the first page to the text of a document and back, by links alone."""
    page.goto((root / "index.html").as_uri())
    page.get_by_role("navigation").get_by_role("link", name="Documents").click()
    page.get_by_role("link", name="Lire").first.click()
    assert page.locator("article.narrative table").count()
    page.get_by_role("link", name="Retour aux documents").click()
    assert page.locator("h1").inner_text() == "Documents"
    for link in page.get_by_role("main").get_by_role("link").all():
        assert (root / link.get_attribute("href")).is_file()
