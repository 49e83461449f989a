"""Pages in a real browser, in a test that is rolled back: the test client gets them, the browser shows them.

Nothing listens: what the browser asks for is answered from here, static files by their finders.
"""

import mimetypes
import os
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client

from tests.ui.browser import CHROMIUM, CHROMIUM_ARGS

SITE = "https://carnet.test"
WIDTHS = (320, 390, 1280)


def check_pages(answers: dict[str, HttpResponse]) -> None:
    """Show each answer, under its name; check what people meet there."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        page = browser.new_page(locale="fr-FR", service_workers="block")
        page.set_default_timeout(30_000)
        page.route("**/*", lambda route: _answer(route, answers))
        said = []
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        for name in answers:
            _look(page, name, said)
        browser.close()


def _look(page, name, said):
    """No fault that axe sees, nothing wider than a phone, one h1, nothing in the console."""
    page.goto(f"{SITE}/page/{name}")
    assert page.locator("h1").count() == 1, name
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} : {wide} px de trop à {width}"
        if folder := os.environ.get("CARNET_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    faults = Axe().run(page).response["violations"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in faults] == [], name
    assert said == [], name


def _answer(route, answers):
    """Answer from what was got before: here, in the driver's loop, the test's transaction is out of reach."""
    url = urlsplit(route.request.url)
    assert f"{url.scheme}://{url.netloc}" == SITE, route.request.url
    if url.path.startswith("/static/"):
        found = finders.find(url.path.removeprefix("/static/"))
        kind = mimetypes.guess_type(url.path)[0] or "application/octet-stream"
        route.fulfill(status=200, content_type=kind, body=Path(found).read_bytes())
        return
    known = url.path.startswith("/page/")
    answer = answers[url.path.removeprefix("/page/")] if known else Client().get(url.path)
    headers = {name.lower(): value for name, value in answer.items() if name.lower() != "content-length"}
    route.fulfill(status=200, headers=headers, body=answer.content)  # a refusal would stand in the console
